"""What somebody who complains is told and asked, page by page; the engine is down here, and filing does not mind."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from httpx import Response

from api.guessing import WITHIN, WRONG, Guesses
from complaints.errors import TooMany
from tests.support import uploads
from tests.support.door import PROCEDURE, Door


async def form(door: Door, procedure: str = PROCEDURE, language: str = "en") -> Response:
    return await door.client.get("/file", params={"procedure": procedure, "lang": language})


def hidden(page: Response, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page.text)
    assert found, page.text
    return found[1]


async def sent(door: Door, *files: tuple[str, bytes, str], page: Response | None = None, **more: str) -> Response:
    page = page or await form(door)
    given = {"procedure": PROCEDURE, "nonce": hidden(page, "nonce"), "key": hidden(page, "key"), "about": "Rain."}
    parts: Any = [("files", file) for file in files] or [("files", ("", b"", "application/octet-stream"))]
    return await door.client.post("/file", data=given | more, files=parts)


def lying(door: Door) -> list[Path]:
    return [path for path in door.the.settings.attachments_dir.rglob("*") if path.is_file()]


async def case_of(door: Door, answer: Response) -> Any:
    assert answer.status_code == 303, answer.text
    receipt = await door.client.get(answer.headers["location"])
    number = re.search(r'id="number">([^<]+)<', receipt.text)
    assert number
    return await door.the.records.case(number=number[1])


async def test_files_of_the_form_belong_to_the_case_at_once_and_once(door: Door) -> None:
    page = await form(door)
    photo = ("窗户.png", uploads.png(), "image/png")
    first = await sent(door, photo, page=page)
    again = await sent(door, photo, page=page)
    assert first.headers["location"] == again.headers["location"]
    case = await case_of(door, first)
    (file,) = await door.the.records.attachments.of_case(case.case_id)
    assert (file.name, file.by) == ("窗户.png", "complainant")
    assert [path.name for path in lying(door)] == [file.id]
    assert await door.the.records.verify() == []


async def test_a_refused_file_refuses_the_filing_and_keeps_nothing_but_what_was_written(door: Door) -> None:
    answer = await sent(door, ("a.png", uploads.png(), "x/y"), ("b.png", b"MZ\x90\0" + bytes(90), "image/png"))
    assert answer.status_code == 422
    assert "b.png" in answer.text and ">Rain.<" in answer.text.replace("\n", "")
    assert lying(door) == []
    assert await door.the.records.unstarted() == []


async def test_too_much_at_once_is_refused_with_what_was_written_still_there(door: Door) -> None:
    page = await form(door)
    large = [(f"{n}.png", uploads.png(more=9_900_000), "image/png") for n in range(5)]
    answer = await sent(door, *large, page=page)
    assert answer.status_code == 422
    assert "40 MB" in answer.text and ">Rain.<" in answer.text.replace("\n", "")
    assert lying(door) == []


async def test_who_leaves_only_a_telephone_number_is_called_and_who_leaves_nothing_is_anonymous(door: Door) -> None:
    for phone, anonymous in (("13800001234", False), ("", True)):
        answer = await sent(door, c_name="", c_email="", c_phone=phone)
        case = await case_of(door, answer)
        assert (await door.the.records.complainant(case.case_id)).anonymous == anonymous


async def test_an_anonymous_complaint_keeps_no_name_even_where_one_was_typed(door: Door) -> None:
    answer = await sent(door, who="anonymous", c_name="To be forgotten", c_phone="123", c_email="left@mail.example")
    who = await door.the.records.complainant((await case_of(door, answer)).case_id)
    assert (who.name, who.phone, who.email, who.anonymous) == ("", "", "left@mail.example", True)


async def test_the_form_says_who_receives_it_and_until_when_one_hears(door: Door) -> None:
    door.clock("2026-11-24T10:00")
    within = await form(door)
    assert "Customer service department" in within.text
    assert "Tuesday 24 November 2026" in within.text
    assert "outside working hours" not in within.text
    door.clock("2026-11-28T10:00")
    outside = await form(door)
    assert "outside working hours" in outside.text and "Mon 30 Nov 09:00" in outside.text


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_every_procedures_form_can_be_shown(door: Door, language: str) -> None:
    for ident in door.the.directories.ids():
        page = await form(door, ident, language)
        assert page.status_code == 200, ident
        emergency = door.the.procedure(ident).reception.emergency
        assert not emergency or 'href="tel:1' in page.text


async def test_whom_it_is_about_can_be_searched_without_script(door: Door) -> None:
    found = await door.client.get("/file", params={"find": "HOSP", "lang": "en"})
    assert found.text.count("/file?procedure=") == 1 and "procedure=hospital" in found.text
    none = await door.client.get("/file", params={"find": "nobody at all", "lang": "en"})
    assert "/file?procedure=" not in none.text and "Nobody of that name" in none.text


async def test_similar_complaints_are_counted_and_never_shown(door: Door) -> None:
    await door.filed(place="Block 12, 801", about="A secret of somebody.")
    asked = {"procedure": PROCEDURE, "category": "repair", "place": "block 12 801"}
    answer = await door.client.post("/file/similar", data=asked)
    assert re.search(r"<strong>[^<]* ?1</strong>|<strong>[^<]*1 [^<]*</strong>", answer.text)
    assert "secret" not in answer.text
    other = await door.client.post("/file/similar", data=asked | {"place": "Block 13"})
    assert "<strong>" not in other.text


async def test_nobody_searches_an_estate_for_complaints(door: Door) -> None:
    await door.filed(place="801")
    asked = {"procedure": PROCEDURE, "category": "repair", "place": "801"}
    answers = [(await door.client.post("/file/similar", data=asked)).text for _ in range(WRONG + 1)]
    assert "<strong>" in answers[WRONG - 1] and "<strong>" not in answers[WRONG]


async def test_who_guesses_codes_must_wait_and_is_told_how_long(door: Door) -> None:
    number = await door.filed()
    code = (await door.the.records.case(number=number)).tracking_code
    for _ in range(WRONG):
        wrong = await door.client.get("/track", params={"number": number, "code": "WRONG", "lang": "en"})
        assert wrong.status_code == 404 and "do not belong together" in wrong.text
    for path in ("/track", "/api/track", "/receipt"):
        answer = await door.client.get(path, params={"number": number, "code": code})
        assert answer.status_code == 429, path
        assert 0 < int(answer.headers["retry-after"]) <= WITHIN


def test_tries_are_forgotten_in_time_and_counted_by_address() -> None:
    now = 0.0
    guesses = Guesses(most=2, within=60, clock=lambda: now)
    guesses.count("a")
    now = 30.0
    guesses.count("a")
    with pytest.raises(TooMany) as waits:
        guesses.check("a")
    assert waits.value.retry_after == 30
    guesses.check("b")
    now = 61.0
    guesses.check("a")


async def test_the_receipt_can_be_scanned_and_holds_the_code_in_no_other_address(door: Door) -> None:
    answer = await sent(door)
    receipt = await door.client.get(answer.headers["location"])
    assert 'src="data:image/svg+xml' in receipt.text
    assert receipt.headers["referrer-policy"] == "no-referrer" and receipt.headers["cache-control"] == "no-store"


async def test_the_policy_says_on_which_day_the_leaders_receive_next(door: Door) -> None:
    door.clock("2026-11-28T10:00")
    page = await door.client.get("/public-figures", params={"procedure": "fire-hazard", "lang": "en"})
    # The last Friday of November was yesterday.
    assert "reception day: Friday 25 December 2026, 09:00-12:00" in page.text
