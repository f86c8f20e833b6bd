"""Administration: for administrators only; absences and failed letters reach open cases through the engine."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from api.administering.trial import asked, tell
from complaints.errors import BadInput
from tests.api.test_pages import nonce
from tests.api.test_whole_way import proposed
from tests.support.door import PROCEDURE, Door
from tests.support.whole import Whole, whole

HOUSE = {"procedure": ""}
PAGES = (
    "/admin", "/admin/procedures", f"/admin/procedures/{PROCEDURE}", f"/admin/procedures/{PROCEDURE}/simulate?days=20",
    "/admin/people", f"/admin/people/{PROCEDURE}", "/admin/calendar", f"/admin/calendar/{PROCEDURE}",
    "/admin/letters", "/admin/letters/approval_request", "/admin/letters/reply/zh-CN.html", "/admin/failed",
    "/admin/health",
)  # fmt: skip


@pytest.fixture
async def system(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Whole]:
    """The whole system with its worker running."""
    async with whole(tmp_path, sqlite_url) as made:
        yield made


@pytest.mark.parametrize("path", PAGES)
async def test_every_page_is_for_administrators_only(door: Door, path: str) -> None:
    anybody = await door.client.get(path)
    assert anybody.status_code == 303 and anybody.headers["location"].startswith("/sign-in")
    assert (await door.client.get(path, headers=door.bearer("csd-1"))).status_code == 403
    admin = door.bearer("anna", "admin", **HOUSE)
    for language in ("zh-CN", "en"):
        page = await door.client.get(path, params={"lang": language}, headers=admin)
        assert page.status_code == 200, page.text


async def test_an_administrator_of_one_institution_looks_after_that_one_alone(door: Door) -> None:
    own = door.bearer("admin-1")
    assert (await door.client.get(f"/admin/procedures/{PROCEDURE}", headers=own)).status_code == 200
    for path in ("procedures/hotel", "procedures/hotel/simulate", "people/hotel", "calendar/hotel"):
        assert (await door.client.get(f"/admin/{path}", headers=own)).status_code == 404
    listed = await door.client.get("/admin/procedures", headers=own)
    assert PROCEDURE in listed.text and "/admin/procedures/hotel" not in listed.text


async def test_a_procedure_is_drawn_with_every_clock_and_its_open_cases_are_counted(door: Door) -> None:
    await door.filed()
    page = await door.client.get(
        f"/admin/procedures/{PROCEDURE}", params={"lang": "en"}, headers=door.bearer("anna", "admin", **HOUSE)
    )
    drawn = page.text.split("<svg")[1].split("</svg>")[0]
    procedure = door.the.procedure(PROCEDURE)
    assert drawn.count('class="bar ') == len(procedure.clocks)
    assert drawn.count('class="mark"') == sum(len(clock.ladder) for clock in procedure.clocks)
    assert "open cases: 1" in page.text and "GT-06" in page.text


async def test_a_version_that_open_cases_run_under_can_be_looked_at(door: Door) -> None:
    number = await door.filed()
    case = await door.the.records.case(number=number)
    admin = door.bearer("anna", "admin", **HOUSE)
    of = {"version": case.rules_ref.procedure_hash, "lang": "en"}
    page = await door.client.get(f"/admin/procedures/{PROCEDURE}", params=of, headers=admin)
    assert page.status_code == 200 and "An older version" in page.text
    for path, version in ((PROCEDURE, "0" * 64), ("hotel", of["version"])):
        answer = await door.client.get(f"/admin/procedures/{path}", params={"version": version}, headers=admin)
        assert answer.status_code == 404


async def test_what_a_trial_tells_is_what_the_clocks_would_do(door: Door) -> None:
    procedure = door.the.procedure(PROCEDURE)
    people = door.the.directories.of(PROCEDURE)
    frozen = door.the.directories.frozen(PROCEDURE, 2026)
    steps = "- {at: 2026-11-24T10:00, do: assess, by: csd, with: {admissible: true}}\n"
    steps += "- {at: 2026-11-24T10:10, do: approve, by: leader}\n"
    given = {"received_at": "2026-11-24T09:00", "days": "0", "steps": steps}
    door.clock("2026-11-24T09:00")
    early = tell(asked(procedure, given, door.the.now()), procedure, frozen, people)
    assert "assessed" not in [event.event for event in early.events]
    later = tell(asked(procedure, given | {"days": "2"}, door.the.now()), procedure, frozen, people)
    assert [event.event for event in later.events if event.event in ("assessed", "overdue")] == ["assessed", "overdue"]
    assert [refusal["do"] for refusal in later.refusals] == ["approve"]
    assert await door.the.records.unstarted() == []


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("received_at", {"received_at": "soon"}),
        ("received_at", {"received_at": "1999-01-01T00:00"}),
        ("days", {"days": "100000"}),
        ("steps", {"steps": "- [", "days": "1"}),
        ("steps", {"steps": "- {at: 2026-11-24T10:00, do: dance, by: csd}", "days": "1"}),
        ("", {"category": "nonsense", "days": "1"}),
    ],
)
async def test_a_trial_that_cannot_be_told_says_what_is_wrong(door: Door, field: str, given: dict[str, str]) -> None:
    path = f"/admin/procedures/{PROCEDURE}/simulate"
    page = await door.client.get(path, params=given, headers=door.bearer("anna", "admin", **HOUSE))
    assert page.status_code == 422 and 'role="alert"' in page.text
    assert (f'id="{field}-error"' in page.text) is bool(field)


async def test_days_and_dates_of_a_trial_are_bounded(door: Door) -> None:
    with pytest.raises(BadInput):
        asked(door.the.procedure(PROCEDURE), {"days": "-1"}, door.the.now())


async def test_the_calendar_names_holidays_and_make_up_days_and_says_what_is_provisional(door: Door) -> None:
    door.clock("2026-11-24T09:00")
    admin = door.bearer("anna", "admin", **HOUSE)
    page = await door.client.get(f"/admin/calendar/{PROCEDURE}", params={"lang": "zh-CN"}, headers=admin)
    assert page.text.count("<caption>") == 12
    assert "国庆节" in page.text and "<sup>班</sup>" in page.text and "暂定" in page.text
    far = await door.client.get(f"/admin/calendar/{PROCEDURE}", params={"year": 2050}, headers=admin)
    assert far.status_code == 404


async def test_an_absence_with_faults_is_not_kept_and_each_fault_is_named(door: Door) -> None:
    door.clock("2026-11-24T09:00")
    admin = door.bearer("anna", "admin", **HOUSE)
    path = f"/admin/people/{PROCEDURE}"
    page = await door.client.get(path, headers=admin)
    wrong = {"person": "nobody", "deputy": "nobody", "since": "x", "until": "2026-11-23T09:00", "nonce": nonce(page)}
    answer = await door.client.post(f"{path}/absences", data=wrong, headers=admin)
    assert answer.status_code == 422
    for name in ("person", "deputy", "since", "until"):
        assert f'id="{name}-error"' in answer.text
    unsigned = await door.client.post(f"{path}/absences", data=wrong | {"nonce": "x"}, headers=admin)
    assert unsigned.status_code == 403
    assert await door.the.records.absences.listed(PROCEDURE) == []


async def test_an_absence_entered_twice_is_one_and_stays_to_be_seen_when_it_is_ended(door: Door) -> None:
    door.clock("2026-11-24T09:00")
    admin = door.bearer("anna", "admin", **HOUSE)
    path = f"/admin/people/{PROCEDURE}"
    page = await door.client.get(path, headers=admin)
    sent = {"person": "leader-1", "deputy": "gm-1", "since": "2026-11-24T08:00", "until": "2099-12-04T18:00",
            "key": "one", "nonce": nonce(page)}  # fmt: skip
    for _ in range(2):
        assert (await door.client.post(f"{path}/absences", data=sent, headers=admin)).status_code == 303
    (kept,) = await door.the.records.absences.listed(PROCEDURE)
    assert (kept.person, kept.deputy, kept.entered_by) == ("leader-1", "gm-1", "anna")
    people = door.the.directories.of(PROCEDURE)
    assert people.away("leader-1", door.the.now()) and people.deputy("leader-1", door.the.now()) == "gm-1"
    ended = await door.client.post(f"{path}/absences/{kept.id}/end", data={"nonce": nonce(page)}, headers=admin)
    assert ended.status_code == 303
    assert not door.the.directories.of(PROCEDURE).away("leader-1", door.the.now())
    (kept,) = await door.the.records.absences.listed(PROCEDURE)
    assert kept.ended_by == "anna"


async def test_an_absence_moves_an_open_request_to_the_deputy(system: Whole) -> None:
    number = await proposed(system)
    await system.link("leader@developer.example")
    admin = system.bearer("anna", "admin", **HOUSE)
    path = f"/admin/people/{PROCEDURE}"
    page = await system.client.get(path, headers=admin)
    since, until = (_written(system.the.now() + hours * 3600) for hours in (-1, 48))
    sent = {"person": "leader-1", "deputy": "csd-head", "since": since, "until": until, "nonce": nonce(page)}
    assert (await system.client.post(f"{path}/absences", data=sent, headers=admin)).status_code == 303
    await system.recorded(number, "absent")
    await system.recorded(number, "substituted")
    assert await system.link("desk.head@developer.example")
    (kept,) = await system.the.records.absences.listed(PROCEDURE)
    deadline = asyncio.get_running_loop().time() + 20
    while kept.told_at is None and asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(0.05)
        (kept,) = await system.the.records.absences.listed(PROCEDURE)
    assert kept.told_at is not None
    case = await system.the.records.case(number=number)
    events = [event.event for event in await system.the.records.events(case.case_id)]
    assert events.count("absent") == 1


async def test_a_failed_letter_is_sent_again_once_however_often_it_is_asked(system: Whole) -> None:
    number = await system.filed()
    await system.letter("person@example.org", number)
    await system.recorded(number, "acknowledged")
    case = await system.the.records.case(number=number)
    row = next(n for n in await system.the.records.notices(case.case_id) if n.role == "complainant")
    await system.the.records.mark_failed(row.id, "bounced")
    before = len(system.box.letters())
    admin = system.bearer("anna", "admin", **HOUSE)
    page = await system.client.get("/admin/failed", params={"lang": "en"}, headers=admin)
    assert number in page.text and "came back" in page.text
    assert re.search(rf"/admin/failed/{row.id}/again", page.text)
    for _ in range(2):
        sent = await system.client.post(f"/admin/failed/{row.id}/again", data={"nonce": nonce(page)}, headers=admin)
        assert sent.status_code == 303
    await system.letter("person@example.org", number, since=before)
    deadline = asyncio.get_running_loop().time() + 20
    while (await system.the.records.house.letter(row.id)).notice.status != "sent":
        assert asyncio.get_running_loop().time() < deadline, "the letter never counted as sent"
        await asyncio.sleep(0.05)
    assert await system.the.records.failed_notices() == []
    assert len([x for x in system.box.letters()[before:] if "person@example.org" in x.to]) == 1


async def test_sending_again_with_the_engine_down_says_so_and_changes_nothing(door: Door) -> None:
    admin = door.bearer("anna", "admin", **HOUSE)
    page = await door.client.get(f"/admin/people/{PROCEDURE}", headers=admin)
    unsigned = await door.client.post("/admin/failed/none/again", data={"nonce": nonce(page)}, headers=admin)
    assert unsigned.status_code == 403, "a nonce of another form is none"
    health = await door.client.get("/admin/health", params={"lang": "en"}, headers=admin)
    assert "unknown while the engine is down" in health.text


def _written(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).astimezone(ZoneInfo("Asia/Shanghai")).strftime("%Y-%m-%dT%H:%M")
