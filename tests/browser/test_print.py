"""Papers as they come out of the printer."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import Page

from templates.languages import LANGUAGES
from tests.browser.office import Office, barriers

A4 = [595, 842]
ABOUT = "周五暴雨后,客厅窗户一直往里渗水。"


def desk(office: Office, language: str = "zh-CN", **more: bool) -> Page:
    """The desk's browser."""
    bearer = f"Bearer {office.token('csd')}"
    return office.browser(language=language, extra_http_headers={"Authorization": bearer}, **more)


def sheets(page: Page) -> list[list[int]]:
    """Width and height of every sheet that the printer gets, in points."""
    made = page.pdf(prefer_css_page_size=True)
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", made)
    return [[round(float(width)), round(float(height))] for width, height in boxes]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("narrow", [False, True], ids=["wide", "narrow"])
def test_papers_have_no_barrier(office: Office, language: str, narrow: bool) -> None:
    number = office.file(ABOUT)["number"]
    page = desk(office, language, narrow=narrow)
    for path in (f"/cases/{number}/forms", f"/cases/{number}/print/chaser", f"/cases/{number}/dossier", "/register",
                 "/register/print"):  # fmt: skip
        page.goto(path)
        assert barriers(page) == [], path


def test_a_handling_sheet_is_one_sheet_of_a4_and_the_register_lies_across(office: Office) -> None:
    number = office.file(ABOUT)["number"]
    page = desk(office)
    page.goto(f"/cases/{number}/forms")
    page.get_by_role("link", name="投诉处理单").click()
    assert ABOUT in page.locator("main").inner_text()
    assert sheets(page) == [A4]
    page.goto("/register/print")
    assert sheets(page)[0] == A4[::-1]
    page.emulate_media(media="print")
    assert not page.locator(".paper-bar").is_visible()
    assert page.locator("thead").evaluate("head => getComputedStyle(head).display") == "table-header-group"


def test_a_long_dossier_repeats_the_heads_of_its_tables_on_sheets_of_a4(office: Office) -> None:
    number = office.file(ABOUT * 60)["number"]
    page = desk(office)
    page.goto(f"/cases/{number}/dossier")
    printed = sheets(page)
    assert len(printed) > 1 and all(sheet == A4 for sheet in printed)
    style = page.locator("main").evaluate("main => getComputedStyle(main)['lineBreak']")
    assert style == "strict"


def test_the_button_prints_and_without_script_there_is_none(office: Office) -> None:
    number = office.file(ABOUT)["number"]
    page = desk(office)
    page.add_init_script("window.print = () => { window.printed = true; }")
    page.goto(f"/cases/{quote(number)}/print/register")
    page.get_by_role("button", name="打印").press("Enter")
    assert page.evaluate("window.printed")
    plain = desk(office, script=False)
    plain.goto(f"/cases/{number}/print/register")
    assert not plain.get_by_role("button", name="打印").is_visible()
    assert ABOUT in plain.locator("main").inner_text()


def test_the_register_comes_as_a_spreadsheet(office: Office) -> None:
    office.file(ABOUT)
    page = desk(office)
    page.goto("/register")
    with page.expect_download() as waiting:
        page.get_by_role("button", name=re.compile("xlsx")).click()
    assert re.fullmatch(r"register-[\d-]+\.xlsx", waiting.value.suggested_filename)
