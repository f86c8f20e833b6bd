"""One engine for all tests of the workflow; each has its own records, mailbox, keys, task queue and worker."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.support.engine import Server, server
from tests.support.histories import replays_and_never_failed
from tests.support.works import Works, works


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The engine as it is delivered."""
    with server(tmp_path_factory.mktemp("engine") / "engine.log") as running:
        yield running


@pytest.fixture(scope="session")
def short_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An engine that suggests to continue as new after a few dozen entries of history."""
    with server(
        tmp_path_factory.mktemp("short-engine") / "engine.log", limit__historyCount__suggestContinueAsNew="40"
    ) as running:
        yield running


@pytest.fixture
async def house(engine: Server, tmp_path: Path, sqlite_url: str) -> AsyncIterator[Works]:
    """A house at work; at the end every case's history must replay, and no workflow task may have failed."""
    async with works(engine, tmp_path, sqlite_url) as made:
        yield made
        for case in made.cases:
            await replays_and_never_failed(made.client, case.id)


@pytest.fixture
async def short_house(short_engine: Server, tmp_path: Path, sqlite_url: str) -> AsyncIterator[Works]:
    """The same on the engine that soon suggests to continue as new."""
    async with works(short_engine, tmp_path, sqlite_url) as made:
        yield made
        for case in made.cases:
            await replays_and_never_failed(made.client, case.id)
