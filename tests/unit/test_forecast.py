"""What happens if nobody acts, held against what does happen when nobody acts."""

from __future__ import annotations

from pathlib import Path

import pytest

from complaints.case import State, fold, next_due
from complaints.forecast import forecast
from complaints.scenario.play import LONGEST
from tests.support.stories import SCENARIOS, SILENCE, left_alone, story_of, until

LETTERS = ("notified", "notice_failed", "assigned")


def cuts(path: Path) -> list[int]:
    """Where a story is cut: after every step of the reference procedure's, else at the start, midway and the end."""
    steps = len(story_of(path).scenario.steps)
    return list(range(steps + 1)) if path.parent.name == "property-developer" else sorted({0, steps // 2, steps})


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_the_forecast_is_what_comes_when_nobody_acts(path: Path) -> None:
    for steps in cuts(path):
        foretold(path, steps)


def foretold(path: Path, steps: int) -> None:
    story = story_of(path)
    state, events, now = until(story, steps)
    lines = forecast(story.rules, state, now, horizon=LONGEST, most=1000)
    last = now + LONGEST
    real = [
        (e.at, e.event, str(e.data.get("clock", "")))
        for e in left_alone(story, steps)[len(events) :]
        if e.event not in LETTERS and "passed_over" not in e.data and e.at <= last
    ]
    assert [(line.at, line.event, line.clock) for line in lines][: len(real)] == real


def test_silence_is_forecast_as_approval_and_the_stage_that_follows() -> None:
    story = story_of(SILENCE)
    state, _, now = until(story, 5)
    lines = forecast(story.rules, state, now)
    local = [(story.rules.calendar.at_local(x.at).isoformat(), x.event, x.role, x.stage) for x in lines[:3]]
    assert local == [
        ("2026-10-10T18:00:00+08:00", "overdue", "leader", "approval"),
        ("2026-10-10T18:00:00+08:00", "reminded", "leader", "approval"),
        ("2026-10-12T18:00:00+08:00", "deemed_approved", "leader", "implementation"),
    ]


def test_what_fell_due_before_now_is_no_forecast() -> None:
    story = story_of(SILENCE)
    state, _, now = until(story, 5)
    later = now + 30 * 86_400
    assert all(line.at >= later for line in forecast(story.rules, state, later))


def test_a_forecast_ends_at_its_horizon_and_at_its_number_of_lines() -> None:
    story = story_of(SILENCE)
    state, _, now = until(story, 5)
    first = next_due(state)
    assert first is not None
    assert {line.at for line in forecast(story.rules, state, now, horizon=first - now)} == {first}
    assert forecast(story.rules, state, now, horizon=first - now - 1) == ()
    assert len(forecast(story.rules, state, now, most=3)) == 3


def test_a_forecast_changes_nothing_of_the_case() -> None:
    story = story_of(SILENCE)
    state, events, now = until(story, 5)
    forecast(story.rules, state, now)
    assert fold(story.rules, State(case="story", procedure=story.rules.procedure.id), events) == state


def test_a_forecast_stops_where_the_calendar_ends() -> None:
    story = story_of(SILENCE)
    state, _, now = until(story, 5)
    assert forecast(story.rules, state, now, horizon=20 * LONGEST, most=10_000)
