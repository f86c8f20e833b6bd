"""The interface keeps what its own description says, whatever is sent to it."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.app import create_app
from complaints.vocabulary import ACTIONS
from records import Records
from runtime.keys import keyring
from runtime.links import Links
from runtime.settings import Settings
from runtime.tokens import Tokens
from tests.runtime.engine import free_ports
from tests.support.door import COMPLAINT

ACTS = (*ACTIONS, "no-such-action")

PEOPLE = {
    "nobody": None,
    "a forger": None,
    "complaints desk": ("csd-1", (), "property-developer", ""),
    "head of a unit": ("eng-head", (), "property-developer", ""),
    "leader": ("leader-1", (), "property-developer", ""),
    "manager": ("gm-1", (), "property-developer", ""),
    "administrator": ("admin-1", (), "property-developer", ""),
    "a program that only reads": ("admin-1", (), "property-developer", "read"),
    "another institution": ("lf-rec", (), "law-firm", ""),
    "operator": ("operator", ("operator",), "", ""),
}
"""Who asks: person, roles of the token beside the directory's, procedure, scope."""


@dataclass(frozen=True, slots=True)
class Served:
    """A running API whose engine is down: its address, the headers of each who asks, and what there is to ask about."""

    url: str
    headers: dict[str, dict[str, str]]
    known: dict[str, list[str]]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Served]:
    """The API with one case, and the link by which its leader would decide."""
    home = tmp_path_factory.mktemp("served")
    (home / "records.db").write_bytes(sqlite_template.read_bytes())
    port, nobody = free_ports(2)
    chosen = Settings(data_dir=home, port=port, temporal_port=nobody, database_url=f"sqlite:///{home / 'records.db'}")
    server = uvicorn.Server(uvicorn.Config(create_app(chosen), port=port, log_level="error", access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    asyncio.run(_answers(port))
    url = f"http://127.0.0.1:{port}"
    tokens = Tokens(keyring(chosen.keys_dir, "tokens"))
    given = {who: tokens.issue(*one[:3], scope=one[3]) for who, one in PEOPLE.items() if one is not None}
    headers = {who: {"Authorization": f"Bearer {given.get(who, 'made-up')}"} for who in PEOPLE}
    headers["nobody"] = {}
    number = str(httpx.post(f"{url}/api/complaints", json=COMPLAINT).json()["number"])
    link = Links(keyring(chosen.keys_dir, "links"), url).approval("0" * 32, "leader-1", "decision", 1)
    known = {
        "number": [number], "action": list(ACTS), "key": ["dispatch", "acknowledgement"],
        "form": ["register", "handling_sheet"], "token": [link.rpartition("/")[2]],
    }  # fmt: skip
    yield Served(url, headers, known)
    server.should_exit = True
    thread.join(15)
    asyncio.run(_whole_still(chosen.database_url))


async def _answers(port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        await asyncio.sleep(0.05)
    raise AssertionError("the API did not start")


async def _whole_still(url: str) -> None:
    records = Records(url)
    assert await records.verify() == []
    await records.close()


@pytest.fixture(scope="module")
def described(served: Served) -> Any:
    """The interface as it describes itself."""
    return schemathesis.openapi.from_url(f"{served.url}/openapi.json")


KEPT = [status_code_conformance, content_type_conformance, response_schema_conformance]
FEW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)

OPERATIONS = sorted(
    (path, method)
    for path, methods in create_app(Settings(data_dir=Path("never-made"))).openapi()["paths"].items()
    for method in methods
)


@pytest.mark.parametrize(("path", "method"), OPERATIONS, ids=[f"{m.upper()} {p}" for p, m in OPERATIONS])
def test_every_answer_is_one_that_the_description_knows_whoever_asks(
    described: Any, served: Served, path: str, method: str
) -> None:
    turns = cycle(PEOPLE)  # in turn, so that all of them ask

    @FEW
    @given(case=described[path][method].as_strategy(), pick=st.integers(0, 999))
    def check(case: Any, pick: int) -> None:
        who = next(turns)
        # Most are about what is there: else all of them would be 404.
        for name, values in served.known.items():
            if name in (case.path_parameters or {}) and pick % 5:
                case.path_parameters[name] = values[pick % len(values)]
        response = case.call(headers=served.headers[who])
        # The engine is down here: then, and only then, an answer may say so.
        assert response.status_code < 500 or response.status_code == 503, (who, response.text)
        case.validate_response(response, checks=KEPT)

    check()
