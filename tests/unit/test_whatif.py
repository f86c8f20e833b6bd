"""Past cases told again under another file: figures counted by hand, from a table and from the records."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cli import app
from complaints.whatif import Tally
from records import Records
from tests.support.small_case import DESK, HEAD, PROCEDURE, accepted
from tests.support.stories import HOUSE

EXAMPLE = HOUSE / "docs" / "example"
TABLE = """\
case,received_at,channel,category,assess,assess.admissible,dispatch,dispatch.unit,propose,approve,implement,reply,revisit,revisit.satisfied
A,2026-11-02T09:00,visit,food,2026-11-02T10:00,true,2026-11-02T11:00,kitchen,2026-11-03T18:00,2026-11-04T18:00,2026-11-09T18:00,2026-11-10T18:00,2026-11-13T18:00,fully
B,2026-11-16T09:00,web,till,2026-11-16T10:00,true,2026-11-16T11:30,till,2026-11-17T17:00,2026-11-18T10:00,2026-11-19T10:00,2026-11-19T11:00,2026-11-20T09:00,fully
C,2026-11-16T09:00,web,,2026-11-16T10:00,true,2026-11-16T10:30,kitchen,,,,,,
"""


def run(*arguments: str | Path, **settings: str) -> Result:
    return CliRunner().invoke(app, ["whatif", *map(str, arguments)], env=settings)


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """The canteen's file with four hours for handing over, and the director to decide."""
    text = (EXAMPLE / "canteen.yaml").read_text(encoding="utf-8")
    text = text.replace("limit: 2 hours", "limit: 4 hours")
    text = text.replace("levels: [{by: leader, substitutes: director}]", "levels: [{by: director}]")
    path = tmp_path / "changed.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def table(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "past.csv"
    path.write_text(text, encoding="utf-8")
    return path


def asked(tmp_path: Path, changed: Path, text: str, *more: str) -> Result:
    return run("--procedure", changed, "--present", EXAMPLE / "canteen.yaml", "--cases", table(tmp_path, text), *more)


def test_the_figures_are_those_that_one_counts_by_hand(tmp_path: Path, changed: Path) -> None:
    done = asked(tmp_path, changed, TABLE, "--json")
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert (found["cases"], found["from"], found["to"]) == (3, "2026-11-02", "2026-11-16")
    present, new = found["present"], found["changed"]
    # B was handed over after two and a half hours; C's head never proposed anything.
    assert present["limits_missed"] == {"all": 2, "cases": 2, "by_clock": {"dispatch": 1, "proposal": 1}}
    assert new["limits_missed"] == {"all": 1, "cases": 1, "by_clock": {"proposal": 1}}
    # One chaser less, and nothing else.
    assert new["letters"]["mail"] == present["letters"]["mail"] - 1
    assert present["decisions_asked"]["by_role"] == {"leader": 2}
    assert new["decisions_asked"]["by_person"] == [{"role": "director", "person": "ca-director", "asked": 2}]
    # A took eleven days and nine hours, B four days.
    assert present["closed"] == new["closed"] == 2
    assert present["days_to_close"] == new["days_to_close"] == {"median": 7.7, "p90": 11.4}
    assert present["refused"] == new["refused"] == []


def test_people_read_a_table_with_both_files_side_by_side(tmp_path: Path, changed: Path) -> None:
    done = asked(tmp_path, changed, TABLE)
    rows = [line.split() for line in done.stdout.splitlines()]
    assert ["Limits", "missed", "2", "1", "−1"] in rows
    assert ["dispatch", "1", "0", "−1"] in rows
    assert ["ca-director", "0", "2", "+2"] in rows


def test_what_the_changed_file_does_not_allow_is_counted_and_told_with_the_case(tmp_path: Path, changed: Path) -> None:
    text = changed.read_text(encoding="utf-8").replace(
        "- {id: approval, stage: approval, approval: decision, clause: CA-04}\n", ""
    )
    changed.write_text(text, encoding="utf-8")
    found = json.loads(asked(tmp_path, changed, TABLE, "--json").stdout)
    assert found["changed"]["refused"] == [{"action": "approve", "code": "decided", "times": 2, "cases": ["A", "B"]}]
    assert found["changed"]["closed"] == 2
    assert "approve: decided, 2 times; for example A, B" in asked(tmp_path, changed, TABLE).stdout


def test_a_decision_that_is_another_s_by_the_changed_file_is_taken_by_that_one(tmp_path: Path, changed: Path) -> None:
    by_name = TABLE.replace(",approve,", ",approve,approve.by,").splitlines()
    lines = [by_name[0], *(line.replace("T18:00,2026-11-09", "T18:00,ca-manager,2026-11-09") for line in by_name[1:2])]
    found = json.loads(asked(tmp_path, changed, "\n".join(lines), "--json").stdout)
    assert [found[one]["decisions_asked"]["taken_by_another"] for one in ("present", "changed")] == [0, 1]
    assert found["changed"]["closed"] == 1


