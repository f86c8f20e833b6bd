"""Counting back: the latest instant from which a limit, counted forward without pauses, is due by a given instant."""

from bisect import bisect_right

from complaints.calendar.count import business_seconds, calendar_days, elapsed_seconds, local_seconds, month_length
from complaints.calendar.limits import Limit
from complaints.calendar.table import Table
from complaints.instants import Instant


def back(table: Table, due: Instant, limit: Limit, elapsed: bool) -> Instant:
    """Count a limit back; the facade's `back` says how."""
    if not limit.amount:
        return due
    seconds = elapsed_seconds(limit)
    if seconds is not None:
        return due - seconds
    table.day(due - 1)  # a due instant outside the calendar can't be counted from
    seconds = business_seconds(table, limit, elapsed)
    if seconds is not None:
        return _back_business(table, due, seconds, limit)
    place = bisect_right(table.work, due, key=lambda day: _falls_due(table, day, limit)) - 1
    if limit.unit == "working_days":
        place -= int(limit.amount) - 1
    if place < 0:
        raise table.past(f"{limit} before {due}")
    last = table.work[place]
    if limit.unit == "same_day":
        # A day that closes at midnight doesn't hold its own close.
        return min(table.closes[last], table.starts[last + 1] - 1)
    if limit.unit in ("working_days", "next_working_day"):
        return _end(table, last - 1, due, limit)
    return _end(table, _latest_begin(table, last, limit), due, limit)


def _falls_due(table: Table, day: int, limit: Limit) -> Instant:
    return table.closes[day] if limit.time is None else table.at(day, local_seconds(limit.time))


def _back_business(table: Table, due: Instant, seconds: int, limit: Limit) -> Instant:
    target = table.business_to(due) - seconds
    if target < 0:
        raise table.past(f"{limit} before {due}")
    # Where the target is the end of one slot and the beginning of the next, the later of the two is wanted.
    slot = bisect_right(table.used, target) - 1
    return table.opens[slot] + target - table.used[slot]


def _latest_begin(table: Table, last: int, limit: Limit) -> int:
    """Give the latest day from which a limit in calendar days doesn't run past a working day."""
    if limit.unit != "months":
        return last - calendar_days(table, last, limit)
    date = table.date(last)
    year, month = divmod(date.year * 12 + date.month - 1 - int(limit.amount), 12)
    if year < table.date(0).year:
        raise table.past(f"{limit} before {date}")
    length = month_length(year, month + 1)
    # The last day of a month is reached from every later day of a longer month.
    day = length if date.day == month_length(date.year, date.month) else min(date.day, length)
    return date.replace(year=year, month=month + 1, day=day).toordinal() - table.first


def _end(table: Table, day: int, due: Instant, limit: Limit) -> Instant:
    if day < 0:
        raise table.past(f"{limit} before {due}")
    return table.starts[day + 1] - 1
