"""Letters, telephone tasks, texts and refused actions have their rows, once."""

import pytest

from complaints.case.model import Notice
from complaints.errors import KeyReused, NotFound
from records import Records
from tests.support.small_case import accepted

NOTICE = Notice("n-1", "reminder", "leader", 0, 3)


async def test_a_retried_notice_finds_its_row_and_keeps_its_message_id(records: Records) -> None:
    case = (await accepted(records)).accepted.case
    first = await records.claim(case, NOTICE, "p-1", "hash", domain="example.org")
    assert (first.status, first.tries, first.cause, first.letter) == ("created", 1, 3, "reminder")
    again = await records.claim(case, NOTICE, "p-1", "hash", domain="other.example")
    assert (again.id, again.message_id, again.tries) == (first.id, f"<{first.id}@example.org>", 2)
    await records.mark_sent(first.id, 77)
    sent = await records.claim(case, NOTICE, "p-1")
    assert (sent.status, sent.sent_at, sent.tries) == ("sent", 77, 2)
    assert len(await records.notices(case)) == 1


async def test_one_notice_to_two_people_is_two_letters(records: Records) -> None:
    case = (await accepted(records)).accepted.case
    rows = [await records.claim(case, NOTICE, person) for person in ("p-1", "p-2")]
    assert rows[0].message_id != rows[1].message_id


async def test_failed_letters_wait_to_be_sent_again(records: Records) -> None:
    case = (await accepted(records)).accepted.case
    row = await records.claim(case, NOTICE, "p-1")
    await records.mark_failed(row.id, "no_address")
    assert [(failed.id, failed.error) for failed in await records.failed_notices()] == [(row.id, "no_address")]
    await records.mark_sent(row.id, 80)
    assert await records.failed_notices() == []
    with pytest.raises(NotFound):
        await records.mark_sent("nothing", 1)


async def test_a_telephone_task_stands_on_the_list_once_until_it_is_done(records: Records) -> None:
    play = await accepted(records)
    case = play.accepted.case
    ids = {await records.add_task(case, "n-1", "leader", "p-1", "urgent") for _ in range(2)}
    (task,) = await records.open_tasks("small")
    assert ids == {task.id}
    assert (task.number, task.role, task.reason) == (play.accepted.number, "leader", "urgent")
    assert await records.open_tasks("other") == []
    await records.task_done(task.id, "p-desk")
    await records.task_done(task.id, "p-desk")
    assert await records.open_tasks() == []
    with pytest.raises(NotFound):
        await records.task_done("nothing", "p-desk")


async def test_texts_sent_again_with_one_key_are_stored_once(records: Records) -> None:
    case = (await accepted(records)).accepted.case
    first = await records.put_content(case, {"reason": "r", "text": "t"}, "p-desk", "k" * 999)
    assert first.fields == ("reason", "text")
    assert await records.put_content(case, {"reason": "r", "text": "t"}, "p-desk", "k" * 999) == first
    with pytest.raises(KeyReused):
        await records.put_content(case, {"reason": "other"}, "p-desk", "k" * 999)
    with pytest.raises(NotFound):
        await records.put_content("nothing", {"reason": "r"}, "p-desk", "k")


async def test_refused_actions_are_listed_once_a_key(records: Records) -> None:
    case = (await accepted(records)).accepted.case
    for key in ("a", "a", "b", "", ""):
        await records.add_attempt(case, 50, "p-1", "leader", "approve", "too_late", "Deemed approved.", key)
    attempts = await records.attempts(case)
    assert [attempt.key for attempt in attempts[:2]] == ["a", "b"]
    assert len(attempts) == 4
    assert {(a.person, a.action, a.code) for a in attempts} == {("p-1", "approve", "too_late")}
