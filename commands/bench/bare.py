"""The yardstick: a workflow of the same shape as a case, whose activities do nothing."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from temporalio import activity, workflow

QUEUE = "huiyin-bench-bare"


@dataclass(frozen=True, slots=True)
class Shape:
    """How many timers are set, and after each update how many activities run: first one, then the rest together."""

    timers: int
    activities: tuple[int, ...]


@activity.defn(name="nothing")
async def nothing(given: str) -> str:
    """Does nothing."""
    return given


@workflow.defn(name="Bare")
class Bare:
    """Waits for its updates; each runs its activities; timers are set and cancelled as often as in a case."""

    @workflow.init
    def __init__(self, shape: Shape) -> None:
        self._shape = shape
        self._asked = 0
        self._done = 0

    @workflow.run
    async def run(self, shape: Shape) -> int:
        """Runs until the last update's activities are done."""
        steps = len(shape.activities) - 1
        timer: asyncio.Task[None] | None = None
        await self._carry_out(shape.activities[0])
        for step in range(steps):
            # The timers of a case are spread over its steps; each is cancelled by what happens before it is due.
            for _ in range(shape.timers * (step + 1) // steps - shape.timers * step // steps):
                if timer is not None:
                    timer.cancel()
                timer = asyncio.create_task(workflow.sleep(timedelta(days=1)))
                await asyncio.sleep(0)
            await workflow.wait_condition(lambda: self._asked > self._done)
            await self._carry_out(shape.activities[step + 1])
            self._done += 1
        await workflow.wait_condition(workflow.all_handlers_finished)
        return self._done

    async def _carry_out(self, count: int) -> None:
        if count:
            await self._nothing()
        await asyncio.gather(*(self._nothing() for _ in range(count - 1)))

    async def _nothing(self) -> str:
        return await workflow.execute_activity(nothing, "nothing", start_to_close_timeout=timedelta(seconds=15))

    @workflow.update
    async def step(self, given: str) -> str:
        """Asks for the next step and waits until it is done."""
        self._asked += 1
        mine = self._asked
        await workflow.wait_condition(lambda: self._done >= mine)
        return given
