"""One sending at a time of each letter, carried to its end even when the try that began it is given up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class UnderWay(Generic[T]):
    """What is being done now, by key.

    A try that takes too long, or whose signs of life are late, is made again by the engine while the first one still
    goes on. It joins that one: in the middle of a letter's handing over nobody knows whether it was accepted.
    """

    def __init__(self) -> None:
        self._tasks: dict[str, asyncio.Task[T]] = {}

    async def join(self, key: str, begin: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """What comes of the one under `key` that is under way, or of a new one; whoever gives up ends it for nobody."""
        task = self._tasks.get(key)
        if task is None:
            task = self._tasks[key] = asyncio.create_task(begin())
            task.add_done_callback(lambda done: self._ended(key, done))
        return await asyncio.shield(task)

    async def close(self) -> None:
        """Break off all of them."""
        left = list(self._tasks.values())
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    def _ended(self, key: str, task: asyncio.Task[T]) -> None:
        del self._tasks[key]
        if not task.cancelled():
            task.exception()  # whoever waited has heard of it; where nobody waited any more, the next try finds out
