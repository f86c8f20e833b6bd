"""Signs of life of an activity: when its worker dies, the engine gives it to another one at once, not in minutes."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from temporalio import activity

EVERY = 4.0
"""Seconds between two signs of life; several fit into the timeout of `policies.DELIVER`."""


@contextlib.asynccontextmanager
async def beating() -> AsyncIterator[None]:
    """Shows the engine that this activity lives, for as long as the block lasts."""

    async def beat() -> None:
        # None at once: a letter takes milliseconds, and each sign of life costs the engine a write.
        while True:
            await asyncio.sleep(EVERY)
            activity.heartbeat()

    task = asyncio.create_task(beat())
    try:
        yield
    finally:
        task.cancel()
