"""A worker that takes a case over while somebody acts tells the same story as every worker after it."""

from __future__ import annotations

import asyncio

from tests.support.works import DESK, HEAD, LEADER, Works


async def test_letters_that_arrived_before_somebody_acted_come_before_it_in_every_worker(house: Works) -> None:
    case = await house.proposed()
    await case.start("2024-03-05T11:00")
    await case.act("approve", LEADER)
    await case.act("implement", HEAD, done="Done.")
    await case.act("reply", DESK, reply="It is done.")
    await case.quiet()  # both letters about it have gone, one after the other
    for _ in range(3):
        message = await case.message("note", DESK, text="Asked again.")
        await house.rest()
        acting = asyncio.create_task(case.update(message))
        await asyncio.sleep(0.2)  # the update waits at the engine, no worker has it
        await house.work()
        await acting
        assert (await case.quiet()).recorded == (await case.record()).state.seq
    await house.rest()
    await house.work()
    chain = await case.quiet()
    assert [event.prev for event in chain.waiting][:1] in ([], [(await case.record()).state.head])
    await case.act("revisit", DESK, satisfied="fully")
    await case.handle.result()
    await house.rest()
    await house.work()
    assert (await case.quiet()).head == (await case.record()).state.head
    assert not await house.records.verify(case.id)
