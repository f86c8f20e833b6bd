"""What follows of itself from an event: pauses, reopening, climbing, recounting, closing."""

from __future__ import annotations

from dataclasses import replace

from complaints.calendar import FAR
from complaints.case import ballot, clockwork
from complaints.case.draft import Draft
from complaints.case.match import any_matches, case_is, holds
from complaints.case.model import Data, Event, State
from complaints.case.rules import OWNERS, Rules, plain_limit
from complaints.vocabulary import CLOCK


def react(draft: Draft, seen: int) -> None:
    """Writes the events that follow from those written since place `seen`, and from these in turn."""
    while seen < len(draft.events):
        event = draft.events[seen]
        seen += 1
        _pauses(draft, event)
        _reclassify(draft, event)
        if event.event in ("reclassified", "corrected", "assessed"):
            _recount(draft, event)
        if event.event == "revisited" and not draft.state.outcome:
            _reopen(draft, event)
        if event.event == "absent":
            _stand_in(draft, event)
        if event.event == "notified":
            ballot.asked_anew(draft, event)
        if any_matches(draft.rules.procedure.ladder.climb, event, draft.state):
            found = next_rung(draft)
            if found is not None:
                draft.emit("escalated", event.at, {"why": event.event, **found})
        _beyond_grant(draft, event)
        if draft.state.stage == "closed" and not draft.state.outcome:
            _close(draft, event)


def next_rung(draft: Draft, to: str = "") -> Data | None:
    """The next rung of the ladder (or the rung of role `to`), as `escalated` carries it; None at the top."""
    rungs = draft.rules.procedure.ladder.rungs
    for place in range(0 if to else standing(draft) + 1, len(rungs)):
        if not to or rungs[place].role == to:
            return rung_at(draft, place)
    return None


def standing(draft: Draft) -> int:
    """The place of the rung that the case has reached: climbed to, or whose turn it is anyway; -1 below the ladder."""
    state, rungs = draft.state, draft.rules.procedure.ladder.rungs
    entry = draft.rules.entry(state.path, state.entry)[2]
    turn = entry.owner or OWNERS[entry.stage]
    holds_it = [place for place, rung in enumerate(rungs) if rung.role == turn and rung.does == "take_over"]
    return max(state.rung, *holds_it, -1)


def _beyond_grant(draft: Draft, event: Event) -> None:
    """What is asked for is more than the rung that holds the case may grant: up, until one may."""
    ladder, state = draft.rules.procedure.ladder, draft.state
    if not ladder.asked or state.outcome or not (event.event == "registered" or ladder.asked in event.data):
        return
    asked = state.facts.get(ladder.asked)
    place = standing(draft)
    grants = ladder.rungs[place].grants(state.unit) if place >= 0 else None
    if isinstance(asked, int | float) and grants is not None and asked > grants and place + 1 < len(ladder.rungs):
        again = {ladder.asked: asked}  # looked at again for the rung above
        draft.emit("escalated", event.at, {"why": "beyond_grant", **again, **rung_at(draft, place + 1)})


def rung_at(draft: Draft, place: int) -> Data:
    """A rung of the ladder by its place, as `escalated` carries it."""
    rung = draft.rules.procedure.ladder.rungs[place]
    return {"rung": place, "to": rung.role, "does": rung.does}


def _pauses(draft: Draft, event: Event) -> None:
    if event.event in ("paused", "resumed"):
        return
    for pause in draft.rules.procedure.pauses:
        held = pause.id in draft.state.paused
        data = {"pause": pause.id, "clocks": list(pause.clocks)}
        if not held and any_matches(pause.from_, event, draft.state):
            draft.emit("paused", event.at, {**data, "why": event.event})
        elif held and any_matches(pause.until, event, draft.state):
            draft.emit("resumed", event.at, {**data, "why": event.event})


def recounts(rules: Rules, state: State, event: Event) -> list[Data]:
    """What a new classification or calendar changes of the running clocks: key, old and new due, new start."""
    out: list[Data] = []
    for key, running in state.clocks.items():
        rule = rules.clocks[running.rule]
        limit = plain_limit(rule.clock.limit, state.facts)
        if running.fixed or limit is None or running.seq == event.seq:
            continue
        if rule.clock.limit.by and rule.clock.limit.by not in state.facts:
            continue  # the limit was chosen by what the opening event carried
        start = event.at if rule.clock.recount == "now" and str(limit) != running.limit else running.start
        again = clockwork.due_of(rules, state, replace(running, start=start, limit=str(limit)))
        if again != running.due and (again < FAR or running.due < FAR):
            out.append({
                "key": key, "clock": running.clock, "was": running.due, "due": again, "start": start,
                "limit": str(limit),
            })  # fmt: skip
    return out


def _reclassify(draft: Draft, event: Event) -> None:
    """Rules that classify anew when something happens, unless the case is classified so already."""
    for rule in draft.rules.procedure.classification.rules:
        if rule.on and any_matches(rule.on, event, draft.state) and case_is(rule.when, draft.state):
            changed = {name: value for name, value in rule.set.items() if draft.state.facts.get(name) != value}
            if changed and not draft.state.outcome:
                draft.emit("reclassified", event.at, {**changed, "why": event.event})


def _recount(draft: Draft, event: Event) -> None:
    for change in recounts(draft.rules, draft.state, event):
        draft.emit("recounted", event.at, change)


def _reopen(draft: Draft, event: Event) -> None:
    procedure = draft.rules.procedure
    if not holds(procedure.reopen_on, event.data):
        return
    path = next(p for p in procedure.paths if p.id == draft.state.path)
    to = procedure.reopen_to or next((e.id for e in path.stages if e.stage == "investigation"), path.stages[0].id)
    draft.emit("reopened", event.at, {"to": to, "why": "revisited"})


def _stand_in(draft: Draft, event: Event) -> None:
    """An absence moves what waits for that person to a substitute; the return does not move it back."""
    person = event.data["person"]
    voted = draft.state.ballot.votes if draft.state.ballot is not None else {}
    for role, held in list(draft.state.assigned.items()):
        on_panel = person in held.people and person not in voted
        if on_panel or (held.person == person and not held.people and role != "first_receiver"):
            draft.emit("substituted", event.at, {"role": role, "person": person, "why": "absent"})


def unexplained(state: State) -> Data:
    """The steps that were late and whose reason is still to be given, as `closed` carries them."""
    late = [key for key, x in state.overdue.items() if not x.explained]
    return {"unexplained": late} if late else {}


def _close(draft: Draft, event: Event) -> None:
    state = draft.state
    usual = "unfounded" if state.facts.get("validity") == "invalid" else "resolved"
    data: Data = {"outcome": state.pending or usual, **unexplained(state)}
    draft.emit("closed", event.at, data, role=CLOCK if event.role == CLOCK else "system")
