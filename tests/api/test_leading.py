"""What waits for somebody who is signed in: approvals, votes, endorsements, instructions; and a panel's own page."""

from __future__ import annotations

import re
import uuid
from urllib.parse import urlsplit

from complaints.case import Actor, Message
from complaints.scenario.story import delivered
from tests.api.test_approvals import asked
from tests.api.test_cases import CSD, HEAD, under_way
from tests.support.door import Door

FIRM = "law-firm"


async def letters(door: Door, number: str) -> None:
    """Every letter owed is delivered as the directory says, a panel's to all its members."""
    case = await door.the.records.case(number=number)
    for notice in case.state.owed.values():
        told = delivered(door.the.directories.of(case.procedure_id), notice)
        await door.take(number, Message("notified", door.the.now(), Actor("system"), told, key=uuid.uuid4().hex))


async def before_the_meeting(door: Door) -> str:
    """A law firm's case that its firm-affairs meeting votes on."""
    door.clock("2026-11-02T09:00")
    about = {"procedure": FIRM, "channel": "telephone", "category": "service", "about": "Papers were lost."}
    number = await door.filed(**about)
    clerk = {"admissible": True, "validity": "valid", "severity": "major"}
    await door.happens(number, "assess", "lf-rec", ("csd",), **clerk)
    await door.happens(number, "propose", "lf-rec", ("csd",), opinion="Search again.")
    await letters(door, number)
    return number


async def waiting(door: Door, person: str, *roles: str, procedure: str = FIRM) -> str:
    answer = await door.client.get(
        "/waiting", params={"lang": "en"}, headers=door.bearer(person, *roles, procedure=procedure)
    )
    assert answer.status_code == 200
    return answer.text


async def test_a_vote_waits_for_each_member_of_the_panel_until_it_is_cast(door: Door) -> None:
    number = await before_the_meeting(door)
    people = (await door.the.records.case(number=number)).state.assigned["firm_meeting"].people
    assert len(people) > 1
    for person in people:
        assert number in await waiting(door, person, "firm_meeting")
    await door.happens(number, "vote", people[1], ("firm_meeting",), vote="yes", tell_regulator="no")
    assert number not in await waiting(door, people[1], "firm_meeting")
    assert number in await waiting(door, people[0], "firm_meeting")


async def test_a_panel_votes_and_answers_its_further_questions(door: Door) -> None:
    number = await before_the_meeting(door)
    case = await door.the.records.case(number=number)
    ballot = case.state.ballot
    assert ballot is not None
    member = case.state.assigned["firm_meeting"].people[0]
    path = urlsplit(door.the.links.approval(case.case_id, member, ballot.approval, ballot.round)).path
    page = await door.client.get(path, params={"lang": "en"})
    choices = re.findall(r'name="decision" value="(\w+)"', page.text)
    assert choices == ["vote_yes", "vote_no", "abstain", "recuse", "substitute"]
    confirm = await door.client.get(path, params={"lang": "en", "decision": "vote_yes"})
    nonce = re.search(r'name="nonce" value="([^"]+)"', confirm.text)
    assert nonce and 'name="tell_regulator"' in confirm.text
    sent = {"decision": "vote_yes", "nonce": nonce[1]}
    answer = await door.client.post(path, data=sent, params={"lang": "en"})
    assert answer.status_code == 422
    assert 'id="tell_regulator-fault">Please answer this question too.' in answer.text
    # The engine is away: the whole form is good, and nothing is lost silently.
    whole = await door.client.post(path, data=sent | {"tell_regulator": "abstain"}, headers={"Accept": "text/html"})
    assert whole.status_code == 503


async def test_an_approval_waits_for_its_leader_only(door: Door) -> None:
    number, _ = await asked(door)
    assert number in await waiting(door, "leader-1", "leader", procedure="property-developer")
    assert number not in await waiting(door, "csd-1", "csd", procedure="property-developer")


async def test_measures_of_a_handler_wait_for_the_heads_signature(door: Door) -> None:
    number = await under_way(door)
    door.clock("2026-11-24T10:00")
    appointed = Message("appoint", door.the.now(), Actor("eng-head", HEAD), {"person": "eng-1"}, key="appointed")
    await door.take(number, appointed)
    await door.happens(number, "propose", "eng-1", ("handler",), cause="The seal aged.", measures="A new seal.")
    assert "Endorse" in await waiting(door, "eng-head", procedure="property-developer")
    page = await door.client.get(
        f"/waiting/{number}", params={"lang": "en"}, headers=door.bearer("eng-head", procedure="property-developer")
    )
    assert re.findall(r'name="decision" value="(\w+)"', page.text) == ["endorse"]


async def test_an_urgent_report_waits_for_the_leaders_instruction(door: Door) -> None:
    door.clock("2026-11-23T09:00")
    number = await door.filed(severity="urgent")
    await door.delivered(number, "leader", "leader-1")
    text = await waiting(door, "leader-1", "leader", procedure="property-developer")
    assert number in text and "Instruct" in text


async def test_what_does_not_wait_for_the_asker_leads_back_to_the_list(door: Door) -> None:
    number, _ = await asked(door)
    answer = await door.client.get(f"/waiting/{number}", headers=door.bearer("csd-1", *CSD))
    assert (answer.status_code, answer.headers["location"]) == (303, "/waiting")


async def test_who_is_not_signed_in_is_sent_to_sign_in(door: Door) -> None:
    answer = await door.client.get("/waiting")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?to=%2Fwaiting")


async def test_the_list_says_what_each_is_about_whose_it_is_and_how_much_time_is_left(door: Door) -> None:
    number, _ = await asked(door)
    page = await waiting(door, "leader-1", "leader", procedure="property-developer")
    row = re.search(rf"<tr role=\"row\">(?:(?!<tr).)*?/waiting/{number}.*?</tr>", page, re.S)
    assert row
    for words in ("Rain comes in at the window.", "Engineering", "Decide", "in 1 day", "Wed 25 Nov 18:00"):
        assert words in row[0], row[0]


async def test_the_whole_sheet_is_in_words_and_no_id_stands_in_it(door: Door) -> None:
    _, path = await asked(door)
    shown = (await door.client.get(path, params={"lang": "en"})).text
    whole = shown.split("The whole sheet")[1]
    assert "Engineering" in whole and "Mon 23 Nov" in whole
    for raw in ("<dd>engineering</dd>", "+08:00", "eng-head"):
        assert raw not in whole


async def test_who_decides_on_a_confidential_case_is_not_told_who_complains(door: Door) -> None:
    door.clock("2026-11-23T09:00")
    number = await door.filed(procedure="property-reception", place="3-1202", severity="special")
    await door.happens(number, "assess", "ps-desk-1", CSD, admissible=True)
    await door.delivered(number, "leader", "ps-manager")
    shown = await door.client.get(
        f"/waiting/{number}", headers=door.bearer("ps-manager", "leader", procedure="property-reception")
    )
    assert shown.status_code == 200 and "Rain comes in at the window." in shown.text
    assert "Example Person" not in shown.text
