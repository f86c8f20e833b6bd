"""Files are read the quick way where it knows how, and never otherwise than the slow way would."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml.error import YAMLError

from complaints.procedure import quick
from complaints.procedure.load import Faults, load_directory, parse, plain
from tests.support.stories import HOUSE

FILES = [*sorted(HOUSE.glob("procedures/*.yaml")), *sorted(HOUSE.glob("tests/scenarios/hotel/*.yaml"))]


def slowly(path: Path) -> Any:
    def times_as_text(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: times_as_text(value) for key, value in node.items()}
        if isinstance(node, list):
            return [times_as_text(value) for value in node]
        return node.isoformat() if isinstance(node, datetime) else node

    return times_as_text(plain(parse(path)))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_both_ways_read_the_same(path: Path) -> None:
    assert quick.load(path.read_text(encoding="utf-8")) == slowly(path)


def test_a_time_within_braces_is_read_quickly_and_words_keep_their_colons() -> None:
    read = quick.load('{at: 2026-11-30T09:30, ratio: "3:1", said: at 9:30 sharp, none: null, yes: true, n: 12, d: 1.5}')
    assert read == {
        "at": "2026-11-30T09:30", "ratio": "3:1", "said": "at 9:30 sharp", "none": None, "yes": True, "n": 12, "d": 1.5,
    }  # fmt: skip


def test_what_is_named_once_stands_in_every_place_that_names_it() -> None:
    assert quick.load("a: &x [1, two]\nb: *x\n") == {"a": [1, "two"], "b": [1, "two"]}


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\na: 2",
        "a: &x 1\nb: {<<: {c: 1}}",
        "a: !!str 1",
        "--- 1\n--- 2",
        "a: *x",
        "a: \ue000",
        "a: [1",
        "? [1]\n: 2",
        "",
    ],
)
def test_what_the_quick_way_does_not_know_is_left_to_the_slow_one(text: str) -> None:
    with pytest.raises(YAMLError):
        quick.load(text)


def test_a_fault_of_a_file_read_quickly_still_names_its_line(tmp_path: Path) -> None:
    path = tmp_path / "people.yaml"
    path.write_text("units: []\npeople:\n- {id: a, name: A}\n- {id: b, nam: B}\n", encoding="utf-8")
    with pytest.raises(Faults) as raised:
        load_directory(path)
    assert {(fault.line, fault.field) for fault in raised.value.faults} == {(4, "people.1.name"), (4, "people.1.nam")}
