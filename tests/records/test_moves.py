"""A case that goes on under other rules: its row names them, and its history is folded under those in force."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, text

from complaints.case import Rules, apply
from complaints.errors import NotFound
from records import Records
from records.rules import reference
from tests.support.small_case import DESK, Play, accepted, at
from tests.support.versions import days_off, limit, move, recount, version


async def moved(records: Records, *, saved: bool = True) -> tuple[Play, Rules]:
    """A case that was moved to a version with a shorter limit, and acted upon since."""
    play = await accepted(records)
    play.act("2026-11-23T09:10", "assess", DESK, {"severity": "urgent"})
    new = version(play.rules, limit("reply", "2 working_days"))
    if saved:
        await records.save_rules(*new.frozen)
    done = apply(play.rules, play.state, move(new, at("2026-11-23T10:00")))
    play.rules, play.state = new, done.state
    play.events += done.events
    play.unsent += done.events
    play.act("2026-11-23T10:10", "dispatch", DESK, {"unit": "works"})
    return play, new


async def test_the_row_of_a_moved_case_names_its_new_rules_from_the_same_transaction_on(records: Records) -> None:
    play, new = await moved(records)
    assert await records.append(play.accepted.case, play.unsent) == play.state
    case = await records.case(id=play.accepted.case)
    assert case.rules_ref == reference(*new.frozen)
    assert (case.rules.version, case.state) == (new.version, play.state)
    assert await records.verify(play.accepted.case) == []


async def test_each_event_may_come_by_itself_and_gives_the_same_case(records: Records) -> None:
    play, new = await moved(records)
    for event in play.unsent:
        await records.append(play.accepted.case, [event])
    assert (await records.case(id=play.accepted.case)).rules.version == new.version
    assert await records.append(play.accepted.case, play.events) == play.state
    assert await records.verify(play.accepted.case) == []


async def test_a_move_to_rules_that_the_records_do_not_hold_writes_nothing(records: Records) -> None:
    play, _ = await moved(records, saved=False)
    with pytest.raises(NotFound, match="not in the records"):
        await records.append(play.accepted.case, play.unsent)
    case = await records.case(id=play.accepted.case)
    assert case.state.seq == 2


async def test_a_case_may_move_again_and_be_told_of_a_calendar(records: Records) -> None:
    play, new = await moved(records)
    third = days_off(version(new, limit("reply", "4 working_days")), "2026-11-25")
    stormy = days_off(new, "2026-11-25")
    for rules in (third, stormy):
        await records.save_rules(*rules.frozen)
    for target, message in (
        (stormy, recount(stormy, at("2026-11-23T11:00"))),
        (third, move(third, at("2026-11-23T12:00"), "b")),
    ):
        done = apply(play.rules, play.state, message)
        play.rules, play.state, play.events = target, done.state, [*play.events, *done.events]
    await records.append(play.accepted.case, play.events)
    assert (await records.case(id=play.accepted.case)).rules_ref == reference(*third.frozen)
    assert await records.verify(play.accepted.case) == []


async def test_a_row_that_names_other_rules_than_its_events_is_found(sqlite_url: str) -> None:
    records = Records(sqlite_url)
    play, _ = await moved(records)
    untouched = await accepted(records)
    await records.append(play.accepted.case, play.unsent)
    other = reference(*version(play.rules, limit("reply", "9 working_days")).frozen)
    await records.save_rules(*version(play.rules, limit("reply", "9 working_days")).frozen)
    engine = create_engine(sqlite_url)
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE cases SET procedure_hash = '{other.procedure_hash}'"))
    engine.dispose()
    assert [p.code for p in await records.verify(play.accepted.case)] == ["projection"]
    assert [p.code for p in await records.verify(untouched.accepted.case)] == ["other_rules"]
    await records.close()
