"""The working calendar: counts time limits in a zone's working days and business hours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, Literal

from complaints.calendar.back import back
from complaints.calendar.count import due
from complaints.calendar.explain import Explanation, explain
from complaints.calendar.facts import Facts, freeze, thaw
from complaints.calendar.limits import Limit
from complaints.calendar.spans import FAR, Span
from complaints.calendar.table import table
from complaints.errors import CalendarEnd
from complaints.instants import Instant

Counting = Literal["default", "elapsed"]


class WorkingCalendar:
    """An immutable calendar of some years, equal and hashed by content; build one with `build_calendar`.

    Every method that needs days outside its years raises CalendarEnd.
    """

    __slots__ = ("_facts", "_hash", "_table")

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._table = table(facts)
        self._hash = hash(facts)

    @property
    def zone(self) -> str:
        """The zone's name, for people; counting uses the offsets that the calendar carries."""
        return self._facts.zone

    @property
    def first_day(self) -> date:
        """The first day that the calendar covers."""
        return self._table.date(0)

    @property
    def last_day(self) -> date:
        """The last day that the calendar covers."""
        return self._table.date(self._facts.days - 1)

    @property
    def provisional_from(self) -> Instant | None:
        """The instant from which the holidays are a projection, None when they never are."""
        return self._facts.provisional_from

    def due(
        self,
        start: Instant,
        limit: Limit,
        *,
        pauses: Sequence[Span] = (),
        outages: Sequence[Span] = (),
        counting: Counting = "default",
    ) -> Instant:
        """Count a limit from its first event to its due instant (Civil Code, articles 200 to 204).

        `pauses` and `outages` are half-open spans in any order. Limits in time leave both out. A day whose close of
        business is paused isn't counted, nor a working day that lost more than 30 minutes of business time to outages;
        so the share `0.9 working_days`, which is time, may then outlast `1 working_days`. A start within a pause is
        moved to its end. `counting="elapsed"` counts working days as full days of business hours from the instant.
        Gives FAR when a span that reaches the calendar's end leaves no due instant. Raises CalendarEnd.
        """
        return due(self._table, start, limit, pauses, outages, counting == "elapsed")

    def back(self, due: Instant, limit: Limit, *, counting: Counting = "default") -> Instant:
        """Give the latest instant from which the limit, counted forward, is due by `due`; raises CalendarEnd.

        From a limit in days that is the last second of a day, since the day of the event isn't counted.
        """
        return back(self._table, due, limit, counting == "elapsed")

    def explain(
        self,
        start: Instant,
        limit: Limit,
        *,
        pauses: Sequence[Span] = (),
        outages: Sequence[Span] = (),
        counting: Counting = "default",
    ) -> Explanation:
        """Give the due instant of `due` and, day by day, what was counted and what was left out and why."""
        return explain(self._table, self._facts, start, limit, pauses, outages, counting == "elapsed")

    def at_local(self, instant: Instant) -> datetime:
        """Give an instant as an aware local time; outside the calendar's years the nearest known offset holds."""
        if instant >= FAR:
            raise CalendarEnd("a limit paused without an end has no local time; show it as paused")
        zone = timezone(timedelta(seconds=self._table.offsets.at(instant)))
        return datetime.fromtimestamp(instant, zone)

    def instant(self, local: datetime) -> Instant:
        """Give the instant of a local time, naive in this zone or aware; parts of a second are dropped.

        A skipped local time is the first instant after the gap; of a repeated one `fold` chooses, by default the first.
        """
        if local.tzinfo is not None:
            return int(local.timestamp() // 1)
        seconds = int(local.replace(tzinfo=UTC, microsecond=0).timestamp())
        return self._table.offsets.instant(seconds, later=local.fold == 1)

    def reaches(self, instant: Instant) -> None:
        """Raise CalendarEnd for an instant after the years that the calendar covers."""
        if instant >= self._table.end:
            raise self._table.past(f"the instant {instant}")

    def is_working_day(self, day: date) -> bool:
        """Tell whether a date is a working day."""
        number = day.toordinal() - self._facts.first
        if not 0 <= number < self._facts.days:
            raise self._table.past(f"the day {day}")
        return self._table.works(number)

    def is_open(self, instant: Instant) -> bool:
        """Tell whether business is open; the instant of closing is not."""
        return self.business_seconds(instant, instant + 1) == 1

    def next_open(self, instant: Instant) -> Instant:
        """Give the next instant at which business is open, the instant itself when it is."""
        return self._table.forward(instant, 1) - 1

    def next_close(self, instant: Instant) -> Instant:
        """Give the close of business of that day, or of the next working day if that has passed or is none."""
        return due(self._table, instant, _SAME_DAY, (), (), False)

    def business_seconds(self, a: Instant, b: Instant) -> int:
        """Count the business seconds from a up to b, 0 if b is not after a."""
        if a >= b:
            return 0
        self._table.day(a)
        self._table.day(b - 1)
        return self._table.business_to(b) - self._table.business_to(a)

    def provisional(self, instant: Instant) -> bool:
        """Tell whether the holidays around an instant are a projection, not yet announced."""
        since = self._facts.provisional_from
        return since is not None and instant >= since

    def counts_as(self, other: WorkingCalendar) -> bool:
        """Tell whether both count every limit alike: all but the holidays' names is the same."""
        mine, theirs = (replace(c._facts, holidays=tuple((d, "") for d, _ in c._facts.holidays)) for c in (self, other))
        return mine == theirs

    def freeze(self) -> dict[str, Any]:
        """Give all that counting needs as small plain JSON, so that no later release can change a running case."""
        return freeze(self._facts)

    @classmethod
    def thaw(cls, data: Mapping[str, Any]) -> WorkingCalendar:
        """Read a frozen calendar; raises CalendarUnknown when it can't be read."""
        return cls(thaw(data))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, WorkingCalendar) and self._facts == other._facts

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        return f"<WorkingCalendar {self.zone} {self.first_day}..{self.last_day}>"


_SAME_DAY = Limit("same_day")
