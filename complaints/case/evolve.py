"""What an event makes of a case: the only place where a state changes.

`evolve` changes the state that it is given; whoever calls it owns a copy (`copy_state`). It decides nothing, so the
same events always fold to the same state.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from operator import attrgetter

from complaints.case import clockwork, flow, notices
from complaints.case.match import case_is
from complaints.case.model import Assignment, Ballot, Event, Overdue, Running, State
from complaints.case.rules import Rules
from complaints.vocabulary import CLOCK

SEEN_KEPT = 200
"""How many idempotency keys travel with a state; a client repeats within minutes, not after two hundred actions."""


_STATE = attrgetter(*(f.name for f in fields(State)))
_RUNNING = attrgetter(*(f.name for f in fields(Running)))
_BALLOT = attrgetter(*(f.name for f in fields(Ballot)))


def copy_state(state: State) -> State:
    """A state that may be changed without changing the one given."""
    new = State(*_STATE(state))  # three times as fast as dataclasses.replace, and every message pays for it
    new.facts = dict(state.facts)
    new.rounds = dict(state.rounds)
    new.assigned = dict(state.assigned)
    new.recused = dict(state.recused)
    new.absent = dict(state.absent)
    new.clocks = {key: Running(*_RUNNING(running)) for key, running in state.clocks.items()}
    new.paused = dict(state.paused)
    new.waiting = dict(state.waiting)
    new.owed = dict(state.owed)
    new.sent = dict(state.sent)
    if state.ballot is not None:
        new.ballot = Ballot(*_BALLOT(state.ballot))
        new.ballot.votes = dict(state.ballot.votes)
    new.decided = dict(state.decided)
    new.overdue = {key: replace(late) for key, late in state.overdue.items()}
    new.contents = dict(state.contents)
    return new


def evolve(rules: Rules, state: State, event: Event) -> None:
    """Folds one event into `state`, in place."""
    state.seq, state.head, state.at = event.seq, event.hash, event.at
    if event.key:
        state.seen = (*state.seen, event.key)[-SEEN_KEPT:]
    if event.content is not None:
        state.contents[event.event] = event.content.id
    change = _CHANGES.get(event.event)
    if change is not None:
        change(rules, state, event)
    entered = flow.move(rules, state, event)
    if entered:
        clockwork.end_silences(rules, state)
        if event.event == "proposed":
            state.waiting.pop("endorse", None)  # here a handler's measures need no signature
    clockwork.close_and_open(rules, state, event)
    if event.event == "closed":
        clockwork.stop_all(rules, state)
    notices.owe(rules, state, event, entered)


def _received(rules: Rules, state: State, event: Event) -> None:
    data = event.data
    state.received_at = event.at
    state.facts = dict(data["facts"])
    state.unit = str(state.facts.get("unit", ""))
    state.recused = dict(data.get("recused", {}))
    if event.by:
        state.assigned["first_receiver"] = Assignment(event.by)
    _apply_classes(rules, state)
    flow.start(rules, state)


def _registered(rules: Rules, state: State, event: Event) -> None:
    state.number = str(event.data["number"])


def _classify(rules: Rules, state: State, event: Event) -> None:
    """Coded fields of an assessment, a proposal or a reclassification are facts of the case from then on."""
    for name, value in event.data.items():
        if name not in _NO_FACTS:
            state.facts[name] = value
    _apply_classes(rules, state)


_NO_FACTS = frozenset({"clock", "step", "person", "recounted", "due", "reason", "why", "key", "clause", "severity_was"})


def _apply_classes(rules: Rules, state: State) -> None:
    for rule in rules.procedure.classification.rules:
        if rule.after is None and not rule.on and case_is(rule.when, state):
            state.facts.update(rule.set)


def _assigned(rules: Rules, state: State, event: Event) -> None:
    data = event.data
    state.assigned[str(data["role"])] = Assignment(
        str(data["person"]), str(data.get("deputy_of", "")), str(data.get("why", "")), tuple(data.get("people", ()))
    )


def _dispatched(rules: Rules, state: State, event: Event) -> None:
    unit = event.data.get("unit") or event.data.get("coordinator", "")
    state.units = tuple(event.data.get("units", (unit,)))
    state.unit = str(unit)
    state.assigned.pop("responsible", None)
    state.assigned.pop("handler", None)
    state.waiting.pop("endorse", None)


def _declined(rules: Rules, state: State, event: Event) -> None:
    state.unit, state.units = "", ()
    state.assigned.pop("responsible", None)
    state.assigned.pop("handler", None)


def _signed_for(rules: Rules, state: State, event: Event) -> None:
    state.assigned["responsible"] = Assignment(event.by)


def _appointed(rules: Rules, state: State, event: Event) -> None:
    data = event.data
    team = tuple(data.get("people", ()))
    state.assigned[str(data.get("role", "handler"))] = Assignment(str(data["person"]), people=team)


def _proposed(rules: Rules, state: State, event: Event) -> None:
    _classify(rules, state, event)
    if event.role == "responsible":
        state.waiting.pop("endorse", None)
    else:
        state.waiting["endorse"] = "responsible"


def _endorsed(rules: Rules, state: State, event: Event) -> None:
    state.waiting.pop("endorse", None)


def _opined(rules: Rules, state: State, event: Event) -> None:
    """An opinion may name the responsible unit, as handing over does."""
    _classify(rules, state, event)
    if event.data.get("unit"):
        _dispatched(rules, state, event)


def _decided(rules: Rules, state: State, event: Event) -> None:
    ballot = state.ballot
    if ballot is not None:
        state.decided = {
            "approval": ballot.approval, "round": ballot.round, "role": ballot.role, "event": event.event,
            "by": event.by, "at": event.at, "entry": state.entry, "firm": False,
        }  # fmt: skip
        panel = rules.approvals[ballot.approval].panel
        if panel is not None and flow.mode_of(rules, ballot) == "panel":
            state.decided["voted"] = True
            state.facts.update({name: event.data[name] for name in panel.questions if name in event.data})


def _firm(rules: Rules, state: State, event: Event) -> None:
    """From here on something was done or said on the strength of the decision: it cannot be revoked."""
    if state.decided:
        state.decided["firm"] = True


def _voted(rules: Rules, state: State, event: Event) -> None:
    if state.ballot is not None:
        state.ballot.votes[str(event.data["as"])] = dict(event.data)


def _referred(rules: Rules, state: State, event: Event) -> None:
    state.waiting[f"answer:{event.data['to']}"] = str(event.data["to"])


def _answered(rules: Rules, state: State, event: Event) -> None:
    state.waiting.pop(f"answer:{event.data.get('from', '')}", None)


def _paused(rules: Rules, state: State, event: Event) -> None:
    state.paused[str(event.data["pause"])] = event.at
    clockwork.pause(rules, state, tuple(event.data["clocks"]), event.at)


def _resumed(rules: Rules, state: State, event: Event) -> None:
    state.paused.pop(str(event.data["pause"]), None)
    clockwork.resume(rules, state, tuple(event.data["clocks"]), event.at)


def _recounted(rules: Rules, state: State, event: Event) -> None:
    running = state.clocks.get(str(event.data["key"]))
    if running is not None:
        running.start = int(event.data.get("start", running.start))
        running.limit = str(event.data.get("limit", running.limit))
        clockwork.replan(rules, running, int(event.data["due"]))


def _extended(rules: Rules, state: State, event: Event) -> None:
    running = state.clocks[str(event.data["key"])]
    running.extended = (*running.extended, str(event.data["limit"]))
    clockwork.replan(rules, running, int(event.data["due"]))


def _fired(rules: Rules, state: State, event: Event) -> None:
    """A clock's own event: that step of its ladder is behind it."""
    running = state.clocks.get(str(event.data.get("key", "")))
    if running is not None and event.role == CLOCK:
        running.fired = int(event.data["step"]) + 1


