"""The case page as people use it: every step of the reference procedure by real pages, on the running system."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from templates.languages import LANGUAGES
from tests.browser.office import Office, barriers
from tests.runtime.system import wait_until

ENGINEERING = ("--unit", "engineering")
PLAIN_WAY: tuple[tuple[str, tuple[str, ...], str, dict[str, str]], ...] = (
    ("csd", (), "assess", {"f_validity": "valid"}),
    ("csd", (), "dispatch", {}),
    ("responsible", ENGINEERING, "contact", {"f_text": "He is at home on Tuesday."}),
    ("responsible", ENGINEERING, "propose", {"f_cause": "The seal aged.", "f_measures": "Replace the seal."}),
    ("leader", (), "approve", {"f_requirements": "Test it with water."}),
    ("responsible", ENGINEERING, "implement", {"f_done": "Seal replaced, tested with water."}),
    ("csd", (), "reply", {"f_reply": "The seal was replaced.", "f_apology": "We are sorry."}),
    ("csd", (), "revisit", {"f_satisfied": "yes"}),
)


def desk_of(office: Office, role: str, *more: str, **kind: Any) -> Page:
    """A browser of somebody who holds the role."""
    bearer = {"Authorization": f"Bearer {office.token(role, *more)}"}
    return office.browser(extra_http_headers=bearer, **kind)


def fill(page: Page, given: dict[str, str]) -> None:
    for name, value in given.items():
        field = page.locator(f"[name={name}]").first
        kind = field.evaluate("e => e.type")
        if kind == "radio":
            page.locator(f"[name={name}][value={value}]").check()
        elif kind.startswith("select"):
            field.select_option(value)
        else:
            field.fill(value)


def do(page: Page, number: str, action: str, given: dict[str, str]) -> None:
    """Does an action by the case page: its button or its menu, its form, and what is said afterwards."""
    page.goto(f"/cases/{number}")
    there = page.locator(f'.acts a[href="/cases/{number}/do/{action}"]').first
    if not there.is_visible():
        page.locator("details.more > summary").click()
    there.click()
    fill(page, given)
    page.locator("form.do button.first").click()
    expect(page.locator("#said")).to_be_visible()


def ready(office: Office) -> str:
    """A case that engineering has."""
    number = str(office.file("Rain comes in at the window.")["number"])
    office.act(number, "assess", "csd", admissible=True, validity="valid")
    office.act(number, "dispatch", "csd", unit="engineering")
    return number


@pytest.mark.parametrize("script", [True, False])
def test_the_whole_plain_way_is_gone_by_the_pages(office: Office, script: bool) -> None:
    number = str(office.file("Rain comes in at the window.", severity="general")["number"])
    people: dict[tuple[str, ...], Page] = {}
    for role, more, action, given in PLAIN_WAY:
        key = (role, *more)
        page = people.setdefault(key, desk_of(office, role, *more, language="en", script=script))
        do(page, number, action, given)
    page = people["csd",]
    expect(page.locator("ol.stages li.now")).to_contain_text("Closed")
    story = page.locator("ol.story")
    for said in ("Replace the seal.", "Test it with water.", "The seal was replaced.", "Satisfied"):
        expect(story).to_contain_text(said)
    expect(page.locator("dl.filled")).to_contain_text("Seal replaced, tested with water.")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("narrow", [False, True])
def test_neither_the_page_nor_its_forms_have_a_barrier(office: Office, language: str, narrow: bool) -> None:
    number = ready(office)
    page = desk_of(office, "csd", language=language, narrow=narrow)
    page.goto(f"/cases/{number}?all=1")
    for why in page.locator("ul.clocks summary").all():
        why.click()
    page.locator("details.more > summary").click()
    assert barriers(page) == []
    for action in ("promise", "correct", "open_case"):
        page.goto(f"/cases/{number}/do/{action}")
        page.locator("form.do button.first").click()
        expect(page.locator("#faults")).to_be_focused()
        assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_step_is_taken_by_keyboard_alone(office: Office) -> None:
    number = ready(office)
    page = desk_of(office, "responsible", *ENGINEERING, language="en")
    page.goto(f"/cases/{number}")
    for _ in range(20):
        page.keyboard.press("Tab")
        if "/do/propose" in str(page.evaluate("document.activeElement.getAttribute('href')")):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/do/propose")
    page.locator("main a").first.focus()
    written = {"f_cause": "The seal aged.", "f_measures": "Replace the seal."}
    for _ in range(20):
        page.keyboard.press("Tab")
        name = str(page.evaluate("document.activeElement.getAttribute('name')"))
        if name in written:
            page.keyboard.type(written.pop(name))
        if name == "do":
            break
    assert not written
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_be_focused()
    expect(page.locator("#said")).to_contain_text("Propose measures: done")


def test_what_was_refused_is_there_again_after_the_browser_was_closed(office: Office) -> None:
    number = ready(office)
    head = desk_of(office, "responsible", *ENGINEERING, language="en")
    head.goto(f"/cases/{number}/do/propose")
    office.act(number, "propose", "responsible", *ENGINEERING, cause="x", measures="y")
    fill(head, {"f_cause": "The seal aged, as I found.", "f_measures": "Replace it."})
    head.locator("form.do button.first").click()
    expect(head.locator("#faults")).to_contain_text("not possible at the stage")
    office.act(number, "return", "leader", reason="Write more.")
    again = desk_of(office, "responsible", *ENGINEERING, language="en")
    do(again, number, "propose", {})
    expect(again.locator("ol.story")).to_contain_text("The seal aged, as I found.")
    assert again.locator(".acts").inner_text().count("draft") == 0


def test_a_case_of_the_wrong_department_comes_back_and_goes_to_the_right_one(office: Office) -> None:
    number = ready(office)
    head = desk_of(office, "responsible", *ENGINEERING, language="en")
    do(head, number, "decline", {"f_reason": "It is about the contract: sales."})
    page = desk_of(office, "csd", language="en")
    page.goto(f"/cases/{number}")
    expect(page.locator("ol.stages li.now")).to_contain_text("Assessment")
    do(page, number, "dispatch", {"f_unit": "sales"})
    expect(page.locator(".chips")).to_contain_text("Sales")


def test_a_handler_who_leaves_is_replaced_by_another(office: Office) -> None:
    number = ready(office)
    head = desk_of(office, "responsible", *ENGINEERING, language="en")
    head.goto(f"/cases/{number}/do/appoint")
    first, second = [o.get_attribute("value") for o in head.locator("[name=f_person] option").all()[2:4]]
    do(head, number, "appoint", {"f_person": str(first)})
    head.get_by_role("link", name=re.compile("hand over.*Handler")).click()
    fill(head, {"f_person": str(second), "f_reason": "Left the company."})
    head.locator("form.do button.first").click()
    expect(head.locator("#said")).to_be_visible()
    expect(head.locator("ol.story")).to_contain_text("Left the company.")


def test_a_second_case_is_really_opened_and_both_name_each_other(office: Office) -> None:
    number = ready(office)
    page = desk_of(office, "csd", language="en")
    do(page, number, "open_case", {"f_relation": "arises_from", "f_about": "The wall below is wet too."})
    page.locator("h2:has-text('Linked cases') + ul a").click()
    expect(page.locator("h1")).to_contain_text("The wall below is wet too.")
    assert not page.url.endswith(number)
    expect(page.locator("h2:has-text('Linked cases') + ul a")).to_have_text(number)


def test_a_wrong_entry_is_put_right_and_both_stay_to_be_read(office: Office) -> None:
    number = ready(office)
    page = desk_of(office, "csd", language="en")
    page.goto(f"/cases/{number}?order=oldest")
    page.locator("ol.story li:has-text('Received') a.undo").click()
    fill(page, {"f_set_category": "contract", "f_reason": "Misread."})
    page.locator("form.do button.first").click()
    expect(page.locator(".chips")).to_contain_text("Contract")
    expect(page.locator("ol.story")).to_contain_text("Misread.")


def test_who_has_no_address_is_called_and_the_call_is_ticked_off(office: Office) -> None:
    receipt = office.file("Dark staircase.", complainant={"name": "A. Neighbour", "phone": "13800000000"})
    page = desk_of(office, "csd", language="en")

    def asked() -> bool:
        page.goto(f"/cases/{receipt['number']}")
        return page.locator("form.inline").count() > 0

    wait_until(asked, "a call to be made")
    page.locator("form.inline button").first.click()
    expect(page.locator("#said")).to_contain_text("call")
    page.goto(f"/cases/{receipt['number']}?all=1")
    expect(page.locator("ol.story")).to_contain_text("Told by telephone")


def test_an_operator_goes_from_the_number_to_the_workflow(office: Office) -> None:
    number = ready(office)
    page = desk_of(office, "operator", language="en")
    page.goto("/workflow")
    page.fill("[name=find]", number)
    page.locator("main form button").click()
    assert barriers(page) == []
    address = page.locator("dd a").last.get_attribute("href")
    assert address and address.startswith("/temporal/namespaces/default/workflows/complaint-")
    answer = office.ask("GET", address, bearer=office.token("operator"))
    assert answer.status_code == 200
