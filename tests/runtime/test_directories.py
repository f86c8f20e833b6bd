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


SMALL = """\
id: bank
name: {zh-CN: 银行, en: Bank}
calendar: {country: CN}
channels: {web: {zh-CN: 网, en: web}}
roles: {csd: {name: {zh-CN: 台, en: desk}}}
routing: [{unit: engineering}]
stages: [assessment, {id: investigation, done: proposed}, reply, closed]
clocks:
- {id: reply, owner: csd, from: received, until: [replied, resolved], limit: 5 working_days}
"""


def test_a_changed_procedure_is_another_edition_with_the_same_calendar(tmp_path: Path) -> None:
    write(tmp_path / "bank.directory.yaml", PEOPLE)
    write(tmp_path / "bank.yaml", SMALL)
    folder = Directories(tmp_path)
    assert folder.problems == {}
    before, edition = folder.frozen("bank", 2026), folder.edition
    assert folder.edition == edition
    write(tmp_path / "bank.yaml", SMALL.replace("5 working_days", "6 working_days"))
    after = folder.frozen("bank", 2026)
    assert "6 working_days" in after[0]
    assert (after[1], folder.edition != edition) == (before[1], True)


@pytest.mark.parametrize(
    ("good", "wrong", "says"),
    [
        ("5 working_days", "5 wroking_days", "wroking_days"),
        ("owner: csd", "owner: clerk", "there is no role 'clerk'"),
        ("id: bank", "id: shop", "the file is bank.yaml"),
        ("unit: engineering", "unit: kitchen", "there is no unit 'kitchen'"),
        ("country: CN", "country: XX", "XX"),
        ("from: received", "from: recieved", "there is no event 'recieved'"),
    ],
    ids=["limit", "role", "id", "unit", "country", "event"],
)
def test_a_procedure_that_leads_nowhere_never_replaces_the_good_one(
    tmp_path: Path, good: str, wrong: str, says: str
) -> None:
    write(tmp_path / "bank.directory.yaml", PEOPLE)
    write(tmp_path / "bank.yaml", SMALL)
    folder = Directories(tmp_path)
    before, edition = folder.frozen("bank", 2026), folder.edition
    assert good in SMALL
    write(tmp_path / "bank.yaml", SMALL.replace(good, wrong))
    assert says in folder.problems["bank.yaml"]
    assert (folder.frozen("bank", 2026), folder.edition) == (before, edition)
    write(tmp_path / "bank.yaml", SMALL)
    assert folder.problems == {}


def test_published_holidays_are_in_the_calendars_of_new_cases_at_once(tmp_path: Path) -> None:
    write(tmp_path / "bank.directory.yaml", PEOPLE)
    write(tmp_path / "bank.yaml", SMALL)
    folder = Directories(tmp_path)
    before, edition = folder.frozen("bank", 2031)[1], folder.edition
    file = tmp_path / "cn-2031.calendar.yaml"
    write(file, "country: CN\nyear: 2031\nholidays: {2031-03-03: 放假}\n")
    after = folder.frozen("bank", 2031)[1]
    assert ("放假" in after, "放假" in before, folder.edition != edition) == (True, False, True)
    write(file, "country: CN\nyear: 2031\nholidays: {2032-03-03: 放假}\n")
    assert "not a day of 2031" in folder.problems["cn-2031.calendar.yaml"]
    assert folder.frozen("bank", 2031)[1] == after
