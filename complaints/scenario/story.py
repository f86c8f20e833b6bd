"""A scenario made ready to be told on either engine: rules, people, the submission, each step as a message."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from complaints import numbering
from complaints.calendar import build_calendar
from complaints.case import Actor, Content, Message, Notice, Rules, State, Submission, canonical
from complaints.errors import BadInput, ProcedureError
from complaints.fields import shape_action, shape_complaint
from complaints.instants import Instant
from complaints.people import Directory, Resolved, everyone, recused_by, resolve, roles_of
from complaints.procedure.load import Faults, freeze, load_directory, load_procedure, read
from complaints.scenario.model import Scenario, Step

COMPLAINANT = "complainant"


@dataclass(frozen=True, slots=True)
class Frozen:
    """A procedure and its calendar as a case carries them."""

    procedure: str
    calendar: str


@dataclass(slots=True)
class Story:
    """A scenario with everything it needs; `moment` turns its times into instants."""

    scenario: Scenario
    frozen: Frozen
    rules: Rules
    directory: Directory
    submission: Submission
    file: str = ""

    def moment(self, local: datetime) -> Instant:
        """The instant of a time of the scenario, in the procedure's zone unless it has an offset."""
        return self.rules.calendar.instant(local)

    def person(self, state: State, role: str) -> str:
        """The person that acts in a role now: the one assigned, else the one whom the directory gives."""
        held = state.assigned.get(role)
        if held is not None:
            return held.person
        found = resolve_role(self.rules, self.directory, state, (role,), state.unit, tuple(state.recused), state.at)
        return found.person if found is not None else role

    def actor(self, state: State, by: str, at: Instant) -> Actor:
        """Who acts: a person of the directory with that person's roles, or the person of a role."""
        if by == COMPLAINANT:
            return Actor(COMPLAINANT, (COMPLAINANT,))
        if self.directory.person(by) is not None:
            return Actor(by, roles_of(self.directory, by, unit=state.unit, at=at))
        return Actor(self.person(state, by), (by,))

    def message(self, state: State, place: int, step: Step) -> Message:
        """A step that somebody does, as the message of `place` in the story; raises `BadInput`."""
        at = self.moment(step.at)
        given = {k: _plain(v) for k, v in step.with_.items()}
        data, texts = shape_action(self.rules, step.do, given)
        return Message(
            step.do, at, self.actor(state, step.by, at), data, content_of(f"step{place}", texts), f"step{place}"
        )

    def under(self, rules: Rules) -> Story:
        """The same story told under other rules; raises `BadInput` when they do not take its complaint."""
        return replace(self, rules=rules, submission=_submission(self.scenario, rules, self.directory))

    def taken_without(self, name: str) -> bool:
        """Whether the complaint would be taken if it lacked that field."""
        given = {k: _plain(v) for k, v in (self.scenario.complaint.model_extra or {}).items() if k != name}
        try:
            shape_complaint(self.rules.procedure, self.rules.calendar.instant, given)
        except BadInput as error:
            return error.field != name
        return True

    def answer(self, notice: Notice) -> dict[str, Any]:
        """What the delivery of a notice says: the person reached, in whose place and why, or that nobody is left."""
        return delivered(self.directory, notice)


def tell(path: Path, procedures: Path) -> Story:
    """The story of a scenario file; raises `Faults` with file, line and field."""
    scenario = read(path, Scenario)
    own = scenario.procedure
    file = (path.parent / own) if own.endswith((".yaml", ".yml")) else procedures / f"{own}.yaml"
    year = scenario.complaint.received_at.year
    frozen, rules, directory = _prepared(file, year)
    try:
        return compose(scenario, frozen, rules, directory, str(path))
    except BadInput as error:
        fault = ProcedureError(str(path), 0, f"complaint.{error.field}", error.text, error.do)
        raise Faults([fault]) from error


def compose(scenario: Scenario, frozen: Frozen, rules: Rules, directory: Directory, file: str = "") -> Story:
    """The story of a scenario under rules that are at hand; raises `BadInput` for its complaint."""
    return Story(scenario, frozen, rules, directory, _submission(scenario, rules, directory), file)


