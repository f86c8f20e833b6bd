"""Which cases go by which rules."""

from __future__ import annotations

import pytest

from complaints.errors import NotFound
from records import Records
from records.rules import reference
from tests.support.small_case import DESK, accepted, rules_texts
from tests.support.versions import limit, version


async def test_open_cases_are_counted_by_their_rules_and_found_in_pages(records: Records) -> None:
    plays = [await accepted(records) for _ in range(3)]
    other = version(plays[0].rules, limit("reply", "2 working_days"))
    apart = await accepted(records, texts=other.frozen)
    gone = await accepted(records)
    gone.act("2026-11-23T09:10", "withdraw", DESK)
    await records.append(gone.accepted.case, gone.unsent)

    used = {one.ref: one.cases for one in await records.versions.in_use()}
    first, second = reference(*plays[0].rules.frozen), reference(*other.frozen)
    assert used == {first: 3, second: 1}
    assert await records.versions.in_use("another") == []
    cases = sorted(play.accepted.case for play in plays)
    assert await records.versions.cases_under(first, "", 2) == cases[:2]
    assert await records.versions.cases_under(first, cases[1], 2) == cases[2:]
    assert await records.versions.cases_under(second) == [apart.accepted.case]


async def test_a_version_is_found_by_the_beginning_of_its_hash(records: Records) -> None:
    play = await accepted(records)
    name = play.rules.names[0]
    assert await records.versions.find("small", name[:8]) == (name, play.rules.frozen[0])
    for wrong in ("", "zzzz", "%", "0" * 64):
        with pytest.raises(NotFound, match=f"latest, {name[:12]}"):
            await records.versions.find("small", wrong)
    await records.save_rules(*rules_texts(id="smaller"))
    with pytest.raises(NotFound, match="none that was ever used"):
        await records.versions.find("smallest", name[:8])
