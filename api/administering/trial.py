"""A complaint that nobody filed, told in virtual time: what a form asks for becomes a story that is played."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from complaints.case import Event, Rules, State
from complaints.errors import BadInput, CalendarEnd, HuiyinError
from complaints.forecast import ForecastLine, forecast
from complaints.people import Directory
from complaints.procedure.intake import CLASSES, Field
from complaints.procedure.model import Procedure
from complaints.scenario.model import Complaint, Scenario, Step
from complaints.scenario.play import Play
from complaints.scenario.story import Frozen, Story, compose

LONGEST = 120
"""Days of virtual time that a trial may last."""

MOST_STEPS = 50
_LONGEST_TEXT = 10_000


@dataclass(frozen=True, slots=True)
class Trial:
    """What was asked: when it is received, which virtual day it is looked at, the facts, what people do meanwhile."""

    received: datetime
    days: int
    facts: dict[str, Any]
    steps: str


@dataclass(frozen=True, slots=True)
class Told:
    """What came of it: the events up to the virtual instant, the state then, what would follow, what was refused."""

    now: int
    events: list[Event]
    state: State
    coming: tuple[ForecastLine, ...]
    refusals: list[dict[str, Any]]
    people: Story


def asked(procedure: Procedure, given: Mapping[str, str], now: int) -> Trial:
    """The trial that a form asks for; raises BadInput."""
    zone = procedure.calendar.zone
    today = _local(now, zone)
    try:
        received = datetime.fromisoformat(given.get("received_at") or today.isoformat(timespec="minutes"))
    except ValueError as error:
        raise BadInput("received_at", _("This is no time.")) from error
    days = given.get("days") or "0"
    if not days.isascii() or not days.isdigit() or int(days) > LONGEST:
        raise BadInput("days", _("This is no number of days."))
    if abs(received.year - today.year) > 1:
        raise BadInput("received_at", _("This is too far from today."))
    if len(given.get("steps", "")) > _LONGEST_TEXT:
        raise BadInput("steps", _("These are too many steps."))
    return Trial(received.replace(tzinfo=None), int(days), _facts(procedure, given), given.get("steps", ""))


def tell(trial: Trial, procedure: Procedure, frozen: tuple[str, str], directory: Directory) -> Told:
    """Play it; raises BadInput for what the procedure does not take."""
    rules = Rules.thaw(*frozen)
    look = trial.received + timedelta(days=trial.days)
    scenario = _scenario(trial, procedure, directory, look)
    try:
        story = compose(scenario, Frozen(*frozen), rules, directory)
        now = story.moment(look)
        played = Play(story).run()
    except CalendarEnd as error:
        raise BadInput("days", _("The calendar ends before.")) from error
    except BadInput:
        raise
    except HuiyinError as error:
        raise BadInput("steps", error.text) from error
    assert played.state is not None
    events = [event for event in played.events if event.at <= now]
    return Told(now, events, played.state, forecast(rules, played.state, now), played.refusals, story)


def _scenario(trial: Trial, procedure: Procedure, directory: Directory, look: datetime) -> Scenario:
    facts = _needed(procedure, directory, trial.received) | trial.facts
    try:
        complaint = Complaint.model_validate({"received_at": trial.received, **facts})
        steps = [Step.model_validate(step) for step in _steps(trial.steps)]
        kept = tuple(step for step in steps if step.at.replace(tzinfo=None) <= look)
        return Scenario(procedure=procedure.id, name="trial", complaint=complaint, steps=kept, until=look)
    except ValidationError as error:
        found = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in found["loc"])
        raise BadInput("steps", f"{where}: {found['msg']}".lstrip(": ")) from error


def _steps(text: str) -> list[Any]:
    if not text.strip():
        return []
    try:
        found = YAML(typ="safe", pure=True).load(text)
    except (YAMLError, ValueError) as error:
        raise BadInput("steps", _("This is no list of steps.")) from error
    if not isinstance(found, list) or len(found) > MOST_STEPS or not all(isinstance(one, dict) for one in found):
        raise BadInput("steps", _("This is no list of steps."))
    return found


def _facts(procedure: Procedure, given: Mapping[str, str]) -> dict[str, Any]:
    names = ("channel", *CLASSES)
    facts: dict[str, Any] = {name: given[name] for name in names if given.get(name)}
    for name, field in shown_fields(procedure).items():
        if field.type == "bool":
            facts[name] = name in given
        elif given.get(name):
            facts[name] = _number(name, given[name]) if field.type in ("amount", "integer") else given[name]
    return facts


def shown_fields(procedure: Procedure) -> dict[str, Field]:
    """The fields of the intake that may change the way of a case, and so are asked for."""
    kinds = ("choice", "amount", "integer", "bool")
    return {
        name: field
        for name, field in procedure.intake.fields.items()
        if field.type in kinds and not field.later and name not in CLASSES
    }


def _needed(procedure: Procedure, directory: Directory, received: datetime) -> dict[str, Any]:
    """Something for every other field that the intake may ask for."""
    person = directory.people[0].id if directory.people else "somebody"
    unit = directory.units[0].id if directory.units else "unit"
    samples: dict[str, Any] = {
        "text": "…", "amount": 0, "integer": 0, "bool": False, "date": received.date().isoformat(),
        "instant": received.isoformat(timespec="minutes"), "person": person, "unit": unit,
    }  # fmt: skip
    found: dict[str, Any] = {"about": "…"}
    for name, field in procedure.intake.fields.items():
        if not field.later and field.required:
            found[name] = next(iter(field.values)) if field.type == "choice" else samples[field.type]
    return found


def _number(name: str, text: str) -> int | float:
    try:
        return int(text) if text.lstrip("-").isdigit() else float(text)
    except ValueError as error:
        raise BadInput(name, "This is no number.") from error


def _(text: str) -> str:
    return text


def _local(now: int, zone: str) -> datetime:
    return datetime.fromtimestamp(now, UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None, second=0)
