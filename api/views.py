"""A recorded case turned into what the interface shows: settled to now, instants in the procedure's own zone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from api.bodies import AttemptView, AwaitedView, CaseView, ClockView, TaskView, TimelineEvent
from complaints.case import Actor, Event, State, awaited, clocks_view, permitted, settle
from complaints.case.flow import owner
from complaints.case.rules import Rules
from complaints.instants import Instant
from records.values import Attempt, CaseRecord, Task

CLASSES = ("kind", "category", "severity", "validity", "channel")
INSTANTS = frozenset({"due", "until", "since", "start", "end", "done_at", "served_at", "agreed_at", "received_at"})
"""Fields of events that hold instants."""


def zone(rules: Rules) -> ZoneInfo:
    """The procedure's own time zone."""
    return ZoneInfo(rules.procedure.calendar.zone)


def iso(at: Instant | None, where: ZoneInfo) -> str | None:
    """ISO 8601 with offset; None stays None, and so does an instant that never comes."""
    if at is None or at <= 0 or at > 253_000_000_000:
        return None
    return datetime.fromtimestamp(at, where).isoformat()


def moment(at: Instant, where: ZoneInfo) -> str:
    """ISO 8601 with offset."""
    return datetime.fromtimestamp(at, where).isoformat()


def epoch(written: str | None) -> Instant | None:
    """The instant of a text that `iso` made."""
    return int(datetime.fromisoformat(written).timestamp()) if written else None


def as_of(case: CaseRecord, now: Instant) -> State:
    """The case's recorded state, settled by the core up to now."""
    return settle(case.rules, case.state, max(now, case.state.at)).state


def case_view(case: CaseRecord, now: Instant, actor: Actor | None) -> CaseView:
    """The whole case for somebody of the institution."""
    state, where, base = as_of(case, now), zone(case.rules), f"/api/complaints/{case.number}"
    return CaseView(
        number=case.number,
        procedure=case.procedure_id,
        stage=state.stage,
        outcome=state.outcome or None,
        **{name: state.facts.get(name) for name in CLASSES},
        unit=state.unit or None,
        owner=owner(case.rules, state) or None,
        received_at=moment(case.received_at, where),
        closed_at=iso(case.closed_at, where),
        as_of=moment(now, where),
        assigned={role: held.person for role, held in state.assigned.items()},
        awaited=awaited_view(case.rules, state, where),
        clocks=[clock_view(line, where, base) for line in clocks_view(case.rules, state)],
        actions=permitted(case.rules, state, actor) if actor is not None else [],
        facts=state.facts,
        links={name: f"{base}/{name}" for name in ("timeline", "attempts", "forecast")},
    )


def present(case: CaseRecord, now: Instant, actor: Actor) -> dict[str, Any]:
    """The case's present state as a refusal tells it: where it stands, who is awaited, what the asker may do."""
    state, where = as_of(case, now), zone(case.rules)
    return {
        "number": case.number,
        "stage": state.stage,
        "outcome": state.outcome or None,
        "as_of": moment(now, where),
        "awaited": [line.model_dump() for line in awaited_view(case.rules, state, where)],
        "permitted": permitted(case.rules, state, actor),
    }


def awaited_view(rules: Rules, state: State, where: ZoneInfo) -> list[AwaitedView]:
    """Who is awaited, for what, until when."""
    return [
        AwaitedView(
            role=line.role,
            person=line.person or None,
            actions=list(line.actions),
            clock=line.clock or "",
            due=iso(line.due, where),
        )
        for line in awaited(rules, state)
    ]


def clock_view(line: dict[str, Any], where: ZoneInfo, base: str) -> ClockView:
    """One line of the core's clocks."""
    key = str(line.get("key") or "/".join(p for p in (line["clock"], line.get("subject", "")) if p))
    return ClockView(
        key=key,
        clock=line["clock"],
        subject=line.get("subject") or "",
        owner=line.get("owner") or "",
        **{"from": iso(line.get("from"), where)},
        due=iso(line.get("due"), where),
        overdue=bool(line.get("overdue")),
        paused=bool(line.get("paused")),
        provisional=bool(line.get("provisional")),
        limit=str(line.get("limit") or ""),
        clause=str(line.get("clause") or ""),
        why=f"{base}/clocks/{key}/why",
    )


def shown(value: Any, where: ZoneInfo, name: str = "") -> Any:
    """Core values for people: instants in fields known to hold them become ISO 8601, everything else stays."""
    if isinstance(value, dict):
        return {key: shown(item, where, key) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [shown(item, where, name) for item in value]
    if name in INSTANTS and isinstance(value, int) and not isinstance(value, bool) and value > 86_400:
        return iso(value, where)
    return value


def timeline(
    events: Sequence[Event], stages: Sequence[str], texts: dict[str, dict[str, str]] | None, where: ZoneInfo
) -> list[TimelineEvent]:
    """Events with the stage after each; `texts` by content id, None where the asker may not read them."""
    return [
        TimelineEvent(
            seq=event.seq,
            at=moment(event.at, where),
            event=event.event,
            by=event.by,
            role=event.role,
            stage=stage,
            details=shown(event.data, where),
            texts=texts.get(event.content.id) if texts is not None and event.content is not None else None,
        )
        for event, stage in zip(events, stages, strict=True)
    ]


def attempt_view(attempt: Attempt, where: ZoneInfo) -> AttemptView:
    """One refused action."""
    return AttemptView(
        at=moment(attempt.at, where),
        person=attempt.person,
        role=attempt.role,
        action=attempt.action,
        code=attempt.code,
        text=attempt.text,
    )


def task_view(task: Task, where: ZoneInfo) -> TaskView:
    """One telephone task."""
    return TaskView(
        id=task.id,
        number=task.number,
        procedure=task.procedure_id,
        role=task.role,
        person=task.person,
        reason=task.reason,
        created_at=moment(task.created_at, where),
        done_at=iso(task.done_at, where),
    )
