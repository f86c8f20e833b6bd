"""Moving a case over HTTP: for admins, with what it would mean beforehand."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from httpx import ASGITransport, AsyncClient

from api.app import create_app
from records import Records
from runtime import directories
from runtime.settings import HOUSE, Settings
from tests.support.door import PROCEDURE, Door


@pytest.fixture
async def office(
    settings: Settings, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Door]:
    """The API with a procedures' folder of its own, the engine down."""
    monkeypatch.setattr(directories, "LOOK_EVERY", 0.0)
    folder = tmp_path / "procedures"
    folder.mkdir()
    for file in (HOUSE / "procedures").glob(f"{PROCEDURE}.*"):
        shutil.copy(file, folder)
    records = Records(sqlite_url)
    app = create_app(settings.model_copy(update={"procedures_dir": folder}), records=records)
    async with app.router.lifespan_context(app):
        transport = ASGITransport(app, raise_app_exceptions=False)
        async with AsyncClient(transport=transport, base_url="http://huiyin.test") as client:
            yield Door(client, app.state.house)
    await records.close()


def change(door: Door, was: str, becomes: str) -> None:
    """Change the procedure's file."""
    file = door.the.settings.procedures_dir / f"{PROCEDURE}.yaml"
    text = file.read_text(encoding="utf-8")
    assert was in text
    file.write_text(text.replace(was, becomes), encoding="utf-8")


async def dispatched(door: Door) -> str:
    """A case that a unit has to look into since Monday morning."""
    door.clock("2026-11-23T09:00")
    number = await door.filed()
    await door.happens(number, "assess", "csd-1", ("csd",), admissible=True)
    await door.happens(number, "dispatch", "csd-1", ("csd",), unit="engineering")
    return number


async def test_an_admin_sees_the_difference_and_the_limits_before_and_after(office: Door) -> None:
    number = await dispatched(office)
    change(office, "limit: 3 working_days", "limit: 2 working_days")
    admin = office.bearer("admin", "admin", procedure="")
    answer = await office.client.get(f"/api/complaints/{number}/move", headers=admin)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    told = [(x["rule"], x["field"], x["clause"]) for x in found["differences"]]
    assert told == [("proposal", "limit", "GT-06"), ("revisit", "limit", "GT-14")]
    proposal = next(x for x in found["clocks"] if x["key"] == "proposal")
    assert (proposal["was"], proposal["due"]) == ("2026-11-26T18:00:00+08:00", "2026-11-25T18:00:00+08:00")
    assert (found["lacks"], found["nothing"], found["version"] != found["to"]) == ([], False, True)
    back = await office.client.get(f"/api/complaints/{number}/move", params={"to": found["version"]}, headers=admin)
    assert back.json()["nothing"]


async def test_a_version_without_a_place_is_refused_with_the_reasons(office: Door) -> None:
    number = await dispatched(office)
    change(office, "- id: proposal", "- id: answer_to_the_desk")
    change(office, "from: [dispatched, returned,", "from: [contacted, returned,")
    admin = office.bearer("admin", "admin", procedure="")
    seen = (await office.client.get(f"/api/complaints/{number}/move", headers=admin)).json()
    assert [lack["code"] for lack in seen["lacks"]] == ["clock_gone"]
    answer = await office.client.post(f"/api/complaints/{number}/move", json={"to": "latest"}, headers=admin)
    assert answer.status_code == 409, answer.text
    assert "in place of 'proposal'" in answer.text
    same = await office.client.post(f"/api/complaints/{number}/move", json={"to": seen["version"]}, headers=admin)
    assert (same.status_code, same.json()["code"]) == (409, "same_version")


async def test_only_an_admin_may_move_and_an_unknown_version_or_a_missing_engine_is_told(office: Door) -> None:
    number = await dispatched(office)
    change(office, "limit: 3 working_days", "limit: 2 working_days")
    path = f"/api/complaints/{number}/move"
    for headers, status in (
        ({}, 401),
        (office.bearer("csd-1"), 403),
        (office.bearer("o", "operator", procedure=""), 403),
    ):
        assert (await office.client.get(path, headers=headers)).status_code == status
        assert (await office.client.post(path, json={}, headers=headers)).status_code == status
    admin = office.bearer("admin", "admin", procedure="")
    unknown = await office.client.get(path, params={"to": "0000"}, headers=admin)
    assert (unknown.status_code, "latest" in unknown.text) == (404, True)
    assert (await office.client.post(path, json={"to": "latest"}, headers=admin)).status_code == 503
    assert "moved" not in [
        e.event for e in await office.the.records.events((await office.the.records.case(number=number)).case_id)
    ]
