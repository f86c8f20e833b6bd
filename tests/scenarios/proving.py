"""What the scenarios of a procedure prove: each rule is changed alone, and scenarios must fail.

`python -m tests.scenarios.proving PROCEDURE …` says which rules no scenario proves, and which citations are false.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML

from complaints.case import State
from complaints.case.evolve import copy_state, evolve
from complaints.case.rules import Rules, compile_rules
from complaints.errors import BadInput
from complaints.procedure.model import Procedure
from complaints.scenario.play import Play
from complaints.scenario.story import Story
from tests.scenarios.files import FILES, PROCEDURES, story, told
from tests.scenarios.mutants import NOBODY_RECUSED, Mutant, mutants

_BROKEN = (BadInput, KeyError, StopIteration, ValueError, IndexError, AssertionError)
"""What a story that cannot be told to its end under a mutant ends with."""


@dataclass(slots=True)
class Told:
    """A scenario, and what it touches: clocks that ran, letters that went, what people did, the words of its file."""

    story: Story
    words: set[str]
    touches: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        rules, state = self.story.rules, copy_state(State(case="story", procedure=self.story.rules.procedure.id))
        self.touches |= {("actions", step.do) for step in self.story.scenario.steps}
        for event in Play(self.story).run().events:
            evolve(rules, state, event)
            self.touches |= {("clocks", running.clock) for running in state.clocks.values()}
            self.touches |= {("notifications", str(event.data["letter"]))} if "letter" in event.data else set()

    @property
    def proves(self) -> set[str]:
        """The clauses that the scenario claims to prove."""
        return set(self.story.scenario.proves)


@dataclass(slots=True)
class Proof:
    """A procedure's mutants and scenarios; what a scenario made of a mutant is remembered."""

    tree: dict[str, Any]
    scenarios: dict[str, Told]
    mutants: list[Mutant]
    known: dict[tuple[str, str], bool] = field(default_factory=dict)

    def unproved(self) -> list[str]:
        """The rules that may be changed without a scenario failing that cites their clause, by the mutant's name."""
        return [one.name for one in self.mutants if not one.fine and not self.proof(one)]

    def false_citations(self) -> list[str]:
        """Scenario and clause, where no change of a rule of that clause makes the scenario fail."""
        return [f"{name} {clause}" for name, one in self.scenarios.items()
                for clause in sorted(one.proves) if not self._earned(name, clause)]  # fmt: skip

    def proof(self, mutant: Mutant) -> str:
        """The scenario that cites the mutant's clause and fails under it; empty when there is none."""
        citing = [name for name, one in self.scenarios.items() if one.proves & mutant.clauses]
        return next(self._failing(mutant, citing), "")

    def _earned(self, name: str, clause: str) -> bool:
        words = self.scenarios[name].words
        mine = [one for one in self.mutants if clause in one.clauses]
        return any(name in self._failing(one, [name]) for one in sorted(mine, key=lambda m: -_likeness(m, words)))

    def _failing(self, mutant: Mutant, names: list[str]) -> Iterator[str]:
        """Those of the scenarios that fail under a mutant, the likeliest first."""
        touched = set() if mutant.fine else self._places(mutant)
        rules: dict[int, Rules] = {}
        for name in sorted(names, key=lambda n: -_likeness(mutant, self.scenarios[n].words)):
            one = self.scenarios[name]
            if touched and not touched & one.touches:
                continue
            if (name, mutant.name) not in self.known:
                self.known[name, mutant.name] = self._fails(mutant, one.story, rules)
            if self.known[name, mutant.name]:
                yield name

    def _places(self, mutant: Mutant) -> set[tuple[str, str]]:
        """The clocks, actions and letters whose rules a mutant changes; none when it changes others too."""
        section = re.match(r"\w+", mutant.name)
        tree = self.tree.get(section[0]) if section is not None else None
        if section is None or section[0] not in ("clocks", "actions", "notifications") or mutant.place is tree:
            return set()
        parts = tree.items() if isinstance(tree, dict) else [(p.get("id") or p.get("letter"), p) for p in tree or ()]
        return {(section[0], str(name)) for name, part in parts if _holds(part, mutant.place)}

    def _fails(self, mutant: Mutant, one: Story, rules: dict[int, Rules]) -> bool:
        calendar = one.rules.calendar
        if id(calendar) not in rules:
            with mutant.made():
                rules[id(calendar)] = compile_rules(Procedure.model_validate(self.tree), calendar, one.rules.version)
        changed = rules[id(calendar)]
        try:
            other = one.under(changed)
            if mutant.name == NOBODY_RECUSED:
                changed.actions["recuse"] = replace(changed.actions["recuse"], stages=())
                other = replace(other, submission=replace(other.submission, recused={}))
            return not told(other).passed
        except _BROKEN:
            return True


@cache
def proof_of(procedure: str) -> Proof:
    """The proof of one of the procedures that are shipped."""
    text = (PROCEDURES / f"{procedure}.yaml").read_text(encoding="utf-8")
    tree: dict[str, Any] = YAML(typ="safe").load(text)
    files = [f for f in FILES if f.parent.name == procedure]
    scenarios = {f.stem: Told(story(f), _words(f.read_text(encoding="utf-8"))) for f in files}
    return Proof(tree, scenarios, [one for one in mutants(tree) if _loads(tree, one)])


def _loads(tree: dict[str, Any], mutant: Mutant) -> bool:
    """Whether the mutant is a procedure at all; what is none is told by `check`."""
    with mutant.made():
        try:
            Procedure.model_validate(tree)
        except ValidationError:
            return False
    return True


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text))


def _likeness(mutant: Mutant, words: set[str]) -> int:
    """How many words a mutant's name shares with a scenario: who speaks of a rule is the likeliest to prove it."""
    return len(_words(mutant.name) & words)


def _holds(part: Any, wanted: Any) -> bool:
    if part is wanted:
        return True
    inner = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    return any(_holds(one, wanted) for one in inner)


if __name__ == "__main__":
    for procedure in sys.argv[1:]:
        proof = proof_of(procedure)
        print(f"{procedure}: {len(proof.mutants)} changes, {len(proof.scenarios)} scenarios")
        print(*(f"  no scenario proves  {name}" for name in proof.unproved()), sep="\n")
        print(*(f"  a false citation    {name}" for name in proof.false_citations()), sep="\n")
