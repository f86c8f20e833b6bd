"""Whatever signs people write with, their words are kept, found and shown, on both databases; none breaks a paper."""

from __future__ import annotations

import io
import json
import socket
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from httpx import ASGITransport, AsyncClient

from api.app import create_app
from records import Records
from records.values import WorkFilter
from runtime.settings import Settings
from tests.support.door import PROCEDURE, Door

FOUR_BYTES = "\U0001f6b0 𠮷田 \U0001f468‍\U0001f469‍\U0001f467"
ODD = "a\u202eb\u2066c \x07\x1b[31m\x00\ufeff\u200b \r\nBcc: everybody@example.org\r\n\r\n <b>&amp; é \udcff"
"""Signs that turn the direction of writing, control signs, a header of a letter, half of a sign."""

WORDS = f"{FOUR_BYTES} {ODD}"


@pytest.fixture
async def door(tmp_path: Path, database_url: str) -> AsyncIterator[Door]:
    """The API on each kind of database in turn, while the engine is down."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        nobody = probe.getsockname()[1]
    settings = Settings(data_dir=tmp_path / "data", temporal_port=nobody, public_url="http://huiyin.test")
    records = Records(database_url)
    app = create_app(settings, records=records)
    async with app.router.lifespan_context(app):
        transport = ASGITransport(app, raise_app_exceptions=False)
        async with AsyncClient(transport=transport, base_url="http://huiyin.test") as client:
            yield Door(client, app.state.house)
    await records.close()


async def test_words_of_any_signs_are_kept_found_and_shown(door: Door) -> None:
    door.clock("2026-11-23T10:00")
    who = {"name": WORDS, "phone": f"138{FOUR_BYTES}", "address": WORDS, "email": "odd@example.org"}
    told = dict.fromkeys(("about", "demand", "place"), WORDS)
    body = json.dumps(
        {"procedure": PROCEDURE, "channel": "telephone", "category": "repair", **told, "complainant": who}
    )
    filed = await door.client.post("/api/complaints", content=body, headers={"Content-Type": "application/json"})
    assert filed.status_code == 201, filed.text
    number = str(filed.json()["number"])
    await door.happens(number, "assess", "csd-1", ("csd",), admissible=True, severity="general", text=WORDS)
    await door.happens(number, "note", "csd-1", ("csd",), text=WORDS)
    assert await door.the.records.verify() == []

    case = await door.the.records.case(number=number)
    kept = await door.the.records.complainant(case.case_id)
    assert FOUR_BYTES in kept.name and FOUR_BYTES in kept.address and "\x00" not in kept.name
    for asked in ("𠮷田", "everybody@example.org"):
        page = await door.the.records.desk.page(WorkFilter(at=door.the.now(), find=asked))
        assert [row.row.number for row in page.rows] == [number], asked

    desk = door.bearer("csd-1")
    day = {"since": "2026-11-01", "until": "2026-11-30"}
    forms = [f"/cases/{number}/print/{form}" for form in ("register", "information_report", "handling_sheet")]
    for path in (f"/cases/{number}", *forms, f"/cases/{number}/dossier", "/register", "/register/print", "/cases"):
        shown = await door.client.get(path, params=day, headers=desk)
        assert shown.status_code == 200, path
        assert "<b>&amp;" not in shown.text and "\x1b" not in shown.text and "\x00" not in shown.text, path
    story = await door.client.get(f"/api/complaints/{number}/timeline", headers=desk)
    assert story.status_code == 200 and FOUR_BYTES in story.text
    book = await door.client.get("/register.xlsx", params=day, headers=desk)
    assert book.status_code == 200
    with zipfile.ZipFile(io.BytesIO(book.content)) as opened:
        sheets = [ElementTree.fromstring(opened.read(name)) for name in opened.namelist() if name.endswith(".xml")]
    assert any("𠮷田" in "".join(sheet.itertext()) for sheet in sheets)


async def test_half_a_sign_or_a_zero_in_an_id_is_refused_and_never_an_error(door: Door) -> None:
    for field in ("procedure", "channel", "category", "subject", "unit"):
        body = f'{{"procedure": "{PROCEDURE}", "about": "x", "{field}": "\\udcff\\u0000{FOUR_BYTES}"}}'
        answer = await door.client.post("/api/complaints", content=body, headers={"Content-Type": "application/json"})
        assert 400 <= answer.status_code < 500, (field, answer.text)
