"""The interface keeps what its own description says, whatever is sent to it."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.app import create_app
from complaints.vocabulary import ACTIONS
from records import Records
from runtime.keys import keyring
from runtime.settings import Settings
from runtime.tokens import Tokens
from tests.runtime.engine import free_ports
from tests.support.door import COMPLAINT


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[tuple[str, str]]:
    """The address of a running API whose engine is down, and a token of its complaints desk."""
    home = tmp_path_factory.mktemp("served")
    (home / "records.db").write_bytes(sqlite_template.read_bytes())
    port, nobody = free_ports(2)
    chosen = Settings(data_dir=home, port=port, temporal_port=nobody, database_url=f"sqlite:///{home / 'records.db'}")
    server = uvicorn.Server(uvicorn.Config(create_app(chosen), port=port, log_level="error", access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    asyncio.run(_answers(port))
    token = Tokens(keyring(chosen.keys_dir, "tokens")).issue("csd-1", ("csd",), "property-developer")
    yield f"http://127.0.0.1:{port}", token
    server.should_exit = True
    thread.join(15)
    asyncio.run(_migrated_still(chosen.database_url))


async def _answers(port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        await asyncio.sleep(0.05)
    raise AssertionError("the API did not start")


async def _migrated_still(url: str) -> None:
    records = Records(url)
    assert await records.verify() == []
    await records.close()


@pytest.fixture(scope="module")
def described(served: tuple[str, str]) -> Any:
    """The interface as it describes itself, asked as the complaints desk."""
    schema = schemathesis.openapi.from_url(f"{served[0]}/openapi.json")
    schema.config.update(headers={"Authorization": f"Bearer {served[1]}"})
    return schema


@pytest.fixture(scope="module")
def number(served: tuple[str, str]) -> str:
    """The number of a case that is there."""
    answer = httpx.post(f"{served[0]}/api/complaints", json=COMPLAINT)
    return str(answer.json()["number"])


KEPT = [status_code_conformance, content_type_conformance, response_schema_conformance]
FEW = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)

ACTS = (*ACTIONS, "no-such-action")
OPERATIONS = sorted(
    (path, method)
    for path, methods in create_app(Settings(data_dir=Path("never-made"))).openapi()["paths"].items()
    for method in methods
)


@pytest.mark.parametrize(("path", "method"), OPERATIONS, ids=[f"{m.upper()} {p}" for p, m in OPERATIONS])
def test_every_answer_is_one_that_the_description_knows(described: Any, number: str, path: str, method: str) -> None:
    @FEW
    @given(case=described[path][method].as_strategy())
    def check(case: Any) -> None:
        # Every second one about a case that is there: else all of them would be 404.
        if "number" in (case.path_parameters or {}) and len(repr(case.body)) % 2:
            case.path_parameters["number"] = number
        if "action" in (case.path_parameters or {}):
            case.path_parameters["action"] = ACTS[len(repr(case.body)) % len(ACTS)]
        response = case.call()
        # The engine is down here: then, and only then, an answer may say so.
        assert response.status_code < 500 or response.status_code == 503, response.text
        case.validate_response(response, checks=KEPT)

    check()
