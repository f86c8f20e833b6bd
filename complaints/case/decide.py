"""What an authorised message becomes: one event as a rule, with the checks that only this action needs."""

from __future__ import annotations

from collections.abc import Callable

from complaints.calendar import Limit
from complaints.case import ballot
from complaints.case.authority import extension
from complaints.case.draft import Draft
from complaints.case.match import case_is
from complaints.case.model import Data, Message
from complaints.case.react import next_rung, unexplained
from complaints.errors import LimitError, Refused
from complaints.vocabulary import ACTIONS, COMPLAINANT, OUTCOMES


def act(draft: Draft, message: Message, role: str) -> None:
    """Writes the event of an action; raises `Refused`."""
    special = _SPECIAL.get(message.do)
    if special is None:
        emit(draft, message, role, message.data)
    else:
        special(draft, message, role)


def emit(draft: Draft, message: Message, role: str, data: Data) -> None:
    """Writes the event that the action causes, with `data`."""
    name = ACTIONS[message.do].event
    draft.emit(name, message.at, data, by=message.by.person, role=role, content=message.content, key=message.key)


def _assess(draft: Draft, message: Message, role: str) -> None:
    data = message.data
    grounds = [g.id for g in draft.rules.procedure.admissibility]
    if data.get("admissible") is False and grounds and data.get("ground") not in grounds:
        raise Refused(
            "missing", f"assess needs ground, one of {', '.join(grounds)}, when not admissible", fields=("ground",)
        )
    emit(draft, message, role, {**data, **_raised(draft, data)})


def _reclassify(draft: Draft, message: Message, role: str) -> None:
    emit(draft, message, role, {**message.data, **_raised(draft, message.data)})


def _raised(draft: Draft, data: Data) -> Data:
    """The severity until now, when this changes it: rules about a case that becomes urgent look for it."""
    now = draft.state.facts.get("severity", "")
    return {"severity_was": now} if data.get("severity", now) != now else {}


def _appoint(draft: Draft, message: Message, role: str) -> None:
    person = str(message.data["person"])
    if person in draft.state.recused:
        raise Refused("recused", f"{person} is recused from this case and cannot be appointed", "CM-06")
    emit(draft, message, role, message.data)


def _dispatch(draft: Draft, message: Message, role: str) -> None:
    """To the unit named, else to the one that the routing gives for such a case."""
    data = message.data
    if not any(data.get(name) for name in ("unit", "units", "coordinator")):
        unit = next((r.unit for r in draft.rules.procedure.routing if case_is(r.when, draft.state)), "")
        if not unit:
            raise Refused(
                "missing", "dispatch needs unit: no rule of routing names one for such a case", fields=("unit",)
            )
        data = {**data, "unit": unit}
    emit(draft, message, role, data)


def _endorse(draft: Draft, message: Message, role: str) -> None:
    if "endorse" not in draft.state.waiting:
        raise Refused("nothing_to_endorse", "no measures of a handler wait for a signature")
    emit(draft, message, role, message.data)


def _sign_for(draft: Draft, message: Message, role: str) -> None:
    if not draft.state.unit:
        raise Refused("not_dispatched", "no sheet has been sent to a unit")
    emit(draft, message, role, message.data)


def _decision(draft: Draft, message: Message, role: str) -> None:
    ballot.decide(draft, message, role)


def _revoke(draft: Draft, message: Message, role: str) -> None:
    decided = draft.state.decided
    if not decided or decided["event"] == "returned":
        raise Refused("nothing_to_revoke", "nothing has been approved that could be taken back")
    if decided.get("voted"):
        raise Refused("by_vote", "what was decided by vote cannot be taken back by one person")
    if decided["firm"]:
        raise Refused("too_late", "the approval can no longer be revoked: it has been acted on")
    emit(draft, message, role, {**message.data, "to": decided["entry"], "approval": decided["approval"]})


def _answer(draft: Draft, message: Message, role: str) -> None:
    waiting = [key.removeprefix("answer:") for key in draft.state.waiting if key.startswith("answer:")]
    asked = "complainant" in draft.state.paused or "asked" in draft.state.contents
    own = role if role in (COMPLAINANT, *waiting) else message.data.get("from")
    origin = own or (waiting[0] if len(waiting) == 1 else "")
    if origin not in waiting and not (asked and origin in ("", COMPLAINANT)):
        raise Refused("nothing_asked", "no answer is awaited")
    emit(draft, message, role, {**message.data, "from": origin})


def _promise(draft: Draft, message: Message, role: str) -> None:
    until, kind = message.data["until"], message.data.get("kind", "reply")
    if not isinstance(until, int) or until <= message.at:
        raise Refused("past", "the promised date must lie ahead")
    if kind != "reply" and draft.state.stage not in ("implementation", "reply", "revisit", "closed"):
        raise Refused("before_decision", "a remedy cannot be promised before the decision", "CM-03")
    if draft.state.outcome and not draft.state.clocks:
        raise Refused("closed", "the case is closed")
    emit(draft, message, role, {**message.data, "kind": kind, "promise": f"{kind}{draft.state.seq + 1}"})


def _explain(draft: Draft, message: Message, role: str) -> None:
    late = draft.state.overdue.get(str(message.data["overdue"]))
    if late is None or late.explained:
        raise Refused("nothing_to_explain", "that step was not late, or its reason is already given")
    left = sum(1 for x in draft.state.overdue.values() if not x.explained) - 1
    emit(draft, message, role, {**message.data, "remaining": left})


