"""What a complainant sees: the own case, by number and code, and nobody's name."""

from __future__ import annotations

import re

import pytest

from tests.api.test_cases import under_way
from tests.support.door import Door


async def test_number_and_code_open_the_case_and_name_no_person(door: Door) -> None:
    number = await under_way(door)
    code = (await door.the.records.case(number=number)).tracking_code
    answer = await door.client.get("/api/track", params={"number": number, "code": code})
    assert answer.status_code == 200
    seen = answer.json()
    assert (seen["stage"], seen["with"]) == ("investigation", "responsible")
    assert seen["next_by"]
    assert [step["event"] for step in seen["steps"]][:2] == ["received", "registered"]
    assert not re.search(r"csd-1|eng-head|何佳|吴强|engineering", answer.text)


@pytest.mark.parametrize("code", ["", "wrong", "代码", "é", "0" * 100])
async def test_a_wrong_code_opens_nothing_and_tells_nothing(door: Door, code: str) -> None:
    number = await door.filed()
    wrong = await door.client.get("/api/track", params={"number": number, "code": code})
    nobody = await door.client.get("/api/track", params={"number": "20990101-0001", "code": code})
    assert wrong.status_code == nobody.status_code == 404
    assert wrong.json()["detail"] == nobody.json()["detail"]


async def test_the_tracking_page_shows_the_way_and_what_can_be_done(door: Door) -> None:
    number = await door.filed()
    code = (await door.the.records.case(number=number)).tracking_code
    answer = await door.client.get("/track", params={"number": number, "code": code, "lang": "zh-CN"})
    assert answer.status_code == 200
    assert number in answer.text and "已登记" in answer.text
    assert "撤回投诉" in answer.text
    assert "Rain comes in" not in answer.text


async def test_a_complainant_adds_something_only_by_the_pages_own_form(door: Door) -> None:
    number = await door.filed()
    code = (await door.the.records.case(number=number)).tracking_code
    sent = {"number": number, "code": code, "action": "add", "text": "It rained again."}
    assert (await door.client.post("/track", data=sent)).status_code == 403
    shown = await door.client.get("/track", params={"number": number, "code": code})
    nonce = re.search(r'name="nonce" value="([^"]+)"', shown.text.split("<main")[1])
    assert nonce
    # The engine is down here: the page says that nothing was done.
    assert (await door.client.post("/track", data=sent | {"nonce": nonce[1]})).status_code == 503
