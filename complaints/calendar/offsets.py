"""A time zone as plain numbers, so that counting needs no time zone database and no later release of one."""

from bisect import bisect_right
from dataclasses import dataclass

from complaints.instants import Instant


@dataclass(frozen=True, slots=True)
class Offsets:
    """A zone's UTC offsets in seconds: `base` first, then each `(instant, offset)` of `changes`, in order.

    Outside the years that the changes were taken from, the nearest known offset holds.
    """

    base: int
    changes: tuple[tuple[Instant, int], ...] = ()

    def at(self, instant: Instant) -> int:
        """Give the offset in force at an instant, in seconds east of UTC."""
        if not self.changes:
            return self.base
        place = bisect_right(self.changes, instant, key=_instant)
        return self.changes[place - 1][1] if place else self.base

    def instant(self, local: int, *, later: bool) -> Instant:
        """Give the instant of a local time (seconds since 1970 on the wall clock).

        A local time that the zone skips is the first instant after the gap; of one that comes twice, `later` chooses.
        """
        if not self.changes:
            return local - self.base
        found: list[Instant] = []
        before = self.base
        since: Instant | None = None
        for change, after in self.changes:
            candidate = local - before
            if candidate < change:
                if since is None or candidate >= since:
                    found.append(candidate)
                elif not found:
                    # Too late for the offset before and too early for this one: the gap ends where this one begins.
                    return since
                if candidate < change - _DAY:
                    break
            since, before = change, after
        else:
            candidate = local - before
            if since is None or candidate >= since:
                found.append(candidate)
            elif not found:
                return since
        return max(found) if later else min(found)


_DAY = 86_400


def _instant(change: tuple[Instant, int]) -> Instant:
    return change[0]
