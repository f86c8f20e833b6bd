"""Whole ways by keyboard alone, and pages at rest for who asks for little motion."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.office import PROCEDURE, Office

MOST = 60


def go_to(page: Page, selector: str) -> None:
    """Tab until the element has the focus, which must then be seen."""
    for _ in range(MOST):
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", f"one does not see that {selector} has the focus"
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the Tab key never comes to {selector}")


def test_a_complaint_is_filed_followed_and_withdrawn_by_keyboard_alone(office: Office) -> None:
    page = office.browser(language="en")
    page.goto(f"/file?procedure={PROCEDURE}")
    go_to(page, "#about")
    page.keyboard.type("The gate hangs.")
    go_to(page, "form.uploads button.first")
    page.keyboard.press("Enter")
    page.wait_for_url("**/receipt**")
    go_to(page, "main a.first")
    page.keyboard.press("Enter")
    page.wait_for_url("**/track**")
    go_to(page, ".yours details:last-of-type > summary")
    page.keyboard.press("Enter")
    go_to(page, "button.serious")
    page.keyboard.press("Enter")
    expect(page.locator(".stand")).to_contain_text("Withdrawn")


def test_a_leader_returns_the_measures_by_keyboard_alone(office: Office) -> None:
    number = str(office.file("Rain comes in at the window.")["number"])
    office.act(number, "assess", "csd", admissible=True)
    office.act(number, "dispatch", "csd", unit="engineering")
    office.act(number, "propose", "responsible", "--unit", "engineering", cause="Old.", measures="A new seal.")
    letter = office.letter("leader@developer.example", number, "/approvals/")
    page = office.browser(language="en")
    page.goto(next(link for link in letter["links"] if "/approvals/" in link))
    go_to(page, "button[value=return]")
    page.keyboard.press("Enter")
    page.wait_for_url("**decision=return**")
    go_to(page, "#text")
    page.keyboard.type("Say more about the cause.")
    go_to(page, "main form button.first")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(re.compile("returned", re.IGNORECASE))


def test_nothing_moves_for_who_asks_for_little_motion(office: Office) -> None:
    page = office.browser(language="en", reduced_motion="reduce")
    for path in ("/", f"/file?procedure={PROCEDURE}", "/track"):
        page.goto(path)
        moving = page.evaluate(
            "[...document.querySelectorAll('*')].filter((one) => { const style = getComputedStyle(one);"
            " return style.animationName !== 'none' || style.transitionDuration !== '0s'; }).length"
        )
        assert moving == 0, path
