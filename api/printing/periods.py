"""The stretch of time that a periodic report is of: a day, week, month, quarter or year in its procedure's zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from babel.dates import format_date

from api.context import House
from complaints.errors import BadInput
from complaints.instants import Instant
from complaints.procedure.model import Procedure
from templates.dates import weekday_of, yearmonth

_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_PATTERNS = {"quarter": {"en": "QQQQ y", "zh-CN": "y年第Q季度"}, "year": {"en": "y", "zh-CN": "y年"}}


@dataclass(frozen=True, slots=True)
class Period:
    """From its first day up to, but not including, `after`; `every` is day, week, month, quarter or year."""

    procedure: Procedure
    every: str
    first: date

    @property
    def after(self) -> date:
        """The first day of the next one."""
        return self._moved(1)

    @property
    def before(self) -> date:
        """The first day of the one before."""
        return self._moved(-1)

    @property
    def since(self) -> Instant:
        """Its first instant."""
        return self._midnight(self.first)

    @property
    def until(self) -> Instant:
        """The first instant after it."""
        return self._midnight(self.after)

    def words(self, language: str) -> str:
        """What the period is called: `November 2026`, `2026年11月`, `2026年第4季度`."""
        if self.every in ("day", "week"):
            last = self.after - timedelta(days=1)
            days = " – ".join(weekday_of(day, language) for day in dict.fromkeys((self.first, last)))
            return f"{days} {last.year}" if language == "en" else f"{last.year}年{days}"
        if self.every == "month":
            return yearmonth(self.first, language)
        return format_date(self.first, _PATTERNS[self.every][language], locale=language.replace("-", "_"))

    def _moved(self, by: int) -> date:
        if self.every in ("day", "week"):
            return self.first + timedelta(days=by * (1 if self.every == "day" else 7))
        year, month = divmod(self.first.year * 12 + self.first.month - 1 + by * _MONTHS[self.every], 12)
        return date(year, month + 1, 1)

    def _midnight(self, day: date) -> Instant:
        return int(datetime.combine(day, time(), House.zone(self.procedure)).timestamp())


def period(procedure: Procedure, every: str, given: str, now: Instant) -> Period:
    """The period that holds the day given (`2026-11-24`, or the month `2026-11`), else the running one; BadInput."""
    if given:
        try:
            day = date.fromisoformat(f"{given}-01" if given.count("-") == 1 else given)
        except ValueError as error:
            raise BadInput("at", "Give a day as year-month-day, or a month.", "For example 2026-11.") from error
        if not 1971 <= day.year <= 9000:
            raise BadInput("at", "There is no such day.")
    else:
        day = datetime.fromtimestamp(now, UTC).astimezone(House.zone(procedure)).date()
    if every == "week":
        return Period(procedure, every, day - timedelta(days=day.weekday()))
    months = _MONTHS.get(every)
    return Period(procedure, every, day.replace(month=(day.month - 1) // months * months + 1, day=1) if months else day)