def test_only_cases_of_the_days_asked_for_are_told(tmp_path: Path, changed: Path) -> None:
    found = json.loads(asked(tmp_path, changed, TABLE, "--json", "--from", "2026-11-03", "--to", "2026-11-16").stdout)
    assert found["cases"] == 2
    none = asked(tmp_path, changed, TABLE, "--from", "2027-01-01")
    assert none.exit_code == 2
    assert "no cases" in none.stderr


@pytest.mark.parametrize(
    ("header", "row", "line", "column", "mend"),
    [
        ("received_at,chanel", "2026-11-02T09:00,visit", 1, "chanel", "Use about"),
        ("case,channel", "A,visit", 1, "received_at", "Add it"),
        ("received_at,dispatch.unit", "2026-11-02T09:00,kitchen", 1, "dispatch.unit", "when it was done"),
        ("received_at,received_at", "1,2", 1, "received_at", "Remove one"),
        ("received_at", "2026-13-01", 2, "received_at", "2026-11-30T18:00"),
        ("case,received_at", "A,", 2, "received_at", "2026-11-30T18:00"),
        ("received_at,channel", "2026-11-02T09:00,vsit", 2, "channel", "visit, telephone, web"),
        ("received_at,dispatch", "2026-11-02T09:00,2026-11-01T09:00", 2, "dispatch", "Correct one"),
        ("received_at,dispatch,dispatch.unit", "2026-11-02T09:00,,kitchen", 2, "dispatch", "when it was done"),
        ("received_at,consent,consent.accepted", "2026-11-02T09:00,2026-11-02T10:00,so", 2, "consent.accepted", "true"),
        ("received_at,reply.2,reply.2.cost", "2026-11-02T09:00,2026-11-02T10:00,much", 2, "reply.2.cost", "digits"),
        ("received_at", "2026-11-02T09:00,more", 2, "", "Quote commas"),
    ],
)  # fmt: skip
def test_a_fault_of_the_table_names_line_and_column_and_how_to_mend_it(
    tmp_path: Path, changed: Path, header: str, row: str, line: int, column: str, mend: str
) -> None:
    done = asked(tmp_path, changed, f"{header}\n{row}\n")
    assert done.exit_code == 2, done.output
    place = f"past.csv:{line}: {column}: " if column else f"past.csv:{line}: "
    assert place in done.stderr
    assert mend in done.stderr


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path, changed: Path) -> None:
    done = run("--procedure", changed, "--present", EXAMPLE / "canteen.yaml", "--cases", tmp_path / "none.csv")
    assert (done.exit_code, "cannot be read" in done.stderr) == (2, True)
    assert run("--procedure", tmp_path / "none.yaml").exit_code == 2


def test_recorded_cases_are_told_again_as_people_acted_then(tmp_path: Path) -> None:
    people = {
        "units": [{"id": "eng", "name": {"zh-CN": "工程", "en": "Works"}, "head": "p-head"}],
        "people": [{"id": "p-desk", "name": "Desk", "roles": ["csd"]}, {"id": "p-head", "name": "Head", "unit": "eng"}],
    }
    for name, clocks in (("small", {}), ("changed", {"limit": "2 hours"})):
        procedure: dict[str, Any] = json.loads(json.dumps(PROCEDURE))
        procedure["clocks"][0] |= clocks
        (tmp_path / f"{name}.yaml").write_text(json.dumps(procedure, ensure_ascii=False), encoding="utf-8")
    (tmp_path / "small.directory.yaml").write_text(json.dumps(people, ensure_ascii=False), encoding="utf-8")

    async def filed() -> None:
        records = Records(f"sqlite+aiosqlite:///{tmp_path / 'huiyin.db'}")
        try:
            await records.migrate()
            play = await accepted(records, when="2025-11-24T09:00")
            play.act("2025-11-24T09:30", "assess", DESK, {"admissible": True})
            play.act("2025-11-24T11:30", "dispatch", DESK, {"unit": "eng"})
            play.act("2025-11-25T10:00", "propose", HEAD, {"cause": "x", "measures": "y"})
            play.act("2025-11-25T11:00", "implement", HEAD, {"done": "y"})
            play.act("2025-11-26T09:00", "reply", DESK, {"reply": "z"})
            await records.append(play.accepted.case, play.unsent)
        finally:
            await records.close()

    asyncio.run(filed())
    settings = {
        "HUIYIN_DATA_DIR": str(tmp_path), "HUIYIN_DATABASE_URL": "", "HUIYIN_PROCEDURES_DIR": str(tmp_path),
    }  # fmt: skip
    done = run("--procedure", tmp_path / "changed.yaml", "--json", **settings)
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert found["present"]["limits_missed"]["by_clock"] == {}
    assert found["changed"]["limits_missed"]["by_clock"] == {"dispatch": 1}  # due at 11:00, done at 11:30
    assert found["changed"]["days_to_close"] == {"median": 2.0, "p90": 2.0}
    assert found["changed"]["refused"] == []


def test_nine_in_ten_is_the_smallest_figure_that_covers_so_many() -> None:
    tally = Tally(days=[float(day) for day in range(10, 0, -1)])
    assert (tally.median, tally.p90) == (5.5, 9.0)
    assert (Tally().median, Tally().p90) == (None, None)
