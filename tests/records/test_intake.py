"""Accepting complaints."""

import asyncio
from dataclasses import replace

import pytest

from complaints.case.model import Transition
from complaints.errors import BadInput, KeyReused, NotFound
from records import Records
from tests.support.small_case import accepted, rules_texts, submission


async def test_an_accepted_complaint_is_numbered_and_kept_whole(records: Records) -> None:
    intake = await submission(records, about="water 水 \U0001f6b0")
    answer = await records.accept(intake)
    assert answer.created
    assert answer.number == "S20261123-0001"
    case = await records.case(number=answer.number)
    assert (case.case_id, case.tracking_code, case.started_at) == (intake.case, answer.tracking_code, None)
    assert case.state == answer.state
    assert [event.event for event in await records.events(intake.case)] == ["received", "registered"]
    assert intake.sealed is not None
    assert await records.contents(intake.case) == {intake.sealed.content.id: {"about": "water 水 \U0001f6b0"}}
    assert (await records.complainant(intake.case)).email == "a@example.org"
    assert await records.verify() == []


async def test_a_repeat_with_the_same_key_gets_the_first_answer(records: Records) -> None:
    first = await records.accept(await submission(records, key="k"))
    again = await records.accept(await submission(records, key="k"))
    assert again == replace(first, created=False)
    with pytest.raises(KeyReused):
        await records.accept(await submission(records, key="k", about="something else"))
    assert (await records.accept(await submission(records))).number == "S20261123-0002"


async def test_many_at_once_with_one_key_make_one_case(records: Records) -> None:
    given = [await submission(records, key="k") for _ in range(8)]
    answers = await asyncio.gather(*(records.accept(intake) for intake in given))
    assert len({answer.case for answer in answers}) == 1
    assert sum(answer.created for answer in answers) == 1


async def test_many_at_once_get_numbers_without_gap_or_double(records: Records) -> None:
    given = [await submission(records) for _ in range(20)]
    answers = await asyncio.gather(*(records.accept(intake) for intake in given))
    assert sorted(answer.number for answer in answers) == [f"S20261123-{serial:04}" for serial in range(1, 21)]


async def test_an_acceptance_that_fails_takes_no_number_and_leaves_nothing(records: Records) -> None:
    def fails(_number: str) -> Transition:
        raise RuntimeError("the core refused")

    intake = await submission(records)
    with pytest.raises(RuntimeError):
        await records.accept(replace(intake, build=fails))
    with pytest.raises(NotFound):
        await records.case(id=intake.case)
    assert (await records.accept(await submission(records))).number == "S20261123-0001"


async def test_serials_start_again_with_the_day(records: Records) -> None:
    await records.accept(await submission(records))
    assert (await records.accept(await submission(records, when="2026-11-24T09:00"))).number == "S20261124-0001"


async def test_one_key_may_serve_two_procedures(records: Records) -> None:
    other = rules_texts(id="other", numbering={"pattern": "T{serial:03}", "restart": "never"})
    await records.accept(await submission(records, key="k"))
    answer = await records.accept(await submission(records, key="k", texts=other))
    assert (answer.created, answer.number) == (True, "T001")


async def test_a_case_is_tracked_with_its_code_however_it_was_typed(records: Records) -> None:
    play = await accepted(records)
    code = play.accepted.tracking_code
    typed = f" {code[:4].lower()}-{code[4:8]} {code[8:]}"
    assert (await records.by_tracking(play.accepted.number, typed)).case_id == play.accepted.case
    for number, wrong in ((play.accepted.number, "x"), ("nothing", code), ("", ""), ("\0", "\0"), ("\ud800", "码")):
        with pytest.raises(NotFound):
            await records.by_tracking(number, wrong)


async def test_words_that_no_database_can_hold_are_taken_without_their_impossible_parts(records: Records) -> None:
    play = await accepted(records, about="a\0b\ud800c")
    assert list((await records.contents(play.accepted.case)).values()) == [{"about": "ab?c"}]
    assert await records.verify() == []


async def test_the_sweep_finds_what_was_never_started(database_url: str) -> None:
    now = [1000]
    records = Records(database_url, now=lambda: now[0])
    first, second = await accepted(records), await accepted(records)
    now[0] = 1010
    third = await accepted(records)
    assert {case.case_id for case in await records.unstarted(10, older_than=5)} == {
        first.accepted.case,
        second.accepted.case,
    }
    await records.mark_started(first.accepted.case)
    assert [case.case_id for case in await records.unstarted()] == [second.accepted.case, third.accepted.case]
    assert (await records.case(id=first.accepted.case)).started_at == 1010
    await records.close()


async def test_rules_come_back_as_they_were_frozen(records: Records) -> None:
    texts = rules_texts()
    ref = await records.save_rules(*texts)
    assert await records.save_rules(*texts) == ref
    assert await records.rules_texts(ref) == texts
    with pytest.raises(NotFound):
        await records.rules(replace(ref, calendar_hash="0" * 64))


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://host/x", "no address"])
async def test_an_address_that_keeps_nothing_is_refused_with_advice(url: str) -> None:
    with pytest.raises(BadInput) as refused:
        Records(url)
    assert refused.value.field == "database_url"
    assert "postgresql://" in refused.value.do
