"""Records and engine are compared and mended: after a backup of one was put back, or the engine's data were lost."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from commands.reconciling import Difference, Reconciler
from complaints.case import apply
from tests.support.works import DESK, HEAD, LEADER, Case, Works


async def reconciled(house: Works, *, dry: bool = False, sure: bool = False) -> list[Difference]:
    """What is found among the cases of this house; other tests' cases run on the same engine."""
    looked = Reconciler(house.records, house.client, house.queue, dry=dry, sure=sure)
    mine = {case.id for case in house.cases}
    return [found async for found in looked.differences_of(mine)]


def copied(source: str | Path, target: str | Path) -> None:
    with contextlib.closing(sqlite3.connect(source)) as one, contextlib.closing(sqlite3.connect(target)) as two:
        one.backup(two)


async def decided(house: Works) -> Case:
    case = await house.proposed()
    await case.start("2024-03-05T11:00")
    await case.quiet()
    return case


async def test_where_all_agree_nothing_is_found(house: Works) -> None:
    case = await decided(house)
    await house.filed("2024-03-04T09:00")
    house.cases.remove(house.cases[-1])
    assert await reconciled(house) == []
    assert "approved" in (await case.act("approve", LEADER)).events


async def test_a_case_whose_workflow_is_gone_goes_on_where_its_record_ends(house: Works) -> None:
    case = await decided(house)
    await case.handle.terminate("the engine's data are gone")
    (seen,) = await reconciled(house, dry=True)
    assert (seen.finding, seen.done) == ("missing", "")
    (mended,) = await reconciled(house)
    assert mended.done.startswith("started where its record ends")
    assert await reconciled(house) == []
    case.offset = 0
    assert "approved" in (await case.act("approve", LEADER)).events or await case.events("deemed_approved")


async def test_a_workflow_that_stands_before_its_record_is_ended_and_begun_again(house: Works) -> None:
    case = await decided(house)
    record = await case.record()
    written = apply(record.rules, record.state, await case.message("note", DESK, text="Only the record knows."))
    await house.records.append(case.id, written.events)
    (found,) = await reconciled(house)
    assert (found.finding, found.recorded - found.reached) == ("behind", 1)
    assert found.done
    await case.quiet()
    assert not await house.records.verify(case.id)
    assert not await house.records.alarms(case.id)


async def test_what_a_restored_record_lacks_is_written_again_from_its_workflow(
    house: Works, sqlite_url: str, tmp_path: Path
) -> None:
    case = await decided(house)
    here, backup = sqlite_url.removeprefix("sqlite:///"), tmp_path / "backup.db"
    copied(here, backup)
    await case.act("approve", LEADER)
    await case.quiet()
    before = await case.record()
    copied(backup, here)
    assert not await case.events("approved")
    (found,) = await reconciled(house)
    assert found.finding == "ahead"
    assert "approved" in found.done
    assert (await case.events())[before.state.seq - 1].hash == before.state.head
    assert await reconciled(house) == []
    assert "implemented" in (await case.act("implement", HEAD, done="Done.")).events
    assert not await house.records.verify(case.id)


async def test_a_case_that_came_to_its_end_since_the_backup_is_recorded_to_its_end_and_not_begun_again(
    house: Works, sqlite_url: str, tmp_path: Path
) -> None:
    case = await decided(house)
    here, backup = sqlite_url.removeprefix("sqlite:///"), tmp_path / "backup.db"
    copied(here, backup)
    for _ in range(20):  # more than a case's story tells
        await case.act("note", DESK, text="Asked again.")
    await case.act("approve", LEADER)
    await case.act("implement", HEAD, done="Done.")
    await case.act("reply", DESK, reply="It is done.")
    await case.act("revisit", DESK, satisfied="fully")
    await case.handle.result()
    before, letters = await case.record(), len(house.box.letters())
    copied(backup, here)
    (seen,) = await reconciled(house, dry=True)
    assert (seen.finding, seen.reached) == ("ahead", before.state.seq)
    (mended,) = await reconciled(house)
    assert mended.done.endswith("; ended, as its record is")
    assert (await case.record()).state == before.state
    assert await reconciled(house) == []
    assert len(house.box.letters()) == letters
    house.cases.remove(case)


async def test_what_no_history_tells_is_left_until_it_is_said_that_the_record_counts(
    house: Works, sqlite_url: str, tmp_path: Path
) -> None:
    case = await house.filed("2024-03-04T09:00")
    here, backup = sqlite_url.removeprefix("sqlite:///"), tmp_path / "backup.db"
    copied(here, backup)
    await case.told("2024-03-04T09:10", "assess", DESK, admissible=True)
    await case.start("2024-03-04T09:20")  # its history begins after the assessment, which the backup lacks
    await case.act("dispatch", DESK, unit="engineering")
    await case.quiet()
    copied(backup, here)
    (left,) = await reconciled(house)
    assert (left.finding, left.done) == ("ahead", "")
    (mended,) = await reconciled(house, sure=True)
    assert mended.done.startswith("started where its record ends")
    assert await reconciled(house) == []
    assert "assessed" in (await case.act("assess", DESK, admissible=True)).events


async def test_a_workflow_without_a_record_is_told_and_ended_only_when_that_was_said(
    house: Works, sqlite_url: str, tmp_path: Path
) -> None:
    here, backup = sqlite_url.removeprefix("sqlite:///"), tmp_path / "backup.db"
    copied(here, backup)
    case = await decided(house)
    copied(backup, here)
    (found,) = await reconciled(house)
    assert (found.finding, found.case, found.done) == ("unrecorded", case.id, "")
    (ended,) = await reconciled(house, sure=True)
    assert ended.done == "terminated"
    assert await reconciled(house) == []
    house.cases.remove(case)