def _extend(draft: Draft, message: Message, role: str) -> None:
    key = str(message.data["clock"])
    running = draft.state.clocks[key]
    rule = extension(draft.rules, draft.state, running)
    assert rule is not None
    if running.overdue or running.due < message.at:
        raise Refused("too_late", "a limit can be extended only before it has passed")
    if len(running.extended) >= rule.times:
        raise Refused("too_often", f"this limit may be extended {rule.times} times at most")
    try:
        asked = Limit.parse(message.data.get("limit", str(rule.most)))
    except LimitError as error:
        raise Refused("missing", error.text, fields=("limit",)) from error
    calendar = draft.rules.calendar
    due = calendar.due(running.due, asked)
    if due > calendar.due(running.due, rule.most):
        raise Refused("too_long", f"this limit may be extended by {rule.most} at most")
    emit(draft, message, role, {
        "key": key, "clock": running.clock, "limit": str(asked), "was": running.due, "due": due,
    })  # fmt: skip


def _pause(draft: Draft, message: Message, role: str) -> None:
    allowed = {p.id: list(p.clocks) for p in draft.rules.procedure.pauses}
    pause = str(message.data.get("pause") or next(iter(allowed), ""))
    if pause not in allowed:
        raise Refused("no_pause", "this procedure does not let its clocks be paused for that")
    if pause in draft.state.paused:
        raise Refused("paused", "the clocks are paused already")
    emit(draft, message, role, {**message.data, "pause": pause, "clocks": allowed[pause]})


def _resume(draft: Draft, message: Message, role: str) -> None:
    pause = str(message.data.get("pause") or next(iter(draft.state.paused), ""))
    if pause not in draft.state.paused:
        raise Refused("not_paused", "the clocks are not paused")
    clocks = next((list(p.clocks) for p in draft.rules.procedure.pauses if p.id == pause), [])
    emit(draft, message, role, {**message.data, "pause": pause, "clocks": clocks})


def _recuse(draft: Draft, message: Message, role: str) -> None:
    person = str(message.data.get("person") or message.by.person)
    if person != message.by.person and role != "csd":
        raise Refused("not_your_role", "only the complaints desk may recuse somebody else")
    state = draft.state
    own = next((r for r, held in state.assigned.items() if held.person == person), "")
    held = state.ballot.role if state.ballot and (not own or own == state.ballot.role) else own
    emit(draft, message, role, {**message.data, "person": person, "role": held})


def _substitute(draft: Draft, message: Message, role: str) -> None:
    state = draft.state
    target = str(message.data.get("role") or (state.ballot.role if state.ballot else role))
    held = state.assigned.get(target)
    if held is None:
        raise Refused("nobody", f"nobody holds the role {target} in this case yet")
    person = held.person
    if held.people:
        person = str(message.data.get("person") or message.by.person)
        if person not in held.people or (state.ballot is not None and person in state.ballot.votes):
            raise Refused("nobody", f"{person} has no vote to hand over")
    emit(draft, message, role, {**message.data, "role": target, "person": person, "why": "handed_over"})


def _escalate(draft: Draft, message: Message, role: str) -> None:
    found = next_rung(draft, str(message.data.get("to", "")))
    if found is None:
        raise Refused("top", "the case is already at the top of the ladder, or has no such rung")
    emit(draft, message, role, {**message.data, **found})


def _reopen(draft: Draft, message: Message, role: str) -> None:
    procedure = draft.rules.procedure
    path = next(p for p in procedure.paths if p.id == draft.state.path)
    known = [e.id for e in path.stages if e.stage not in ("registration", "closed")]
    usual = procedure.reopen_to or next((e.id for e in path.stages if e.stage == "investigation"), known[0])
    to = str(message.data.get("to", usual))
    if to not in known:
        raise Refused("missing", f"reopen leads to one of {', '.join(known)}", fields=("to",))
    emit(draft, message, role, {**message.data, "to": to})


def _close(draft: Draft, message: Message, role: str) -> None:
    if message.data["outcome"] not in OUTCOMES:
        raise Refused("missing", f"close needs outcome, one of {', '.join(OUTCOMES)}", fields=("outcome",))
    emit(draft, message, role, {**message.data, **unexplained(draft.state)})


def _grant(draft: Draft, message: Message, role: str) -> None:
    ladder, amount = draft.rules.procedure.ladder, message.data.get("amount")
    rung = next((one for one in ladder.rungs if one.role == role), None)
    most = rung.grants(draft.state.unit) if rung is not None else None
    if most is not None and isinstance(amount, int | float) and amount > most:
        raise Refused("beyond_grant", f"{role} may grant {most:g} at most: take the case one rung up", ladder.clause)
    emit(draft, message, role, message.data)


def _object(draft: Draft, message: Message, role: str) -> None:
    ballot.objection(draft, message, role)


_SPECIAL: dict[str, Callable[[Draft, Message, str], None]] = {
    "assess": _assess, "reclassify": _reclassify, "appoint": _appoint, "dispatch": _dispatch,
    "endorse": _endorse, "sign_for": _sign_for, "approve": _decision, "return": _decision,
    "vote": _decision, "revoke": _revoke, "answer": _answer, "promise": _promise, "explain": _explain,
    "extend": _extend, "pause": _pause, "resume": _resume, "recuse": _recuse, "substitute": _substitute,
    "escalate": _escalate, "reopen": _reopen, "close": _close, "object": _object,
    "propose": _grant, "resolve": _grant,
}  # fmt: skip
