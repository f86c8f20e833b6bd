"""Rules change while the whole system runs: files are taken up, bad ones never, and running cases move when told."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.runtime.system import HOUSE, System, wait_until
from tests.runtime.test_whole_system import act, file, letters

PROCEDURE = "property-developer"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A procedures' folder of this system's own."""
    made = tmp_path / "procedures"
    made.mkdir()
    for found in (HOUSE / "procedures").glob(f"{PROCEDURE}.*"):
        shutil.copy(found, made)
    return made


@pytest.fixture
def system(tmp_path: Path, folder: Path) -> Iterator[System]:
    made = System(tmp_path / "data")
    try:
        made.start(HUIYIN_PROCEDURES_DIR=str(folder))
        made.wait_ready()
        yield made
    finally:
        made.put_down()


def change(folder: Path, was: str, becomes: str) -> None:
    """Change the procedure's file as editors do: a new one under the old name."""
    path = folder / f"{PROCEDURE}.yaml"
    text = path.read_text(encoding="utf-8")
    assert was in text
    draft = path.with_name("draft")
    draft.write_text(text.replace(was, becomes), encoding="utf-8")
    draft.replace(path)


def parts(system: System) -> str:
    found = httpx.get(f"{system.url}/readyz", timeout=30, trust_env=False).json()
    return str(found["parts"]["procedures"])


@cache
def admin(data_dir: Path) -> str:
    """An admin's token; each command takes a second to start."""
    return System(data_dir).run("token", "--role", "admin").stdout.strip()


def case(system: System, number: str) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {admin(system.data_dir)}"}
    answer = httpx.get(f"{system.url}/api/complaints/{number}", headers=headers, timeout=30, trust_env=False)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def limits(system: System, number: str) -> dict[str, str]:
    return {clock["key"]: clock["limit"] for clock in case(system, number)["clocks"]}


def test_files_are_taken_up_while_the_system_runs_and_running_cases_go_on_by_theirs_until_moved(
    system: System, folder: Path
) -> None:
    here = {"HUIYIN_PROCEDURES_DIR": str(folder)}
    old = file(system, "before-the-change")
    wait_until(lambda: letters(system, old) != [], "the first letter of the case")
    assert limits(system, old)["dispatch"] == "0.5 working_days"

    change(folder, "limit: 0.5 working_days", "limit: 2 working_days")

    def new_rules() -> bool:
        number = file(system, f"after-{datetime.now(UTC).timestamp()}")
        return limits(system, number).get("dispatch") == "2 working_days"

    wait_until(new_rules, "a complaint under the changed file")
    assert limits(system, old)["dispatch"] == "0.5 working_days"

    change(folder, "owner: legal", "owner: nobody_knows")
    wait_until(lambda: f"{PROCEDURE}.yaml" in parts(system), "the fault of the file")
    log = (system.data_dir / "logs" / "api.log").read_text(encoding="utf-8")
    assert "there is no role 'nobody_knows'" in log
    assert "nobody_knows" in system.run("check", str(folder)).stdout
    still = file(system, "while-the-file-is-wrong")
    assert limits(system, still)["dispatch"] == "2 working_days"
    assert act(system, old, "assess", {"admissible": True}).status_code == 200
    change(folder, "owner: nobody_knows", "owner: legal")
    wait_until(lambda: parts(system) == "ok", "the mended file")

    looked = system.run("move", old, "--to", "latest", "--dry-run", **here)
    assert looked.returncode == 0, looked.stderr
    assert "0.5 working_days" in looked.stdout and "2 working_days" in looked.stdout
    unasked = system.run("move", old, "--to", "latest", **here)
    assert (unasked.returncode, "--yes" in unasked.stderr) == (2, True)
    moved = system.run("move", old, "--to", "latest", "--yes", "--json", **here)
    assert moved.returncode == 0, moved.stderr
    assert json.loads(moved.stdout)["done"][0] == "moved"
    assert limits(system, old)["dispatch"] == "2 working_days"
    assert "nothing to move" in system.run("move", old, "--to", "latest", "--yes", **here).stdout

    renamed = (folder / f"{PROCEDURE}.yaml").read_text(encoding="utf-8")
    change(folder, "- id: dispatch\n", "- id: hand_over\n  per: unit\n")
    refused = system.run("move", old, "--to", "latest", "--yes", **here)
    assert (refused.returncode, "clock_gone" in refused.stderr) == (1, True), refused.stderr
    (folder / f"{PROCEDURE}.yaml").write_text(renamed, encoding="utf-8")

    year = datetime.now(UTC).year
    due = datetime.fromisoformat(next(c["due"] for c in case(system, old)["clocks"] if c["key"] == "dispatch"))
    announced = system.data_dir / "announced.yaml"
    announced.write_text(f"country: CN\nyear: {due.year}\nholidays: {{{due.date()}: 放假}}\n", encoding="utf-8")
    shown = system.run("calendar", "publish", str(announced), "--dry-run", "--json", **here)
    assert shown.returncode == 0, shown.stderr
    assert old in {one["number"] for one in json.loads(shown.stdout)["changing"]}
    assert not (folder / f"cn-{due.year}.calendar.yaml").exists()
    told = system.run("calendar", "publish", str(announced), "--yes", "--json", **here)
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout)["told"] >= 3
    later = datetime.fromisoformat(next(c["due"] for c in case(system, old)["clocks"] if c["key"] == "dispatch"))
    assert later.date() != due.date()
    rows = json.loads(system.run("calendar", "--json", **here).stdout)
    assert [(row["cases_to_tell"], row["published_files"]) for row in rows] == [(0, [due.year])]
    assert set(rows[0]["years"]) == {str(year), str(year + 1), str(year + 2)}
    assert json.loads(system.run("calendar", "recount", "--yes", "--json", **here).stdout)["told"] == 0
    assert system.run("verify").returncode == 0
