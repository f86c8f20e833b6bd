"""The guide for administrators: its example works, and what it shows is what the example says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli import app
from tests.guards.sources import HOUSE

EXAMPLE = HOUSE / "docs" / "example"
GUIDE = (HOUSE / "docs" / "writing-a-procedure.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"(?ms)^```yaml\n(.*?)^```", GUIDE)


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments])


def test_the_example_of_the_guide_is_sound() -> None:
    result = run("check", EXAMPLE / "canteen.yaml", "--year", "2026")
    assert result.output == f"{EXAMPLE / 'canteen.yaml'}: sound.\n"


def test_the_stories_of_the_guide_come_out_as_expected() -> None:
    result = run("simulate", EXAMPLE / "stories", "--quiet")
    assert result.exit_code == 0, result.output
    assert result.output.endswith("2 passed, 0 failed.\n")


@pytest.mark.parametrize("piece", SHOWN)
def test_every_piece_that_the_guide_shows_stands_in_the_example(piece: str) -> None:
    assert any(piece in file.read_text(encoding="utf-8") for file in EXAMPLE.rglob("*.yaml"))


def test_the_guide_shows_the_fault_that_a_misspelt_role_gives(tmp_path: Path) -> None:
    for name in ("canteen.yaml", "canteen.directory.yaml"):
        good = (EXAMPLE / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(good.replace("owner: responsible", "owner: resposible", 1), encoding="utf-8")
    result = run("check", tmp_path / "canteen.yaml", "--year", "2026")
    (shown,) = re.findall(r"(?ms)^```text\n(.*?)^```", GUIDE)
    assert result.exit_code == 1
    assert result.output == shown.replace("canteen.yaml", str(tmp_path / "canteen.yaml"))


def test_the_guide_explains_every_clause_of_its_paper() -> None:
    cited = set(re.findall(r"CA-\d\d", (EXAMPLE / "canteen.yaml").read_text(encoding="utf-8")))
    assert cited == set(re.findall(r"^\| (CA-\d\d)", GUIDE, re.MULTILINE))
