"""Every case can end: all ways through a procedure are tried in the core, the end is looked for from each of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

from complaints.case import alive, apply, next_due, questions, receive, settle
from complaints.case.apply import Submission
from complaints.case.authority import BALLOT, authorise, permitted, require
from complaints.case.flow import level_of
from complaints.case.match import Standing, holds
from complaints.case.model import Actor, Message, State
from complaints.case.rules import DONE, Rules
from complaints.check import known, parts
from complaints.check.fault import Fault, Place
from complaints.check.samples import Samples, by_force, person_of, starting_facts
from complaints.check.telling import LEADING, leading_patterns
from complaints.errors import HuiyinError, Refused
from complaints.instants import Instant
from complaints.people import Directory
from complaints.procedure.common import Condition
from complaints.vocabulary import COMPLAINANT, SYSTEM

MOST_STATES = 4000
"""How many different standings of a case are looked at; a procedure that has more is said to be unproved."""

_SYSTEM = Actor(SYSTEM)
Key = tuple[Any, ...]


@dataclass(slots=True)
class Map:
    """The standings that were found, which leads to which, and what broke on the way."""

    states: dict[Key, State] = field(default_factory=dict)
    back: dict[Key, set[Key]] = field(default_factory=dict)
    broken: dict[tuple[str, str, str], str] = field(default_factory=dict)
    whole: bool = True


def endings(rules: Rules, directory: Directory) -> Iterator[Fault]:
    """A fault for each stage from which no case gets to its end, and for each action that the core cannot carry out.

    Withdrawing, merging, closing by force and handing the case away are no ways to the end, unless the procedure
    builds on them; nor is going back to where another way was open.
    """
    found = explore(rules, directory)
    for (path, entry, action), what in found.broken.items():
        yield Fault("breaks", _place(rules, path, entry), f"{action} cannot be carried out here: {what}.")
    if not found.whole:
        what = f"a case can stand in more than {MOST_STATES} ways: not all were tried, so no end is proved."
        yield Fault("not_proved", ("paths",), what, "Let fewer conditions decide on the way of a case.")
        return
    ended = [key for key, state in found.states.items() if state.stage == "closed"]
    good, queue = set(ended), deque(ended)
    while queue:
        for before in found.back.get(queue.popleft(), ()):
            if before not in good:
                good.add(before)
                queue.append(before)
    stuck: dict[tuple[str, str], State] = {}
    for key, state in found.states.items():
        if key not in good:
            stuck.setdefault((state.path, state.entry), state)
    for (path, entry), state in stuck.items():
        yield Fault("no_way_out", _place(rules, path, entry), *_why(rules, state))


def _why(rules: Rules, state: State) -> tuple[str, str]:
    roles = known.all_roles(rules.procedure)
    able = {name for role in roles for name in permitted(rules, state, Actor(person_of(state, role), (role,)))}
    facts = ", ".join(f"{name}: {value}" for name, value in sorted(state.facts.items()) if name in _asked(rules))
    where = f"a case in {state.entry!r}" + (f" ({facts})" if facts else "")
    what = f"{where} can never be closed except by force; possible there: {', '.join(sorted(able)) or 'nothing'}."
    return what, "Let its owner do what ends the stage, or add a turn or a clock that leads on."


def explore(rules: Rules, directory: Directory) -> Map:
    """All standings of a case that actions and clocks lead to, breadth first, up to `MOST_STATES`."""
    return _Exploring(rules, directory).run()


class _Exploring:
    """One exploration: what was found, and the standings whose ways on are still to be tried."""

    def __init__(self, rules: Rules, directory: Directory) -> None:
        self.rules = rules
        self.found = Map()
        self.samples = Samples(rules, directory)
        self.queue = deque[Key]()
        self.view = _view(rules)
        self.letters_lead = _letters_lead(rules)
        self.delivered: set[tuple[Key, str]] = set()

    def run(self) -> Map:
        """Tries everything, from every way in which a case may begin."""
        for facts in starting_facts(self.rules.procedure):
            begun = _begin(self.rules, facts)
            self._add(None, self.view.key(begun), begun)
        while self.queue:
            key = self.queue.popleft()
            state = self.found.states[key]
            if state.stage != "closed":
                self._act(key, state)
                later = _wait(self.rules, state, key, self.view)
                if later is not None:
                    self._add(key, self.view.key(later), later)
        return self.found

    def _add(self, before: Key | None, key: Key, state: State) -> None:
        found = self.found
        if before is not None:
            found.back.setdefault(key, set()).add(before)
        if key not in found.states:
            if len(found.states) >= MOST_STATES:
                found.whole = False
                return
            found.states[key] = state
            self.queue.append(key)

    def _act(self, key: Key, state: State) -> None:
        """Tries every action that somebody may take; most are refused, and that is seen before a case is copied."""
        due = next_due(state)
        quiet = due is None or due > state.at + Samples.LATER
        done: set[tuple[str, ...] | None] = set()
        for messages in self.samples.acts(state):
            first = next(messages, None)
            if first is None:
                continue
            role = _role(self.rules, state, first) if quiet and first.do not in _BY_DATA else ""
            kind = self.samples.kind(first.do, role) if role else None
            if role is None or (kind is not None and kind in done):
                continue
            done.add(kind)
            for message in (first, *messages):
                if role and not _carries(self.rules, state, message, role):
                    continue
                after = self._try(state, message)
                if after is not None:
                    # What was returned comes again, so going back by a decision is a way; it alone leads to no end.
                    onward = message.do in BALLOT or not _back(self.rules, state, after[1])
                    onward = onward and not by_force(self.rules.procedure, message)
                    self._add(key if onward else None, *after)

    def _try(self, state: State, message: Message) -> tuple[Key, State] | None:
        try:
            after = apply(self.rules, state, message).state
            key = self.view.key(after)
            voting = after.ballot is not None and after.ballot.votes
            if self.letters_lead or voting or (key, message.do) not in self.delivered:
                self.delivered.add((key, message.do))
                after = deliver(self.rules, after)
                key = self.view.key(after)
        except Refused:
            return None
        except HuiyinError as error:
            what = error.text
        except Exception as error:
            # Whatever it is: a procedure must never bring a case to where the core itself fails.
            what = f"{type(error).__name__} {error}".strip()
        else:
            return key, after
        self.found.broken.setdefault((state.path, state.entry, message.do), what)
        return None


_BY_DATA = ("extend", "explain", "recuse")
"""Actions that are open to somebody or not by what they carry."""


def _role(rules: Rules, state: State, message: Message) -> str | None:
    """The role in which this may be done now; None when it may not."""
    try:
        return authorise(rules, state, message)
    except Refused:
        return None


def _carries(rules: Rules, state: State, message: Message, role: str) -> bool:
    try:
        require(rules, state, message, role)
    except Refused:
        return False
    return True


def _letters_lead(rules: Rules) -> bool:
    """Whether the delivery of a letter may bring a case further; where it does not, most need not be delivered."""
    procedure = rules.procedure
    told = {"notified", "assigned", *(note.counts_as for note in procedure.notifications)}
    leading = {p.event for p in (*leading_patterns(procedure), *(p for done in DONE.values() for p in done))}
    return bool(told & leading)


def _begin(rules: Rules, facts: dict[str, Any]) -> State:
    at = _middle(rules)
    given = Submission("sample", "1", at, at, dict(facts), None, Actor(COMPLAINANT, (COMPLAINANT,)), {})
    return deliver(rules, receive(rules, given).state)


def _middle(rules: Rules) -> Instant:
    calendar = rules.calendar
    middle = calendar.first_day + (calendar.last_day - calendar.first_day) / 2
    return calendar.next_open(calendar.instant(datetime.combine(middle, time(10))))


def deliver(rules: Rules, state: State) -> State:
    """The case with all its letters delivered to whoever holds the roles."""
    while state.owed:
        notice = next(iter(state.owed.values()))
        person = notice.person or person_of(state, notice.to)
        told: dict[str, Any] = {"notice": notice.id, "person": person, "channel": notice.channel}
        if notice.everyone:
            told["people"] = [f"{person}-{i}" for i in range(3)]
        state = apply(rules, state, Message("notified", notice.at, _SYSTEM, told)).state
    return state


def _wait(rules: Rules, state: State, key: Key, view: _View) -> State | None:
    """The first other standing that the clocks bring about when nobody acts; None when they bring none."""
    for _ in range(200):
        due = next_due(state)
        if due is None or not alive(rules, state):
            return None
        before = state.seq
        state = deliver(rules, settle(rules, state, due, inclusive=True).state)
        for question in questions(rules, state, due + 1):
            told = {"key": question.key, "due": question.due}
            state = deliver(rules, apply(rules, state, Message("facts", question.due, _SYSTEM, told)).state)
        if view.key(state) != key:
            return state
        if state.seq == before:
            return None
    return None


def _back(rules: Rules, before: State, after: State) -> bool:
    """Whether the case went back on its path: a way round that cannot prove that there is one ahead."""
    if before.path != after.path:
        return False
    return rules.entry(after.path, after.entry)[1] < rules.entry(before.path, before.entry)[1]


@dataclass(frozen=True, slots=True)
class _View:
    """What of a case decides where it can go: not its facts, but how they answer what the procedure asks."""

    rules: Rules
    conditions: tuple[Condition, ...]

    def key(self, state: State) -> Key:
        """Two cases of one key can go the same ways."""
        ballot, standing = state.ballot, Standing(state)
        votes = tuple(sorted(str(vote["vote"]) for vote in ballot.votes.values())) if ballot is not None else ()
        return (
            state.path, state.entry, state.steps, state.outcome, state.pending, bool(state.unit),
            "endorse" in state.waiting, (ballot.approval, ballot.level, *votes) if ballot is not None else (),
            tuple([holds(condition, standing) for condition in self.conditions]),
            tuple([level_of(approval, state) for approval in self.rules.procedure.approvals]),
        )  # fmt: skip


def _view(rules: Rules) -> _View:
    asked = [condition for place, condition in parts.conditions(rules.procedure) if place[0] in LEADING and condition]
    return _View(rules, tuple(one for i, one in enumerate(asked) if one not in asked[:i]))


def _asked(rules: Rules) -> frozenset[str]:
    """The facts that decide where a case goes, to name them where it is stuck."""
    return frozenset(name for condition in _view(rules).conditions for name, _ in known.tests(condition))


def _place(rules: Rules, path: str, entry: str) -> Place:
    for i, one in enumerate(rules.procedure.paths):
        if one.id == path:
            return ("paths", i, "stages", rules.entry(path, entry)[1])
    return ("paths",)
