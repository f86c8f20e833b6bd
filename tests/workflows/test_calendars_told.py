"""Every open case is told of a newly published calendar: once, and none is left out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from api.changing.calendars import outdated, tell, touched
from api.engine import Engine
from complaints.case.model import Message
from complaints.errors import Unavailable
from runtime.directories import Directories
from tests.support.works import PROCEDURE, Case, Works, at

FILE = "country: CN\nyear: 2024\nholidays:\n  2024-03-06: 放假\n  2024-05-01: 劳动节\n"


class Dying(Engine):
    """An engine that goes away after some messages."""

    left = 2

    async def act(self, case: str, message: Message, update: str) -> Any:
        if self.left == 0:
            raise Unavailable("gone")
        self.left -= 1
        return await super().act(case, message, update)


async def waiting(house: Works, count: int) -> list[Case]:
    """Cases that wait for the leader, and run."""
    cases = [await house.proposed() for _ in range(count)]
    for case in cases:
        await case.start("2024-03-05T11:00")
        await case.quiet()
    return cases


def publish(house: Works) -> Directories:
    folder: Path = house.settings.procedures_dir
    (folder / "cn-2024.calendar.yaml").write_text(FILE, encoding="utf-8")
    return Directories(folder)


async def test_a_run_that_was_stopped_in_the_middle_goes_on_and_tells_no_case_twice(house: Works) -> None:
    cases = await waiting(house, 4)
    directories = publish(house)
    now = cases[0].now()
    stale = await outdated(house.records, directories, now)
    assert [(one.procedure, one.cases) for one in stale] == [(PROCEDURE, 4)]
    seen = [one async for one in touched(house.records, stale, now)]
    approval = [next(c for c in one.preview.clocks if c.key == "approval") for one in seen]
    assert {(c.was, c.due) for c in approval} == {(at("2024-03-06T18:00"), at("2024-03-07T18:00"))}

    with pytest.raises(Unavailable, match="Run the same again"):
        await tell(house.records, Dying(house.client, house.queue), stale, now)
    again = await outdated(house.records, directories, now)
    assert 0 < sum(one.cases for one in again) < 4
    done = await tell(house.records, Engine(house.client, house.queue), again, now)
    assert done.keys() == {"told"}
    assert await outdated(house.records, directories, now) == []
    for case in cases:
        (told,) = await case.events("calendar_changed")
        assert [e.seq for e in await case.events("recounted") if e.data["clock"] == "approval"] == [told.seq + 1]
        assert not await house.records.verify(case.id)


async def test_a_case_that_was_never_started_or_whose_workflow_was_lost_is_told_too(house: Works) -> None:
    lost, never = await house.proposed(), await house.filed("2024-03-05T09:00")
    await lost.start("2024-03-05T11:00")
    await lost.quiet()
    await lost.handle.terminate("lost")
    directories = publish(house)
    now = lost.now()
    engine = Engine(house.client, house.queue)
    done = await tell(house.records, engine, await outdated(house.records, directories, now), now)
    assert done == {"told": 2}
    for case in (lost, never):
        assert len(await case.events("calendar_changed")) == 1
        assert not await house.records.verify(case.id)


async def test_told_again_by_the_same_list_a_case_takes_it_for_nothing_new(house: Works) -> None:
    (case,) = await waiting(house, 1)
    directories, now = publish(house), case.now()
    stale = await outdated(house.records, directories, now)
    engine = Engine(house.client, house.queue)
    assert await tell(house.records, engine, stale, now) == {"told": 1}
    assert await tell(house.records, engine, stale, now) == {}
    assert len(await case.events("calendar_changed")) == 1