@lru_cache(maxsize=64)
def _read(file: Path, stamp: float) -> tuple[Any, Directory]:
    del stamp  # a changed file is read again
    return load_procedure(file), load_directory(file.with_suffix(".directory.yaml"))


def _prepared(file: Path, year: int) -> tuple[Frozen, Rules, Directory]:
    try:
        stamp = file.stat().st_mtime
    except OSError as error:
        raise Faults([ProcedureError(str(file), 0, "procedure", "there is no such procedure file.")]) from error
    return _frozen(file, stamp, year)


@lru_cache(maxsize=128)
def _frozen(file: Path, stamp: float, year: int) -> tuple[Frozen, Rules, Directory]:
    procedure, directory = _read(file, stamp)
    frozen = Frozen(freeze(procedure), canonical(build_calendar(procedure.calendar, year).freeze()))
    return frozen, Rules.thaw(frozen.procedure, frozen.calendar), directory


def content_of(ident: str, texts: dict[str, str]) -> Content | None:
    """Texts of a story as content; its hash needs no salt, for nobody is to be protected in a story."""
    if not texts:
        return None
    return Content(ident, hashlib.sha256(canonical(texts).encode()).hexdigest(), tuple(sorted(texts)))


def resolve_role(
    rules: Rules, directory: Directory, state: State, roles: tuple[str, ...], unit: str, exclude: tuple[str, ...],
    at: Instant,
) -> Resolved | None:  # fmt: skip
    """Who acts in one of the roles, their substitutes by the procedure included."""
    names: list[str] = []
    for role in roles:
        names.append(role)
        if role in rules.procedure.roles:
            names += rules.procedure.roles[role].substitutes
    return resolve(directory, tuple(dict.fromkeys(names)), unit, exclude, at)


def delivered(directory: Directory, notice: Notice) -> dict[str, Any]:
    """What an ideal delivery of a notice answers, by the directory: used by simulation and scenarios."""
    if notice.to == COMPLAINANT:
        return {"notice": notice.id, "person": COMPLAINANT, "channel": notice.channel}
    if notice.everyone:
        people = everyone(directory, notice.candidates, notice.exclude, notice.at)
        if people:
            return {"notice": notice.id, "person": people[0], "people": people, "channel": notice.channel}
    elif notice.person and notice.person not in notice.exclude:
        return {"notice": notice.id, "person": notice.person, "channel": notice.channel}
    found = resolve(directory, notice.candidates, notice.unit, notice.exclude, notice.at)
    if found is None:
        return {"notice": notice.id, "failed": True, "code": "nobody"}
    answer = {"notice": notice.id, "person": found.person, "role": found.role, "channel": notice.channel}
    return answer | {k: v for k, v in (("deputy_of", found.deputy_of), ("why", found.why)) if v}


def _submission(scenario: Scenario, rules: Rules, directory: Directory) -> Submission:
    complaint = scenario.complaint
    given = {k: _plain(v) for k, v in (complaint.model_extra or {}).items()}
    facts, texts = shape_complaint(rules.procedure, rules.calendar.instant, given)
    at = rules.calendar.instant(complaint.received_at)
    if complaint.reachable != "mail":
        facts["reachable"] = complaint.reachable
    by = _receiver(scenario, rules, directory, facts, at)
    local = rules.calendar.at_local(at)
    return Submission(
        case="story",
        number=numbering.number(rules.procedure.numbering, local, 1),
        received_at=at,
        at=at,
        facts=facts,
        content=content_of("complaint", texts),
        by=by,
        recused=recused_by(directory, str(facts.get("subject", "")), with_line=rules.procedure.recusal.with_line),
    )


def _receiver(scenario: Scenario, rules: Rules, directory: Directory, facts: dict[str, Any], at: Instant) -> Actor:
    """Who enters the complaint: the one named, the complainant on the web, else the desk."""
    by = scenario.complaint.by or (COMPLAINANT if facts["channel"] in ("web", "app", "mail") else "csd")
    if by == COMPLAINANT:
        return Actor(COMPLAINANT, (COMPLAINANT,))
    if directory.person(by) is not None:
        return Actor(by, roles_of(directory, by, unit="", at=at) or ("staff",))
    found = resolve(directory, (by,), "", (), at)
    return Actor(found.person if found else by, (by,))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
