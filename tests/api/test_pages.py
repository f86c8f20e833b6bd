"""Pages: complete in both languages, usable without script, safe to sign in to."""

from __future__ import annotations

import re

import pytest
from babel.messages.extract import extract_from_dir
from httpx import Response

from templates.catalogues import catalogue
from templates.engine import ROOT
from templates.languages import LANGUAGES
from tests.api.test_cases import under_way
from tests.support.door import Door


def words() -> set[str]:
    how = [("**.html", "jinja2")], {"**": {"trimmed": "true", "silent": "false"}}
    pages = [found for part in ("pages", "forms") for found in extract_from_dir(ROOT / part, *how)]
    code = extract_from_dir(ROOT.parent / "api", [("**.py", "python")], keywords={"_": None, "translate": (2,)})
    return {str(text) for _, _, text, _, _ in (*pages, *code)}


def test_no_word_of_a_page_is_untranslated() -> None:
    known = catalogue("zh-CN")
    assert len(words()) > 100
    assert sorted(word for word in words() if not known.knows(word)) == []


def nonce(page: Response) -> str:
    found = re.search(r'name="nonce" value="([^"]+)"', page.text.split("<main")[1])
    assert found, page.text
    return found[1]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_complaint_is_filed_by_the_page_and_its_receipt_kept(door: Door, language: str) -> None:
    page = await door.client.get("/file", params={"lang": language, "procedure": "property-developer"})
    assert page.status_code == 200 and f'lang="{language}"' in page.text
    key = re.search(r'name="key" value="([^"]+)"', page.text)
    assert key
    sent = {
        "procedure": "property-developer", "nonce": nonce(page), "key": key[1], "category": "repair",
        "about": "The lift is loud.", "c_name": "Example Person", "c_email": "person@example.org",
        "c_language": language, "households": "3",
    }  # fmt: skip
    answer = await door.client.post("/file", data=sent)
    assert answer.status_code == 303, answer.text
    receipt = await door.client.get(answer.headers["location"])
    number = re.search(r'id="number">([^<]+)<', receipt.text)
    assert number
    case = await door.the.records.case(number=number[1])
    assert case.state.facts["households"] == 3
    assert (await door.the.records.complainant(case.case_id)).language == language
    again = await door.client.post("/file", data=sent)
    assert again.headers["location"] == answer.headers["location"]


async def test_a_form_with_something_missing_keeps_what_was_written_and_says_where(door: Door) -> None:
    page = await door.client.get("/file", params={"procedure": "property-developer"})
    sent = {"procedure": "property-developer", "nonce": nonce(page), "key": "k", "about": "", "c_email": "nonsense"}
    answer = await door.client.post("/file", data=sent)
    assert answer.status_code == 422
    assert "请填写此项" in answer.text and "填写内容有误" in answer.text
    assert 'value="nonsense"' in answer.text
    assert await door.the.records.unstarted() == []


async def test_what_a_complainant_writes_runs_on_no_page(door: Door) -> None:
    number = await door.filed(about="<script>alert(1)</script>")
    door.client.cookies.clear()
    page = await door.client.get(f"/cases/{number}", headers=door.bearer("csd-1"))
    assert page.status_code == 200
    assert "<script>alert" not in page.text and "&lt;script&gt;" in page.text


async def test_a_token_signs_in_and_goes_on_to_the_page_that_was_wanted(door: Door) -> None:
    number = await under_way(door)
    sent_off = await door.client.get(f"/cases/{number}")
    assert sent_off.status_code == 303
    page = await door.client.get(sent_off.headers["location"])
    token = door.bearer("csd-1")["Authorization"].removeprefix("Bearer ")
    answer = await door.client.post("/sign-in", data={"token": token, "nonce": nonce(page), "to": f"/cases/{number}"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/cases/{number}")
    assert "httponly" in answer.headers["set-cookie"].lower() and "samesite=lax" in answer.headers["set-cookie"].lower()
    seen = await door.client.get(f"/cases/{number}", params={"lang": "en"})
    assert seen.status_code == 200
    for words in (number, "Propose measures", "Rain comes in at the window.", "GT-06"):
        assert words in seen.text
    listed = await door.client.get("/cases", params={"lang": "en"})
    assert number in listed.text


@pytest.mark.parametrize(
    "to", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "javascript:1"]
)
async def test_signing_in_never_leads_out_of_the_house(door: Door, to: str) -> None:
    page = await door.client.get("/sign-in", params={"to": to})
    token = door.bearer("csd-1")["Authorization"].removeprefix("Bearer ")
    answer = await door.client.post("/sign-in", data={"token": token, "nonce": nonce(page), "to": to})
    assert answer.headers["location"] == "/cases"


async def test_a_bad_token_signs_nobody_in(door: Door) -> None:
    page = await door.client.get("/sign-in")
    answer = await door.client.post("/sign-in", data={"token": "forged", "nonce": nonce(page)})
    assert answer.status_code == 401
    assert "huiyin_session" not in answer.headers.get("set-cookie", "")


async def test_a_forged_cookie_signs_nobody_in(door: Door) -> None:
    door.client.cookies.set("huiyin_session", "forged")
    assert (await door.client.get("/cases")).status_code == 303


async def test_the_inbox_shows_the_letters_and_is_empty_before_the_first(door: Door) -> None:
    assert (await door.client.get("/inbox.json")).json() == []
    assert "还没有信件" in (await door.client.get("/inbox")).text


@pytest.mark.parametrize("path", ["/", "/file", "/track", "/sign-in", "/inbox"])
async def test_every_page_can_be_read_in_the_other_language(door: Door, path: str) -> None:
    page = await door.client.get(path, params={"lang": "zh-CN"})
    other = re.search(r'href="([^"]+)" hreflang="en"', page.text)
    assert other
    answer = await door.client.get(other[1].replace("&amp;", "&"))
    assert 'lang="en"' in answer.text
