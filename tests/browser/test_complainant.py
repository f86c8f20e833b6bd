"""Somebody who complains: filing with a photo, the receipt, the way of the complaint, and answering."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import FilePayload, Page, expect

from templates.languages import LANGUAGES
from tests.browser.office import PROCEDURE, Office, barriers, weight
from tests.support import uploads

FORM = f"/file?procedure={PROCEDURE}"


def photo(name: str = "窗户.png", data: bytes = b"") -> FilePayload:
    return FilePayload(name=name, mimeType="image/png", buffer=data or uploads.png())


def filled(page: Page, about: str, email: str = "resident@mail.example") -> None:
    page.select_option("#category", "repair")
    page.fill("#about", about)
    page.fill("#c_name", "A. Resident")
    page.fill("#c_email", email)


def opened(page: Page) -> tuple[str, str]:
    """Number and code of the receipt that the page leads to."""
    page.wait_for_url("**/receipt?*")
    query = parse_qs(urlsplit(page.url).query)
    return query["number"][0], query["code"][0]


def sent(page: Page) -> None:
    page.click("form#filing button.first")


def replied(office: Office, **more: Any) -> dict[str, Any]:
    """A complaint that was answered and waits for the revisit."""
    receipt = office.file("Rain comes in at the window.", **more)
    number = receipt["number"]
    head = ("--unit", "engineering")
    office.act(number, "assess", "csd", admissible=True, severity="general")
    office.act(number, "dispatch", "csd", unit="engineering")
    office.act(number, "sign_for", "responsible", *head)
    office.act(number, "contact", "responsible", *head, on_site=True)
    office.act(number, "propose", "responsible", *head, cause="The seal aged.", measures="Replace the seal.")
    office.act(number, "approve", "leader")
    office.act(number, "implement", "responsible", *head, done="Seal replaced.")
    office.act(number, "reply", "csd", reply="密封条已更换。The seal is new.")
    return receipt


def thanked(page: Page, what: str) -> None:
    """The page says thank you for what was just said."""
    page.wait_for_url(f"**&done={what}")
    expect(page.locator(".notice.good")).to_be_visible()


def tracked(receipt: dict[str, Any]) -> str:
    return f"/track?number={receipt['number']}&code={receipt['tracking_code']}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("narrow", [True, False], ids=["narrow", "wide"])
def test_the_pages_before_filing_have_no_barrier_and_are_light(office: Office, language: str, narrow: bool) -> None:
    page = office.browser(language=language, narrow=narrow)
    for path in ("/", "/file", FORM, "/file?procedure=quality-claims", "/track", "/track?number=1&code=2"):
        page.goto(path)
        assert barriers(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    assert weight(office.browser(language=language, narrow=narrow), FORM) < 100_000


def test_a_photo_goes_with_the_complaint_from_a_telephone(office: Office, page: Page) -> None:
    page.goto(FORM)
    expect(page.locator(".emergency")).to_contain_text("119")
    expect(page.locator(".expect")).to_contain_text("客户服务部")
    filled(page, "窗户渗水 🚰")
    page.set_input_files("#files", [photo(), photo("二.png")])
    expect(page.locator(".chosen li")).to_have_count(2)
    sent(page)
    opened(page)
    assert page.locator(".receipt img").evaluate("image => image.complete && image.naturalWidth > 100")
    assert barriers(page) == []
    page.click("main a.first")
    expect(page.locator(".files a")).to_have_text(["窗户.png", "二.png"])
    got = page.request.get(page.locator(".files a").first.get_attribute("href") or "")
    assert got.body() == uploads.png()


def test_filing_works_without_script_and_tells_of_similar_ones(office: Office) -> None:
    page = office.telephone(script=False)
    place = "无脚本楼 3-801"
    for _ in range(2):
        office.file("The lift is loud.", place=place)
    page.goto(FORM)
    filled(page, "Rain comes in.")
    page.fill("#place", "无脚本楼3—801")
    page.click("button[name=look]")
    expect(page.locator("#likeness")).to_contain_text("2")
    expect(page.locator("#about")).to_have_value("Rain comes in.")
    page.set_input_files("#files", photo())
    sent(page)
    number, _ = opened(page)
    page.click("main a.first")
    expect(page.locator("h1")).to_contain_text(number)
    expect(page.locator(".files a")).to_have_count(1)


def test_similar_ones_are_told_while_one_writes(office: Office, page: Page) -> None:
    office.file("The lift is loud.", place="有脚本楼 801")
    page.goto(FORM)
    page.select_option("#category", "repair")
    page.fill("#place", "有脚本楼801")
    page.fill("#about", "x")
    expect(page.locator("#likeness")).to_contain_text("1")
    assert "loud" not in page.content()


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refused_file_is_named_and_nothing_written_is_lost(office: Office, language: str, script: bool) -> None:
    page = office.telephone(language, script=script)
    page.goto(FORM)
    filled(page, "Rain comes in.")
    page.set_input_files("#files", [photo(), photo("pretends.png", b"MZ\x90\0" + bytes(90))])
    sent(page)
    expect(page.locator("#faults")).to_contain_text("pretends.png")
    expect(page.locator("#about")).to_have_value("Rain comes in.")
    expect(page.locator("#files-fault")).to_be_visible()
    if script:
        assert page.locator("#files").evaluate("input => input.files.length") == 2
        assert barriers(page) == []
    page.set_input_files("#files", photo())
    sent(page)
    opened(page)


def test_what_is_missing_is_said_beside_its_field_and_at_the_top(office: Office) -> None:
    page = office.browser(language="en")
    page.goto(FORM)
    filled(page, " ", email="nonsense@x@y")
    page.locator("form#filing").evaluate("form => form.noValidate = true")
    sent(page)
    expect(page.locator("#faults a")).to_have_count(2)
    page.locator("#faults a").first.click()
    assert page.evaluate("document.activeElement.id") == "about"
    expect(page.locator("#c_email-fault")).to_be_visible()
    assert barriers(page) == []


def test_who_complains_anonymously_gives_no_name_and_follows_by_code_alone(office: Office, page: Page) -> None:
    page.goto(FORM)
    page.fill("#c_name", "to be forgotten")
    page.check("#who-anonymous")
    expect(page.locator("#c_name")).to_be_hidden()
    page.fill("#about", "Rain comes in.")
    sent(page)
    number, code = opened(page)
    answer = office.ask("GET", f"/api/complaints/{number}/timeline", bearer=office.token("csd"))
    assert "to be forgotten" not in answer.text
    page.goto("/track")
    page.fill("#number", number)
    page.fill("#code", code.lower())
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text(number)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_way_is_shown_and_information_files_and_answers_are_taken(office: Office, language: str) -> None:
    receipt = office.file("Rain comes in at the window.")
    office.act(receipt["number"], "ask", "csd", question="Which window is it?")
    page = office.telephone(language)
    page.goto(tracked(receipt))
    expect(page.locator("main")).to_contain_text("Which window is it?")
    assert barriers(page) == []
    page.fill("#answer-text", "The left one.")
    page.click("section.asking button")
    thanked(page, "answer")
    expect(page.locator("#answer-text")).to_have_count(0)
    page.locator(".yours summary").first.click()
    page.fill("#add-text", "It rained again.")
    page.set_input_files("#files", photo())
    assert barriers(page) == []
    page.locator("details[open] button").click()
    thanked(page, "add")
    expect(page.locator(".files a")).to_have_count(1)
    page.locator(".yours summary").nth(1).click()
    page.fill("#ask-text", "When does somebody come?")
    page.locator("details[open] button").click()
    thanked(page, "ask")
    timeline = office.ask("GET", f"/api/complaints/{receipt['number']}/timeline", bearer=office.token("csd"))
    said = [event["texts"] for event in timeline.json()["events"] if event["role"] == "complainant" and event["texts"]]
    assert {"answer": "The left one."} in said and {"text": "When does somebody come?"} in said
    assert any(re.search("sha256", texts.get("files", "")) and texts["text"] == "It rained again." for texts in said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_withdrawing_asks_once_more_and_ends_the_case(office: Office, language: str) -> None:
    receipt = office.file("Rain comes in at the window.")
    page = office.telephone(language, script=False)
    page.goto(tracked(receipt))
    page.locator(".yours summary").last.click()
    page.fill("#withdraw-text", "It dried.")
    page.click("button.serious")
    thanked(page, "withdraw")
    expect(page.locator("button.serious")).to_have_count(0)
    seen = office.telephone(language)
    seen.goto(tracked(receipt))
    assert barriers(seen) == []


def test_a_satisfied_complainant_says_so_in_one_tap(office: Office, page: Page) -> None:
    receipt = replied(office)
    page.goto(tracked(receipt))
    expect(page.locator("main")).to_contain_text("密封条已更换。")
    assert barriers(page) == []
    page.click("button[value=yes]")
    thanked(page, "revisit")
    expect(page.locator("button[value=yes]")).to_have_count(0)
    seen = office.ask("GET", f"/api/complaints/{receipt['number']}", bearer=office.token("csd")).json()
    assert seen["outcome"] == "resolved"


def test_who_is_not_satisfied_is_asked_why_and_the_case_goes_on(office: Office) -> None:
    receipt = replied(office)
    page = office.telephone("en", script=False)
    page.goto(tracked(receipt))
    page.click("a[href$='say=not']")
    page.fill("#revisit-text", "It still drips.")
    page.click("section.asking button")
    thanked(page, "revisit")
    seen = office.ask("GET", f"/api/complaints/{receipt['number']}", bearer=office.token("csd")).json()
    assert (seen["outcome"], seen["stage"]) == (None, "investigation")
    lit = office.telephone("en")
    lit.goto(tracked(receipt))
    assert barriers(lit) == []
