"""Finding cases by what people remember of them, and the views that they keep."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import Connection, func, select

from complaints.case.model import Actor
from complaints.errors import BadInput
from records import Records, words
from records.sealing import seal
from records.tables import words as table
from records.values import Complainant, WorkFilter
from records.views import MOST_VIEWS, SavedView
from tests.support.small_case import accepted, at, submission

NOW = at("2026-11-23T15:00")
WHO = Complainant("陈国梁", "+86 138-0000-1234", "Tenant@Example.org", "", "zh-CN")


async def filed(records: Records, about: str, place: str = "", who: Complainant = WHO) -> str:
    """A complaint in its own words; its number."""
    intake = await submission(records)
    sealed = seal({"about": about, "place": place})
    return (await records.accept(replace(intake, sealed=sealed, complainant=who))).number


async def found(records: Records, asked: str, **more: object) -> set[str]:
    page = await records.desk.page(WorkFilter(at=NOW, find=asked, **more))  # type: ignore[arg-type]
    return {row.row.number for row in page.rows}


async def test_a_case_is_found_by_number_place_and_words_in_either_language(records: Records) -> None:
    leak = await filed(records, "客厅窗户渗漏,雨天进水", "12-3-801")
    noise = await filed(records, "The lift is LOUD at night", "Building 12", replace(WHO, name="A. Tenant"))
    assert await found(records, leak) == {leak}
    assert await found(records, "S20261123-00") == {leak, noise}
    assert await found(records, "0002") == {noise}
    for asked in ("窗户渗漏", "窗", "进水 客厅", "12-3", "801", "12-3-801"):
        assert await found(records, asked) == {leak}, asked
    for asked in ("loud", "LIFT night", "buil 12"):
        assert await found(records, asked) == {noise}, asked
    assert await found(records, "12") == {leak, noise}
    for asked in ("窗户 loud", "门户", "nothing", "!", "' OR 1=1", "%", "_"):
        assert await found(records, asked) == set(), asked


async def test_who_complains_is_found_by_the_whole_name_telephone_or_address_alone(records: Records) -> None:
    number = await filed(records, "noise")
    await filed(records, "noise", who=Complainant("陈国", "13900009999", "other@example.org", "", "zh-CN"))
    for asked in ("陈国梁", "13800001234", "+86 138 0000 1234", "tenant@example.org"):
        assert await found(records, asked) == {number}, asked
    for asked in ("国梁", "陈", "1380000", "tenant", "example.org", "=陈国梁"):
        assert number not in await found(records, asked), asked


async def test_closed_cases_are_found_too_and_stand_last(records: Records) -> None:
    play = await accepted(records, about="water below the bath")
    play.act("2026-11-23T09:10", "withdraw", Actor("", ("complainant",)), {})
    await records.append(play.accepted.case, play.unsent)
    still_open = await filed(records, "water above the bath")
    page = await records.desk.page(WorkFilter(at=NOW, find="water"))
    assert [row.row.number for row in page.rows] == [still_open, play.accepted.number]
    assert [row.about for row in page.rows] == ["water above the bath", "water below the bath"]
    assert await found(records, "water", closed=True) == {play.accepted.number}
    assert await records.desk.tallies(WorkFilter(at=NOW), WorkFilter(at=NOW, closed=True)) == [1, 1]


async def test_more_than_can_be_gathered_are_found_along_the_list(
    records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [await filed(records, f"the lift number {place} is loud") for place in range(4)]
    monkeypatch.setattr(words, "MANY", 2)
    page = await records.desk.page(WorkFilter(at=NOW, find="lift loud", limit=3))
    assert (len(page.rows), page.whole, page.next is None) == (3, False, False)
    assert await found(records, "lift loud") == set(numbers)
    assert await found(records, "3 lift") == {numbers[3]}
    assert await found(records, "", roles=("csd",)) == set(numbers)


async def test_erased_words_find_nothing_and_the_number_still_does(records: Records) -> None:
    number = await filed(records, "客厅窗户渗漏", "12-3-801")
    case = await records.case(number=number)
    await records.erase(case.case_id)
    for asked in ("渗漏", "12-3-801", "陈国梁", "13800001234"):
        assert await found(records, asked) == set()
    assert await found(records, number) == {number}

    def left(connection: Connection) -> int:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()

    assert await records._db.read(left) == 3
    (row,) = (await records.desk.page(WorkFilter(at=NOW))).rows
    assert (row.about, row.place) == ("", "")


async def test_a_view_is_kept_under_its_name_by_its_owner_alone(records: Records) -> None:
    desk = records.desk
    await desk.keep_view("bank/chen", SavedView("late", "overdue=1"))
    await desk.keep_view("bank/chen", SavedView("late", "overdue=1&unit=x"))
    assert await desk.views("bank/chen") == [SavedView("late", "overdue=1&unit=x")]
    assert await desk.views("bank/wang") == []
    for place in range(MOST_VIEWS - 1):
        await desk.keep_view("bank/chen", SavedView(f"view {place}", ""))
    with pytest.raises(BadInput):
        await desk.keep_view("bank/chen", SavedView("one more", ""))
    await desk.drop_view("bank/chen", "late")
    assert len(await desk.views("bank/chen")) == MOST_VIEWS - 1
