"""Absences and what else an administrator looks after, on both databases."""

from __future__ import annotations

import time

import pytest

from complaints.case.model import Notice
from complaints.errors import NotFound
from records import Records
from records.housekeeping import Version
from tests.support.small_case import accepted

DAY = 86_400


async def test_an_absence_counts_while_it_lasts_and_is_told_once_begun(records: Records) -> None:
    now = int(time.time())
    running = await records.absences.enter("small", "p-leader", now - DAY, now + DAY, "p-deputy", "anna", "a" * 32)
    assert await records.absences.enter("small", "p-leader", now, now + DAY, "", "anna", "a" * 32) == running
    await records.absences.enter("small", "p-head", now - 3 * DAY, now - DAY, "", "anna", "")
    await records.absences.enter("small", "p-desk", now + DAY, now + 2 * DAY, "", "anna", "")
    await records.absences.enter("other", "p-desk", now - DAY, now + DAY, "", "anna", "")
    lasting = (await records.absences.all_running())["small"]
    assert sorted(one.person for one in lasting) == ["p-desk", "p-leader"]
    assert {one.deputy for one in lasting if one.person == "p-leader"} == {"p-deputy"}
    assert set(await records.absences.all_running()) == {"small", "other"}
    untold = await records.absences.untold(now)
    assert sorted((one.procedure_id, one.person) for one in untold) == [("other", "p-desk"), ("small", "p-leader")]
    await records.absences.mark_told(running)
    assert [one.procedure_id for one in await records.absences.untold(now)] == ["other"]
    assert len(await records.absences.listed("small")) == 3


async def test_an_ended_absence_counts_no_more_and_stays_in_the_list(records: Records) -> None:
    now = int(time.time())
    ident = await records.absences.enter("small", "p-leader", now - DAY, now + DAY, "", "anna", "")
    with pytest.raises(NotFound):
        await records.absences.end(ident, "other", "anna")
    await records.absences.end(ident, "small", "bert")
    await records.absences.end(ident, "small", "carl")
    assert await records.absences.all_running() == {}
    (kept,) = await records.absences.listed("small")
    assert kept.ended_by == "bert"


async def test_open_cases_are_counted_by_the_version_that_they_began_with(records: Records) -> None:
    plays = [await accepted(records) for _ in range(2)]
    record = await records.case(id=plays[0].accepted.case)
    assert await records.house.versions(record.procedure_id) == [Version(record.rules_ref.procedure_hash, 2)]
    assert '"id"' in await records.house.procedure_text(record.rules_ref.procedure_hash)
    with pytest.raises(NotFound):
        await records.house.procedure_text("0" * 64)
    assert await records.house.unstarted(-1, 10) == 2
    assert await records.house.unstarted(-1, 1) == 1


async def test_a_failed_letter_is_listed_with_its_case_until_it_is_tried_again(records: Records) -> None:
    play = await accepted(records)
    notice = Notice("1-notice-csd", "notice", "csd", 0, 1)
    row = await records.claim(play.accepted.case, notice, "p-desk")
    await records.mark_failed(row.id, "bounced")
    record = await records.case(id=play.accepted.case)
    (found,) = await records.house.failed_letters(record.procedure_id)
    assert (found.number, found.notice.error) == (record.number, "bounced")
    assert await records.house.failed_letters("another") == []
    assert (await records.house.try_again(row.id)).status == "created"
    assert await records.house.failed_letters() == []
    await records.mark_sent(row.id, 5)
    assert (await records.house.try_again(row.id)).status == "sent"
    with pytest.raises(NotFound):
        await records.house.letter("none")
