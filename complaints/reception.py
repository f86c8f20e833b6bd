"""When leaders receive in person: the dates of a procedure's reception days."""

from __future__ import annotations

from datetime import date, timedelta

from complaints.procedure.intake import ReceptionDay

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKS = ("first", "second", "third", "fourth")


def reception_date(day: ReceptionDay, year: int, month: int) -> date:
    """The date of a reception day in that month: its weekday for the first to fourth or the last time."""
    if day.week == "last":
        end = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
        return end - timedelta(days=(end.weekday() - _WEEKDAYS.index(day.weekday)) % 7)
    begin = date(year, month, 1)
    ahead = (_WEEKDAYS.index(day.weekday) - begin.weekday()) % 7
    return begin + timedelta(days=ahead + 7 * _WEEKS.index(day.week))


def next_reception(day: ReceptionDay, today: date) -> date:
    """The next date of a reception day, today included."""
    this = reception_date(day, today.year, today.month)
    if this >= today:
        return this
    return reception_date(day, today.year + today.month // 12, today.month % 12 + 1)
