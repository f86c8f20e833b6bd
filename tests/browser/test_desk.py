"""The desk's day: sign in, read the worklist, receive a complaint by telephone; by keyboard, without script, in both
languages, on a wide and a narrow screen."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page, expect

from templates.languages import LANGUAGES
from tests.browser.office import PROCEDURE, Office, barriers, weight


def new_account(office: Office, person: str) -> tuple[str, str]:
    """Account and first password of somebody who has not signed in yet."""
    ran = office.system.run("account", "reset", person, "--procedure", PROCEDURE, "--json")
    assert ran.returncode == 0, ran.stderr
    (made,) = json.loads(ran.stdout)
    return made["account"], made["password"]


def fill_sign_in(page: Page, account: str, password: str) -> None:
    page.goto("/sign-in")
    page.locator("#account").fill(account)
    page.locator("#password").fill(password)
    page.keyboard.press("Enter")


def test_the_first_start_shows_the_accounts_with_passwords_that_sign_in(office: Office) -> None:
    shown = dict(re.findall(r"(\S+) +│ ([a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4}) ", office.system.words))
    assert {"admin", "operator", "csd-1", "leader-1", "eng-head"} <= shown.keys()
    page = office.telephone("en")
    fill_sign_in(page, "sales-head", shown["sales-head"])
    expect(page.get_by_role("heading", name="choose your own")).to_be_visible()


@pytest.mark.parametrize("script", [True, False])
def test_a_person_signs_in_chooses_a_password_and_signs_out_everywhere(office: Office, script: bool) -> None:
    account, first = new_account(office, "prop-1")
    page = office.telephone("en", script=script)
    fill_sign_in(page, account, "not the password")
    expect(page.get_by_role("alert")).to_contain_text("do not fit")
    assert barriers_if(page, script) == []
    page.locator("#password").fill(first)
    page.locator("form:has(#password) button").click()
    expect(page).to_have_url(re.compile("/password"))
    assert barriers_if(page, script) == []
    page.goto("/cases")
    expect(page).to_have_url(re.compile("/password"))
    page.locator("#old").fill(first)
    page.locator("#new").fill("my own password")
    page.locator("#again").fill("not the same")
    page.get_by_role("button", name="Change the password").click()
    expect(page.locator("#again-fault")).to_be_visible()
    for field, word in (("old", first), ("new", "my own password"), ("again", "my own password")):
        page.locator(f"#{field}").fill(word)
    page.get_by_role("button", name="Change the password").click()
    expect(page.get_by_role("heading", name="Worklist")).to_be_visible()
    other = office.browser(language="en", script=script)
    fill_sign_in(other, account, "my own password")
    expect(other.get_by_role("heading", name="Worklist")).to_be_visible()
    page.goto("/password")
    page.get_by_role("button", name="Sign out everywhere").click()
    other.goto("/cases")
    expect(other).to_have_url(re.compile("/sign-in"))


def barriers_if(page: Page, script: bool) -> list[str]:
    """axe-core itself is a script."""
    return barriers(page) if script else []


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_desks_pages_have_no_barrier(office: Office, language: str, narrow: bool) -> None:
    office.file("The lift is loud.", place="Block 4")
    page = office.signed_in("csd", language=language, narrow=narrow)
    for path in ("/cases?tab=all", "/cases?q=nothing-of-the-kind", "/receive", "/password", "/sign-in"):
        page.goto(path)
        assert page.locator("html").get_attribute("lang") == language
        assert barriers(page) == [], path
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{path} is wider than the screen"


def test_a_dark_screen_has_contrast_enough(office: Office) -> None:
    page = office.signed_in("csd", language="en", color_scheme="dark")
    for path in ("/cases?tab=all", "/receive"):
        page.goto(path)
        assert barriers(page) == [], path


def test_the_worklist_is_walked_by_keys_alone(office: Office) -> None:
    for about in ("The lift is loud.", "The gate hangs."):
        office.file(about)
    page = office.signed_in("csd", language="en")
    page.goto("/cases")
    page.keyboard.press("j")
    page.keyboard.press("j")
    focused = page.locator(":focus")
    number = page.locator("#work tbody tr").nth(1).locator(".number").inner_text()
    assert (focused.get_attribute("href") or "").startswith(f"/cases/{number}?do=")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/cases/[\d-]+/do/assess"))
    page.goto("/cases")
    page.keyboard.press("/")
    page.keyboard.type("gate jk/n")
    expect(page.locator("#q")).to_have_value("gate jk/n")
    page.locator("#keys").click()
    page.keyboard.press("n")
    expect(page).to_have_url(re.compile("/cases$"))
    page.locator("#keys").click()
    page.keyboard.press("n")
    expect(page).to_have_url(re.compile("/receive"))


def test_the_first_stop_of_the_tab_key_leads_past_the_menu(office: Office) -> None:
    page = office.signed_in("csd", language="en")
    page.goto("/cases")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="To the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


@pytest.mark.parametrize("script", [True, False])
def test_a_call_is_received_on_one_page_and_found_again(office: Office, script: bool) -> None:
    page = office.signed_in("csd", language="en", script=script)
    page.goto("/receive")
    page.locator("#c_email").fill("nonsense")
    page.get_by_role("button", name="Register the complaint").click()
    expect(page.get_by_role("alert")).to_contain_text("What happened")
    expect(page.locator("#c_email")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#c_email")).to_have_value("nonsense")
    assert barriers_if(page, script) == []
    page.locator("#about").fill(f"The heron stands in the pool ({script}).")
    page.locator("#place").fill("Gate 7")
    page.locator("#c_email").fill("")
    page.locator("#c_name").fill("B. Resident")
    page.locator("#c_phone").fill("138 0000 5678")
    page.get_by_role("button", name="Register the complaint").click()
    number = page.locator("#number").inner_text()
    assert len(page.locator("#code").inner_text().replace("-", "")) == 12
    assert barriers_if(page, script) == []
    for words in (f"heron {script}", "13800005678", "B. Resident"):
        page.goto("/cases")
        page.locator("#q").fill(words)
        page.locator(".filters button").click()
        expect(page.locator("#work")).to_contain_text(number)
    page.locator("#q").fill(number)
    page.locator(".filters button").click()
    expect(page).to_have_url(re.compile(f"/cases/{number}"))


def test_a_view_is_kept_under_a_name(office: Office) -> None:
    page = office.signed_in("csd", language="en")
    page.goto("/cases?tab=all&stage=assessment")
    page.locator("#view-name").fill("To assess")
    page.get_by_role("button", name="Keep").click()
    page.goto("/cases")
    page.get_by_role("link", name="To assess").click()
    expect(page.locator("#f-stage")).to_have_value("assessment")
    page.get_by_role("button", name="Remove the view To assess").click()
    expect(page.get_by_role("link", name="To assess")).to_have_count(0)


def test_the_menu_shows_each_what_is_theirs(office: Office) -> None:
    menus = {}
    for who in ("csd", "operator"):
        page = office.signed_in(who, language="en")
        page.goto("/cases")
        menus[who] = page.get_by_role("navigation", name="Menu").get_by_role("link").all_inner_texts()
    assert "Receive a complaint" in menus["csd"]
    assert "Receive a complaint" not in menus["operator"]


def test_the_worklist_is_light(office: Office) -> None:
    assert weight(office.signed_in("csd"), "/cases?tab=all") < 100_000
