"""A calendar's days and business slots as sorted UTC seconds, so that counting is a bisection."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import accumulate

from complaints.calendar.facts import DAY, Facts
from complaints.calendar.offsets import Offsets
from complaints.errors import CalendarEnd
from complaints.instants import Instant

_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Days are numbered from `first`; `starts` has one more entry than there are days: the end of the last.

    `closes` holds every day's close of business, of days off too. `work` are the numbers of the working days, and
    `before[d]` how many of them come before day d. `opens`, `shuts` are the business slots; `used[i]` the business
    seconds before slot i, `gone[i]` those up to its end.
    """

    first: int
    offsets: Offsets
    starts: tuple[Instant, ...]
    closes: tuple[Instant, ...]
    work: tuple[int, ...]
    before: tuple[int, ...]
    opens: tuple[Instant, ...]
    shuts: tuple[Instant, ...]
    used: tuple[int, ...]
    gone: tuple[int, ...]
    day_seconds: int

    @property
    def end(self) -> Instant:
        """The first instant after the last day."""
        return self.starts[-1]

    def day(self, instant: Instant) -> int:
        """Give the number of the local day of an instant; raises CalendarEnd outside the calendar."""
        number = bisect_right(self.starts, instant) - 1
        if 0 <= number < len(self.closes):
            return number
        raise self.past(f"the instant {instant}")

    def date(self, day: int) -> date:
        """Give the date of a day's number."""
        return date.fromordinal(self.first + day)

    def works(self, day: int) -> bool:
        """Tell whether a day is a working day."""
        return self.before[day + 1] > self.before[day]

    def business_to(self, instant: Instant) -> int:
        """Count the business seconds from the calendar's beginning to an instant."""
        slot = bisect_right(self.opens, instant) - 1
        if slot < 0:
            return 0
        return self.used[slot] + min(instant, self.shuts[slot]) - self.opens[slot]

    def forward(self, start: Instant, seconds: int) -> Instant:
        """Give the earliest instant by which that many business seconds (at least 1) have passed since the start."""
        if start < self.starts[0]:
            raise self.past(f"the instant {start}")
        target = self.business_to(start) + seconds
        slot = bisect_left(self.gone, target)
        if slot == len(self.gone):
            raise self.past(f"{seconds} business seconds after {start}")
        return self.opens[slot] + target - self.used[slot]

    def at(self, day: int, local: int) -> Instant:
        """Give a day's instant at a local time (seconds after midnight), the later where it comes twice."""
        return self.offsets.instant((self.first + day - _EPOCH) * DAY + local, later=True)

    def past(self, what: str) -> CalendarEnd:
        """Make the error of a counting that leaves the calendar."""
        return CalendarEnd(
            f"{what} is outside the working calendar, which covers {self.date(0)} to "
            f"{self.date(len(self.closes) - 1)}; build the calendar for the present year and recount"
        )


@lru_cache(maxsize=32)
def table(facts: Facts) -> Table:
    """Lay out a calendar's days; kept, since many cases carry the same calendar."""
    midnights = [(facts.first + day - _EPOCH) * DAY for day in range(facts.days + 1)]
    starts = tuple(facts.offsets.instant(midnight, later=False) for midnight in midnights)
    closing = facts.hours[-1][1]
    closes = tuple(
        min(facts.offsets.instant(midnights[day] + closing, later=True), starts[day + 1]) for day in range(facts.days)
    )
    off = {day for day, _ in facts.holidays} | set(facts.closed)
    extra = set(facts.extra)
    work = tuple(
        day
        for day in range(facts.days)
        if day in extra or (facts.weekdays[(facts.first + day - 1) % 7] and day not in off)
    )
    worked = set(work)
    slots = [slot for day in work for slot in _slots(facts, midnights[day], starts[day + 1])]
    gone = tuple(accumulate(shuts - opens for opens, shuts in slots))
    return Table(
        first=facts.first,
        offsets=facts.offsets,
        starts=starts,
        closes=closes,
        work=work,
        before=(0, *accumulate(int(day in worked) for day in range(facts.days))),
        opens=tuple(opens for opens, _ in slots),
        shuts=tuple(shuts for _, shuts in slots),
        used=(0, *gone[:-1]),
        gone=gone,
        day_seconds=sum(shuts - opens for opens, shuts in facts.hours),
    )


def _slots(facts: Facts, midnight: int, end: Instant) -> list[tuple[Instant, Instant]]:
    """Give one day's business slots; those that a repeated hour pushes into one another become one."""
    slots: list[tuple[Instant, Instant]] = []
    for opens_local, shuts_local in facts.hours:
        opens = facts.offsets.instant(midnight + opens_local, later=False)
        shuts = min(facts.offsets.instant(midnight + shuts_local, later=True), end)
        if slots and opens <= slots[-1][1]:
            opens = slots.pop()[0]
        if shuts > opens:
            slots.append((opens, shuts))
    return slots
