"""What people might do in a case, for exploring it: every action, with data that the conditions tell apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from complaints.case.match import holds
from complaints.case.model import Actor, Content, Data, Message, State
from complaints.case.rules import Rules
from complaints.check import known, parts
from complaints.check.telling import asked_of_role, telling
from complaints.fields import CODED
from complaints.instants import Instant
from complaints.people import Directory
from complaints.procedure.intake import CLASSES
from complaints.procedure.model import Procedure
from complaints.vocabulary import ACTIONS, COMPLAINANT, OPERATOR, STAFF

ASIDE = frozenset(
    {
        "note", "attach", "correct", "explain", "escalate", "promise", "serve", "open_case", "recuse", "substitute",
        "acknowledge", "inform", "ask", "report", "instruct", "extend", "pause", "resume",
    }
)  # fmt: skip
"""Actions that lead nowhere, and so need not be tried, unless the procedure lets one lead somewhere."""

FORCE = frozenset({"withdraw", "merge", "close", "reopen"})
"""Actions that end any case or put it anywhere: none of them may be needed to end one."""

SOON = 2**40
"""Stands for an instant some days ahead of the case."""

_AHEAD = 5 * 86_400

_ALIKE = ("assess", "reclassify")
"""Actions of which the core keeps not who took them, and asks nothing but a role."""

_SAMPLES: dict[str, Any] = {
    "bool": True, "amount": 1, "integer": 1, "date": "2026-11-30", "list": ["unit"], "object": {},
}  # fmt: skip


class Samples:
    """The actions to try, by the procedure's own conditions; `acts` gives those for one state."""

    LATER = 60
    """How many seconds after the last event they are tried."""

    def __init__(self, rules: Rules, directory: Directory) -> None:
        self.rules = rules
        procedure = rules.procedure
        self.units = [unit.id for unit in directory.units if unit.head][:1] or ["unit"]
        self.wheres = _wheres(procedure)
        self.facts = _facts(procedure)
        used = set(_used_in_patterns(procedure))
        self.names = [name for name, action in ACTIONS.items() if name not in ASIDE or action.event in used]
        self.telling = telling(procedure)
        self.variants = {name: self._distinct(name, self._variants(name)) for name in self.names}
        self.words = {name: _needed(procedure, name) for name in self.names}
        self.asked = {name: asked_of_role(procedure, name) for name in _ALIKE}

    def acts(self, state: State) -> Iterator[Iterator[Message]]:
        """Messages to try in this state: one after another those of one action by one role."""
        for name in self.names:
            for actor in self._actors(state, name):
                yield self._by(actor, name, state)

    def kind(self, name: str, role: str) -> tuple[str, ...] | None:
        """What an action does by that role is the same for all roles of one kind; None where each may differ."""
        tests = self.asked.get(name)
        return (name, *(str(holds(test, {"role": role})) for test in tests)) if tests is not None else None

    def _by(self, actor: Actor, name: str, state: State) -> Iterator[Message]:
        for data in self._now(state, name):
            content = _said(self.words[name].difference(data))
            yield Message(name, state.at + self.LATER, actor, _dated(data, state.at), content)

    def _actors(self, state: State, name: str) -> Iterator[Actor]:
        if name in ("approve", "return", "vote") and state.ballot is not None:
            level = self.rules.approvals[state.ballot.approval].levels[state.ballot.level]
            roles: Iterable[str] = level.by
        elif name == "opine":
            roles = known.all_roles(self.rules.procedure)
        else:
            roles = self.rules.actions[name].by
        for role in roles:
            if role in (STAFF, OPERATOR):
                continue
            held = state.assigned.get(role)
            for person in held.people if held and held.people else (person_of(state, role),):
                yield Actor(person, (role,))

    def _now(self, state: State, name: str) -> list[Data]:
        if name == "opine":
            # Steps asked for together wait for one another in any order: trying one order tells all.
            return [{**data, "step": step} for step in state.steps[:1] for data in self._opinions(state, step)]
        return self.variants[name]

    def _opinions(self, state: State, ident: str) -> list[Data]:
        """What may be said at a step: where it names its fields, nothing beside these."""
        entry = self.rules.entry(state.path, state.entry)[2]
        takes = next(step.fields for step in entry.steps if step.id == ident)
        if not takes:
            return self.variants["opine"]
        least = {name: value for name, value in self.variants["opine"][0].items() if name in takes}
        every = [{k: v for k, v in one.items() if k in takes} for one in (*self.variants["opine"], *self.facts)]
        return self._distinct("opine", ({**least, **one} for one in ({}, *every)))

    def _distinct(self, name: str, variants: Iterable[Data]) -> list[Data]:
        """The first of these, and the others as far as what they add to it can make a difference."""
        least, *others = variants
        built_in = {field for one in _BUILT_IN.get(name, ()) for field in one}
        # What only the system's own events carry, nobody can send.
        only_system = known.CARRIED - known.facts(self.rules.procedure)
        kept = (self.telling[name] - only_system) | least.keys() | built_in
        found = [least, *({k: v for k, v in one.items() if k in kept} for one in others)]
        return [one for i, one in enumerate(found) if one not in found[:i]]

    def _variants(self, name: str) -> Iterator[Data]:
        """The least that the action must carry, then that with every condition met that anybody asks of its event."""
        least = self._least(name)
        yield least
        wheres = self.wheres.get(ACTIONS[name].event, [])
        for more in (*wheres, *_BUILT_IN.get(name, ())):
            yield {**least, **more}
        if name in ("assess", "propose"):
            for more in self.facts:
                yield {**least, **more}

    def _least(self, name: str) -> Data:
        rule = self.rules.procedure.actions.get(name)
        needed = [*self.rules.actions[name].requires, *(f for more in (rule.also if rule else ()) for f in more.fields)]
        data = {field: self._sample(field) for field in needed if field in CODED or field in self._coded()}
        if name == "assess":
            data["admissible"] = True
        for field, count in rule.at_least.items() if rule is not None else ():
            data[field] = [f"{field}-{i}" for i in range(count)]
        return data

    def _coded(self) -> dict[str, str]:
        fields = self.rules.procedure.intake.fields
        return {name: field.type for name, field in fields.items() if field.type != "text"}

    def _sample(self, field: str) -> Any:
        kind = {**CODED, **self._coded()}[field]
        found = self.rules.procedure.classification.of(field)
        if found is not None and found.values:
            return next(iter(found.values))
        if kind == "choice":
            return next(iter(self.rules.procedure.intake.fields[field].values))
        if kind == "unit":
            return self.units[0]
        if kind == "instant":
            return SOON
        return {"vote": "yes", "outcome": "resolved", "satisfied": "yes"}.get(field, _SAMPLES.get(kind, "one"))


