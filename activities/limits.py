"""The dates of a letter: which step it is about and when that is due, when silence counts, what may be decided."""

from __future__ import annotations

from dataclasses import dataclass

from activities.casefile import CaseFile
from activities.reader import COMPLAINANT, Reader
from complaints.calendar import FAR
from complaints.case import Actor, Event, Message, Notice, Rules, State, apply
from complaints.case.flow import owner, whose
from complaints.case.model import Running
from complaints.case.rules import limit_for
from complaints.errors import HuiyinError
from complaints.instants import Instant
from complaints.vocabulary import SYSTEM

# Clocks by which a complainant hears from the institution, the most telling one first.
_ANSWERS = ("promise", "reply", "closure", "contact")
_CLOCKS_OF = {"acknowledgement": _ANSWERS, "progress": _ANSWERS, "revisit_question": ("revisit",)}
# These tell of something that is over: no date is theirs.
_UNDATED = frozenset({"reply", "outcome", "instruction"})
# What the reader of a letter is asked to do, by the events that tell that it was done.
_ASKED = {
    "approval_request": frozenset({"approved", "returned"}),
    "information_report": frozenset({"instructed"}),
    "legal_request": frozenset({"answered"}),
}
_AFTER = {
    "approved": (frozenset({"implemented"}), "implementation"),
    "deemed_approved": (frozenset({"implemented"}), "implementation"),
    "returned": (frozenset({"proposed", "endorsed"}), "investigation"),
}
"""After a decision: what it asks for, and the stage at which that is done."""


@dataclass(frozen=True, slots=True)
class Dated:
    """The clocks (by id) of the steps that a letter is about, its one date, and the events that it waits for."""

    clocks: tuple[str, ...] = ()
    due: Instant | None = None
    awaits: frozenset[str] = frozenset()


def told(file: CaseFile, notice: Notice, reader: Reader, now: Instant) -> State:
    """The case as it is once this letter has been accepted: delivery itself starts some clocks."""
    state = file.state
    if notice.id not in state.owed:
        return state
    said = {"notice": notice.id, "person": reader.person, "role": reader.role}
    try:
        return apply(file.rules, state, Message("notified", max(now, state.at), Actor(SYSTEM), said)).state
    except HuiyinError:
        return state


def about(file: CaseFile, state: State, notice: Notice, reader: Reader, cause: Event) -> Dated:
    """The steps that the letter is about, and its one date."""
    if notice.letter == "overdue_inquiry":
        late = [x for x in state.overdue.values() if not x.explained and x.role == notice.to]
        mine = [x for x in late if x.person in ("", reader.person)] or late
        return Dated(tuple(x.clock for x in mine), mine[0].at if len(mine) == 1 else None)
    if cause.event in _AFTER and notice.letter in ("decision", "deemed_approval"):
        return _decided(file.rules, state, notice, cause)
    if notice.clock:
        due = cause.data.get("due")
        found = [r.due for r in state.clocks.values() if r.clock == notice.clock]
        return Dated((notice.clock,), int(due) if due is not None else min(found, default=None))
    given = cause.data.get("until")
    if notice.letter == "progress" and isinstance(given, int):
        return Dated((), given)
    if notice.letter in _UNDATED or (notice.letter == "progress" and cause.event == "asked"):
        return Dated()
    if notice.to == COMPLAINANT:
        return _answer(file.rules, state, _CLOCKS_OF.get(notice.letter, ()))
    return _named(file.rules, _first(file.rules, _own(file.rules, state, notice), _ASKED.get(notice.letter)))


def deemed_at(file: CaseFile, state: State) -> Instant | None:
    """When silence counts as approval in this state; None where it does not."""
    ends = [r.due for r in state.clocks.values() if file.rules.clocks[r.rule].clock.kind == "silence" and r.due < FAR]
    return min(ends, default=None)


def asked_approval(file: CaseFile, notice: Notice) -> tuple[str, int] | None:
    """The approval and round that the letter's reader may decide on by link, if there is one."""
    ballot = file.state.ballot
    if notice.approval:
        return notice.approval, notice.round
    if ballot is None or notice.to != ballot.role or notice.letter not in ("reminder", "chaser"):
        return None
    clock = next((c for c in file.rules.procedure.clocks if c.id == notice.clock), None)
    about_it = (
        clock is not None
        and clock.approval in ("", ballot.approval)
        and clock.owner in ("", ballot.role, "@approver")
        and any(pattern.event == "approved" for pattern in clock.until)
    )
    return (ballot.approval, ballot.round) if about_it else None


def _answer(rules: Rules, state: State, clocks: tuple[str, ...]) -> Dated:
    running = {r.clock: r for r in _open(rules, state) if not r.overdue}
    for clock in clocks:
        if clock in running:
            return Dated((clock,), running[clock].due)
    due = _contact_to_come(rules, state, running) if "contact" in clocks else None
    return Dated(("contact",), due) if due is not None else Dated()


def _contact_to_come(rules: Rules, state: State, running: dict[str, Running]) -> Instant | None:
    """When the complainant is contacted at the latest, if the step before it takes all of its time."""
    contact = next((r.clock for r in rules.clocks if r.clock.id == "contact"), None)
    limit = limit_for(contact.limit, state.facts) if contact is not None else None
    if contact is None or limit is None or limit.limit is None:
        return None
    begins = {pattern.event for pattern in contact.from_}
    before = [r.due for r in running.values() if begins & {p.event for p in rules.clocks[r.rule].clock.until}]
    return rules.calendar.due(min(before), limit.limit) if before else None


def _decided(rules: Rules, state: State, notice: Notice, cause: Event) -> Dated:
    """What a decision asks of its reader: a limit that it began, never another that happens to run; or `at once`."""
    wanted, stage = _AFTER[cause.event]
    begun = [
        running
        for running in _own(rules, state, notice)
        if running.start == cause.at and any(p.event == cause.event for p in rules.clocks[running.rule].clock.from_)
    ]
    found = _first(rules, begun, wanted)
    if found is None and state.stage == stage and owner(rules, state) in _roles(notice.to):
        return Dated(awaits=wanted)
    return _named(rules, found)


def _own(rules: Rules, state: State, notice: Notice) -> list[Running]:
    """The recipient's clocks that run."""
    own = []
    for running in _open(rules, state):
        clock = rules.clocks[running.rule].clock
        mine = whose(rules, state, clock.owner) in _roles(notice.to)
        if mine or (notice.approval and clock.approval == notice.approval):
            own.append(running)
    return own


def _roles(role: str) -> tuple[str, ...]:
    # A handler works under the limits of his head.
    return (role, "responsible") if role == "handler" else (role,)


def _first(rules: Rules, running: list[Running], wanted: frozenset[str] | None) -> Running | None:
    """The clock that waits for what is wanted, then one that is not overdue, then the one due first."""

    def place(one: Running) -> tuple[bool, bool, Instant, int]:
        return not (_ends(rules, one) & (wanted or frozenset())), one.overdue, one.due, one.rule

    return min(running, key=place, default=None)


def _named(rules: Rules, running: Running | None) -> Dated:
    return Dated((running.clock,), running.due, _ends(rules, running)) if running is not None else Dated()


def _ends(rules: Rules, running: Running) -> frozenset[str]:
    return frozenset(pattern.event for pattern in rules.clocks[running.rule].clock.until)


def _open(rules: Rules, state: State) -> list[Running]:
    return [r for r in state.clocks.values() if rules.clocks[r.rule].clock.kind == "limit" and r.due < FAR]
