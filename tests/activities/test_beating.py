"""A letter that takes long shows that it is being carried, so that a dead worker's letters are tried again soon."""

import asyncio
from typing import Any

import pytest
from temporalio.testing import ActivityEnvironment

from activities import beating
from activities.beating import EVERY
from activities.policies import DELIVER


async def _beats(work: Any) -> list[tuple[Any, ...]]:
    seen: list[tuple[Any, ...]] = []
    environment = ActivityEnvironment()
    environment.on_heartbeat = lambda *details: seen.append(details)
    await environment.run(work)
    return seen


async def test_a_letter_that_waits_for_its_server_shows_signs_of_life(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beating, "EVERY", 0.001)
    seen = asyncio.Event()
    environment = ActivityEnvironment()
    environment.on_heartbeat = lambda *_details: seen.set()

    async def slow() -> None:
        async with beating.beating():
            await asyncio.wait_for(seen.wait(), 10)

    await environment.run(slow)
    assert seen.is_set()


async def test_a_letter_that_is_taken_at_once_costs_the_engine_no_sign_of_life() -> None:
    async def quick() -> None:
        async with beating.beating():
            for _ in range(10):
                await asyncio.sleep(0)

    assert await _beats(quick) == []


def test_several_signs_of_life_fit_into_the_time_after_which_a_letter_counts_as_dropped() -> None:
    assert DELIVER["heartbeat_timeout"].total_seconds() >= 3 * EVERY
