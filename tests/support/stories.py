"""Scenarios cut short: a case as it stands after some steps of its story, told in the core."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from complaints.case import State
from complaints.case.model import Event
from complaints.instants import Instant
from complaints.scenario.play import Play
from complaints.scenario.story import Story, tell

HOUSE = Path(__file__).resolve().parents[2]
SCENARIOS = sorted((HOUSE / "tests" / "scenarios").glob("*/*.yaml"))
SILENCE = HOUSE / "tests" / "scenarios" / "property-developer" / "silence-over-the-holiday.yaml"


def story_of(path: Path) -> Story:
    return tell(path, HOUSE / "procedures")


def until(story: Story, steps: int) -> tuple[State, list[Event], Instant]:
    """The case after so many steps, its events, and the instant of the last of these."""
    kept = story.scenario.steps[:steps]
    at = story.moment(kept[-1].at if kept else story.scenario.complaint.received_at)
    if kept and kept[-1].until is not None and kept[-1].do == "outage":
        at = story.moment(kept[-1].until)
    short = story.scenario.model_copy(update={"steps": kept, "until": story.rules.calendar.at_local(at)})
    played = Play(replace(story, scenario=short)).run()
    assert played.state is not None
    return played.state, played.events, at


def left_alone(story: Story, steps: int) -> list[Event]:
    """All events when nobody acts any more after so many steps."""
    short = story.scenario.model_copy(update={"steps": story.scenario.steps[:steps], "until": None})
    return Play(replace(story, scenario=short)).run().events
