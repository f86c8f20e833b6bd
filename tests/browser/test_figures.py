"""A manager's figures: every number opens a list with that many rows; the public sees no small ones."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from templates.languages import LANGUAGES
from tests.browser.office import Office, barriers, weight


def manager(office: Office, language: str = "en", *, narrow: bool = False, script: bool = True) -> Page:
    """A browser of the procedure's manager."""
    page = office.browser(language=language, narrow=narrow, script=script)
    page.set_extra_http_headers({"Authorization": f"Bearer {office.token('manager')}"})
    return page


@pytest.fixture
def some(office: Office) -> None:
    """Enough happened for every table to say something."""
    for place in range(2):
        number = office.file(f"The lift is loud, {place}.", category="repair")["number"]
        office.act(number, "assess", "csd", admissible=True, validity="valid")
        office.act(number, "dispatch", "csd", unit="engineering")
    office.act(number, "propose", "eng-head", "--person", "eng-head", cause="Worn.", measures="Oil.")
    office.act(number, "approve", "leader")
    number = office.file("A bill is wrong.")["number"]
    office.act(number, "resolve", "csd", reply="It was put right.")


@pytest.mark.usefixtures("some")
@pytest.mark.parametrize(("language", "narrow"), [(lang, narrow) for lang in LANGUAGES for narrow in (False, True)])
def test_the_figures_have_no_barrier_in_either_language_wide_and_narrow(
    office: Office, language: str, narrow: bool
) -> None:
    page = manager(office, language, narrow=narrow)
    page.goto(f"/figures?lang={language}")
    page.locator("details summary").click()
    assert barriers(page) == []
    page.locator(".tiles a").first.click()
    assert barriers(page) == []


@pytest.mark.usefixtures("some")
def test_every_number_opens_a_list_with_that_many_rows(office: Office) -> None:
    page = manager(office)
    page.goto("/figures?lang=en")
    found = {
        link.get_attribute("href"): int(said[0])
        for link in page.locator("main a[href^='/figures/list']").all()
        if (said := re.findall(r"^\d+(?!%)\b", link.inner_text().strip()))
        and "days" not in (link.get_attribute("aria-label") or "")
    }
    assert len(found) > 10
    for href, number in found.items():
        page.goto(str(href))
        expect(page.locator("h1"), href).to_contain_text(f"({number})")
        assert page.locator("tbody tr").count() == min(number, 100), href


@pytest.mark.usefixtures("some")
def test_figures_are_filtered_without_script(office: Office) -> None:
    page = manager(office, script=False)
    page.goto("/figures?lang=en")
    page.get_by_label("Unit").select_option("engineering")
    page.get_by_label("Period").select_option("4")
    page.get_by_role("button", name="Show").click()
    assert {"unit=engineering", "weeks=4"} <= set(page.url.split("?")[1].split("&"))
    expect(page.get_by_role("table", name="By unit").locator("tbody th")).to_have_text(["Engineering"])


def test_figures_are_for_managers(office: Office) -> None:
    answer = office.ask("GET", "/figures", bearer=office.token("csd", "--person", "csd-1"))
    assert answer.status_code == 403


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_policy_is_public_and_names_limits_and_whom_to_turn_to(office: Office, language: str) -> None:
    page = office.telephone(language)
    page.goto(f"/public-figures?procedure=property-developer&lang={language}")
    expect(page.locator("main")).to_contain_text({"en": "3 working days", "zh-CN": "3个工作日"}[language])
    expect(page.locator("main")).to_contain_text({"en": "General manager", "zh-CN": "总经理"}[language])
    assert barriers(page) == []


def test_the_figures_are_light(office: Office) -> None:
    assert weight(manager(office), "/figures") < 100 * 1024
