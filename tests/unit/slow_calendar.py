"""A second counter of time limits that looks at one minute after another; slow, and written apart from the first.

It takes whole minutes, knows the holidays of 2026 from the State Council's notice of November 2025 and asks the time
zone database directly.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from functools import cached_property
from zoneinfo import ZoneInfo

Span = tuple[int, int]
MINUTE = 60


def _run(begin: tuple[int, int], end: tuple[int, int]) -> set[date]:
    first, last = date(2026, *begin), date(2026, *end)
    return {first + timedelta(days=n) for n in range((last - first).days + 1)}


DAYS_OFF_2026 = (
    _run((1, 1), (1, 3))
    | _run((2, 15), (2, 23))
    | _run((4, 4), (4, 6))
    | _run((5, 1), (5, 5))
    | _run((6, 19), (6, 21))
    | _run((9, 25), (9, 27))
    | _run((10, 1), (10, 7))
)
MAKE_UP_2026 = {date(2026, m, d) for m, d in ((1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10))}


@dataclass(frozen=True)
class SlowDay:
    """One local day: its working day or not, its minutes (their UTC starts), and its business slots."""

    works: bool
    minutes: range
    slots: tuple[Span, ...]
    close: int


class SlowCalendar:
    def __init__(self, zone: str, hours: Sequence[str], works: Callable[[date], bool]) -> None:
        self.zone, self.hours, self.works = ZoneInfo(zone), hours, works
        self._days: dict[date, SlowDay] = {}

    def local_date(self, instant: int) -> date:
        return datetime.fromtimestamp(instant, UTC).astimezone(self.zone).date()

    def wall(self, instant: int) -> str:
        return f"{datetime.fromtimestamp(instant, UTC).astimezone(self.zone):%H:%M}"

    def day(self, day: date) -> SlowDay:
        if day not in self._days:
            noon = int(datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp())
            minutes = [
                m for m in range(noon - 1800 * MINUTE, noon + 1800 * MINUTE, MINUTE) if self.local_date(m) == day
            ]
            span = range(minutes[0], minutes[-1] + MINUTE, MINUTE)
            pairs = [text.split("-") for text in self.hours]
            slots = tuple((min(self.named(span, a)), max(self.named(span, b))) for a, b in pairs)
            self._days[day] = SlowDay(self.works(day), span, slots, slots[-1][1])
        return self._days[day]

    def named(self, minutes: range, wall: str) -> list[int]:
        """Give the instants of a day that the wall clock names so, or the first one after, if it skips the name."""
        if wall == "24:00":
            return [minutes[-1] + MINUTE]
        named = [m for m in minutes if self.wall(m) == wall]
        return named or [next(m for m in minutes if self.wall(m) > wall)]

    def open(self, minute: int) -> bool:
        day = self.day(self.local_date(minute))
        return day.works and any(a <= minute < b for a, b in day.slots)


@dataclass(frozen=True)
class SlowCount:
    calendar: SlowCalendar
    pauses: Sequence[Span] = ()
    outages: Sequence[Span] = ()
    elapsed: bool = False

    def due(self, start: int, unit: str, amount: Fraction, time: str = "") -> int:
        if amount == 0:
            return start
        while self.inside(start, self.pauses):
            start += MINUTE
        if unit in ("minutes", "hours"):
            return self.minutes(start, amount * {"minutes": 1, "hours": 60}[unit], lambda minute: True)
        if unit == "working_hours":
            return self.minutes(start, amount * 60, self.calendar.open)
        if unit == "working_days" and (amount < 1 or self.elapsed):
            return self.minutes(start, amount * self.full_day, self.calendar.open)
        first = self.calendar.local_date(start)
        day = first
        if unit == "same_day":
            while not (self.works(day) and self.counts(day) and start <= self.calendar.day(day).close):
                day += timedelta(days=1)
            return self.calendar.day(day).close
        if unit == "next_working_day":
            while True:
                day += timedelta(days=1)
                at = max(self.calendar.named(self.calendar.day(day).minutes, time))
                if self.works(day) and not self.inside(at, self.pauses) and self.lost(day, at) <= 30:
                    return at
        left = int(amount)
        if unit == "weeks":
            left *= 7
        elif unit == "months":
            target = first
            for _ in range(left):
                target = self.same_day_next_month(target, first.day)
            left = (target - first).days
        while left:
            day += timedelta(days=1)
            left -= self.counts(day) and (unit != "working_days" or self.works(day))
        while not (self.works(day) and self.counts(day)):
            day += timedelta(days=1)
        return self.calendar.day(day).close

    @staticmethod
    def same_day_next_month(day: date, wanted: int) -> date:
        month = day.replace(day=1) + timedelta(days=32)
        while True:
            try:
                return month.replace(day=wanted)
            except ValueError:
                wanted -= 1

    @cached_property
    def full_day(self) -> int:
        total = 0
        for text in self.calendar.hours:
            begin, end = (int(part[:2]) * 60 + int(part[3:]) for part in text.split("-"))
            total += end - begin
        return total

    def minutes(self, start: int, amount: Fraction, counts: Callable[[int], bool]) -> int:
        minute = start
        left = amount
        while True:
            if counts(minute) and not self.inside(minute, self.pauses) and not self.inside(minute, self.outages):
                if left <= 1:
                    return minute + int(-(-left * MINUTE // 1))
                left -= 1
            minute += MINUTE

    def works(self, day: date) -> bool:
        return self.calendar.day(day).works

    def counts(self, day: date) -> bool:
        close = self.calendar.day(day).close
        return not self.inside(close, self.pauses) and self.lost(day, close) <= 30

    def lost(self, day: date, until: int) -> int:
        if not self.outages:
            return 0
        minutes = self.calendar.day(day).minutes
        return sum(m < until and self.calendar.open(m) and self.inside(m, self.outages) for m in minutes)

    @staticmethod
    def inside(instant: int, spans: Sequence[Span]) -> bool:
        return any(a <= instant < b for a, b in spans)


def works_in_china(day: date) -> bool:
    if day in MAKE_UP_2026:
        return True
    return day.weekday() < 5 and day not in DAYS_OFF_2026
