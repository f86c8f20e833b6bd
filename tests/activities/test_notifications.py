"""Who is told what, once, and what comes of it when they cannot be told: on a real database and real mail."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from temporalio.testing import ActivityEnvironment

from activities.messages import FactsAsked
from complaints.case import Actor, Message, apply
from complaints.errors import MailDeferred, Unavailable
from records import Records
from records.values import Complainant
from tests.support.office import NOW, STORY, Office, opened


@pytest.fixture
async def office(records: Records, tmp_path: Path) -> AsyncIterator[Office]:
    async with opened(records, tmp_path) as made:
        yield made


def acknowledgement(office: Office) -> dict[str, Any]:
    return {
        "letter": "acknowledgement",
        "to": "complainant",
        "candidates": (),
        "cause": 2,
        "approval": "",
        "id": "2-ack",
    }


async def test_the_leader_gets_the_sheet_with_a_link_the_limit_and_what_silence_means(office: Office) -> None:
    told = await office.deliver()
    assert (told.ok, told.person, told.role, told.at, told.channel) == (True, "p-leader", "leader", NOW, "mail")
    (letter,) = office.box.letters()
    assert letter.to == "leader@example.org"
    assert letter.subject == f"{office.number} Your decision is asked"
    assert "https://example.org/approvals/p-leader.measures.1" in letter.links
    assert "Dear Leader Holder," in letter.text
    assert "by 18:00 on Wednesday 25 November 2026 (China time)" in letter.text
    assert "count as approved at 18:00 on Thursday 26 November 2026 (China time)" in letter.text
    assert "measures: replace the seal" in letter.text
    assert "unit: Works" in letter.text


async def test_a_letter_delivered_twice_is_sent_once_and_answered_alike(office: Office) -> None:
    first = await office.deliver()
    office.clock += 600
    assert await office.deliver() == first
    assert len(office.box.letters()) == 1
    (row,) = await office.records.notices(office.case)
    assert (row.status, row.sent_at) == ("sent", NOW)


async def test_nothing_of_people_or_complaint_stands_in_headers_or_rows(office: Office) -> None:
    await office.deliver()
    (path,) = await asyncio.to_thread(lambda: list(office.box.folder.glob("*.eml")))
    headers = (await asyncio.to_thread(path.read_text)).split("\n\n")[0]
    assert "Leader Holder" not in headers
    assert "water" not in headers
    (row,) = await office.records.notices(office.case)
    assert "leader@" not in repr(row)
    assert row.message_id.endswith("@example.org>")
    assert row.message_id in headers


async def test_a_person_who_is_away_is_stood_in_for_and_the_letter_says_so(office: Office) -> None:
    office.away("p-leader")
    told = await office.deliver(person="p-leader")
    assert (told.person, told.role, told.deputy_of, told.why) == ("p-deputy", "leader", "p-leader", "absent")
    (letter,) = office.box.letters()
    assert letter.to == "deputy@example.org"
    assert "本函由您代Leader Holder接收" in letter.text
    assert "北京时间2026年11月25日(星期三)18:00前" in letter.text


async def test_whoever_is_passed_over_by_the_case_gets_no_letter(office: Office) -> None:
    told = await office.deliver(exclude=("p-leader", "p-deputy"), candidates=("leader", "top"))
    assert (told.person, told.role) == ("p-top", "top")
    assert [letter.to for letter in office.box.letters()] == ["top@example.org"]


async def test_where_nobody_is_left_the_answer_says_so_and_nothing_goes_out(office: Office) -> None:
    told = await office.deliver(exclude=("p-leader", "p-deputy"), candidates=())
    assert (told.ok, told.error, told.person) == (False, "nobody", "")
    assert office.box.letters() == []


async def test_a_refused_address_is_a_failure_for_good_and_stays_one(office: Office) -> None:
    office.change("p-leader", email="leader@refused.example")
    for _ in range(2):
        told = await office.deliver()
        assert (told.ok, told.person, told.error) == (False, "p-leader", "smtp_550")
    assert [row.error for row in await office.records.failed_notices()] == ["smtp_550"]


async def test_a_busy_server_puts_the_letter_off_and_the_next_try_is_the_same_letter(office: Office) -> None:
    office.change("p-leader", email="leader@busy.example")
    with pytest.raises(MailDeferred):
        await office.deliver()
    (before,) = await office.records.notices(office.case)
    office.change("p-leader", email="leader@example.org")
    assert (await office.deliver()).ok
    (after,) = await office.records.notices(office.case)
    assert (before.status, after.status) == ("created", "sent")
    assert before.message_id == after.message_id


@pytest.mark.parametrize("email", ["", "not an address", "a@b\r\nBcc: c@d"])
async def test_an_address_that_is_none_is_told_as_such(office: Office, email: str) -> None:
    office.change("p-leader", email=email)
    told = await office.deliver()
    assert (told.ok, told.error) == (False, "bad_address" if email else "no_address")


async def test_the_complainant_is_thanked_in_his_language_and_can_follow_the_case(office: Office) -> None:
    told = await office.deliver(**acknowledgement(office))
    assert (told.ok, told.person, told.role) == (True, "complainant", "complainant")
    (letter,) = office.box.letters()
    assert letter.to == "a@example.org"
    assert letter.text.startswith("Dear Complainant A,\n\nThank you")
    assert "by 18:00 on Monday 30 November 2026 (China time)" in letter.text
    assert letter.links[0].startswith(f"https://example.org/track?number={office.number}&code=")
    assert "/cases/" not in letter.text
    assert "desk\n" not in letter.text.replace("Complaints desk\n", "")


async def test_a_complainant_without_an_address_is_put_on_the_desks_list_once(records: Records, tmp_path: Path) -> None:
    async with opened(records, tmp_path, complainant=Complainant("Complainant B", "+86-1")) as office:
        for _ in range(2):
            told = await office.deliver(**acknowledgement(office))
            assert (told.ok, told.channel, told.why) == (True, "task", "no_address")
        (task,) = await records.open_tasks()
        assert (task.number, task.role, task.reason) == (office.number, "complainant", "acknowledgement")
        assert office.box.letters() == []


async def test_a_telephone_notice_becomes_a_task(office: Office) -> None:
    told = await office.deliver(channel="phone")
    assert (told.ok, told.person, told.channel, told.why) == (True, "p-leader", "task", "")
    assert [(t.role, t.person) for t in await office.records.open_tasks("small")] == [("leader", "p-leader")]


async def test_a_confidential_case_names_its_complainant_to_those_who_handle_it_only(
    records: Records, tmp_path: Path
) -> None:
    async with opened(records, tmp_path, category="noise") as office:
        await office.deliver()
        await office.deliver(letter="handling_sheet", to="responsible", unit="works", approval="", id="other")
        leader, head = office.box.letters()
    assert "Complainant A" not in leader.text + leader.html
    assert STORY in leader.text
    assert "Complainant A" in head.text


async def test_a_panel_is_told_each_with_a_link_of_his_own(office: Office) -> None:
    office.change("p-top", roles=("top", "leader"))
    told = await office.deliver(everyone=True)
    assert (told.ok, told.people) == (True, ("p-leader", "p-top"))
    assert [(one.to, one.links[0].rpartition("/")[2]) for one in office.box.letters()] == [
        ("leader@example.org", "p-leader.measures.1"),
        ("top@example.org", "p-top.measures.1"),
    ]


async def test_one_members_busy_server_keeps_no_other_member_waiting(office: Office) -> None:
    office.change("p-top", roles=("top", "leader"))
    office.change("p-leader", email="leader@busy.example")
    with pytest.raises(MailDeferred):
        await office.deliver(everyone=True)
    office.change("p-leader", email="leader@example.org")
    assert (await office.deliver(everyone=True)).people == ("p-leader", "p-top")
    assert [one.to for one in office.box.letters()] == ["top@example.org", "leader@example.org"]


async def test_a_reminder_of_a_decision_carries_the_link_again(office: Office) -> None:
    record = await office.records.case(id=office.case)
    await office.records.append(
        office.case,
        apply(record.rules, record.state, Message(
            "notified", NOW, Actor("system"), {"notice": office.request.id, "person": "p-leader", "role": "leader"}
        )).events,
    )  # fmt: skip
    await office.deliver(letter="reminder", clock="approval", approval="", round=0, id="other")
    (letter,) = office.box.letters()
    assert letter.subject == f"{office.number} Reminder: Leader's decision"
    assert "https://example.org/approvals/p-leader.measures.1" in letter.links
    assert "Please do it by 18:00 on Wednesday 25 November 2026 (China time)." in letter.text
    assert "count as approved at 18:00 on Thursday 26 November 2026 (China time)" in letter.text


async def test_escalation_climbs_past_whoever_cannot_be_reached(office: Office) -> None:
    office.change("p-leader", email="leader@refused.example")
    office.change("p-deputy", email="deputy@refused.example")
    told = await office.escalate(letter="escalation", candidates=("leader", "mute", "top"), approval="")
    assert (told.ok, told.person, told.role) == (True, "p-top", "top")
    errors = {row.person: row.error for row in await office.records.notices(office.case)}
    assert errors == {"p-leader": "smtp_550", "p-deputy": "smtp_550", "p-silent": "no_address", "p-top": ""}
    assert [letter.subject for letter in office.box.letters()] == [f"{office.number} Escalated to you"]


async def test_escalation_repeated_tells_nobody_twice(office: Office) -> None:
    office.change("p-leader", email="leader@refused.example")
    first = await office.escalate(letter="escalation", candidates=("leader", "top"))
    assert await office.escalate(letter="escalation", candidates=("leader", "top")) == first
    assert len(office.box.letters()) == 1


async def test_escalation_that_reaches_nobody_ends_and_says_so(office: Office) -> None:
    told = await office.escalate(letter="escalation", to="mute", candidates=("mute",))
    assert (told.ok, told.error, told.why) == (False, "nobody", "no_address")


async def test_before_silence_counts_it_is_known_whether_the_notice_came_back(office: Office) -> None:
    await office.deliver()
    asked = FactsAsked(office.case, office.request.id, NOW, NOW + 86400)
    assert (await ActivityEnvironment().run(office.notifications().facts, asked)).bounced is False
    (row,) = await office.records.notices(office.case)
    await office.records.mark_failed(row.id, "bounced")
    assert (await ActivityEnvironment().run(office.notifications().facts, asked)).bounced is True


async def test_a_notice_of_something_not_yet_recorded_waits(office: Office) -> None:
    with pytest.raises(Unavailable):
        await office.deliver(cause=999)
