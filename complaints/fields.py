"""What a complaint and an action may carry: checks shape and types, and parts coded data from people's own words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from complaints.calendar import Limit, WorkingCalendar
from complaints.case.match import holds
from complaints.case.rules import Rules
from complaints.errors import BadInput, CalendarEnd, LimitError
from complaints.instants import Instant
from complaints.procedure.intake import CLASSES, Field
from complaints.procedure.model import Procedure
from complaints.vocabulary import ACTIONS, TEXTS

CODED: dict[str, str] = {
    "admissible": "bool", "ground": "code", "unit": "unit", "units": "list", "coordinator": "unit", "person": "person",
    "medium": "code", "step": "code", "amount": "amount", "cost": "amount", "vote": "code", "accepted": "bool",
    "people": "list",
    "satisfied": "code", "rating": "integer", "of": "code", "to": "code", "from": "code", "takes_over": "bool",
    "what": "code", "served_at": "instant", "until": "instant", "kind": "code", "category": "code", "severity": "code",
    "validity": "code", "relation": "code", "case": "code", "event": "code", "set": "object", "overdue": "code",
    "clock": "code", "limit": "limit", "pause": "code", "role": "code", "into": "code", "outcome": "code",
    "round": "integer", "approval": "code", "with_requirements": "bool", "recurring": "bool", "capa_owner": "person",
    "capa_due": "date", "implement_by": "instant", "done_at": "instant", "site_protected": "bool", "invited": "bool",
    "party": "code", "written": "bool", "on_site": "bool", "owner": "person",
}  # fmt: skip
"""Fields of actions that are codes, numbers and dates, with their types; all others are people's own words."""

Local = Callable[[datetime], Instant]
"""From a local or aware time to an instant, by the procedure's zone."""


def shape_action(rules: Rules, action: str, given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The `with` of an action as (coded data, texts); raises `BadInput` naming the field that cannot be taken."""
    if action not in ACTIONS:
        raise BadInput("action", f"there is no action {action!r}", f"Use one of {', '.join(ACTIONS)}.")
    procedure = rules.procedure
    wanted = set(rules.actions[action].requires)
    own = procedure.actions.get(action)
    if own is not None:
        wanted |= {f for more in own.also for f in more.fields}
    asked = {q for a in procedure.approvals if a.panel for q in a.panel.questions} if action == "vote" else set()
    steps = {f for p in procedure.paths for e in p.stages for s in e.steps for f in s.fields}
    data: dict[str, Any] = {}
    texts: dict[str, str] = {}
    for name, value in given.items():
        field = procedure.intake.fields.get(name)
        kind = "code" if name in asked else CODED.get(name) or (field.type if field is not None else "")
        if name in CLASSES:
            data[name] = _class(procedure, name, value, allow_other=action in ("promise", "note", "open_case"))
        elif kind and kind != "text" and not (name in TEXTS and isinstance(value, str) and name not in CODED):
            data[name] = _typed(within(rules.calendar), name, kind, value, field)
        elif name in TEXTS or kind == "text" or name in wanted or name in steps:
            texts[name] = _text(name, value)
        else:
            raise BadInput(name, f"{name} is not a field of {action}", "Check its spelling, or leave it out.")
    if texts.get("requirements"):
        data["with_requirements"] = True
    return data, texts


COMPLAINT = ("channel", "about", "demand", "place", "subject", "unit", *CLASSES)
"""Fields that every procedure's intake takes, beside its own."""


def shape_complaint(
    procedure: Procedure, local: Local, given: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, str]]:
    """The fields of a complaint as (coded facts, texts); raises `BadInput` naming the first field at fault."""
    own = procedure.intake.fields
    facts: dict[str, Any] = {}
    texts: dict[str, str] = {}
    for name, value in given.items():
        if value is None or value == "":
            continue
        if name in CLASSES:
            facts[name] = _class(procedure, name, value)
        elif name == "channel":
            facts[name] = _one_of("channel", value, list(procedure.channels))
        elif name in own and not own[name].later:
            _put(name, own[name], value, facts, texts, local)
        elif name in ("about", "demand", "place"):
            texts[name] = _text(name, value)
        elif name in ("subject", "unit"):
            facts[name] = _code(name, value)
        else:
            known = ", ".join(dict.fromkeys((*COMPLAINT, *(n for n, field in own.items() if not field.later))))
            raise BadInput(name, f"{name} is not a field of this procedure's complaint", f"Known are {known}.")
    facts.setdefault("channel", "web" if "web" in procedure.channels else next(iter(procedure.channels)))
    _required(procedure, {**facts, **texts})
    return facts, texts


