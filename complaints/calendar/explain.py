"""Why a limit is due when it is: one line for each day that was counted or skipped."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from complaints.calendar.count import (
    business_seconds,
    calendar_days,
    due,
    elapsed_seconds,
    local_seconds,
    lost_before,
)
from complaints.calendar.facts import DAY, Facts
from complaints.calendar.limits import Limit
from complaints.calendar.spans import FAR, Span, merge, outage_days, paused_days, resumed, within
from complaints.calendar.table import Table
from complaints.instants import Instant

Reason = Literal[
    "event_day",
    "elapsed",
    "working_day",
    "make_up_day",
    "rest_day",
    "holiday",
    "closing_day",
    "outside_hours",
    "paused",
    "outage",
    "rolled",
]

_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class DayLine:
    """What one day gave to a limit: `seconds` for limits counted in time, None for those counted in days."""

    date: date
    counted: bool
    reason: Reason
    name: str | None = None
    seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """A due instant and the days that led to it; a limit paused without an end stops at the day of that pause."""

    due: Instant
    lines: tuple[DayLine, ...]


@dataclass(frozen=True, slots=True)
class _Question:
    table: Table
    facts: Facts
    start: Instant
    limit: Limit
    pauses: Sequence[Span]
    outages: Sequence[Span]
    due: Instant

    def kind(self, ordinal: int) -> tuple[Reason, str | None]:
        """Say what sort of day it is, and its holiday's name."""
        day = ordinal - self.facts.first
        holiday = dict(self.facts.holidays).get(day)
        if self.table.works(day):
            off = holiday is not None or day in self.facts.closed or not self.facts.weekdays[(ordinal - 1) % 7]
            return ("make_up_day" if off else "working_day"), None
        if day in self.facts.closed:
            return "closing_day", None
        return ("rest_day", None) if holiday is None else ("holiday", holiday)

    def line(self, ordinal: int, counted: bool, reason: Reason | None = None, seconds: int | None = None) -> DayLine:
        kind, name = (reason, None) if reason else self.kind(ordinal)
        return DayLine(date.fromordinal(ordinal), counted, kind, name, seconds)

    def ordinal(self, instant: Instant) -> int:
        return (instant + self.table.offsets.at(instant)) // DAY + _EPOCH

    def why(self, instant: Instant) -> Reason:
        """Say what an instant that is left out was left out for."""
        return "paused" if within(instant, self.pauses) else "outage"

    def endless(self) -> Instant:
        """Give the instant at which the span that never ends begins, never before the start."""
        return max(self.start, merge([*self.pauses, *self.outages])[-1][0])


def explain(
    table: Table,
    facts: Facts,
    start: Instant,
    limit: Limit,
    pauses: Sequence[Span],
    outages: Sequence[Span],
    elapsed: bool,
) -> Explanation:
    """Explain a count; the facade's `explain` says how."""
    question = _Question(
        table, facts, start, limit, merge(pauses), merge(outages), due(table, start, limit, pauses, outages, elapsed)
    )
    if not limit.amount:
        return Explanation(start, (question.line(question.ordinal(start), False, "event_day"),))
    if elapsed_seconds(limit) is not None:
        lines = list(_timed(question, business=False))
    elif business_seconds(table, limit, elapsed) is not None:
        lines = list(_timed(question, business=True))
    else:
        lines = list(_daily(question))
    if question.due == FAR and lines[-1].reason not in ("paused", "outage"):
        lines.append(question.line(question.ordinal(question.endless()), False, question.why(table.end - 1)))
    return Explanation(question.due, tuple(lines))


def _timed(question: _Question, business: bool) -> Iterator[DayLine]:
    table = question.table
    skipped = merge([*question.pauses, *question.outages])
    last = question.due if question.due < FAR else question.endless()

    def measure(begin: Instant, end: Instant) -> int:
        return table.business_to(end) - table.business_to(begin) if business else end - begin

    for ordinal, begin, end in _days(question, max(last, question.start + 1)):
        missing = [(max(begin, since), min(end, until)) for since, until in skipped if since < end and until > begin]
        whole = measure(begin, end)
        seconds = whole - sum(measure(*span) for span in missing)
        if seconds:
            yield question.line(ordinal, True, None if business else "elapsed", seconds)
        elif missing and whole:
            yield question.line(ordinal, False, question.why(missing[0][0]), 0)
        elif business and not table.works(ordinal - table.first):
            yield question.line(ordinal, False, None, 0)
        else:
            yield question.line(ordinal, False, "outside_hours", 0)


def _days(question: _Question, end: Instant) -> Iterator[tuple[int, Instant, Instant]]:
    """Cut the time from the start to an end into local days."""
    begin, offsets = question.start, question.table.offsets
    while begin < end:
        ordinal = question.ordinal(begin)
        midnight = offsets.instant((ordinal + 1 - _EPOCH) * DAY, later=False)
        yield ordinal, begin, min(midnight, end)
        begin = midnight


def _daily(question: _Question) -> Iterator[DayLine]:
    table, limit = question.table, question.limit
    paused = merge(paused_days(table, question.pauses))
    lost = merge(outage_days(table, question.outages))
    first = question.ordinal(question.start)
    begin = resumed(question.start, question.pauses)
    if begin >= table.end:
        yield question.line(first, False, "paused")
        return
    event = table.first + table.day(begin)
    for ordinal in range(first, event):
        yield question.line(ordinal, False, "paused")

    if question.due < FAR:
        last = question.ordinal(question.due - 1 if limit.time is None else question.due)
    else:
        last = question.ordinal(question.endless())
    nth = None
    if limit.unit in ("days", "weeks", "months"):
        nth = calendar_days(table, event - table.first, limit)
    if limit.unit == "same_day":
        yield _event_of_same_day(question, event, begin, last, paused)
    else:
        yield question.line(event, False, "event_day")

    for ordinal in range(event + 1, last + 1):
        day = ordinal - table.first
        skip = _skips(question, day, paused, lost)
        if nth == 0 and ordinal == last and question.due < FAR:
            yield question.line(ordinal, False, "rolled")
        elif skip and (nth is not None or table.works(day)):
            yield question.line(ordinal, False, skip)
        elif nth is None:
            yield question.line(ordinal, table.works(day))
        else:
            yield question.line(ordinal, nth > 0)
            nth = max(nth - 1, 0)


def _skips(question: _Question, day: int, paused: Sequence[Span], lost: Sequence[Span]) -> Reason | None:
    """Say why a day is left out, if it is."""
    time, table = question.limit.time, question.table
    if time is not None:
        instant = table.at(day, local_seconds(time))
        if within(instant, question.pauses):
            return "paused"
        return "outage" if lost_before(table, day, instant, question.outages) else None
    if within(day, paused):
        return "paused"
    return "outage" if within(day, lost) else None


def _event_of_same_day(question: _Question, event: int, begin: Instant, last: int, paused: Sequence[Span]) -> DayLine:
    """Make the line of the event's own day, on which `same_day` may be due."""
    day = event - question.table.first
    if last == event and question.due < FAR:
        return question.line(event, True)
    if not question.table.works(day):
        return question.line(event, False)
    if begin > question.table.closes[day]:
        return question.line(event, False, "outside_hours")
    return question.line(event, False, "paused" if within(day, paused) else "outage")
