"""Every due instant can be explained, and the explanation comes to exactly that instant."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from complaints.calendar import FAR
from complaints.case import Actor, Message, State, apply, fold
from complaints.case.rules import Rules
from complaints.errors import NotFound
from complaints.explain import explain
from complaints.procedure.load import freeze
from complaints.procedure.model import Procedure
from complaints.scenario.play import Play
from complaints.vocabulary import SYSTEM
from tests.support.stories import SCENARIOS, SILENCE, story_of, until


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_every_due_instant_of_every_scenario_is_explained_to_the_second(path: Path) -> None:
    story = story_of(path)
    played = Play(story).run()
    state = State(case="story", procedure=story.rules.procedure.id)
    explained = 0
    for event in played.events:
        state = fold(story.rules, state, (event,))
        if event.event == "outage":
            continue  # the recount that follows belongs to the same transition
        for key, running in state.clocks.items():
            found = explain(story.rules, state, key, played.events)
            assert (found.due or FAR) == running.due
            assert found.origin.event == played.events[running.seq - 1].event
            assert found.lines or found.given
            json.dumps(found.to_json(story.rules.calendar))
            explained += 1
    assert explained > 0


def test_an_explanation_names_event_limit_clause_and_days() -> None:
    story = story_of(SILENCE)
    state, events, _ = until(story, 5)
    found = explain(story.rules, state, "approval", events)
    assert (found.origin.event, found.limit, found.clause, found.default) == (
        "proposed",
        "1 working_days",
        "GT-08",
        False,
    )
    assert [(line.date, line.counted, line.reason) for line in found.lines] == [
        (date(2026, 10, 9), False, "event_day"),
        (date(2026, 10, 10), True, "make_up_day"),
    ]
    plain = found.to_json(story.rules.calendar)
    assert plain["due"] == "2026-10-10T18:00:00+08:00"
    assert plain["origin"] == {"seq": found.origin.seq, "event": "proposed", "at": "2026-10-09T10:00:00+08:00"}
    assert plain["lines"][1]["date"] == "2026-10-10"


def test_an_outage_that_lengthened_a_silence_is_named() -> None:
    story = story_of(SILENCE.with_name("outage-over-the-limit.yaml"))
    state, _, _ = until(story, 5)
    found = explain(story.rules, state, "deemed_approval")
    assert [(gap.since, gap.until) for gap in found.outages] == list(state.outages)
    assert [line.reason for line in found.lines if not line.counted][-1] == "outage"
    assert found.due == state.clocks["deemed_approval"].due


def test_a_reminder_that_keeps_silence_open_is_named() -> None:
    story = story_of(SILENCE)
    state, _, now = until(story, 5)
    running = state.clocks["deemed_approval"]
    late = running.due + 3600
    held = replace(state, clocks={"deemed_approval": replace(running, not_before=late, due=late)})
    found = explain(story.rules, held, "deemed_approval")
    assert (found.due, found.not_before) == (late, late)
    assert now < late


def changed(**parts: object) -> Rules:
    """The reference procedure with some of its parts replaced."""
    rules = story_of(SILENCE).rules
    data = {**json.loads(rules.frozen[0]), **parts}
    return Rules.thaw(freeze(Procedure.model_validate(data)), rules.frozen[1])


def test_a_pause_and_an_extension_are_part_of_the_explanation() -> None:
    story = story_of(SILENCE)
    clocks = json.loads(story.rules.frozen[0])["clocks"]
    for clock in clocks:
        if clock["id"] == "proposal":
            clock["extend"] = {"by": ["leader"], "most": "2 working_days"}
    pauses = [{"id": "legal", "from": ["referred"], "until": ["answered"], "clocks": ["proposal"]}]
    rules = changed(clocks=clocks, pauses=pauses)
    state, _, now = until(replace(story, rules=rules), 4)
    leader, desk = Actor("leader-1", ("leader",)), Actor("csd-head", ("csd",))
    asked = {"clock": "proposal", "limit": "2 working_days"}
    reason = replace(story.submission.content, fields=("reason",)) if story.submission.content else None
    state = apply(rules, state, Message("extend", now + 60, leader, asked, reason)).state
    found = explain(rules, state, "proposal")
    assert [(e.limit, e.was < e.due, e.due) for e in found.extensions] == [("2 working_days", True, found.due)]
    assert found.due == state.clocks["proposal"].due

    state = apply(rules, state, Message("refer", now + 120, desk, {"to": "legal"})).state
    paused = explain(rules, state, "proposal")
    assert paused.due is None
    assert [(gap.since, gap.until) for gap in paused.pauses] == [(now + 120, None)]

    answer = Message("answer", now + 4 * 86_400, Actor("legal-1", ("legal",)), {"from": "legal"})
    state = apply(rules, state, answer).state
    resumed = explain(rules, state, "proposal")
    assert resumed.due == state.clocks["proposal"].due
    assert resumed.due is not None and found.due is not None and resumed.due > found.due
    assert any(line.reason == "paused" for line in resumed.lines)


def test_an_instant_that_a_field_gave_is_explained_by_the_field() -> None:
    story = story_of(SILENCE)
    state, _, now = until(story, 5)
    given = now + 20 * 86_400
    approve = Message("approve", now + 60, Actor("leader-1", ("leader",)), {"implement_by": given})
    state = apply(story.rules, state, approve).state
    found = explain(story.rules, state, "implementation")
    assert (found.given, found.due, found.lines, found.limit) == (given, given, (), "")


def test_a_clock_that_does_not_run_is_not_found_and_the_running_ones_are_named() -> None:
    story = story_of(SILENCE)
    state, _, _ = until(story, 5)
    with pytest.raises(NotFound, match="deemed_approval"):
        explain(story.rules, state, "revisit")


def test_a_letter_that_arrives_after_the_decision_opens_nobodys_silence() -> None:
    story = story_of(SILENCE)
    before, _, _ = until(story, 4)
    asked = apply(story.rules, before, story.message(before, 4, story.scenario.steps[4])).state
    owed = next(n for n in asked.owed.values() if n.letter == "approval_request")
    now = asked.at
    state = apply(story.rules, asked, Message("approve", now + 60, Actor("leader-1", ("leader",)))).state
    told = {"notice": owed.id, "person": "leader-1", "channel": "mail"}
    state = apply(story.rules, state, Message("notified", now + 120, Actor(SYSTEM), told)).state
    assert "deemed_approval" not in state.clocks


def test_silence_ends_when_the_case_leaves_the_approval_another_way() -> None:
    story = story_of(SILENCE)
    state, _, now = until(story, 5)
    assert "deemed_approval" in state.clocks
    away = {"to": "court", "takes_over": True}
    state = apply(story.rules, state, Message("refer", now + 60, Actor("csd-head", ("csd",)), away)).state
    assert state.stage == "reply"
    assert "deemed_approval" not in state.clocks