def _dated(data: Data, now: Instant) -> Data:
    """The data with instants that lie ahead of the case."""
    return {name: now + _AHEAD if value == SOON else value for name, value in data.items()}


_BUILT_IN: dict[str, tuple[Data, ...]] = {
    "revisit": ({"satisfied": "yes"}, {"satisfied": "not"}),
    "vote": ({"vote": "no"},),
    "consent": ({"accepted": False},),
    "refer": ({"takes_over": True},),
}


def by_force(procedure: Procedure, message: Message) -> bool:
    """Whether a message ends, moves or hands away any case, where the procedure itself does not build on that."""
    if message.do == "refer":
        return bool(message.data.get("takes_over"))
    return message.do in FORCE and message.do not in procedure.actions


def person_of(state: State, role: str) -> str:
    """Who acts in a role: the one assigned, or somebody made up."""
    held = state.assigned.get(role)
    return COMPLAINANT if role == COMPLAINANT else held.person if held is not None else f"somebody-{role}"


def starting_facts(procedure: Procedure) -> list[Data]:
    """The facts with which a case may begin, as far as conditions tell them apart."""
    channel = next(iter(procedure.channels))
    asked = (name for name, field in procedure.intake.fields.items() if not field.later)
    intake = {*asked, *CLASSES, "channel"}
    every = [{name: value for name, value in one.items() if name in intake} for one in _facts(procedure)]
    begins = [{"channel": channel, **one} for one in ({}, *every)]
    return [one for i, one in enumerate(begins) if one not in begins[:i]]


def _facts(procedure: Procedure) -> list[Data]:
    """For each value that a condition or a limit asks of a fact: that fact with that value."""
    out: list[Data] = []
    for _, condition in parts.conditions(procedure):
        out += _meeting(condition)
    for _, limit in parts.limits(procedure):
        out += [{name: case} for name, cases in parts.by_fields(limit) for case in cases]
    for approval in procedure.approvals:
        amounts = [level.to for level in approval.levels if level.to is not None]
        out += [{approval.amount: value} for to in amounts for value in (to, to + 1)]
    assessing = [one for one in out if not set(one) & known.DERIVED]
    return [one for i, one in enumerate(assessing) if one and one not in assessing[:i]]


def _wheres(procedure: Procedure) -> dict[str, list[Data]]:
    out: dict[str, list[Data]] = {}
    for _, pattern in parts.patterns(procedure):
        for one in _meeting({k: v for k, v in pattern.where.items() if k not in ("role", "by")}):
            if one and one not in out.setdefault(pattern.event, []):
                out[pattern.event].append(one)
    return out


def _used_in_patterns(procedure: Procedure) -> Iterator[str]:
    """Events that end a stage or turn a case: their actions must be tried."""
    for path in procedure.paths:
        for entry in path.stages:
            for pattern in (*entry.done, *(p for turn in (*entry.turns, *path.turns) for p in turn.on)):
                yield pattern.event


def _meeting(condition: Mapping[str, Any]) -> list[Data]:
    """Facts that meet a condition; for a test with several values, one for each of them."""
    met: list[Data] = [{}]
    for name, test in known.tests(dict(condition)):
        met = [{**one, name: value} for one in met for value in _passing(name, test)][:12]
    return [{name: value for name, value in one.items() if value is not None} for one in met]


def _passing(name: str, test: Any) -> list[Any]:
    if isinstance(test, list | tuple):
        return list(test)
    if not isinstance(test, dict):
        return [test]
    if "over" in test or "below" in test:
        return [test["over"] + 1 if "over" in test else test["below"] - 1]
    if "at_least" in test or "at_most" in test:
        return [test.get("at_least", test.get("at_most"))]
    return [_SAMPLES.get(CODED.get(name, ""), True)] if test.get("given") is True else [None]


def _needed(procedure: Procedure, name: str) -> frozenset[str]:
    """Whatever the action may need: where it is no coded data, it is said in words."""
    rule = procedure.actions.get(name)
    more = [f for also in (rule.also if rule else ()) for f in also.fields]
    return frozenset((*(rule.requires or () if rule else ()), *ACTIONS[name].requires, *more))


@lru_cache(maxsize=1024)
def _said(fields: frozenset[str]) -> Content:
    return Content("sample", "sample", tuple(sorted(fields)))
