"""Time limits in words, and pictures of procedures that lose no clock."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.administering.diagram import LEFT, WIDTH, draw
from complaints.case import State
from complaints.people import Absence, Directory
from complaints.procedure.load import load_procedure
from templates.columns import Columns
from templates.languages import LANGUAGES
from templates.limits import limit

PROCEDURES = [path for path in sorted(Path("procedures").glob("*.yaml")) if not path.name.endswith(".directory.yaml")]


@pytest.mark.parametrize(
    ("written", "english", "chinese"),
    [
        ("3 working_days", "3 working days", "3个工作日"),
        ("0.5 working_days", "half a working day", "半个工作日"),
        ("30 minutes", "30 minutes", "30分钟"),
        ("same_day", "the same day", "当日"),
        ("next_working_day 12:00", "by 12:00 on the next working day", "下一工作日12:00前"),
    ],
)
def test_a_limit_is_read_in_both_languages(written: str, english: str, chinese: str) -> None:
    assert (limit(written, "en"), limit(written, "zh-CN")) == (english, chinese)


@pytest.mark.parametrize("path", PROCEDURES, ids=lambda path: path.stem)
def test_every_clock_of_every_procedure_stands_once_in_each_picture_and_inside_it(path: Path) -> None:
    procedure = load_procedure(path)
    for language in LANGUAGES:
        words = Columns(procedure, State(case="", procedure=procedure.id), None, language)
        for way in procedure.paths:
            drawn = draw(way, words)
            bars = [bar for block in drawn.blocks for bar in block.bars]
            assert len(bars) == len(procedure.clocks)
            assert all(LEFT <= bar.shortest <= bar.x <= WIDTH and bar.y < drawn.height for bar in bars)
            assert all(LEFT <= mark.x <= WIDTH for bar in bars for mark in bar.marks)


def test_the_deputy_of_an_absence_stands_in_while_it_lasts_and_strangers_are_left_out() -> None:
    people = Directory.model_validate(
        {"units": [], "people": [{"id": "a", "name": "A", "deputy": "b"}, {"id": "b", "name": "B"},
                                 {"id": "c", "name": "C"}]}
    )  # fmt: skip
    given = {"since": "2026-11-24T09:00+08:00", "until": "2026-11-25T09:00+08:00"}
    away = Absence.model_validate({"person": "a", "deputy": "c", **given})
    stranger = Absence.model_validate({"person": "x", **given})
    merged = people.with_absences([away, stranger])
    during, after = int(away.since.timestamp()), int(away.until.timestamp())
    assert (merged.deputy("a", during), merged.deputy("a", after)) == ("c", "b")
    assert merged.away("a", during) and not merged.away("a", after)
    assert merged.absences == (away,)
