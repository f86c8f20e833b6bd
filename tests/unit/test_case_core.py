"""Laws of the case: what an act, a repeat, a refusal, time and a changed record do and do not do."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaints.case import (
    Actor,
    Event,
    Message,
    Rules,
    State,
    apply,
    canonical,
    check_chain,
    clocks_view,
    dump_event,
    dump_state,
    fold,
    load_event,
    next_due,
    questions,
    settle,
)
from complaints.errors import BrokenChain, Refused
from tests.unit.case_play import RULES, START, SYSTEM, Case

HOUR = 3600
DAY = 24 * HOUR
WAY = [
    ("assess", "csd-1"), ("dispatch", "csd-1"), ("contact", "eng-head"), ("propose", "eng-head"),
    ("approve", "leader-1"), ("implement", "eng-head"), ("reply", "csd-1"), ("revisit", "csd-1"),
]  # fmt: skip


def gone(steps: int, *, pause: int = HOUR // 2) -> Case:
    """A case that went so many steps of the plain way, with a pause before each."""
    case = Case()
    case.deliver()
    for place, (do, person) in enumerate(WAY[:steps]):
        case.wait(pause)
        assert not isinstance(case.act(do, person, key=f"w{place}"), Refused)
        case.deliver()
    return case


def at_once(state: State, now: int) -> State:
    """Time runs to `now` in one go; silence is judged whenever it must be."""
    while True:
        state = settle(RULES, state, now, inclusive=True).state
        asked = questions(RULES, state, now + 1)
        if not asked:
            return state
        told = {"key": asked[0].key, "due": asked[0].due}
        state = apply(RULES, state, Message("facts", asked[0].due, SYSTEM, told)).state


@given(steps=st.integers(0, 8), hours=st.integers(1, 1000))
@settings(deadline=None, max_examples=60)
def test_time_that_passes_in_one_go_does_the_same_as_hour_by_hour(steps: int, hours: int) -> None:
    start = gone(steps)
    state = start.state
    for hour in range(0, hours, 7):
        state = at_once(state, start.now + hour * HOUR)
    state = at_once(state, start.now + hours * HOUR)
    assert state == at_once(start.state, start.now + hours * HOUR)


def test_settling_again_up_to_the_same_instant_does_nothing() -> None:
    case = gone(4)
    once = settle(RULES, case.state, START + 9 * DAY)
    assert settle(RULES, once.state, START + 9 * DAY).events == ()


def test_a_step_at_its_due_instant_happens_after_whoever_acts_then() -> None:
    case = gone(4)
    due = next_due(case.state)
    assert due is not None
    assert settle(RULES, case.state, due).events == ()
    assert settle(RULES, case.state, due, inclusive=True).events[0].at == due


def test_a_repeated_key_is_answered_with_the_case_as_it_is() -> None:
    case = gone(5)
    again = apply(RULES, case.state, Message("propose", case.now + 5 * DAY, Actor("eng-head"), key="w3"))
    assert (again.repeated, again.events, again.state) == (True, (), case.state)


def test_a_refused_act_changes_nothing_not_even_what_fell_due_before_it() -> None:
    case = gone(4)
    before = dump_state(case.state)
    with pytest.raises(Refused) as refused:
        apply(RULES, case.state, Message("approve", case.now + 3 * DAY, Actor("eng-head", ("responsible",)), key="x"))
    assert refused.value.code == "not_your_role"
    assert dump_state(case.state) == before


def test_an_act_first_lets_happen_what_fell_due_before_it() -> None:
    case = gone(2)
    done = apply(
        RULES, case.state, Message("note", case.now + 2 * DAY, Actor("csd-1", ("csd",)), {"text": "x"}, key="n")
    )
    assert [e.event for e in done.events] == ["overdue", "chased", "noted"]


def test_an_act_that_claims_an_earlier_instant_counts_as_of_the_last_event() -> None:
    case = gone(2)
    done = apply(RULES, case.state, Message("note", START - DAY, Actor("csd-1", ("csd",)), {"text": "x"}, key="n"))
    assert done.events[-1].at == case.state.at


@pytest.mark.parametrize("field", [f.name for f in fields(Event)])
def test_the_chain_shows_a_change_in_any_field_of_any_event(field: str) -> None:
    other: dict[str, Any] = {"seq": 77, "at": 1, "data": {"x": 1}, "content": None}
    events = gone(8).events
    changed = 0
    for place, event in enumerate(events):
        value = other.get(field, "forged")
        if getattr(event, field) == value:
            continue
        changed += 1
        with pytest.raises(BrokenChain):
            check_chain([*events[:place], replace(event, **{field: value}), *events[place + 1 :]])
    assert changed


def test_the_chain_shows_an_event_taken_out_doubled_or_moved() -> None:
    events = gone(8).events
    for forged in (events[:3] + events[4:], [*events[:4], *events[3:]], [events[1], events[0], *events[2:]]):
        with pytest.raises(BrokenChain):
            check_chain(forged)
        with pytest.raises(BrokenChain):
            fold(RULES, State(case="story", procedure=RULES.procedure.id), forged)


def test_events_survive_being_written_down() -> None:
    events = gone(8).events
    assert [load_event(dump_event(e)) for e in events] == events


def test_a_changed_calendar_counts_open_limits_again_and_says_from_when_to_when() -> None:
    case = gone(4)
    facts = RULES.calendar.freeze()
    tuesday = (date(2026, 11, 3) - date.fromisoformat(facts["first"])).days
    facts["holidays"] = {**facts["holidays"], "Typhoon": [tuesday, tuesday + 1]}
    stormy = Rules.thaw(RULES.frozen[0], canonical(facts))
    assert stormy.names[0] == RULES.names[0]
    told = apply(RULES, case.state, Message("calendar_changed", case.now, SYSTEM, {"calendar": stormy.frozen[1]}))
    recounted = {e.data["clock"]: (e.data["was"], e.data["due"]) for e in told.events if e.event == "recounted"}
    was = {row["clock"]: row["due"] for row in clocks_view(RULES, case.state)}
    now = {row["clock"]: row["due"] for row in clocks_view(stormy, told.state)}
    assert recounted == {clock: (was[clock], now[clock]) for clock in was if was[clock] != now[clock]}
    assert recounted["approval"] == (was["approval"], was["approval"] + 2 * DAY)


def test_what_a_handler_may_do_is_not_what_the_desk_may_do() -> None:
    case = gone(2)
    refused = case.act("dispatch", "eng-1", key="h")
    assert isinstance(refused, Refused)
    assert refused.code == "not_your_role"


def test_a_letter_that_arrives_after_the_closing_begins_nothing() -> None:
    case = Case(severity="urgent")
    assert not isinstance(case.act("withdraw", "complainant"), Refused)
    case.deliver()
    assert case.state.clocks == {}
    assert [e.event for e in case.events].count("reported") == 1


def test_a_short_message_that_fails_does_not_pass_the_leader_over() -> None:
    case = Case(severity="urgent")
    case.deliver()
    for do, person in WAY[:4]:
        assert not isinstance(case.act(do, person), Refused)
        if do != "propose":
            case.deliver()
    for notice in list(case.state.owed.values()):
        told = {"notice": notice.id, "person": "leader-1", "channel": notice.channel, "code": "not_configured"}
        case.tell("notified" if notice.channel == "mail" else "notice_failed", told)
    assert case.state.assigned["leader"].person == "leader-1"
    assert case.state.passed_over == ()
    assert "deemed_approval" in case.state.clocks
    assert case.state.owed == {}


def test_only_who_was_asked_may_answer_for_the_legal_department() -> None:
    case = gone(3)
    assert not isinstance(case.act("refer", "csd-1"), Refused)
    refused = case.act("answer", "complainant")
    assert isinstance(refused, Refused)
    assert refused.code == "nothing_asked"
    assert "legal_opinion" in case.state.clocks
    assert not isinstance(case.act("answer", "legal-1"), Refused)
    assert "legal_opinion" not in case.state.clocks


def test_a_recused_person_takes_no_part_whoever_names_him() -> None:
    case = gone(2)
    recused = replace(case.state, recused={"eng-1": "subject"})
    head = Actor("eng-head", ("responsible",))
    with pytest.raises(Refused) as refusal:
        apply(RULES, recused, Message("contact", case.state.at + HOUR, head, {"people": ["eng-2", "eng-1"]}))
    assert refusal.value.code == "recused"
    assert apply(RULES, recused, Message("contact", case.state.at + HOUR, head, {"people": ["eng-2"]})).events