def _overdue(rules: Rules, state: State, event: Event) -> None:
    _fired(rules, state, event)
    data = event.data
    running = state.clocks[str(data["key"])]
    running.overdue = True
    if not rules.clocks[running.rule].clock.quiet:
        role = str(data.get("role", ""))
        holder = state.assigned.get(role)
        state.overdue[f"{data['key']}@{event.seq}"] = Overdue(
            running.clock, running.subject, role, holder.person if holder else "", event.at
        )


def _lapsed(rules: Rules, state: State, event: Event) -> None:
    _fired(rules, state, event)
    running = state.clocks.get(str(event.data.get("key", "")))
    if running is not None and _spent(running):
        del state.clocks[str(event.data["key"])]


def _spent(running: Running) -> bool:
    return clockwork.next_step(running) is None


def _deemed(rules: Rules, state: State, event: Event) -> None:
    _decided(rules, state, event)
    state.clocks.pop(str(event.data.get("key", "")), None)


def _escalated(rules: Rules, state: State, event: Event) -> None:
    _fired(rules, state, event)
    if "rung" in event.data:
        state.rung = max(state.rung, int(event.data["rung"]))
        if event.data.get("does") == "take_over":
            state.taken = str(event.data["to"])


def _reclassified(rules: Rules, state: State, event: Event) -> None:
    _classify(rules, state, event)
    _lapsed(rules, state, event)


