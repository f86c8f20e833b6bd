"""A leader decides: by the link of the letter on a telephone, and signed in, one after another."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from templates.languages import LANGUAGES
from tests.browser.office import Office, barriers

LEADER, GM = "leader@developer.example", "gm@developer.example"


def put_up(office: Office, about: str = "The window leaks.") -> str:
    """A case whose measures wait for the leader; its number."""
    number = str(office.file(about)["number"])
    office.act(number, "assess", "csd", admissible=True, validity="valid")
    office.act(number, "dispatch", "csd", unit="engineering")
    office.act(number, "propose", "eng-head", "--person", "eng-head", cause="The seal aged.", measures="A new seal.")
    return number


def link(office: Office, number: str, to: str = LEADER) -> str:
    """The path of the link in the letter that asks about a case."""
    letter = office.letter(to, number, "/approvals/")
    found = re.findall(r"https?://\S+/approvals/[\w.~-]+", letter["text"])
    assert found, letter["text"]
    return str(urlsplit(found[-1]).path)


def signed_in(office: Office, role: str, **more: bool) -> Page:
    """A browser of who holds the role, signed in."""
    page = office.browser(language="en", **more)
    page.goto("/sign-in")
    page.set_extra_http_headers({"Authorization": f"Bearer {office.token(role)}"})
    return page


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_leader_approves_by_the_letters_link_in_three_taps(office: Office, language: str) -> None:
    number = put_up(office)
    page = office.telephone(language)
    page.goto(link(office, number) + f"?lang={language}")  # the first tap opens it
    expect(page.locator("h1")).to_contain_text(number)
    expect(page.locator(".sheet")).to_contain_text("A new seal.")
    assert barriers(page) == []
    page.locator("button[value=approve]").click()
    assert barriers(page) == []
    page.locator("button.first").click()
    expect(page.locator("h1")).to_have_text({"en": "You have approved.", "zh-CN": "您已批准。"}[language])
    expect(page.locator("h2 + ul")).not_to_be_empty()
    assert barriers(page) == []
    page.goto(link(office, number))
    expect(page.locator("strong")).to_have_text(re.compile("Approved|批准"))


def test_without_script_a_return_needs_its_reason_and_says_so_beside_the_field(office: Office) -> None:
    number = put_up(office)
    page = office.telephone("en", script=False)
    page.goto(link(office, number) + "?lang=en")
    page.locator("button[value=return]").click()
    page.locator("button.first").click()
    assert page.locator("#text").get_attribute("aria-describedby") == "text-fault"
    expect(page.locator("#text-fault")).to_have_text("Please write it down: the others act on it.")
    page.locator("#text").fill("Say who pays.")
    page.locator("button.first").click()
    expect(page.locator("h1")).to_have_text("You have returned it.")
    page.goto(link(office, number))
    expect(page.locator("pre")).to_have_text("Say who pays.")


def test_approving_with_requirements_keeps_what_was_required(office: Office) -> None:
    number = put_up(office)
    page = office.telephone("en")
    page.goto(link(office, number) + "?lang=en")
    page.locator("button[value=require]").click()
    page.get_by_label("Your requirements").fill("By Friday.")
    page.locator("button.first").click()
    expect(page.locator("h1")).to_have_text("You have approved with requirements.")


@pytest.mark.parametrize("choice", ["recuse", "substitute"])
def test_who_steps_aside_is_followed_by_somebody_who_decides(office: Office, choice: str) -> None:
    number = put_up(office)
    page = office.telephone("en")
    path = link(office, number)
    page.goto(path + "?lang=en")
    page.locator(f"button[value={choice}]").click()
    if choice == "recuse":
        page.locator("#text").fill("A relative lives there.")
    page.locator("button.first").click()
    expect(page.locator("h1")).to_have_text(re.compile("passed over|handed it over"))
    other = link(office, number, GM)
    page.goto(path)
    expect(page.locator("h1")).to_have_text(re.compile("Somebody else decides|passed over"))
    page.goto(other + "?lang=en")
    expect(page.locator("button[value=approve]")).to_be_visible()


def test_what_waits_is_decided_one_after_another(office: Office) -> None:
    first, second = put_up(office), put_up(office, "The lift is loud.")
    for number in (first, second):
        link(office, number)  # the letters have gone
    page = signed_in(office, "leader", narrow=True)
    page.goto("/waiting?lang=en")
    assert barriers(page) == []
    numbers = page.locator("td.number a").all_text_contents()
    assert {first, second} <= set(numbers)
    page.goto(f"/waiting/{first}")
    page.locator("button[value=approve]").click()
    page.locator("button.first").click()
    expect(page.locator("[role=status]")).to_contain_text(f"{first}: You have approved.")
    expect(page.locator("h1")).to_contain_text("awaits your decision")
    assert first not in page.locator("h1").inner_text()
    assert barriers(page) == []
