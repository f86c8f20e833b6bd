"""The way of a case through its stages: what an event ends, where it leads, what is entered."""

from __future__ import annotations

from complaints.case.match import any_matches, case_is, holds
from complaints.case.model import Ballot, Event, State
from complaints.case.rules import DONE, OWNERS, Rules
from complaints.procedure.people import Approval, Level
from complaints.procedure.stages import Entry, Path

DECIDED = ("approved", "deemed_approved")


def fitting_path(rules: Rules, state: State) -> str:
    """The path that fits the facts; the first one when none does."""
    return next((p for p in rules.procedure.paths if case_is(p.when, state)), rules.procedure.paths[0]).id


def start(rules: Rules, state: State) -> None:
    """Puts a new case at the first stage of its path."""
    state.path = fitting_path(rules, state)
    path = _path(rules, state)
    _enter(rules, state, path, 0)


def move(rules: Rules, state: State, event: Event) -> tuple[str, ...]:
    """Moves the case as the event demands; gives the names of the entries and steps that were entered."""
    if state.outcome:
        return ()
    if event.event == "assessed" and (entered := _another_path(rules, state)):
        return entered
    path, place, entry = rules.entry(state.path, state.entry)
    for turn in rules.turns[state.path, state.entry]:
        if any_matches(turn.on, event, state):
            state.pending = turn.outcome or state.pending
            return _enter(rules, state, path, _place(path, turn.go))
    if event.event == "closed":
        state.outcome = str(event.data["outcome"])
        return _enter(rules, state, path, len(path.stages) - 1)
    if event.event == "reopened":
        state.pending = ""
        return _enter(rules, state, path, _place(path, str(event.data["to"])))
    if event.event == "reclassified":
        return _another_path(rules, state)
    if event.event in ("revoked", "objected"):
        return _enter(rules, state, path, _place(path, str(event.data["to"])))
    if event.event == "returned" and state.ballot is not None:
        return _enter(rules, state, path, _place(path, _returns_to(path, place, entry)))
    if entry.steps:
        return _after_step(rules, state, path, place, entry, event)
    if event.event in DECIDED and state.ballot is not None:
        return _after_decision(rules, state, path, place, entry)
    if _ends(rules, state, entry, event):
        if entry.stage == "reply" and state.pending:
            return _enter(rules, state, path, len(path.stages) - 1)
        return _enter(rules, state, path, place + 1)
    return ()


def owner(rules: Rules, state: State) -> str:
    """The role whose turn it is: who took the case over, the approver, the entry's own owner or its stage's."""
    if state.outcome:
        return ""
    if state.ballot is not None:
        return state.ballot.role
    if state.taken:
        return state.taken
    entry = rules.entry(state.path, state.entry)[2]
    if state.steps:
        step = next(s for s in entry.steps if s.id in state.steps)
        return step.by[0]
    return entry.owner or OWNERS[entry.stage]


def whose(rules: Rules, state: State, role: str) -> str:
    """The role that a clock's owner stands for now: `@approver` is whoever decides, `@owner` whose turn it is."""
    if role == "@approver":
        return state.ballot.role if state.ballot is not None else ""
    return owner(rules, state) if role == "@owner" else role


def level_of(approval: Approval, state: State, above: int = 0) -> int:
    """Which level decides: by amount (unknown goes to the top) or condition; `above` lifts it, at most to the top."""
    top = len(approval.levels) - 1
    if approval.levels[0].to is not None:
        amount = state.facts.get(approval.amount)
        fitting = [i for i, lv in enumerate(approval.levels) if lv.to is None or _within(amount, lv)]
        place = fitting[0] if isinstance(amount, int | float) and fitting else top
    else:
        place = next((i for i, lv in enumerate(approval.levels) if case_is(lv.when, state)), top)
    return min(place + above, top)


def mode_of(rules: Rules, ballot: Ballot) -> str:
    """How this ballot is decided: `one`, `all` or `panel`."""
    approval = rules.approvals[ballot.approval]
    return approval.levels[ballot.level].mode or approval.mode


