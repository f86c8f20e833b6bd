"""The real Temporal UI behind the application's sign-in, and the codec endpoint that lets it read sealed payloads."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from fastapi import Response
from google.protobuf import json_format
from temporalio.api.common.v1 import Payload, Payloads

from api.app import create_app
from api.sessions import COOKIE, Carried, Sessions
from records import Records
from runtime.codec import SealingCodec
from runtime.keys import keyring, rotate
from runtime.settings import Settings
from runtime.temporal import connect
from runtime.tokens import Tokens
from tests.runtime.engine import engine, free_ports

WORDS = "waits for the leader until Tuesday"


@dataclass
class Door:
    """The application with an engine behind it, asked by somebody."""

    client: httpx.AsyncClient
    settings: Settings

    def bearer(self, role: str) -> dict[str, str]:
        token = Tokens(keyring(self.settings.keys_dir, "tokens")).issue(role, (role,))
        return {"Authorization": f"Bearer {token}"}


@pytest.fixture
async def door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Door]:
    monkeypatch.delenv("TEMPORAL_ADDRESS", raising=False)
    port, ui_port = free_ports(2)
    settings = Settings(data_dir=tmp_path, temporal_port=port, ui_port=ui_port)
    records = Records(settings.database_url)
    await records.migrate()
    async with engine(port, tmp_path / "engine.log", ui_port=ui_port):
        client = await connect(settings, patience=60)
        app = create_app(settings, records=records, client=client)
        async with app.router.lifespan_context(app):
            transport = httpx.ASGITransport(app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as asking:
                yield Door(asking, settings)
    await records.close()


async def test_the_engines_pages_are_for_operators_only(door: Door) -> None:
    for path in ("/temporal", "/temporal/", "/temporal/api/v1/settings", "/temporal/render?content=x"):
        assert (await door.client.get(path)).status_code == 401
        assert (await door.client.get(path, headers=door.bearer("leader"))).status_code == 403

    page = await door.client.get("/temporal/", headers=door.bearer("operator"))
    assert page.status_code == 200
    assert "/temporal/_app/" in page.text
    assert len([cookie for cookie in page.headers.get_list("set-cookie") if cookie.startswith("_csrf=")]) == 2

    told = await door.client.get("/temporal/api/v1/settings", headers=door.bearer("admin"))
    assert told.json()["Version"]
    # The UI's server dials the engine anew a second after a first attempt that came too early.
    query = "/temporal/api/v1/namespaces/default/workflows?query=WorkflowType%3D%22Complaint%22"
    async with asyncio.timeout(30):
        while (listed := await door.client.get(query, headers=door.bearer("operator"))).status_code == 503:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    assert listed.status_code == 200, listed.text


async def test_an_operator_who_signed_in_by_page_gets_in_by_cookie(door: Door) -> None:
    token = door.bearer("operator")["Authorization"].removeprefix("Bearer ")
    answer = Response()
    Sessions(door.settings).give(answer, Carried(token=token))
    cookie = answer.headers["set-cookie"].split(";")[0]
    assert cookie.startswith(f"{COOKIE}=")
    page = await door.client.get("/temporal/", headers={"Cookie": f"{cookie}; _csrf=abc"})
    assert page.status_code == 200


async def test_stories_of_cases_are_shown_as_text_that_cannot_do_anything(door: Door) -> None:
    content = "**waits**\n\n<script>alert(1)</script>\n\n[go](javascript:alert(1))\n\n| a | b |\n|---|---|\n| 1 | 2 |"
    shown = await door.client.get(
        "/temporal/render", params={"content": content, "theme": "dark"}, headers=door.bearer("operator")
    )
    assert "<strong>waits</strong>" in shown.text
    assert "<table>" in shown.text
    assert "<script" not in shown.text
    assert 'href="javascript:' not in shown.text
    assert "default-src 'none'" in shown.headers["content-security-policy"]
    assert shown.headers["cache-control"] == "no-store"


async def test_sealed_payloads_are_opened_for_operators_only(door: Door) -> None:
    codec = SealingCodec(keyring(door.settings.keys_dir, "payloads"))
    sealed = codec.seal(Payload(metadata={"encoding": b"json/plain"}, data=json.dumps(WORDS).encode()))
    strange = Payload(metadata={"encoding": b"binary/encrypted", "key": b"gone"}, data=b"?")
    body = json_format.MessageToJson(Payloads(payloads=[sealed, strange]))

    assert (await door.client.post("/codec/decode", content=body)).status_code == 401
    assert (await door.client.post("/codec/decode", content=body, headers=door.bearer("csd"))).status_code == 403

    answer = await door.client.post("/codec/decode", content=body, headers=door.bearer("operator"))
    first, second = json_format.Parse(answer.text, Payloads()).payloads
    assert json.loads(first.data) == WORDS
    assert dict(first.metadata) == {"encoding": b"json/plain"}
    assert second == strange


async def test_after_a_rotation_operators_read_what_the_old_and_the_new_key_sealed(door: Door) -> None:
    words = [f"{WORDS} {name}" for name in ("old", "new")]
    rings = [keyring(door.settings.keys_dir, "payloads"), rotate(door.settings.keys_dir, "payloads")]
    sealed = [
        SealingCodec(ring).seal(Payload(metadata={"encoding": b"json/plain"}, data=json.dumps(word).encode()))
        for ring, word in zip(rings, words, strict=True)
    ]
    assert len({payload.metadata["key"] for payload in sealed}) == 2
    body = json_format.MessageToJson(Payloads(payloads=sealed))
    answer = await door.client.post("/codec/decode", content=body, headers=door.bearer("operator"))
    assert [json.loads(payload.data) for payload in json_format.Parse(answer.text, Payloads()).payloads] == words


@pytest.mark.parametrize("role", ["", "csd", "leader", "manager", "responsible"])
async def test_the_codec_opens_nothing_for_anybody_but_operators(door: Door, role: str) -> None:
    codec = SealingCodec(keyring(door.settings.keys_dir, "payloads"))
    sealed = codec.seal(Payload(metadata={"encoding": b"json/plain"}, data=json.dumps(WORDS).encode()))
    body = json_format.MessageToJson(Payloads(payloads=[sealed]))
    headers = door.bearer(role) if role else {"Authorization": "Bearer forged"}
    answer = await door.client.post("/codec/decode", content=body, headers=headers)
    assert answer.status_code == (403 if role else 401)
    assert WORDS not in answer.text
    read = Tokens(keyring(door.settings.keys_dir, "tokens")).issue("operator", ("operator",), scope="read")
    only = await door.client.post("/codec/decode", content=body, headers={"Authorization": f"Bearer {read}"})
    assert only.status_code == 403


@pytest.mark.parametrize("body", ["", "no json", '{"payloads": 1}', '{"other": []}', b"\xff"])
async def test_a_body_without_payloads_is_refused_as_bad_input(door: Door, body: str | bytes) -> None:
    answer = await door.client.post("/codec/decode", content=body, headers=door.bearer("operator"))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "payloads"


async def test_without_the_engines_pages_an_operator_is_told_so(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    settings = Settings(data_dir=tmp_path, ui_port=port)
    records = Records(settings.database_url)
    await records.migrate()
    app = create_app(settings, records=records)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            door = Door(client, settings)
            answer = await client.get("/temporal/", headers=door.bearer("operator"))
            assert answer.status_code == 503
            assert answer.headers["retry-after"]
    await records.close()