def _explained(rules: Rules, state: State, event: Event) -> None:
    late = state.overdue.get(str(event.data["overdue"]))
    if late is not None:
        late.explained = True


def _recused(rules: Rules, state: State, event: Event) -> None:
    person = str(event.data["person"])
    state.recused[person] = "declared"
    for ident, notice in state.owed.items():  # letters that have not gone yet go to somebody else
        fixed = "" if notice.person == person else notice.person
        state.owed[ident] = replace(notice, person=fixed, exclude=(*notice.exclude, person))
    for role in list(state.assigned):
        notices.take_from(state, role, person)
    if state.ballot is not None:
        state.ballot.votes.pop(person, None)


def _absent(rules: Rules, state: State, event: Event) -> None:
    state.absent[str(event.data["person"])] = int(event.data["until"])


def _substituted(rules: Rules, state: State, event: Event) -> None:
    _fired(rules, state, event)
    person = str(event.data.get("person", ""))
    if person and person not in state.passed_over:
        state.passed_over = (*state.passed_over, person)
    notices.take_from(state, str(event.data["role"]), person)


def _outage(rules: Rules, state: State, event: Event) -> None:
    state.outages = (*state.outages, (int(event.data["since"]), int(event.data["until"])))


def _corrected(rules: Rules, state: State, event: Event) -> None:
    state.facts.update(event.data.get("set", {}))


def _objected(rules: Rules, state: State, event: Event) -> None:
    state.facts[f"lift_{event.data['approval']}"] = event.data["lift"]


def _reopened(rules: Rules, state: State, event: Event) -> None:
    _fired(rules, state, event)
    state.waiting.pop("endorse", None)


def _moved(rules: Rules, state: State, event: Event) -> None:
    """`rules` are the new ones already; the event says where the case stands in them."""
    state.path = str(event.data.get("path", state.path))
    state.rung = int(event.data.get("rung", state.rung))
    clockwork.carry_over(rules, state, event.data.get("clocks", {}))


Change = Callable[[Rules, State, Event], None]
_CHANGES: dict[str, Change] = {
    "received": _received, "registered": _registered, "assessed": _classify, "reclassified": _reclassified,
    "assigned": _assigned, "dispatched": _dispatched, "declined": _declined, "signed_for": _signed_for,
    "appointed": _appointed, "proposed": _proposed, "endorsed": _endorsed, "approved": _decided, "returned": _decided,
    "deemed_approved": _deemed, "voted": _voted, "implemented": _firm, "replied": _firm, "promised": _firm,
    "referred": _referred, "answered": _answered, "paused": _paused, "resumed": _resumed, "recounted": _recounted,
    "extended": _extended, "overdue": _overdue, "reminded": _fired, "chased": _fired, "lapsed": _lapsed,
    "escalated": _escalated, "explained": _explained, "recused": _recused, "absent": _absent,
    "substituted": _substituted, "outage": _outage, "objected": _objected, "corrected": _corrected,
    "reopened": _reopened, "calendar_changed": _moved, "moved": _moved,
    "notified": notices.notified, "notice_failed": notices.failed, "contacted": _classify, "opined": _opined,
}  # fmt: skip
