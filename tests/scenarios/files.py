"""The scenario files, and how one is told and judged in the core."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from complaints.case import Rules
from complaints.scenario.judge import Verdict, judge
from complaints.scenario.play import Play
from complaints.scenario.story import Story, tell

HERE = Path(__file__).parent
PROCEDURES = HERE.parents[1] / "procedures"
FILES = sorted(HERE.glob("*/*.yaml"))


def story(file: Path) -> Story:
    """The story of a scenario file."""
    return tell(file, PROCEDURES)


def told(one: Story) -> Verdict:
    """What comes of a story in the core."""
    played = Play(one).run()
    assert played.state is not None
    return judge(one, played.events, played.state, played.refusals, played.failures)


def under(one: Story, procedure: dict[str, Any]) -> Story:
    """The same story under a changed procedure."""
    return replace(one, rules=Rules.thaw(json.dumps(procedure), one.frozen.calendar))
