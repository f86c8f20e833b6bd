"""Counting forward: from a first event and a limit to the due instant."""

from collections.abc import Sequence
from datetime import date

from complaints.calendar.limits import Limit
from complaints.calendar.spans import (
    FAR,
    OUTAGE_TOLERANCE,
    DayRange,
    Span,
    merge,
    outage_days,
    paused_days,
    resumed,
    within,
)
from complaints.calendar.table import Table
from complaints.errors import CalendarEnd
from complaints.instants import Instant

_ELAPSED = {"minutes": 60, "hours": 3_600}
_DAYS = {"days": 1, "weeks": 7}


def elapsed_seconds(limit: Limit) -> int | None:
    """Give the seconds of a limit that runs round the clock, None for any other; parts of a second round up."""
    unit = _ELAPSED.get(limit.unit)
    return None if unit is None else _ceil(limit, unit)


def business_seconds(table: Table, limit: Limit, elapsed: bool) -> int | None:
    """Give the business seconds of a limit counted in business time, None for any other."""
    if limit.unit == "working_hours":
        return _ceil(limit, 3_600)
    if limit.unit == "working_days" and (elapsed or limit.amount < 1):
        return _ceil(limit, table.day_seconds)
    return None


def _ceil(limit: Limit, unit: int) -> int:
    return -int(-limit.amount * unit // 1)


def due(
    table: Table, start: Instant, limit: Limit, pauses: Sequence[Span], outages: Sequence[Span], elapsed: bool
) -> Instant:
    """Count a limit from a start; the facade's `due` says how."""
    if not limit.amount:
        return start
    if not pauses and not outages:
        return _plain(table, start, limit, elapsed)
    pauses, outages = merge(pauses), merge(outages)
    start = resumed(start, pauses)
    if start >= table.end and pauses and pauses[-1][1] == start:
        return FAR
    try:
        seconds = elapsed_seconds(limit)
        if seconds is not None:
            return _skipping_elapsed(table, start, seconds, merge([*pauses, *outages]))
        seconds = business_seconds(table, limit, elapsed)
        if seconds is not None:
            return _skipping_business(table, start, seconds, merge([*pauses, *outages]))
        return _skipping_days(table, start, limit, pauses, outages)
    except CalendarEnd:
        if any(end >= table.end for _, end in (*pauses, *outages)):
            return FAR
        raise


def _plain(table: Table, start: Instant, limit: Limit, elapsed: bool) -> Instant:
    unit = limit.unit
    if unit in _ELAPSED:
        return start + _ceil(limit, _ELAPSED[unit])
    seconds = business_seconds(table, limit, elapsed)
    if seconds is not None:
        return table.forward(start, seconds)
    day = table.day(start)
    before, work = table.before, table.work
    if unit == "working_days":
        place = before[day + 1] + int(limit.amount) - 1
    elif unit == "same_day":
        place = before[day] if start <= table.closes[day] else before[day + 1]
    elif unit == "next_working_day":
        place = before[day + 1]
    else:
        target = day + calendar_days(table, day, limit)
        place = before[target] if target < len(before) else len(work)
    if place >= len(work):
        raise table.past(f"{limit} after {start}")
    if limit.time is not None:
        return table.at(work[place], local_seconds(limit.time))
    return table.closes[work[place]]


def _skipping_elapsed(table: Table, start: Instant, seconds: int, skipped: Sequence[Span]) -> Instant:
    for begin, end in skipped:
        if end <= start:
            continue
        if begin > start:
            if seconds <= begin - start:
                break
            seconds -= begin - start
        if end >= table.end:
            return FAR
        start = end
    return start + seconds


def _skipping_business(table: Table, start: Instant, seconds: int, skipped: Sequence[Span]) -> Instant:
    for begin, end in skipped:
        if end <= start:
            continue
        if begin > start:
            left = table.business_to(begin) - table.business_to(start)
            if seconds <= left:
                break
            seconds -= left
        start = end
    return table.forward(start, seconds)


def _skipping_days(
    table: Table, start: Instant, limit: Limit, pauses: Sequence[Span], outages: Sequence[Span]
) -> Instant:
    day = table.day(start)
    if limit.time is not None:
        return _at_time(table, day, limit.time, pauses, outages)
    skipped = merge([*paused_days(table, pauses), *outage_days(table, outages)])
    if limit.unit == "same_day":
        target = day if start <= table.closes[day] else day + 1
    elif limit.unit == "working_days":
        return table.closes[_nth_working(table, day + 1, int(limit.amount), skipped)]
    else:
        target = nth_day(day + 1, calendar_days(table, day, limit), skipped)
    return table.closes[_nth_working(table, target, 1, skipped)]


def _nth_working(table: Table, day: int, count: int, skipped: Sequence[DayRange]) -> int:
    """Give the nth working day from a day on (itself included) that isn't skipped."""
    before = table.before
    for low, high in skipped:
        if high <= day:
            continue
        if low > day:
            left = before[low] - before[day]
            if count <= left:
                break
            count -= left
        day = high
    place = before[day] + count - 1 if day < len(before) else len(table.work)
    if place >= len(table.work):
        raise table.past(f"{count} working days on")
    return table.work[place]


def nth_day(day: int, count: int, skipped: Sequence[DayRange]) -> int:
    """Give the nth day from a day on (itself included) that isn't skipped."""
    for low, high in skipped:
        if high <= day:
            continue
        if low > day:
            if count <= low - day:
                break
            count -= low - day
        day = high
    return day + count - 1


def _at_time(table: Table, day: int, time: str, pauses: Sequence[Span], outages: Sequence[Span]) -> Instant:
    """Find the next working day's local time: there the time stands for the close of business.

    So a pause or an outage that begins after it can't move what was due already.
    """
    local = local_seconds(time)
    for candidate in table.work[table.before[day + 1] :]:
        instant = table.at(candidate, local)
        if not within(instant, pauses) and not lost_before(table, candidate, instant, outages):
            return instant
        if pauses and pauses[-1][0] <= instant and pauses[-1][1] >= table.end:
            break
    raise table.past(f"the next working day's {time}")


def lost_before(table: Table, day: int, instant: Instant, outages: Sequence[Span]) -> bool:
    """Tell whether outages took more business time of a day, up to an instant of it, than is tolerated."""
    begin, lost = table.starts[day], 0
    for since, until in outages:
        since, until = max(since, begin), min(until, instant)
        if since < until:
            lost += table.business_to(until) - table.business_to(since)
    return lost > OUTAGE_TOLERANCE


def calendar_days(table: Table, day: int, limit: Limit) -> int:
    """Give the number of days of a limit in days, weeks or months that begins on a day."""
    unit = _DAYS.get(limit.unit)
    if unit is not None:
        return int(limit.amount) * unit
    begin = table.date(day)
    year, month = divmod(begin.year * 12 + begin.month - 1 + int(limit.amount), 12)
    if year > table.date(len(table.closes) - 1).year:
        raise table.past(f"{limit} after {begin}")
    return min(begin.day, month_length(year, month + 1)) + _first(year, month + 1) - begin.toordinal() - 1


def month_length(year: int, month: int) -> int:
    """Give the number of days of a month."""
    return _first(year + month // 12, month % 12 + 1) - _first(year, month)


def local_seconds(time: str) -> int:
    """Read HH:MM as seconds after midnight."""
    return int(time[:2]) * 3_600 + int(time[3:]) * 60


def _first(year: int, month: int) -> int:
    return date(year, month, 1).toordinal()
