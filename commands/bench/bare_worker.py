"""The process that runs the bare workflows."""

from __future__ import annotations

import asyncio
import signal

from temporalio.client import Client
from temporalio.worker import Worker

from commands.bench.bare import QUEUE, Bare, nothing
from runtime.settings import Settings


async def main() -> None:
    """Runs until SIGTERM."""
    client = await Client.connect(Settings().temporal_address)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with Worker(client, task_queue=QUEUE, workflows=[Bare], activities=[nothing]):
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(main())
