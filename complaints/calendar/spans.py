"""Pauses and outages: half-open spans of time that a limit leaves out."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from complaints.calendar.table import Table
from complaints.instants import Instant

Span = tuple[Instant, Instant]
DayRange = tuple[int, int]

FAR: Instant = 2**53
"""The due instant of a limit that is paused without an end: later than any calendar, still exact in JSON."""

OUTAGE_TOLERANCE = 1_800
"""A working day with more business seconds than this lost to outages is not counted."""


def merge(spans: Iterable[Span]) -> list[Span]:
    """Put spans in order, join those that touch or overlap, drop the empty ones."""
    merged: list[Span] = []
    for begin, end in sorted(spans):
        if begin >= end:
            continue
        if merged and begin <= merged[-1][1]:
            if end > merged[-1][1]:
                merged[-1] = (merged[-1][0], end)
        else:
            merged.append((begin, end))
    return merged


def resumed(start: Instant, pauses: Sequence[Span]) -> Instant:
    """Give the start itself, or the end of the pause (of merged ones) that it falls into."""
    for begin, end in pauses:
        if begin <= start < end:
            return end
    return start


def within(instant: Instant, spans: Sequence[Span]) -> bool:
    """Tell whether an instant lies in a span."""
    return any(begin <= instant < end for begin, end in spans)


def paused_days(table: Table, pauses: Sequence[Span]) -> list[DayRange]:
    """Give the ranges of days whose close of business falls within a pause."""
    closes = table.closes
    return [(bisect_left(closes, begin), bisect_left(closes, end)) for begin, end in pauses]


def outage_days(table: Table, outages: Sequence[Span]) -> list[DayRange]:
    """Give the days on which outages took more business time than is tolerated, each as a range of one day."""
    lost: dict[int, int] = {}
    starts = table.starts
    for begin, end in outages:
        begin, end = max(begin, starts[0]), min(end, starts[-1])
        if begin >= end:
            continue
        for day in range(table.day(begin), table.day(end - 1) + 1):
            seconds = table.business_to(min(end, starts[day + 1])) - table.business_to(max(begin, starts[day]))
            lost[day] = lost.get(day, 0) + seconds
    return [(day, day + 1) for day, seconds in lost.items() if seconds > OUTAGE_TOLERANCE]
