"""What a case owes to whom: notices come up with events, and are settled by `notified` or `notice_failed`.

Names with `@` stand for whoever it is then: `@approver`, `@owner`, `@to` (whom the event names), `@late` (the owners
of steps that were late and not yet explained).
"""

from __future__ import annotations

from complaints.calendar import Limit
from complaints.case import clockwork
from complaints.case.flow import mode_of, owner
from complaints.case.match import case_is, matches
from complaints.case.model import Assignment, Data, Event, Notice, State
from complaints.case.rules import Rules
from complaints.procedure.model import Notification

HALF_A_DAY = Limit.parse("0.5 working_days")
"""Silence never ends earlier than this after the last reminder that went out (fairness of silence)."""


def owe(rules: Rules, state: State, event: Event, entered: tuple[str, ...]) -> None:
    """Adds the notices that an event, and the entries and steps it entered, bring up."""
    for note, pattern in rules.tells.get(event.event, ()):
        if matches(pattern, event, state):
            _add(rules, state, event, note)
    for name in entered:
        for note in rules.enters.get(name, ()):
            _add(rules, state, event, note)
    again = _AGAIN.get(event.event)
    if again is not None and state.ballot is not None and event.data.get("role") == state.ballot.role:
        _ask_another(rules, state, event)


def notified(rules: Rules, state: State, event: Event) -> None:
    """The notice reached its recipient; a reminder of an approval keeps silence from ending too soon."""
    notice = state.owed.pop(str(event.data["notice"]), None)
    key = f"{event.data['role']}/{event.data['letter']}"
    state.sent.pop(key, None)
    state.sent[key] = str(event.data["notice"])  # the last one stands last
    if notice is not None and notice.letter == "reminder" and state.ballot is not None:
        for running in state.clocks.values():
            if rules.clocks[running.rule].clock.kind == "silence":
                running.not_before = rules.calendar.due(event.at, HALF_A_DAY)
                clockwork.replan(rules, running, max(running.due, running.not_before))


def failed(rules: Rules, state: State, event: Event) -> None:
    """The notice was refused or bounced: that person cannot be reached by it."""
    state.owed.pop(str(event.data["notice"]), None)
    person = str(event.data.get("person", ""))
    if person and person not in state.passed_over and asks(event.data):
        state.passed_over = (*state.passed_over, person)
        take_from(state, str(event.data["role"]), person)


def take_from(state: State, role: str, person: str) -> None:
    """That person holds the role no longer; on a panel, the other members stay."""
    held = state.assigned.get(role)
    if held is None:
        return
    left = tuple(p for p in held.people if p != person)
    if left and left != held.people:
        state.assigned[role] = Assignment(left[0], "", held.why, left)
    elif held.person == person:
        del state.assigned[role]


ASKING = ("approval_request",)
"""Letters that open somebody's say: when one fails, a substitute is asked."""

_AGAIN = {"notice_failed": True, "substituted": True, "recused": True}


def asks(told: Data) -> bool:
    """Whether what failed was the letter that asks, not the call or short message that goes beside it."""
    return told["letter"] in ASKING and told.get("channel", "mail") == "mail"


def asking(rules: Rules, role: str) -> Notification | None:
    """The procedure's notification that asks a role for its decision."""
    for note in rules.procedure.notifications:
        if note.letter in ASKING and (role in note.to or "@approver" in note.to):
            return note
    return None


def _ask_another(rules: Rules, state: State, event: Event) -> None:
    if event.event == "notice_failed" and (not asks(event.data) or event.data.get("code") == "nobody"):
        return
    assert state.ballot is not None
    note = asking(rules, state.ballot.role)
    if note is not None:
        _add(rules, state, event, note)


def _add(rules: Rules, state: State, event: Event, note: Notification) -> None:
    if not case_is(note.when, state):
        return
    for role in _recipients(rules, state, event, note):
        channels = list(note.channels)
        for urgent in rules.procedure.urgent:
            if role in urgent.to and case_is(urgent.when, state):
                channels += [c for c in urgent.channels if c not in channels]
        for channel in channels:
            _owe(rules, state, event, note, role, channel)


def _owe(rules: Rules, state: State, event: Event, note: Notification, role: str, channel: str) -> None:
    base, _, person = role.partition(":")
    asks = note.letter in ASKING
    ballot = state.ballot
    held = state.assigned.get(base)
    ident = f"{event.seq}-{note.letter}-{role}-{channel}"
    away = tuple(p for p, until in state.absent.items() if until > event.at)
    gone = state.passed_over if asks else ()
    state.owed[ident] = Notice(
        id=ident,
        letter=note.letter,
        to=base,
        at=event.at,
        cause=event.seq,
        channel=channel,
        candidates=candidates(rules, state, base),
        person=person or (held.person if held and held.person not in (*away, *gone) else ""),
        unit=_unit(rules, state, base),
        exclude=(*state.recused, *away, *gone),
        everyone=asks and ballot is not None and mode_of(rules, ballot) == "panel",
        clock=str(event.data.get("clock", "")),
        approval=ballot.approval if ballot and asks else "",
        round=ballot.round if ballot and asks else 0,
        counts_as=note.counts_as if channel == note.channels[0] else "",
    )


def _unit(rules: Rules, state: State, role: str) -> str:
    """Where the role is looked for: at the case's unit, or at that whose head it is."""
    found = rules.procedure.roles.get(role)
    return str(state.facts.get(found.head_of, "")) if found is not None and found.head_of else state.unit


def candidates(rules: Rules, state: State, role: str) -> tuple[str, ...]:
    """Roles to try in order: the role itself, then its substitutes, then the rungs of the ladder above it."""
    found = rules.procedure.roles.get(role)
    names = ["responsible" if found is not None and found.head_of else role]
    ballot = state.ballot
    if ballot is not None and ballot.role == role:
        names += rules.approvals[ballot.approval].levels[ballot.level].substitutes
    if found is not None:
        names += found.substitutes
    rungs = [r.role for r in rules.procedure.ladder.rungs]
    if role in rungs:
        names += rungs[rungs.index(role) + 1 :]
    return tuple(dict.fromkeys(names))


def _recipients(rules: Rules, state: State, event: Event, note: Notification) -> list[str]:
    out: list[str] = []
    for role in note.to:
        if role == "@approver":
            out += [state.ballot.role] if state.ballot else []
        elif note.letter not in ASKING and (panel := _panel(state, event, role)):
            out += panel
        elif role == "@owner":
            out += [o] if (o := owner(rules, state)) else []
        elif role == "@to":
            to = event.data.get("to", ())
            for one in [to] if isinstance(to, str) else to:
                out += _panel(state, event, one) or [one]
        elif role == "@late":
            late = [x for x in state.overdue.values() if not x.explained]
            out += [f"{x.role}:{x.person}" if x.person else x.role for x in late]
        else:
            out.append(role)
    return list(dict.fromkeys(r for r in out if r))


def _panel(state: State, event: Event, role: str) -> list[str]:
    """The members of a panel one by one; of a reminder or a chaser, those who have not voted yet. Else nobody."""
    held = state.assigned.get(role)
    done = state.ballot.votes if state.ballot and event.event in ("reminded", "chased") else {}
    return [f"{role}:{person}" for person in held.people if person not in done] if held is not None else []
