"""Nobody's silence counts while nobody could be heard: what a case does after an outage over its limits."""

from __future__ import annotations

import contextlib
import sqlite3

from complaints.case import Event
from complaints.explain import explain
from tests.support.works import DESK, HEAD, LEADER, Case, Works, at

UP = [("2026-10-08T00:00", "2026-10-10T17:00"), ("2026-10-13T10:00", "2026-10-16T00:00")]
"""Down from Saturday (a working day in this week) at 17:00 to Tuesday at 10:00."""


async def asked_on_friday(house: Works) -> Case:
    """A case whose leader was asked on Friday, 9 October 2026 at 10:00; the probe knows when the house was up."""
    case = await house.filed("2026-10-08T09:00")
    await case.letters_reach("2026-10-08T09:00", leader="leader-1")
    await case.told("2026-10-08T09:30", "assess", DESK, admissible=True)
    await case.told("2026-10-08T09:40", "dispatch", DESK, unit="engineering")
    await case.letters_reach("2026-10-08T09:40", responsible="eng-head")
    await case.told("2026-10-08T15:00", "contact", HEAD)
    await case.told("2026-10-09T10:00", "propose", HEAD, cause="The seal is old.", measures="A new seal.")
    await case.letters_reach("2026-10-09T10:00", leader="leader-1")
    return case


def was_up(house: Works, spans: list[tuple[str, str]]) -> None:
    with contextlib.closing(sqlite3.connect(house.settings.database_url.removeprefix("sqlite:///"))) as known:
        known.executemany("INSERT INTO uptimes VALUES (?, ?)", [(at(since), at(until)) for since, until in spans])
        known.commit()


def one(events: list[Event]) -> Event:
    (found,) = events
    return found


async def test_after_three_working_days_down_over_the_due_date_silence_is_counted_anew(house: Works) -> None:
    case = await asked_on_friday(house)
    was_up(house, UP)
    await case.start("2026-10-13T10:01")
    reminded = one(await case.recorded("reminded"))
    await case.quiet()
    outage = one(await case.events("outage"))
    assert (outage.data["since"], outage.data["until"]) == (at("2026-10-10T17:00"), at("2026-10-13T10:00"))
    assert (reminded.at, reminded.data["clock"]) == (at("2026-10-13T10:00"), "approval")
    assert at("2026-10-15T18:00") in [e.data["due"] for e in await case.events("recounted")]
    assert not await case.events("deemed_approved")

    await case.act("note", DESK, text="The reminder has gone, and with this it is written down.")

    # On Thursday evening the time is up, and of the days since Tuesday none was lost.
    await case.handle.terminate("the clock is put forward")
    await case.start("2026-10-15T18:01")
    assert one(await case.recorded("deemed_approved")).at == at("2026-10-15T18:00")
    assert not await house.records.verify(case.id)


async def test_down_for_three_whole_working_days_nothing_counts_against_anybody_and_everybody_is_told(
    house: Works,
) -> None:
    case = await asked_on_friday(house)
    was_up(house, [("2026-10-08T00:00", "2026-10-09T12:00"), ("2026-10-14T15:00", "2026-10-20T00:00")])
    await case.start("2026-10-14T15:01")
    assert one(await case.recorded("reminded")).at == at("2026-10-14T15:00")  # due on Saturday, once, as it is back
    await case.quiet()
    assert one(await case.events("outage")).data == {"since": at("2026-10-09T12:00"), "until": at("2026-10-14T15:00")}
    assert not await case.events("deemed_approved")  # due on Monday

    # The leader is told by one letter what was due, and everybody by the case's page which days were not counted.
    (letter,) = [x for x in house.box.letters() if x.to == "leader@developer.example"]
    assert "2026年10月10日(星期六)18:00到期" in letter.text
    record = await case.record()
    told = explain(record.rules, record.state, "deemed_approval")
    assert told.due == at("2026-10-16T18:00")
    assert [(gap.since, gap.until) for gap in told.outages] == [(at("2026-10-09T12:00"), at("2026-10-14T15:00"))]
    lost = [line.date.isoformat() for line in told.lines if line.reason == "outage"]
    assert lost == ["2026-10-10", "2026-10-12", "2026-10-13", "2026-10-14"]


async def test_who_answers_as_soon_as_the_system_is_back_is_heard(house: Works) -> None:
    case = await asked_on_friday(house)
    was_up(house, UP)
    await case.start("2026-10-13T10:01")
    assert "approved" in (await case.act("approve", LEADER)).events
    names = [e.event for e in await case.events()]
    assert names.index("outage") < names.index("approved")
    assert "deemed_approved" not in names


async def test_an_outage_that_lasted_up_to_the_question_counts_as_well(house: Works) -> None:
    case = await asked_on_friday(house)
    was_up(house, [("2026-10-08T00:00", "2026-10-12T09:00")])
    await case.start("2026-10-12T18:01")
    await case.recorded("recounted")
    assert not await case.events("deemed_approved")


async def test_a_case_that_only_slept_asks_and_goes_on_as_ever(house: Works) -> None:
    case = await asked_on_friday(house)
    was_up(house, [("2026-10-08T00:00", "2026-10-16T00:00")])
    await case.start("2026-10-12T12:00")
    reminded = await case.recorded("reminded")
    assert reminded[0].at == at("2026-10-10T18:00")
    assert not await case.events("outage")