def _put(name: str, field: Field, value: Any, facts: dict[str, Any], texts: dict[str, str], local: Local) -> None:
    if field.type == "text" or field.personal:
        texts[name] = _text(name, value)
    else:
        facts[name] = _typed(local, name, field.type, value, field)


def _required(procedure: Procedure, given: dict[str, Any]) -> None:
    for name, field in procedure.intake.fields.items():
        if field.later:
            continue
        must = field.required if isinstance(field.required, bool) else holds(field.required, given)
        if must and name not in given:
            label = field.label.get("en") or name
            raise BadInput(name, f"{name} ({label}) is missing", f"Give {name}.")


def _class(procedure: Procedure, name: str, value: Any, *, allow_other: bool = False) -> str:
    values = procedure.classification.of(name)
    known = list(values.values) if values is not None else []
    if allow_other and isinstance(value, str) and value not in known:
        return _code(name, value)
    return _one_of(name, value, known)


def _one_of(name: str, value: Any, known: list[str]) -> str:
    if value not in known:
        raise BadInput(name, f"{name} cannot be {value!r}", f"Use one of {', '.join(known) or 'none here'}.")
    return str(value)


def _typed(local: Local, name: str, kind: str, value: Any, field: Field | None) -> Any:
    if kind == "choice":
        return _one_of(name, value, list(field.values) if field is not None else [])
    if kind == "bool":
        if not isinstance(value, bool):
            raise BadInput(name, f"{name} must be true or false, not {value!r}", "Write true or false.")
        return value
    if kind in ("amount", "integer"):
        whole = kind == "integer"
        if isinstance(value, bool) or not isinstance(value, int if whole else int | float) or abs(value) > 1e15:
            raise BadInput(
                name, f"{name} must be a {'whole ' if whole else ''}number, not {value!r}", "Write digits only."
            )
        return value
    if kind == "instant":
        return _instant(local, name, value)
    if kind == "date":
        return _date(name, value)
    if kind == "limit":
        return _limit(name, value)
    if kind == "list":
        if not isinstance(value, list) or not value:
            raise BadInput(name, f"{name} must be a list", "Write a list of ids.")
        return [_code(name, item) for item in value]
    if kind == "object":
        if not isinstance(value, dict):
            raise BadInput(name, f"{name} must be an object", "Write names and values.")
        return {_code(name, k): v if isinstance(v, bool | int | float) else _code(name, v) for k, v in value.items()}
    return _code(name, value)


def _instant(local: Local, name: str, value: Any) -> Instant:
    try:
        return local(value if isinstance(value, datetime) else datetime.fromisoformat(value))
    except CalendarEnd as end:
        raise BadInput(name, f"{name} lies beyond the years that can be counted", "Give an earlier time.") from end
    except (TypeError, ValueError, OverflowError) as error:
        raise BadInput(name, f"{name} must be a time, not {value!r}", "Write it as 2026-11-30T18:00.") from error


def within(calendar: WorkingCalendar) -> Local:
    """Local times to instants by a calendar; those after its years raise, for no limit could be counted to them."""

    def local(given: datetime) -> Instant:
        at = calendar.instant(given)
        calendar.reaches(at)
        return at

    return local


def _date(name: str, value: Any) -> str:
    try:
        return datetime.fromisoformat(str(value)).date().isoformat()
    except ValueError as error:
        raise BadInput(name, f"{name} must be a date, not {value!r}", "Write it as 2026-11-30.") from error


def _limit(name: str, value: Any) -> str:
    try:
        return str(Limit.parse(value))
    except LimitError as error:
        raise BadInput(name, f"{name} must be a time limit: {error.text}", "Write it as 2 working_days.") from error


def _code(name: str, value: Any) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= 64 or not all(c.isalnum() or c in "-_.:/@" for c in value):
        raise BadInput(name, f"{name} must be a short id, not {value!r}", "Use letters, digits, - and _.")
    return value


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise BadInput(name, f"{name} must be text", f"Write something into {name}.")
    if len(value) > 20_000:
        raise BadInput(name, f"{name} is longer than 20,000 characters", "Shorten it, or attach it as a file.")
    return value
