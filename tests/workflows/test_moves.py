"""A running case goes on under other rules: at once, over a new beginning, and when its workflow was lost."""

from __future__ import annotations

from complaints.case import Rules
from tests.support.versions import days_off, limit, move, recount, version
from tests.support.works import DESK, LEADER, Case, Works, at


async def other(case: Case, of: str = "2 working_days") -> Rules:
    """Another version of the case's procedure, known to the records."""
    new = version((await case.record()).rules, limit("implementation", of))
    await case.works.records.save_rules(*new.frozen)
    return new


async def test_a_moved_case_goes_on_by_its_new_rules_and_a_repeat_moves_nothing(house: Works) -> None:
    case = await house.proposed()
    await case.start("2024-03-05T11:00")
    await case.quiet()
    new = version((await case.record()).rules, limit("approval", "3 working_days"))
    await house.records.save_rules(*new.frozen)
    done = await case.update(move(new, case.now()))
    assert done.events[:2] == ("moved", "recounted")
    assert "3 working_days" in (await case.record()).state.clocks["approval"].limit
    again = await case.update(move(new, case.now()), update="another-update")
    assert again.repeated
    assert (await case.act("approve", LEADER)).stage == "implementation"
    record = await case.record()
    assert record.rules.version == new.version
    assert not await house.records.verify(case.id)


async def test_a_version_without_a_place_is_refused_before_it_is_history(house: Works) -> None:
    case = await house.proposed()
    await case.start("2024-03-05T11:00")
    await case.quiet()
    gone = version((await case.record()).rules, lambda plain: plain["paths"][0]["stages"][3].pop("approval"))
    code, text = await case.refused(move(gone, case.now()))
    assert code == "no_place"
    assert "no approval" in text
    assert not await case.events("moved")


async def test_a_person_cannot_move_a_case_by_a_message_of_his_own(house: Works) -> None:
    case = await house.proposed()
    await case.start("2024-03-05T11:00")
    await case.quiet()
    told = move(await other(case), case.now())
    code, _ = await case.refused(type(told)(told.do, told.at, DESK, told.data, key="own"))
    assert code == "unauthenticated"


async def test_a_lost_workflow_goes_on_under_the_rules_of_its_move(house: Works) -> None:
    case = await house.proposed()
    await case.start("2024-03-05T11:00")
    await case.quiet()
    await case.update(move(await other(case), case.now()))
    await case.handle.terminate("lost")
    await case.start()
    await case.act("approve", LEADER)
    assert (await case.record()).state.clocks["implementation"].limit == "2 working_days"
    assert not await house.records.verify(case.id)


async def test_a_case_that_begins_anew_takes_its_new_rules_along(short_house: Works) -> None:
    case = await short_house.proposed()
    await case.start("2024-03-05T11:00")
    await case.quiet()
    first = (await case.handle.describe()).run_id
    await case.update(move(await other(case), case.now()))
    for turn in range(12):
        await case.act("note", DESK, text=f"Note {turn}.")
    assert (await case.handle.describe()).run_id != first
    await case.act("approve", LEADER)
    assert (await case.record()).state.clocks["implementation"].limit == "2 working_days"
    assert not await short_house.records.verify(case.id)


async def test_published_holidays_put_the_timer_off(house: Works) -> None:
    case = await house.proposed()
    await case.start("2024-03-05T11:00")
    await case.quiet()
    was = (await case.record()).state.clocks["approval"].due
    assert was == at("2024-03-06T18:00")
    new = days_off((await case.record()).rules, "2024-03-06")
    await house.records.save_rules(*new.frozen)
    done = await case.update(recount(new, case.now()))
    assert done.events[0] == "calendar_changed"
    assert (await case.record()).state.clocks["approval"].due == at("2024-03-07T18:00")
    assert "2024-03-07 18:00" in await case.story()
    assert not await house.records.verify(case.id)
