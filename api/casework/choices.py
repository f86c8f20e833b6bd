"""The choices of a field: by the procedure, the case, the directory, and the words of the house."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from api.casework.asked import clocks_to_extend, steps_of
from api.casework.mentions import mentioned
from api.casework.names import UNITS_OF_TIME, Names
from api.casework.story import correctable
from complaints.case.ballot import VOTES
from complaints.case.model import Actor, Event, State
from complaints.fields import CODED
from complaints.people import Directory
from complaints.procedure.intake import CLASSES
from complaints.vocabulary import ACTIONS, COMPLAINANT, OUTCOMES
from templates.dates import short

Options = list[tuple[str, str]]

NUMBERS = frozenset({"case", "into"})
"""Fields that hold the number of another case."""

OPEN = frozenset({"to", "from", "what", "party"})
"""Fields of codes that may also be written freely: no list of offices and papers is ever complete."""

MEDIA: dict[str, tuple[str, ...]] = {
    "report": ("telephone", "mail", "group", "paper", "in_person"),
    "revisit": ("telephone", "home", "web", "in_person"),
}
_WAYS = ("telephone", "letter", "mail", "in_person")
_HOUSE: dict[tuple[str, str], tuple[str, ...]] = {
    ("promise", "kind"): ("reply", "remedy"),
    ("open_case", "relation"): ("arises_from", "follows", "objects", "parent"),
    ("serve", "what"): ("complaint", "decision"),
    ("serve", "party"): ("complainant", "respondent"),
    ("revisit", "of"): ("complainant", "respondent"),
    ("refer", "to"): ("police",),
}


@dataclass(frozen=True, slots=True)
class Choosing:
    """What the choices of one form are made from; `hints` are values that a link to the form suggests."""

    names: Names
    state: State
    actor: Actor
    action: str
    events: list[Event]
    hints: Mapping[str, str] = field(default_factory=dict)

    def options(self, name: str) -> Options | None:
        """The choices of a field with their labels; None for one that is written freely."""
        rules, state, procedure = self.names.rules, self.state, self.names.rules.procedure
        own = procedure.intake.fields.get(name)
        if own is not None and own.type == "choice":
            return self._labelled(name, own.values)
        kind = CODED.get(name) or (own.type if own is not None else "")
        values = procedure.classification.of(name)
        if name in CLASSES and values is not None and self.action != "promise":
            return self._labelled(name, values.values)
        special: dict[str, Callable[[], Options]] = {
            "ground": lambda: self._labelled(name, [g.id for g in procedure.admissibility]),
            "satisfied": lambda: self._labelled(name, ("yes", "partly", "not")),
            "vote": lambda: self._labelled(name, VOTES),
            "outcome": lambda: self._labelled(name, OUTCOMES),
            "step": lambda: self._labelled(name, steps_of(rules, state, self.actor)),
            "clock": self._extendable,
            "overdue": self._late,
            "pause": self._pauses,
            "event": self._entries,
            "role": self._roles,
            "limit": lambda: [(unit, self.names.say(UNITS_OF_TIME[unit])) for unit in UNITS_OF_TIME],
        }
        if name in special:
            return special[name]()
        if kind in ("unit", "person") or name in ("units", "people"):
            return self._units() if kind == "unit" or name == "units" else self._people()
        if self._asked_of_the_panel(name):
            return self._labelled("vote", VOTES)
        return self._codes(name) if kind == "code" and name not in NUMBERS else None

    def open(self, name: str) -> bool:
        """Whether something else than the choices may be written; the ladder and the stages are all there are."""
        return name in OPEN and self.action not in ("escalate", "reopen")

    def _asked_of_the_panel(self, name: str) -> bool:
        ballot = self.state.ballot
        panel = self.names.rules.approvals[ballot.approval].panel if ballot is not None else None
        return self.action == "vote" and panel is not None and name in panel.questions

    def _labelled(self, name: str, values: Iterable[str]) -> Options:
        return [(value, self.names.value(name, value)) for value in values]

    def _codes(self, name: str) -> Options:
        procedure, state = self.names.rules.procedure, self.state
        known: tuple[str, ...] = _HOUSE.get((self.action, name), ())
        if name == "medium":
            known = MEDIA.get(self.action, _WAYS)
        elif (self.action, name) == ("escalate", "to"):
            known = tuple(rung.role for rung in procedure.ladder.rungs)
        elif (self.action, name) == ("reopen", "to"):
            path = next(p for p in procedure.paths if p.id == state.path)
            return [
                (entry.id, self.names.stage(path.id, entry.id))
                for entry in path.stages
                if entry.stage not in ("registration", "closed")
            ]
        elif (self.action, name) == ("answer", "from"):
            waiting = [key.removeprefix("answer:") for key in state.waiting if key.startswith("answer:")]
            asked = "complainant" in state.paused or "asked" in state.contents
            known = (*waiting, *((COMPLAINANT,) if asked else ()))
            return self._labelled(name, dict.fromkeys(known))
        found = dict.fromkeys((*known, *mentioned(procedure, ACTIONS[self.action].event, name)))
        return self._labelled(name, found)

    def _units(self) -> Options:
        directory = self._directory()
        return [(one.id, self.names.unit(one.id)) for one in directory.units] if directory is not None else []

    def _people(self) -> Options:
        """Everybody who may take part, those of the case's unit first."""
        directory = self._directory()
        if directory is None:
            return []
        own = sorted(directory.people, key=lambda one: one.unit != self.state.unit)
        return [
            (one.id, f"{one.name} · {self.names.unit(one.unit)}" if one.unit else one.name)
            for one in own
            if one.id not in self.state.recused
        ]

    def _directory(self) -> Directory | None:
        return self.names.the.directory(self.names.procedure_id)

    def _extendable(self) -> Options:
        found = []
        for key in clocks_to_extend(self.names.rules, self.state, self.actor):
            running = self.state.clocks[key]
            found.append((key, f"{self.names.clock(running.clock)} · {self._when(running.due)}"))
        return found

    def _late(self) -> Options:
        return [
            (key, f"{self.names.clock(late.clock)} · {self._when(late.at)}")
            for key, late in self.state.overdue.items()
            if not late.explained
        ]

    def _pauses(self) -> Options:
        held = self.action == "resume"
        return [
            (one.id, " · ".join(self.names.clock(clock) for clock in one.clocks))
            for one in self.names.rules.procedure.pauses
            if (one.id in self.state.paused) is held
        ]

    def _entries(self) -> Options:
        """What people noted, newest first."""
        return [
            (str(event.seq), f"{self._when(event.at)} {self.names.event(event.event)}")
            for event in reversed(self.events)
            if correctable(event)
        ]

    def _roles(self) -> Options:
        if self.action == "appoint":
            return [("handler", self.names.role("handler"))]
        held = self.state.assigned
        return [
            (role, f"{self.names.role(role)} · {self.names.person(one.person)}")
            for role, one in held.items()
            if role != "first_receiver"
        ]

    def _when(self, at: int) -> str:
        return short(at, self.names.rules.procedure.calendar.zone, self.names.language)
