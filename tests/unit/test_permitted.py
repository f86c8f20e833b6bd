"""What somebody may do is asked of every clock that it may be about, not of the first alone."""

from __future__ import annotations

from complaints.case import Actor, permitted
from tests.support.stories import SCENARIOS, story_of, until

BUTLER = next(path for path in SCENARIOS if path.stem == "general-extended-by-the-head-butler-only")


def test_whoever_may_extend_any_running_clock_may_extend() -> None:
    told = story_of(BUTLER)
    place = next(
        place for place, step in enumerate(told.scenario.steps) if step.do == "extend" and step.refused is False
    )
    state, _, _ = until(told, place)
    for order in (list(state.clocks), list(reversed(state.clocks))):
        state.clocks = {key: state.clocks[key] for key in order}
        assert "extend" in permitted(told.rules, state, Actor("p", ("head_butler",)))
        assert "extend" not in permitted(told.rules, state, Actor("p", ("csd",)))
