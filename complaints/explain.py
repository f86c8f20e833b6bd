"""Why a limit is due when it is: its event, its rule, its days, and all that moved it since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from complaints.calendar import FAR, DayLine, Limit, WorkingCalendar
from complaints.case.flow import whose
from complaints.case.model import Event, Running, State
from complaints.case.rules import Rules
from complaints.errors import NotFound
from complaints.instants import Instant


@dataclass(frozen=True, slots=True)
class Origin:
    """The event that a limit counts from; `event` is empty where the events were not at hand."""

    seq: int
    event: str
    at: Instant


@dataclass(frozen=True, slots=True)
class Gap:
    """Time left out, half-open; `until` is None while it lasts."""

    since: Instant
    until: Instant | None


@dataclass(frozen=True, slots=True)
class Extended:
    """One extension: by which limit, from which due instant to which, by which days."""

    limit: str
    was: Instant
    due: Instant
    lines: tuple[DayLine, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a running clock came to its due instant (None while it is paused); codes only, words are for the pages.

    `since` is where counting begins (the origin's instant, or that of a recount from now), `given` an instant that a
    field set in place of a limit, `not_before` the earliest end of silence after a reminder.
    """

    key: str
    clock: str
    kind: str
    subject: str
    owner: str
    clause: str
    default: bool
    origin: Origin
    since: Instant
    limit: str
    due: Instant | None
    overdue: bool
    provisional: bool
    given: Instant | None
    lines: tuple[DayLine, ...]
    pauses: tuple[Gap, ...]
    outages: tuple[Gap, ...]
    extensions: tuple[Extended, ...]
    not_before: Instant | None

    def to_json(self, calendar: WorkingCalendar) -> dict[str, Any]:
        """The explanation as JSON values: instants and days as ISO 8601, local, with offset."""
        plain: dict[str, Any] = _plain(asdict(self), calendar)
        return plain


def explain(rules: Rules, state: State, key: str, events: Sequence[Event] = ()) -> Explanation:
    """Explains the due instant of the running clock `key`; raises NotFound when no such clock runs.

    `events` are the case's own, as far as they are at hand: they name the event that the limit counts from.
    """
    running = state.clocks.get(key)
    if running is None:
        raise NotFound(f"No clock {key!r} runs. Running are: {', '.join(sorted(state.clocks)) or 'none'}.")
    clock = rules.clocks[running.rule].clock
    outages = state.outages if clock.kind == "silence" else ()
    limit = None if running.fixed else Limit.parse(running.limit)
    lines, due = _count(rules, running, limit, outages)
    extensions = []
    for more in running.extended if due < FAR else ():
        counted = rules.calendar.explain(due, Limit.parse(more))
        extensions.append(Extended(more, due, counted.due, counted.lines))
        due = counted.due
    due = max(due, running.not_before)
    return Explanation(
        key=key, clock=running.clock, kind=clock.kind, subject=running.subject, owner=whose(rules, state, clock.owner),
        clause=clock.clause, default=clock.default, origin=_origin(running, events), since=running.start,
        limit="" if running.fixed else running.limit,
        due=due if due < FAR else None, overdue=running.overdue,
        provisional=due < FAR and rules.calendar.provisional(due),
        given=running.fixed or None, lines=lines, pauses=_gaps(running.skips), outages=_gaps(outages),
        extensions=tuple(extensions), not_before=running.not_before or None,
    )  # fmt: skip


def _count(
    rules: Rules, running: Running, limit: Limit | None, outages: tuple[tuple[Instant, Instant], ...]
) -> tuple[tuple[DayLine, ...], Instant]:
    if limit is None:
        return (), running.fixed
    counting = rules.procedure.calendar.counting
    counted = rules.calendar.explain(running.start, limit, pauses=running.skips, outages=outages, counting=counting)
    return counted.lines, counted.due


def _origin(running: Running, events: Sequence[Event]) -> Origin:
    for event in events:
        if event.seq == running.seq:
            return Origin(event.seq, event.event, event.at)
    return Origin(running.seq, "", running.start)


def _gaps(spans: Sequence[tuple[Instant, Instant]]) -> tuple[Gap, ...]:
    return tuple(Gap(since, until if until < FAR else None) for since, until in spans)


_INSTANTS = ("at", "since", "until", "due", "was", "given", "not_before")


def _plain(value: Any, calendar: WorkingCalendar, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _plain(item, calendar, key) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item, calendar) for item in value]
    if name in _INSTANTS and isinstance(value, int):
        return calendar.at_local(value).isoformat()
    return value.isoformat() if name == "date" else value
