"""The guide's example goes live: its two files in a running system's folder, and complaints run under them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from runtime import directories
from runtime.settings import Settings
from tests.guards.sources import HOUSE
from tests.support.door import Door

EXAMPLE = HOUSE / "docs" / "example"


@pytest.fixture
def settings(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The same installation with an own folder of procedures, which is looked at without delay."""
    monkeypatch.setattr(directories, "LOOK_EVERY", 0.0)
    folder = tmp_path / "procedures"
    folder.mkdir()
    for file in (HOUSE / "procedures").glob("property-developer*.yaml"):
        shutil.copy(file, folder)
    return settings.model_copy(update={"procedures_dir": folder})


async def test_a_procedure_put_into_the_folder_takes_complaints_without_a_restart(door: Door) -> None:
    door.clock("2026-11-23T10:00")
    canteen = {
        "procedure": "canteen",
        "category": "food",
        "about": "The soup was cold.",
        "complainant": {"name": "A. Guest", "email": "guest@example.com", "language": "en"},
    }
    before = await door.client.post("/api/complaints", json=canteen, headers={"Idempotency-Key": "soup-1"})
    assert before.status_code == 422
    for file in EXAMPLE.glob("canteen*.yaml"):
        shutil.copy(file, door.the.settings.procedures_dir)
    after = await door.client.post("/api/complaints", json=canteen, headers={"Idempotency-Key": "soup-2"})
    assert after.status_code == 201
    assert after.json()["number"] == "CA20261123-001"
