"""What the clocks do when nobody acts: each step of each ladder, in its order, once."""

from __future__ import annotations

from dataclasses import dataclass

from complaints.case import ballot, clockwork
from complaints.case.draft import Draft
from complaints.case.flow import whose
from complaints.case.match import case_is
from complaints.case.model import Data, Running, State
from complaints.case.react import next_rung, react, rung_at, unexplained
from complaints.case.rules import DUE, Rules, Rung
from complaints.instants import Instant

MERGED = ("remind", "chase")
"""Steps that, piled up at one instant (after an outage or a recount), become one."""


@dataclass(frozen=True, slots=True)
class Question:
    """Silence has fallen due: the shell is asked for the facts of notice, reminder and outages before it counts."""

    key: str
    approval: str
    round: int
    since: Instant
    due: Instant
    notice: str


def settle_until(draft: Draft, now: Instant, *, inclusive: bool = False) -> None:
    """Lets every step due before `now` happen, earliest first; stops where silence must first be asked about."""
    while True:
        found = _first(draft.state)
        if found is None or found[0] > now or (found[0] == now and not inclusive):
            return
        at, _, place, key = found
        running = draft.state.clocks[key]
        if draft.rules.clocks[running.rule].clock.kind == "silence" and _rung(draft, running, place).do == DUE:
            return
        before = len(draft.events)
        _fire(draft, key, running, place, at, now, inclusive)
        react(draft, before)


def next_due(state: State) -> Instant | None:
    """The instant of the next step of any running clock, or None when none has one."""
    found = _first(state)
    return found[0] if found is not None else None


def questions(rules: Rules, state: State, now: Instant) -> tuple[Question, ...]:
    """The silences that have fallen due before `now` and come first, about which the facts are to be asked."""
    found = _first(state)
    if found is None or found[0] >= now:
        return ()
    at, _, place, key = found
    running = state.clocks[key]
    clock = rules.clocks[running.rule]
    if clock.clock.kind != "silence" or clock.rungs[place].do != DUE or state.ballot is None:
        return ()
    asked = state.ballot
    if any(n.to == asked.role and n.letter in ("reminder", "approval_request") for n in state.owed.values()):
        return ()  # a letter to the silent one is still on its way: its delivery gives more time
    notice = state.sent.get(f"{asked.role}/approval_request", "")
    return (Question(key, asked.approval, asked.round, running.start, at, notice),)


def _first(state: State) -> tuple[Instant, int, int, str] | None:
    best: tuple[Instant, int, int, str] | None = None
    for key, running in state.clocks.items():
        step = clockwork.next_step(running)
        if step is not None:
            mine = (step[0], running.rule, step[1], key)
            if best is None or mine < best:
                best = mine
    return best


def _rung(draft: Draft, running: Running, place: int) -> Rung:
    return draft.rules.clocks[running.rule].rungs[place]


def stamp(state: State, at: Instant) -> Instant:
    """The instant that a clock's event carries: its due instant, or the end of the outage that held it."""
    for since, until in state.outages:
        if since < at < until:
            at = until
    return max(at, state.at)


def _fire(draft: Draft, key: str, running: Running, place: int, at: Instant, now: Instant, inclusive: bool) -> None:
    rung = _rung(draft, running, place)
    stamped = stamp(draft.state, at)
    while rung.do in MERGED and (later := _merged(draft, running, place, stamped, now, inclusive)) != place:
        place, rung = later, _rung(draft, running, later)
    clock = draft.rules.clocks[running.rule].clock
    data: Data = {"clock": running.clock, "key": key, "step": place, "due": running.due}
    if running.subject:
        data["subject"] = running.subject
    if rung.do == DUE and clock.kind == "vote":
        ballot.end_of_voting(draft, stamped, data)
        return
    if rung.do == DUE:
        late = {"role": held_by} if (held_by := whose(draft.rules, draft.state, clock.owner)) else {}
        draft.tick("lapsed" if clock.kind == "window" else "overdue", stamped, {**data, **late})
        return
    assert rung.step is not None
    step = rung.step
    data |= {"clause": step.clause} if step.clause else {}
    if not case_is(step.when, draft.state):
        draft.tick("lapsed", stamped, {**data, "passed_over": rung.do})
        return
    to = [whose(draft.rules, draft.state, role) for role in step.to or ((clock.owner,) if clock.owner else ())]
    if rung.do in MERGED:
        draft.tick("reminded" if rung.do == "remind" else "chased", stamped, {**data, "to": _one(to)})
    elif rung.do == "escalate":
        earlier = draft.rules.clocks[running.rule].rungs[:place]
        climbed = sum(1 for r in earlier if r.do == "escalate")
        _escalate(draft, stamped, data, step.to, climbed + _own_rung(draft, clock.owner))
    elif rung.do == "reclassify":
        draft.tick("reclassified", stamped, {**data, **step.set})
    elif rung.do == "substitute":
        role = _one(to)
        held = draft.state.assigned.get(role)
        draft.tick("substituted", stamped, {**data, "role": role, "person": held.person if held else "", "why": "late"})
    elif rung.do == "reopen":
        draft.tick("reopened", stamped, {**data, "to": step.stage, "why": running.clock})
    elif rung.do == "close":
        draft.tick(
            "closed",
            stamped,
            {**data, **unexplained(draft.state), "outcome": step.outcome or draft.state.pending or "resolved"},
        )
    else:
        draft.tick("lapsed", stamped, data)


def _one(to: list[str]) -> str:
    return to[0] if to else ""


def _own_rung(draft: Draft, owner: str) -> int:
    """How many rungs are not above whoever is late: nobody hears of his own lateness as higher authority."""
    late = whose(draft.rules, draft.state, owner)
    rungs = draft.rules.procedure.ladder.rungs
    return next((place + 1 for place, rung in enumerate(rungs) if rung.role == late and rung.does == "inform"), 0)


def _escalate(draft: Draft, at: Instant, data: Data, to: tuple[str, ...], before: int) -> None:
    """Up the ladder by one rung, or to the rungs named; at the top, higher authority is chased again.

    Rungs that are only told start anew with each clock (`before`: how often this one has climbed): the leader hears of
    every overdue step first. Where rungs take the case over, it never comes down again.
    """
    rungs = draft.rules.procedure.ladder.rungs
    if not to:
        told = rungs[min(before, len(rungs) - 1)].does == "inform" if rungs else False
        found = next_rung(draft) if not told else rung_at(draft, before) if before < len(rungs) else None
        if found is not None:
            draft.tick("escalated", at, {**data, **found})
        else:
            draft.tick("chased", at, {**data, "to": rungs[-1].role if rungs else ""})
    for role in to:
        named = next_rung(draft, role) or {"to": role, "does": "inform"}
        draft.tick("escalated", at, {**data, **named})


def _merged(draft: Draft, running: Running, place: int, stamped: Instant, now: Instant, inclusive: bool) -> int:
    """The step to fire instead of `place`: a reminder gives way to a later one that falls on the same instant."""
    rule = draft.rules.clocks[running.rule]
    ready = [
        later
        for later in range(place + 1, len(running.plan))
        if running.plan[later] != clockwork.NEVER
        and (running.plan[later] < now or (inclusive and running.plan[later] == now))
        and stamp(draft.state, running.plan[later]) == stamped
    ]
    alike = any(rule.rungs[later].do == rule.rungs[place].do for later in ready)
    if not alike or (rule.rungs[ready[0]].do == DUE and rule.clock.kind == "silence"):
        return place
    return ready[0]
