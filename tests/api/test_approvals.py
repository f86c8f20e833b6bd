"""A decision by the link of the letter: looking never decides, one person, one round, an explanation afterwards."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest

from tests.api.test_cases import CSD, HEAD, under_way
from tests.support.door import Door


async def asked(door: Door, number: str = "") -> tuple[str, str]:
    """A case that waits for the leader, and the path of the leader's link."""
    number = number or await under_way(door)
    door.clock("2026-11-24T10:00")
    await door.happens(number, "propose", "eng-head", HEAD, cause="The seal aged.", measures="Replace the seal.")
    await door.delivered(number, "leader", "leader-1")
    case = await door.the.records.case(number=number)
    assert case.state.ballot is not None
    link = door.the.links.approval(case.case_id, "leader-1", case.state.ballot.approval, case.state.ballot.round)
    return number, urlsplit(link).path


async def seq(door: Door, number: str) -> int:
    return (await door.the.records.case(number=number)).state.seq


async def test_the_link_shows_the_sheet_the_time_left_and_the_choices(door: Door) -> None:
    number, path = await asked(door)
    answer = await door.client.get(path, params={"lang": "en"})
    assert answer.status_code == 200
    for words in (number, "Replace the seal.", "The seal aged.", "Time left: 1 d 8 h", "Return for rework"):
        assert words in answer.text
    assert "Thursday 26 November" in answer.text


async def test_the_page_speaks_the_leaders_language(door: Door) -> None:
    _, path = await asked(door)
    answer = await door.client.get(path)
    assert "等待您的审批" in answer.text and 'lang="zh-CN"' in answer.text


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("choice", ["", "approve", "require", "return", "recuse", "substitute", "nonsense"])
async def test_a_scanner_that_follows_every_link_decides_nothing(door: Door, method: str, choice: str) -> None:
    number, path = await asked(door)
    before = await seq(door, number)
    answer = await door.client.request(method, path, params={"decision": choice} if choice else {})
    assert answer.status_code == 200
    assert await seq(door, number) == before
    assert await door.the.records.attempts((await door.the.records.case(number=number)).case_id) == []


async def test_a_form_sent_from_elsewhere_is_only_asked_to_confirm(door: Door) -> None:
    number, path = await asked(door)
    before = await seq(door, number)
    answer = await door.client.post(path, data={"decision": "approve"}, params={"lang": "en"})
    assert answer.status_code == 200
    assert "Approve the measures?" in answer.text
    assert await seq(door, number) == before


async def test_what_others_act_on_must_be_written_down(door: Door) -> None:
    _, path = await asked(door)
    page = await door.client.get(path, params={"decision": "return"})
    nonce = re.search(r'name="nonce" value="([^"]+)"', page.text.split("<main")[1])
    assert nonce
    answer = await door.client.post(path, data={"decision": "return", "text": "  ", "nonce": nonce[1]})
    assert answer.status_code == 422


async def test_a_confirmed_decision_while_the_engine_is_down_is_not_lost_silently(door: Door) -> None:
    _, path = await asked(door)
    page = await door.client.get(path, params={"decision": "approve"})
    nonce = re.search(r'name="nonce" value="([^"]+)"', page.text.split("<main")[1])
    assert nonce
    answer = await door.client.post(
        path, data={"decision": "approve", "nonce": nonce[1]}, headers={"Accept": "text/html"}
    )
    assert answer.status_code == 503
    assert answer.headers["retry-after"]


async def test_after_the_decision_the_link_says_what_was_decided(door: Door) -> None:
    number, path = await asked(door)
    await door.happens(number, "approve", "leader-1", ("leader",))
    answer = await door.client.get(path, params={"lang": "en"})
    assert answer.status_code == 410
    assert "This has been decided." in answer.text
    assert "10:00 on Tuesday 24 November 2026" in answer.text


async def test_after_silence_the_link_says_that_it_counts_as_approved(door: Door) -> None:
    number, path = await asked(door)
    await door.time_passes(number, "2026-11-25T18:00")
    await door.delivered(number, "leader", "leader-1")
    await door.time_passes(number, "2026-11-27T10:00")
    answer = await door.client.get(path, params={"lang": "en"})
    assert answer.status_code == 410
    assert "counts as approved" in answer.text
    confirmed = await door.client.post(path, data={"decision": "approve"})
    assert confirmed.status_code == 410


async def test_the_link_of_an_earlier_round_decides_nothing_in_the_next(door: Door) -> None:
    number, first = await asked(door)
    await door.happens(number, "return", "leader-1", ("leader",), reason="Say who pays.")
    _, second = await asked(door, number)
    old = await door.client.get(first, params={"lang": "en"})
    assert (old.status_code, "earlier round" in old.text) == (410, True)
    assert (await door.client.get(second)).status_code == 200


async def test_a_link_of_somebody_who_handed_it_on_decides_nothing(door: Door) -> None:
    number, path = await asked(door)
    await door.happens(number, "substitute", "leader-1", ("leader",))
    await door.delivered(number, "leader", "gm-1")
    answer = await door.client.get(path, params={"lang": "en"})
    assert answer.status_code == 409
    assert "Somebody else decides this now." in answer.text


async def test_who_declared_an_interest_is_told_to_be_passed_over(door: Door) -> None:
    number, path = await asked(door)
    await door.happens(number, "recuse", "leader-1", ("leader",), reason="A relative lives there.")
    answer = await door.client.get(path, params={"lang": "en"})
    assert answer.status_code == 409
    assert "passed over" in answer.text


async def test_a_link_that_was_changed_opens_nothing_and_its_token_is_told_to_nobody(door: Door) -> None:
    _, path = await asked(door)
    answer = await door.client.get(f"{path}x", headers={"Accept": "application/json"})
    assert answer.status_code == 404
    assert path.rsplit("/", 1)[1] not in answer.text


async def test_the_address_of_the_link_reaches_no_other_site_and_no_cache(door: Door) -> None:
    _, path = await asked(door)
    answer = await door.client.get(path)
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert not re.search(r'(src|href|action)="https?://', answer.text)


async def test_the_desk_sees_csd_roles_only_in_its_own_institution(door: Door) -> None:
    number = await under_way(door)
    view = await door.client.get(f"/api/complaints/{number}", headers=door.bearer("csd-1", *CSD))
    assert "acknowledge" in view.json()["actions"]
