"""A case goes on under another version of its procedure, or under a calendar with newly published holidays."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from complaints.case import Message, Rules, State, apply, dump_state, fold, load_state, next_due, settle
from complaints.case.model import Event, Transition
from complaints.errors import NotFound, Refused
from complaints.instants import Instant
from tests.support.stories import SCENARIOS, SILENCE, story_of, until
from tests.support.versions import days_off, limit, move, part, recount, version, without

STORY = story_of(SILENCE)
RULES = STORY.rules


def stands(steps: int) -> tuple[State, list[Event], Instant]:
    return until(STORY, steps)


def local(instant: Instant) -> str:
    return RULES.calendar.at_local(instant).strftime("%m-%d %H:%M")


def at(text: str) -> Instant:
    return RULES.calendar.instant(datetime.fromisoformat(text))


def moved(to: Rules, steps: int, when: str = "") -> Transition:
    state, _, now = stands(steps)
    return apply(RULES, state, move(to, at(when) if when else now))


def names(done: Transition) -> list[str]:
    return [event.event for event in done.events]


def test_a_shorter_limit_is_counted_from_its_own_first_event_and_the_timeline_says_from_when_to_when() -> None:
    done = moved(version(RULES, limit("proposal", "2 working_days")), 3, "2026-10-08T11:00")
    (told,) = [e for e in done.events if e.event == "recounted"]
    assert (told.data["clock"], local(told.data["was"]), local(told.data["due"])) == (
        "proposal", "10-12 18:00", "10-10 18:00",
    )  # fmt: skip
    assert local(done.state.clocks["proposal"].due) == "10-10 18:00"
    assert done.state.clocks["proposal"].limit == "2 working_days"


def test_a_limit_that_is_thereby_past_is_overdue_at_once_and_its_letters_go_once() -> None:
    done = moved(version(RULES, limit("proposal", "2 working_hours")), 3, "2026-10-08T16:00")
    assert names(done) == ["moved", "recounted", "overdue", "chased"]
    assert {local(event.at) for event in done.events} == {"10-08 16:00"}
    assert done.state.clocks["proposal"].overdue


def test_what_fell_due_before_the_move_happens_by_the_rules_until_then() -> None:
    done = moved(version(RULES, limit("proposal", "9 working_days")), 3, "2026-10-13T09:00")
    assert names(done)[:2] == ["overdue", "chased"] and "moved" in names(done)
    assert done.state.clocks["proposal"].overdue


def test_the_event_names_both_versions_who_asked_and_the_key_and_a_repeat_does_nothing() -> None:
    new = version(RULES, limit("proposal", "2 working_days"))
    done = moved(new, 3)
    event = done.events[0]
    assert (event.data["from_procedure"], event.data["from_calendar"]) == RULES.names
    assert (event.data["procedure"], event.data["calendar"]) == new.names
    assert (event.data["asked_by"], event.data["version"], event.key) == ("admin", new.version, "move-1")
    assert done.rules is new
    again = apply(new, done.state, move(new, done.state.at))
    assert (again.repeated, again.events) == (True, ())
    assert apply(new, done.state, move(new, done.state.at, "another key")).events == ()


def test_a_step_of_the_ladder_that_was_done_is_not_done_again_in_the_new_one() -> None:
    def more(plain: dict[str, Any]) -> None:
        ladder = part(plain, "clocks", "proposal")["ladder"]
        ladder.insert(0, {"do": "remind", "before": "1 working_days"})

    done = moved(version(RULES, more), 3, "2026-10-13T09:00")
    running = done.state.clocks["proposal"]
    rung = done.rules.clocks[running.rule].rungs[running.fired] if done.rules else None
    assert rung is not None and rung.do == "escalate"
    told = [e.event for e in done.events if e.data.get("clock") == "proposal"]
    assert told == ["overdue", "chased"]


def test_a_limit_under_another_name_carries_the_old_one_on() -> None:
    def renamed(plain: dict[str, Any]) -> None:
        part(plain, "clocks", "proposal").update(id="measures_due", limit={"limit": "2 working_days"})

    done = moved(version(RULES, renamed), 3, "2026-10-08T11:00")
    assert "proposal" not in done.state.clocks
    assert local(done.state.clocks["measures_due"].due) == "10-10 18:00"


def test_a_running_say_is_never_shortened() -> None:
    done = moved(version(RULES, limit("deemed_approval", "0.5 working_days")), 5)
    before = stands(5)[0].clocks["deemed_approval"]
    assert done.state.clocks["deemed_approval"].due == before.due
    longer = moved(version(RULES, limit("deemed_approval", "5 working_days")), 5)
    assert longer.state.clocks["deemed_approval"].due > before.due


def entry(plain: dict[str, Any], ident: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in plain["paths"][0]["stages"] if one["id"] == ident)
    return found


def renamed_entry(plain: dict[str, Any]) -> None:
    entry(plain, "investigation")["id"] = "inquiry"
    entry(plain, "approval")["returns_to"] = "inquiry"


def other_leader(plain: dict[str, Any]) -> None:
    for level in part(plain, "approvals", "decision")["levels"]:
        level["by"] = ["csd"]


def no_general(plain: dict[str, Any]) -> None:
    severity = plain["classification"]["severity"]
    severity["values"].pop("general")
    severity["default"] = "urgent"


def asks_opinions(plain: dict[str, Any]) -> None:
    entry(plain, "investigation")["steps"] = [{"id": "legal", "by": ["legal"]}]


def no_decision(plain: dict[str, Any]) -> None:
    entry(plain, "approval").pop("approval")


@pytest.mark.parametrize(
    ("steps", "change", "why"),
    [
        (3, renamed_entry, "no stage 'investigation'"),
        (3, without("clocks", "proposal"), "in place of 'proposal'"),
        (3, asks_opinions, "opinions that nobody was asked for"),
        (3, no_general, "no severity 'general'"),
        (5, other_leader, "not decided by leader any more"),
        (5, no_decision, "no approval 'decision' there"),
    ],
    ids=["stage", "clock", "opinions", "value", "approver", "approval"],
)
def test_a_version_without_a_place_for_the_case_is_refused_with_the_reason(steps: int, change: Any, why: str) -> None:
    state, _, now = stands(steps)
    with pytest.raises(Refused, match="has no place for the case") as refused:
        apply(RULES, state, move(version(RULES, change), now))
    assert why in refused.value.text
    assert refused.value.code == "no_place"


def test_a_role_that_somebody_holds_must_be_there_and_so_must_a_limit_for_such_a_case() -> None:
    def clerk(plain: dict[str, Any]) -> None:
        plain["roles"]["clerk"] = {"name": {"zh-CN": "科员", "en": "Clerk"}}

    with_clerk = version(RULES, clerk)
    state, _, now = stands(3)
    held = apply(with_clerk, state, Message("assigned", now, move(RULES, now).by, {"role": "clerk", "person": "eng-1"}))
    with pytest.raises(Refused, match="no role 'clerk'"):
        apply(with_clerk, held.state, move(RULES, now))

    def urgent_only(plain: dict[str, Any]) -> None:
        cases = {"by": "severity", "cases": {"urgent": {"limit": "1 working_days"}}}
        part(plain, "clocks", "proposal").update(limit=cases)

    with pytest.raises(Refused, match="'proposal' sets no time"):
        apply(RULES, state, move(version(RULES, urgent_only), now))


def test_a_closed_case_and_another_procedure_and_unreadable_rules_are_refused() -> None:
    story = story_of(next(path for path in SCENARIOS if path.stem == "plain-way-to-closed"))
    state, _, now = until(story, len(story.scenario.steps))
    assert state.outcome
    with pytest.raises(Refused, match="closed"):
        apply(story.rules, state, move(version(story.rules, limit("proposal", "9 days")), now))
    state, _, now = stands(3)
    with pytest.raises(Refused, match="not property-developer"):
        apply(RULES, state, move(version(RULES, lambda plain: plain.update(id="other")), now))
    for wrong in ({}, {"procedure": "{", "calendar": RULES.frozen[1]}, {"procedure": RULES.frozen[0], "calendar": "1"}):
        with pytest.raises(Refused, match="cannot be read"):
            apply(RULES, state, Message("moved", now, move(RULES, now).by, wrong))


def test_each_event_is_folded_under_the_rules_in_force() -> None:
    state, events, now = stands(3)
    new = version(RULES, limit("proposal", "2 working_days"))
    done = apply(RULES, state, move(new, now))
    later = settle(new, done.state, at("2026-10-13T09:00"))
    chain = [*events, *done.events, *later.events]
    known = {RULES.names: RULES, new.names: new}
    empty = State(case="story", procedure=RULES.procedure.id)
    assert fold(RULES, empty, chain, lambda *wanted: known[wanted]) == later.state
    with pytest.raises(NotFound, match="not at hand"):
        fold(RULES, empty, chain)
    assert load_state(dump_state(later.state)) == later.state


def test_published_holidays_recount_what_they_touch_and_only_that() -> None:
    state, _, _ = stands(3)
    now = at("2026-10-08T16:00")
    done = apply(RULES, state, recount(days_off(RULES, "2026-10-12"), now))
    assert names(done) == ["calendar_changed", "recounted"]
    assert (local(done.events[1].data["was"]), local(done.events[1].data["due"])) == ("10-12 18:00", "10-13 18:00")
    untouched = apply(RULES, state, recount(days_off(RULES, "2026-12-12"), now))
    assert names(untouched) == ["calendar_changed"]


def test_a_closed_case_with_a_promise_that_runs_is_told_of_published_holidays_and_one_without_is_not() -> None:
    paths = [path for path in SCENARIOS if path.parent.name in ("property-developer", "property-reception", "hotel")]
    lives: list[int] = []
    for path in paths:
        story = story_of(path)
        state, _, now = until(story, len(story.scenario.steps))
        if not state.outcome:
            continue
        message = recount(days_off(story.rules, "2026-12-24"), now)
        lives.append(len(state.clocks))
        if state.clocks:
            assert names(apply(story.rules, state, message))[0] == "calendar_changed"
        else:
            with pytest.raises(Refused, match="no limit of it runs"):
                apply(story.rules, state, message)
    assert any(lives)
    assert not all(lives)


def test_steps_before_and_after_the_due_instant_go_by_the_new_calendar_too() -> None:
    state, _, now = stands(3)
    new = days_off(RULES, "2026-10-13")
    done = apply(RULES, state, recount(new, now))
    assert done.state.clocks["proposal"].due == state.clocks["proposal"].due
    assert [local(x) for x in done.state.clocks["proposal"].plan][-1] > [
        local(x) for x in state.clocks["proposal"].plan
    ][-1]


@pytest.mark.parametrize("path", SCENARIOS[::3], ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_version_that_changes_no_rule_changes_nothing_of_what_comes(path: Path) -> None:
    story = story_of(path)
    same = version(story.rules, lambda plain: plain.update(version="2"))
    for steps in sorted({1, len(story.scenario.steps) // 2}):
        state, _, now = until(story, steps)
        if state.outcome:
            continue
        done = apply(story.rules, state, move(same, now))
        assert names(done) == ["moved"]
        stay, went = state, done.state
        for _ in range(6):
            due = next_due(stay)
            assert next_due(went) == due
            if due is None:
                break
            stay, went = (settle(r, s, due, inclusive=True).state for r, s in ((story.rules, stay), (same, went)))
            assert {k: (r.due, r.fired, r.plan) for k, r in stay.clocks.items()} == {
                k: (r.due, r.fired, r.plan) for k, r in went.clocks.items()
            }