def _within(amount: object, level: Level) -> bool:
    return isinstance(amount, int | float) and level.to is not None and amount <= level.to


def _ends(rules: Rules, state: State, entry: Entry, event: Event) -> bool:
    if event.event == "revisited" and holds(rules.procedure.reopen_on, event.data):
        return False
    if entry.approval:
        return False
    return any_matches(entry.done or DONE[entry.stage], event, state)


def _enter(rules: Rules, state: State, path: Path, place: int) -> tuple[str, ...]:
    """Enters the first entry from `place` on whose condition holds."""
    while path.stages[place].stage != "closed" and not case_is(path.stages[place].when, state):
        place += 1
    entry = path.stages[place]
    state.entry, state.stage = entry.id, entry.stage
    state.ballot, state.steps = None, ()
    if entry.approval:
        _open_ballot(rules, state, entry.approval[0])
    entered: tuple[str, ...] = (entry.id,)
    if entry.steps:
        state.steps = _group(state, entry, -1)
        if not state.steps:
            return _enter(rules, state, path, place + 1)
        entered += state.steps
    return entered


def _open_ballot(rules: Rules, state: State, ident: str) -> None:
    approval = rules.approvals[ident]
    state.rounds[ident] = state.rounds.get(ident, 0) + 1
    lift = int(state.facts.get(f"lift_{ident}", 0))
    place = level_of(approval, state, lift)
    state.ballot = Ballot(ident, place, state.rounds[ident], approval.levels[place].by[0], state.at)


def _after_decision(rules: Rules, state: State, path: Path, place: int, entry: Entry) -> tuple[str, ...]:
    assert state.ballot is not None
    more = entry.approval[entry.approval.index(state.ballot.approval) + 1 :]
    if more:
        _open_ballot(rules, state, more[0])
        return (more[0],)
    return _enter(rules, state, path, place + 1)


def _after_step(rules: Rules, state: State, path: Path, place: int, entry: Entry, event: Event) -> tuple[str, ...]:
    if event.event != "opined":
        return ()
    state.steps = tuple(s for s in state.steps if s != event.data.get("step"))
    if state.steps:
        return ()
    last = next(i for i, s in enumerate(entry.steps) if s.id == event.data.get("step"))
    while last + 1 < len(entry.steps) and entry.steps[last + 1].together:
        last += 1
    state.steps = _group(state, entry, last)
    return state.steps or _enter(rules, state, path, place + 1)


def _group(state: State, entry: Entry, after: int) -> tuple[str, ...]:
    """The steps that are open next: the first whose condition holds, and those together with it."""
    group: list[str] = []
    for step in entry.steps[after + 1 :]:
        if group and not step.together:
            break
        if case_is(step.when, state):
            group.append(step.id)
    return tuple(group)


def _another_path(rules: Rules, state: State) -> tuple[str, ...]:
    """A new classification may put the case on another path: it goes on at the same entry, if that path has it."""
    before, entry = state.path, rules.entry(state.path, state.entry)[2]
    state.path = fitting_path(rules, state)
    if state.path == before:
        return ()
    if (state.path, entry.id) not in rules.entries:
        state.path = before
        return ()
    path, place, there = rules.entry(state.path, entry.id)
    # What is asked of people there may be something else: then it is entered anew.
    return _enter(rules, state, path, place) if (there.steps, there.approval) != (entry.steps, entry.approval) else ()


def _path(rules: Rules, state: State) -> Path:
    return next(p for p in rules.procedure.paths if p.id == state.path)


def _place(path: Path, ident: str) -> int:
    return next(i for i, e in enumerate(path.stages) if e.id == ident)


def _returns_to(path: Path, place: int, entry: Entry) -> str:
    if entry.returns_to:
        return entry.returns_to
    before = [e.id for e in path.stages[:place] if e.stage == "investigation"]
    return before[-1] if before else path.stages[max(place - 1, 0)].id
