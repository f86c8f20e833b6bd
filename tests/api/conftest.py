"""The API on real records, with a clock that tests set; the engine is a real client, and nothing answers it."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from httpx import ASGITransport, AsyncClient

from api.app import create_app
from api.context import House
from records import Records
from runtime.settings import Settings
from tests.support.door import Door


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of an installation of its own whose engine is not there: its port is taken and never answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        nobody = probe.getsockname()[1]
    return Settings(data_dir=tmp_path / "data", temporal_port=nobody, public_url="http://huiyin.test")


@pytest.fixture
async def door(settings: Settings, sqlite_url: str) -> AsyncIterator[Door]:
    """The API while the engine is down."""
    records = Records(sqlite_url)
    app = create_app(settings, records=records)
    async with app.router.lifespan_context(app):
        the: House = app.state.house
        transport = ASGITransport(app, raise_app_exceptions=False)
        async with AsyncClient(transport=transport, base_url="http://huiyin.test") as client:
            yield Door(client, the)
    await records.close()
