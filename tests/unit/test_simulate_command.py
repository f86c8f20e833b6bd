"""`huiyin simulate`, `forecast` and `check`, as people and scripts use them."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli import app
from records import Records
from tests.support.small_case import accepted
from tests.support.stories import HOUSE, SILENCE

SCENARIOS = SILENCE.parent
STORY = """\
procedure: property-developer
name: a short story
complaint: {received_at: 2026-10-08T09:00, channel: telephone, category: repair, about: window leaks}
steps:
- {at: 2026-10-08T09:30, do: assess, by: csd, with: {admissible: true}}
until: 2026-10-08T10:00
expect:
- {at: 2026-10-08T09:30, event: %s}
finally: {stage: assessment}
"""


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments])


@pytest.fixture
def passing(tmp_path: Path) -> Path:
    path = tmp_path / "passing.yaml"
    path.write_text(STORY % "assessed", encoding="utf-8")
    return path


@pytest.fixture
def failing(tmp_path: Path) -> Path:
    path = tmp_path / "failing.yaml"
    path.write_text(STORY % "dispatched", encoding="utf-8")
    return path


def test_a_story_that_comes_out_as_expected_exits_with_0(passing: Path) -> None:
    done = run("simulate", passing)
    assert done.exit_code == 0, done.output
    assert "1 passed, 0 failed." in done.stdout
    assert "Thu 2026-10-08" in done.stdout
    assert "csd-head (csd)" in done.stdout


def test_a_story_that_does_not_exits_with_1_and_says_what_was_expected(passing: Path, failing: Path) -> None:
    done = run("simulate", failing, passing)
    assert done.exit_code == 1
    assert "event dispatched" in done.stdout
    assert "1 passed, 1 failed." in done.stdout


def test_a_file_that_cannot_be_read_exits_with_2_and_names_line_and_field(tmp_path: Path, passing: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text((STORY % "assessed").replace("do: assess", "do: guess"), encoding="utf-8")
    done = run("simulate", wrong, passing)
    assert done.exit_code == 2
    assert f"{wrong}:5" in done.stderr
    assert "steps" in done.stderr
    assert "1 passed" in done.stdout
    assert run("simulate", tmp_path / "missing.yaml").exit_code == 2


def test_an_unknown_field_of_the_complaint_is_an_error(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text((STORY % "assessed").replace("about:", "abuot: x, about:"), encoding="utf-8")
    done = run("simulate", wrong)
    assert done.exit_code == 2
    assert "abuot" in done.stderr


def test_json_is_one_object_a_scenario(passing: Path, failing: Path) -> None:
    done = run("simulate", "--json", passing, failing)
    assert done.exit_code == 1
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert set(first) == {
        "scenario", "procedure", "passed", "failures", "stage", "outcome", "timeline", "refusals",
    }  # fmt: skip
    assert (first["passed"], first["failures"], first["stage"]) == (True, [], "assessment")
    assert first["timeline"][0]["at"] == "2026-10-08T09:00:00+08:00"
    assert (second["passed"], len(second["failures"])) == (False, 1)


def test_a_folder_means_all_of_its_scenarios_and_they_pass() -> None:
    done = run("simulate", "--quiet", SCENARIOS)
    assert done.exit_code == 0, done.stdout
    assert f"{len(list(SCENARIOS.glob('*.yaml')))} passed, 0 failed." in done.stdout


def test_both_engines_tell_the_same_story_and_nothing_else_stands_on_standard_output() -> None:
    # As a process of its own: the engine's library writes past Python's standard output.
    command = [sys.executable, str(HOUSE / "cli.py"), "simulate", "--json", "--engine"]
    core, real = (
        subprocess.run([*command, engine, str(SILENCE)], capture_output=True, text=True, cwd=HOUSE, check=True)
        for engine in ("core", "temporal")
    )
    assert json.loads(real.stdout) == json.loads(core.stdout)


def test_a_scenario_is_forecast_from_a_time_of_its_story() -> None:
    done = run("forecast", "--scenario", SILENCE, "--at", "2026-10-09T11:00", "--json")
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert (found["stage"], found["as_of"]) == ("approval", "2026-10-09T11:00:00+08:00")
    deemed = next(line for line in found["lines"] if line["event"] == "deemed_approved")
    assert (deemed["at"], deemed["role"]) == ("2026-10-12T18:00:00+08:00", "leader")
    told = run("forecast", "--scenario", SILENCE, "--at", "2026-10-09T11:00")
    assert "Mon 2026-10-12" in told.stdout


def test_a_recorded_case_is_forecast_by_its_number(tmp_path: Path) -> None:
    async def filed() -> str:
        records = Records(f"sqlite+aiosqlite:///{tmp_path / 'huiyin.db'}")
        try:
            await records.migrate()
            return (await accepted(records, when="2026-11-23T09:00")).state.number
        finally:
            await records.close()

    number = asyncio.run(filed())
    settings = {"HUIYIN_DATA_DIR": str(tmp_path), "HUIYIN_DATABASE_URL": ""}
    arguments = ["forecast", number, "--at", "2026-11-23T10:00", "--json"]
    done = CliRunner().invoke(app, arguments, env=settings)
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert (found["case"], found["procedure"]) == (number, "small")
    assert [(line["at"], line["event"], line["clock"]) for line in found["lines"]] == [
        ("2026-11-23T14:00:00+08:00", "overdue", "dispatch"),
        ("2026-11-30T18:00:00+08:00", "overdue", "reply"),
    ]
    missing = CliRunner().invoke(app, ["forecast", "no-such-number"], env=settings)
    assert missing.exit_code == 2
    assert missing.stderr.strip()


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--scenario", SILENCE),
        ("--scenario", SILENCE, "--at", "tomorrow"),
        ("--scenario", SILENCE, "--at", "2020-01-01T00:00"),
        ("20260101-0001", "--scenario", SILENCE),
    ],
)
def test_a_forecast_of_nothing_says_what_to_give(arguments: tuple[str | Path, ...]) -> None:
    done = run("forecast", *arguments)
    assert done.exit_code == 2
    assert done.stderr.strip()


def test_the_installed_procedures_are_sound() -> None:
    done = run("check", "--json")
    assert done.exit_code == 0, done.output
    assert all(one["sound"] for one in json.loads(done.stdout))


def test_a_fault_is_told_with_file_and_line_and_exits_with_1(tmp_path: Path) -> None:
    file = HOUSE / "procedures" / "property-developer.yaml"
    people = file.with_suffix(".directory.yaml")
    (tmp_path / people.name).write_text(people.read_text(encoding="utf-8"), encoding="utf-8")
    broken = tmp_path / file.name
    text = file.read_text(encoding="utf-8")
    broken.write_text(text.replace("{on: returned, go: investigation", "{on: returned, go: nowhere"), encoding="utf-8")
    done = run("check", broken)
    assert done.exit_code == 1
    assert f"{broken}:" in done.stdout
    assert "nowhere" in done.stdout

    (tmp_path / "clauses.txt").write_text("GT-01 registered\n\nGT-02 reported\n", encoding="utf-8")
    listed = run("check", file, "--clauses", tmp_path / "clauses.txt")
    assert listed.exit_code == 1
    assert "no clause GT-08" in listed.stdout


def test_a_procedure_that_cannot_be_read_exits_with_2(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("id: broken\nroles: [", encoding="utf-8")
    done = run("check", broken)
    assert done.exit_code == 2
    assert "broken.yaml:" in done.stdout
    assert run("check", tmp_path / "empty").exit_code == 2


@pytest.mark.parametrize("kind", ["procedure", "directory", "scenario"])
def test_the_schema_of_each_kind_of_file_is_printed(kind: str) -> None:
    done = run("check", "--schema", kind)
    assert done.exit_code == 0
    schema = json.loads(done.stdout)
    assert schema["type"] == "object"
    assert schema["properties"]
