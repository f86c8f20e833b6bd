from __future__ import annotations

import os
from pathlib import Path

import pytest

from complaints.errors import NotFound
from runtime import directories
from runtime.directories import Directories

PEOPLE = """\
units:
  - {id: engineering, name: {en: Engineering}, head: chen}
people:
  - {id: chen, name: Chen, unit: engineering}
  - {id: zhou, name: Zhou, roles: [leader]}
"""


@pytest.fixture(autouse=True)
def look_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directories, "LOOK_EVERY", 0.0)


def write(path: Path, text: str) -> None:
    """Writes as editors do: a new file under the old name."""
    draft = path.with_name(path.name + ".new")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


def test_a_change_in_the_directory_of_people_is_seen_without_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "bank.directory.yaml"
    write(path, PEOPLE)
    folder = Directories(tmp_path)
    assert folder.of("bank").person("lin") is None
    write(path, PEOPLE + "  - {id: lin, name: Lin}\n")
    assert folder.of("bank").person("lin") is not None


@pytest.mark.parametrize(
    "wrong", ["units: [", "units: []\npeople: []\nmore: 1\n", "", "\x00", PEOPLE + "  - {id: chen}"]
)
def test_a_file_that_became_wrong_never_replaces_the_good_one(tmp_path: Path, wrong: str) -> None:
    path = tmp_path / "bank.directory.yaml"
    write(path, PEOPLE)
    folder = Directories(tmp_path)
    write(path, wrong)
    assert folder.of("bank").person("chen") is not None
    assert "bank.directory.yaml" in folder.problems["bank.directory.yaml"]
    write(path, PEOPLE)
    assert folder.problems == {}


def test_a_file_that_vanishes_for_a_moment_takes_nobody_away(tmp_path: Path) -> None:
    path = tmp_path / "bank.directory.yaml"
    write(path, PEOPLE)
    folder = Directories(tmp_path)
    path.unlink()
    assert folder.of("bank").person("chen") is not None


def test_one_wrong_file_does_not_hide_the_others(tmp_path: Path) -> None:
    write(tmp_path / "a.directory.yaml", "units: [")
    write(tmp_path / "b.directory.yaml", PEOPLE)
    folder = Directories(tmp_path)
    assert folder.of("b").person("chen") is not None
    with pytest.raises(NotFound, match=r"a\.directory\.yaml"):
        folder.of("a")


def test_unchanged_files_are_not_read_again(tmp_path: Path) -> None:
    path = tmp_path / "bank.directory.yaml"
    write(path, PEOPLE)
    folder = Directories(tmp_path)
    before = folder.of("bank")
    os.utime(path, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
    assert folder.of("bank") is before


def test_an_unknown_procedure_is_refused_and_the_known_ones_are_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="none"):
        Directories(tmp_path).procedure("bank")
