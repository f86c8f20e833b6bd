from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client
from temporalio.common import SearchAttributeKey

from complaints.errors import HuiyinError
from runtime.settings import Settings
from runtime.temporal import (
    AttributesMissing,
    EngineUnreachable,
    check_attributes,
    connect,
    keep_closed,
    missing_attributes,
    register_attributes,
)
from tests.runtime.engine import engine, free_ports

KEYS: list[SearchAttributeKey[Any]] = [
    SearchAttributeKey.for_keyword("ComplaintStage"),
    SearchAttributeKey.for_bool("ComplaintOverdue"),
    SearchAttributeKey.for_datetime("ComplaintDue"),
]


@pytest.fixture
async def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Client]:
    monkeypatch.delenv("TEMPORAL_ADDRESS", raising=False)
    (port,) = free_ports(1)
    async with engine(port, tmp_path / "engine.log"):
        # The engine is not healthy yet: connecting waits for it.
        yield await connect(Settings(data_dir=tmp_path, temporal_port=port), patience=60)


async def test_a_fresh_engine_gets_what_cases_need_once_and_for_all(client: Client) -> None:
    assert await missing_attributes(client, KEYS) == [key.name for key in KEYS]
    with pytest.raises(AttributesMissing, match=r"ComplaintStage.*huiyin setup"):
        await check_attributes(client, KEYS)
    assert await register_attributes(client, KEYS) == [key.name for key in KEYS]
    assert await register_attributes(client, KEYS) == []
    await check_attributes(client, KEYS)
    # Under another type the name is as good as missing.
    assert await missing_attributes(client, [SearchAttributeKey.for_int("ComplaintStage")]) == ["ComplaintStage"]

    assert await keep_closed(client) == timedelta(days=30)
    assert await keep_closed(client, timedelta(days=60)) == timedelta(days=60)
    assert await keep_closed(client) == timedelta(days=60)


async def test_an_engine_that_is_not_there_is_named_with_its_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (port,) = free_ports(1)
    monkeypatch.setenv("TEMPORAL_ADDRESS", f"127.0.0.1:{port}")
    with pytest.raises(EngineUnreachable, match=rf"127\.0\.0\.1:{port}"):
        await connect(Settings(data_dir=tmp_path), patience=0.3)


async def test_a_lazy_client_does_not_wait_for_the_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (port,) = free_ports(1)
    monkeypatch.setenv("TEMPORAL_ADDRESS", f"127.0.0.1:{port}")
    client = await connect(Settings(data_dir=tmp_path), lazy=True)
    assert client.namespace == "default"
    assert issubclass(EngineUnreachable, HuiyinError)
