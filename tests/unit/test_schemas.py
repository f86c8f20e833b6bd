"""The JSON Schemas for editors: what the command prints, and no stricter than the files that run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner

from cli import app
from tests.guards.sources import HOUSE
from tests.support.json_schema import fits

SCHEMAS = HOUSE / "docs" / "schema"
SHIPPED = sorted((HOUSE / "procedures").glob("*.yaml"))
FILES = {
    "procedure": [f for f in SHIPPED if not f.stem.endswith(".directory")],
    "directory": [f for f in SHIPPED if f.stem.endswith(".directory")],
    "scenario": sorted((HOUSE / "tests" / "scenarios").glob("*/*.yaml")),
}


def content(file: Path) -> Any:
    """A YAML file as an editor sees it: dates are text."""
    return json.loads(json.dumps(YAML(typ="safe", pure=True).load(file), default=str))


def accepts(kind: str, value: Any) -> bool:
    schema = json.loads((SCHEMAS / f"{kind}.json").read_text(encoding="utf-8"))
    return fits(schema, value, schema)


@pytest.mark.parametrize("kind", FILES)
def test_the_schema_that_is_kept_is_the_one_that_the_command_prints(kind: str) -> None:
    printed = CliRunner().invoke(app, ["check", "--schema", kind]).output
    # `huiyin check --schema KIND > docs/schema/KIND.json` renews it.
    assert (SCHEMAS / f"{kind}.json").read_text(encoding="utf-8") == printed


@pytest.mark.parametrize("kind", FILES)
def test_the_schema_marks_nothing_in_files_that_run(kind: str) -> None:
    some = FILES[kind][:: max(1, len(FILES[kind]) // 30)]
    assert len(some) > 20
    assert [file.name for file in some if not accepts(kind, content(file))] == []


@pytest.mark.parametrize("kind", FILES)
def test_the_schema_marks_a_field_that_does_not_exist(kind: str) -> None:
    assert not accepts(kind, {**content(FILES[kind][0]), "colour": "red"})


def test_the_schema_marks_a_limit_in_a_unit_that_does_not_exist() -> None:
    procedure = content(HOUSE / "docs" / "example" / "canteen.yaml")
    assert accepts("procedure", procedure)
    procedure["clocks"][0]["limit"] = "3 workingdays"
    assert not accepts("procedure", procedure)
