"""What a review that tried to get in found open: each way in is closed, and stays so."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from httpx import ASGITransport, AsyncClient

from api.app import create_app
from complaints.people import Directory
from records import Records
from records.values import WorkFilter
from runtime.settings import Settings
from tests.api.test_approvals import asked, seq
from tests.api.test_cases import under_way
from tests.api.test_fences import session
from tests.support.door import COMPLAINT, Door

LEFT = "left-1"
"""Somebody whom no directory names any more."""


def leaves(door: Door, person: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The directory names that person no more."""
    known = type(door.the.directories).of

    def without(self: object, procedure: str) -> Directory:
        found = known(door.the.directories, procedure)
        people = tuple(p.model_copy(update={"manager": None, "deputy": None}) for p in found.people if p.id != person)
        return found.model_copy(update={"people": people})

    monkeypatch.setattr(type(door.the.directories), "of", without)


async def test_a_token_of_somebody_who_left_opens_nothing_though_it_is_not_past_its_time(door: Door) -> None:
    number = await door.filed()
    for path in (f"/api/complaints/{number}", f"/api/complaints/{number}/timeline", "/api/complaints", "/api/tasks"):
        assert (await door.client.get(path, headers=door.bearer(LEFT))).status_code == 401, path
    as_admin = door.bearer(LEFT, "admin")
    assert (await door.client.get("/admin", headers=as_admin)).status_code == 401
    cookie = {"Cookie": f"huiyin_session={session(door, LEFT)}"}
    assert (await door.client.get(f"/cases/{number}", headers=cookie)).status_code == 303


async def test_the_letter_of_a_leader_who_left_decides_nothing(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    number, path = await asked(door)
    page = await door.client.get(path, params={"decision": "approve"})
    nonce = re.search(r'name="nonce" value="([^"]+)"', page.text.split("<main")[1])
    assert nonce
    before = await seq(door, number)
    leaves(door, "leader-1", monkeypatch)
    assert (await door.client.get(path)).status_code == 409
    sent = await door.client.post(path, data={"decision": "approve", "nonce": nonce[1]}, params={"lang": "en"})
    assert sent.status_code == 409 and "You no longer decide here." in sent.text
    assert "Replace the seal." not in sent.text
    assert await seq(door, number) == before


async def test_who_is_passed_over_ticks_off_no_call_that_the_case_owes(door: Door) -> None:
    number = await door.filed(subject="eng-1")
    case = (await door.the.records.case(number=number)).case_id
    task = await door.the.records.add_task(case, "n", "complainant", "", "acknowledgement")
    assert (await door.client.post(f"/api/tasks/{task}/done", headers=door.bearer("eng-1"))).status_code == 403
    assert (await door.the.records.task(task)).done_at is None
    listed = {
        person: [
            one["id"] for one in (await door.client.get("/api/tasks", headers=door.bearer(person))).json()["tasks"]
        ]
        for person in ("eng-1", "csd-1")
    }
    assert task not in listed["eng-1"] and task in listed["csd-1"]


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_a_form_of_another_site_is_refused_though_it_shares_our_domain(door: Door, site: str) -> None:
    number = await under_way(door)
    headers = {"Cookie": f"huiyin_session={session(door)}", "Sec-Fetch-Site": site}
    sent = await door.client.post(f"/api/complaints/{number}/actions/note", json={"text": "x"}, headers=headers)
    assert sent.status_code == 403
    assert await door.the.records.attempts((await door.the.records.case(number=number)).case_id) == []


@pytest.mark.parametrize("path", ["//elsewhere.example/a", "///elsewhere.example/a"])
async def test_no_page_leads_out_of_the_house_by_the_address_that_it_was_asked_by(door: Door, path: str) -> None:
    asked_by = door.client.build_request("GET", "http://huiyin.test/", headers={"Accept": "text/html"})
    asked_by.url = asked_by.url.copy_with(raw_path=path.encode())
    page = await door.client.send(asked_by)
    assert page.status_code == 404
    found = re.findall(r'(?:href|src|action)="([^"]*)"', page.text)
    assert found and not [one for one in found if urlsplit(one).netloc]


async def test_who_is_not_told_who_complains_learns_it_by_opening_no_second_case(door: Door) -> None:
    house = "hospital"
    first = await door.filed(procedure=house, channel="visit", category="")
    nurse = door.bearer("ho-nurse2", procedure=house)
    body = {"relation": "arises_from", "kind": "refusal", "person": "ho-nurse1", "about": "Nobody would take it."}
    await door.client.post(f"/api/complaints/{first}/actions/open_case", json=body, headers=nurse)
    page = await door.the.records.worklist(WorkFilter(at=door.the.now()))
    numbers = {row.number for row in page.rows}
    assert len(numbers) == 2
    for number in numbers:
        for path in (f"/cases/{number}", f"/cases/{number}/dossier", f"/cases/{number}/print/register"):
            shown = await door.client.get(path, headers=nurse | {"Accept": "text/html"})
            assert shown.status_code == 200, (path, shown.text[:300])
            assert "Example Person" not in shown.text and "person@example.org" not in shown.text, path


async def test_an_anonymous_complainant_is_found_by_no_number_that_somebody_tries(door: Door) -> None:
    number = await door.filed(complainant=COMPLAINT["complainant"] | {"anonymous": True, "phone": "+86 138 0000 1234"})
    named = await door.filed()
    desk = door.bearer("csd-1") | {"Accept": "text/html"}
    for tried in ("13800001234", "person@example.org", "Example Person"):
        page = await door.client.get("/cases", params={"q": tried, "tab": "all"}, headers=desk)
        assert number not in page.text, tried
    assert named in page.text


async def test_where_people_come_by_tls_nobody_but_operators_reads_the_embedded_inbox(
    settings: Settings, sqlite_url: str
) -> None:
    records = Records(sqlite_url)
    app = create_app(settings.model_copy(update={"public_url": "https://huiyin.test"}), records=records)
    async with app.router.lifespan_context(app):
        transport = ASGITransport(app, raise_app_exceptions=False)
        async with AsyncClient(transport=transport, base_url="https://huiyin.test") as client:
            door = Door(client, app.state.house)
            for path in ("/inbox", "/inbox.json"):
                assert (await client.get(path)).status_code == 401, path
                assert (await client.get(path, headers=door.bearer("leader-1"))).status_code == 403, path
                operator = door.bearer("operator", "operator", procedure="")
                assert (await client.get(path, headers=operator)).status_code == 200, path
            assert "/inbox" not in (await client.get("/")).text
    await records.close()


async def test_no_case_is_joined_to_one_of_another_institution_nor_to_none(door: Door) -> None:
    number = await under_way(door)
    theirs = await door.filed(procedure="estate-reception", category="", place="3-1202")
    for into in (theirs, "20200101-0001", number):
        path = f"/api/complaints/{number}/actions/merge"
        answer = await door.client.post(path, json={"into": into}, headers=door.bearer("csd-1"))
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "into"), answer.text
