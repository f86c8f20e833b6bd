"""Proving that a case file was not touched."""

import asyncio
import contextlib
import secrets
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from records import Records
from tests.support.small_case import DESK, Play, accepted

TEXTS = (
    *(("events", name) for name in ("body", "hash", "event")),
    *(("contents", name) for name in ("salt", "hash", "fields", "texts")),
    *(("cases", name) for name in ("state", "head", "stage", "severity", "category", "awaited", "number")),
    *(("awaiting", name) for name in ("role",)),
    ("procedures", "json"),
    ("calendars", "json"),
)
NUMBERS = (
    ("clock_results", "due"),
    ("clock_results", "opened"),
    ("events", "at"),
    ("cases", "seq"),
    ("cases", "due"),
    ("cases", "received_at"),
)


@dataclass(frozen=True)
class Kept:
    """A whole record in a file, and its case."""

    file: Path
    case: str


async def written(records: Records) -> Play:
    """A recorded case with texts of the complainant and of the desk."""
    play = await accepted(records)
    case = play.accepted.case
    note = await records.put_content(case, {"text": "called, no answer 无人接听"}, "p-desk", "note-1")
    play.act("2026-11-23T09:10", "note", DESK, {}, note)
    play.act("2026-11-23T09:20", "assess", DESK, {"severity": "urgent", "admissible": True})
    play.act("2026-11-23T09:40", "dispatch", DESK, {"unit": "engineering"})
    await records.append(case, play.unsent)
    return play


@pytest.fixture(scope="module")
def kept(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """A whole record that tests copy before they touch it."""
    file = tmp_path_factory.mktemp("kept") / "records.db"
    shutil.copyfile(sqlite_template, file)

    async def fill() -> str:
        records = Records(f"sqlite:///{file}")
        play = await written(records)
        assert await records.verify() == []
        await records.close()
        return play.accepted.case

    return Kept(file, asyncio.run(fill()))


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_single_changed_byte_is_found(kept: Kept, tmp_path: Path, data: st.DataObject) -> None:
    table, column = data.draw(st.sampled_from(TEXTS), label="column")

    def change(connection: sqlite3.Connection) -> None:
        rows = connection.execute(
            f"SELECT rowid, CAST({column} AS BLOB) FROM {table}" if table != "awaiting"
            else f"SELECT case_id, CAST({column} AS BLOB) FROM {table}"
        ).fetchall()  # fmt: skip
        rowid, old = data.draw(st.sampled_from([row for row in rows if row[1]]), label="row")
        place = data.draw(st.integers(0, len(old) - 1), label="place")
        byte = data.draw(st.integers(32, 126).filter(lambda value: value != old[place]), label="byte")
        new = (old[:place] + bytes([byte]) + old[place + 1 :]).decode("utf-8", "replace")
        key = "case_id" if table == "awaiting" else "rowid"
        row = f"{key} = ? AND CAST({column} AS BLOB) = ?"
        connection.execute(f"UPDATE {table} SET {column} = ? WHERE {row}", (new, rowid, old))

    assert problems_after(kept, tmp_path, change)


@pytest.mark.parametrize(("table", "column"), NUMBERS)
def test_a_changed_instant_or_sequence_is_found(kept: Kept, tmp_path: Path, table: str, column: str) -> None:
    assert problems_after(kept, tmp_path, lambda c: c.execute(f"UPDATE {table} SET {column} = {column} + 1"))


def test_a_case_quietly_closed_or_opened_is_found(kept: Kept, tmp_path: Path) -> None:
    assert problems_after(kept, tmp_path, lambda c: c.execute("UPDATE cases SET closed_at = 1")) == ["projection"]


def test_events_cut_off_at_the_end_are_found(kept: Kept, tmp_path: Path) -> None:
    cut = "DELETE FROM events WHERE seq = (SELECT max(seq) FROM events)"
    assert problems_after(kept, tmp_path, lambda c: c.execute(cut)) == ["projection"]


def test_an_event_taken_out_of_the_middle_is_found(kept: Kept, tmp_path: Path) -> None:
    assert problems_after(kept, tmp_path, lambda c: c.execute("DELETE FROM events WHERE seq = 2")) == ["chain_broken"]


def test_a_text_that_vanished_without_being_erased_is_found(kept: Kept, tmp_path: Path) -> None:
    def vanish(connection: sqlite3.Connection) -> None:
        connection.execute("UPDATE contents SET texts = NULL, salt = NULL WHERE key = 'note-1'")

    assert problems_after(kept, tmp_path, vanish) == ["content_changed"]
    gone = problems_after(kept, tmp_path, lambda c: c.execute("DELETE FROM contents WHERE key = 'note-1'"))
    assert gone == ["content_missing"]


async def test_erasing_what_was_written_leaves_the_chain_whole(records: Records) -> None:
    play = await written(records)
    case = play.accepted.case
    assert len(await records.contents(case)) == 2
    assert await records.erase(case) == 2
    assert await records.contents(case) == {}
    assert (await records.complainant(case)).name == ""
    assert await records.events(case) == play.events
    assert await records.verify(case) == []


async def test_a_case_that_does_not_exist_is_a_problem(records: Records) -> None:
    assert [problem.code for problem in await records.verify("nothing")] == ["no_case"]


def problems_after(kept: Kept, folder: Path, change: Callable[[sqlite3.Connection], object]) -> list[str]:
    """Codes of the problems in a copy of the record that somebody with the file in hand has changed."""
    file = folder / f"{secrets.token_hex(8)}.db"
    shutil.copyfile(kept.file, file)
    with contextlib.closing(sqlite3.connect(file)) as connection, connection:
        for name in ("events_no_update", "events_no_delete", "events_no_replace"):
            connection.execute(f"DROP TRIGGER {name}")
        change(connection)

    async def found() -> list[str]:
        records = Records(f"sqlite:///{file}")
        try:
            return [problem.code for problem in await records.verify()]
        finally:
            await records.close()

    return asyncio.run(found())
