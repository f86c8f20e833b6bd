"""What was written for an action that was not taken is kept for its writer, and goes when the words go."""

from __future__ import annotations

from records import Records
from tests.support.small_case import accepted

WRITTEN = {"cause": ["a seal"], "people": ["p-head", "p-desk"]}


async def test_a_draft_is_its_writers_alone_and_the_last_one_counts(records: Records) -> None:
    case = (await accepted(records)).accepted.case
    await records.drafts.keep(case, "p-head", "propose", {"cause": ["?"]}, 1)
    await records.drafts.keep(case, "p-head", "propose", WRITTEN, 2)
    assert await records.drafts.of(case, "p-head", "propose") == WRITTEN
    assert await records.drafts.of(case, "p-desk", "propose") is None
    assert await records.drafts.actions(case, "p-head") == ("propose",)
    await records.drafts.drop(case, "p-head", "propose")
    assert await records.drafts.of(case, "p-head", "propose") is None
    await records.drafts.drop(case, "p-head", "propose")


async def test_erasing_a_case_erases_its_drafts(records: Records) -> None:
    case = (await accepted(records)).accepted.case
    await records.drafts.keep(case, "p-head", "propose", WRITTEN, 2)
    await records.erase(case)
    assert await records.drafts.actions(case, "p-head") == ()
