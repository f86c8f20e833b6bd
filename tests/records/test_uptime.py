"""What is known of the times in which the system could be used."""

from __future__ import annotations

from records import Records

MINUTE = 60
HOUR = 60 * MINUTE


async def beats(records: Records, since: int, until: int) -> None:
    for at in range(since, until + 1, MINUTE):
        await records.uptime.beat(at)


async def test_what_lies_between_two_times_of_use_was_an_outage(records: Records) -> None:
    await beats(records, HOUR, HOUR + 10 * MINUTE)
    await beats(records, 3 * HOUR, 3 * HOUR + 5 * MINUTE)
    down = (HOUR + 10 * MINUTE, 3 * HOUR)
    assert await records.uptime.outages(HOUR, 3 * HOUR + 5 * MINUTE) == [down]
    assert await records.uptime.outages(2 * HOUR, 2 * HOUR + 1) == [down]
    assert await records.uptime.outages(down[1], down[1] + 5 * MINUTE) == []
    assert await records.uptime.outages(0, down[0]) == []


async def test_a_beat_that_comes_late_by_a_minute_is_no_outage(records: Records) -> None:
    for at in (HOUR, HOUR + 2 * MINUTE, HOUR + 3 * MINUTE, HOUR + 2 * MINUTE):
        await records.uptime.beat(at)
    assert await records.uptime.outages(0, HOUR + 4 * MINUTE) == []


async def test_an_outage_that_lasts_is_told_up_to_the_instant_asked_about(records: Records) -> None:
    await beats(records, HOUR, HOUR + MINUTE)
    assert await records.uptime.outages(HOUR, 5 * HOUR) == [(HOUR + MINUTE, 5 * HOUR)]


async def test_of_the_time_before_the_first_beat_nothing_is_told(records: Records) -> None:
    assert await records.uptime.outages(0, HOUR) == []
    await records.uptime.beat(HOUR)
    assert await records.uptime.outages(0, HOUR + MINUTE) == []
    assert await records.uptime.outages(0, MINUTE) == []
