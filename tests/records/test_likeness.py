"""Open complaints of one kind at one place are counted, and nothing of them is shown."""

from __future__ import annotations

import pytest

from records import Records
from records.likeness import mark
from tests.support.small_case import DESK, accepted, rules_texts


@pytest.mark.parametrize("same", ["12-3-801", " 12 - 3 - 801 ", "１２－３－８０１", "12/3/801"])
def test_spellings_of_one_place_are_one_place(same: str) -> None:
    assert mark("p", "repair", same) == mark("p", "repair", "12-3-801")


def test_other_places_kinds_and_institutions_are_others() -> None:
    marks = {
        mark("p", "repair", "801"),
        mark("p", "noise", "801"),
        mark("q", "repair", "801"),
        mark("p", "repair", "80"),
    }
    assert len(marks) == 4
    assert mark("p", "repair", " - ") == ""


async def test_open_complaints_of_a_kind_at_a_place_are_counted_until_they_are_closed_or_erased(
    records: Records,
) -> None:
    first = await accepted(records, place="Block 12, 801")
    second = await accepted(records, place="block 12 801")
    await accepted(records, place="Block 12, 802")
    await accepted(records)
    assert await records.similar("small", "repair", "BLOCK 12, 801") == 2
    assert await records.similar("small", "noise", "Block 12, 801") == 0
    assert await records.similar("small", "repair", "") == 0
    await records.erase(second.accepted.case)
    assert await records.similar("small", "repair", "Block 12, 801") == 1
    first.act(
        "2026-11-23T10:00", "resolve", DESK, {}, await records.put_content(first.accepted.case, {"reply": "x"}, "", "r")
    )
    await records.append(first.accepted.case, first.unsent)
    assert (await records.case(id=first.accepted.case)).closed_at
    assert await records.similar("small", "repair", "Block 12, 801") == 0


async def test_a_confidential_case_is_not_counted(records: Records) -> None:
    texts = rules_texts(confidential={"category": "noise"})
    await accepted(records, place="801", texts=texts, category="noise")
    await accepted(records, place="801", texts=texts)
    assert await records.similar("small", "noise", "801") == 0
    assert await records.similar("small", "repair", "801") == 1
