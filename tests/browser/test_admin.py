"""Administration before a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from templates.languages import LANGUAGES
from tests.browser.office import PROCEDURE, Office, barriers
from tests.runtime.system import wait_until

PAGES = (
    "/admin", "/admin/procedures", f"/admin/procedures/{PROCEDURE}", f"/admin/procedures/{PROCEDURE}/simulate?days=9",
    f"/admin/people/{PROCEDURE}", f"/admin/calendar/{PROCEDURE}", "/admin/letters", "/admin/letters/reply",
    "/admin/failed", "/admin/health",
)  # fmt: skip


def admin(office: Office, language: str = "zh-CN", **more: bool) -> Page:
    """The administrator's browser."""
    bearer = f"Bearer {office.token('admin')}"
    return office.browser(language=language, extra_http_headers={"Authorization": bearer}, **more)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("narrow", [False, True], ids=["wide", "narrow"])
def test_administration_has_no_barrier(office: Office, language: str, narrow: bool) -> None:
    page = admin(office, language, narrow=narrow)
    for path in PAGES:
        page.goto(path)
        assert page.locator("html").get_attribute("lang") == language
        assert barriers(page) == [], path


def test_the_check_of_a_procedure_is_told_once_it_is_done(office: Office) -> None:
    page = admin(office)
    page.goto("/admin/procedures")
    page.get_by_role("link", name="房地产开发企业客户投诉处理").click()

    def proved() -> bool:
        page.reload()
        return page.get_by_text("每一件投诉都能办结。").is_visible()

    wait_until(proved, "the check's result")
    expect(page.get_by_role("img", name=re.compile("程序图"))).to_be_visible()


def test_a_slider_leads_through_virtual_time_and_without_script_a_button_does(office: Office) -> None:
    page = admin(office)
    page.goto(f"/admin/procedures/{PROCEDURE}/simulate")
    slider = page.get_by_role("slider")
    slider.focus()
    slider.press("End")
    page.wait_for_url(re.compile("days=120"))
    expect(page.get_by_role("heading", name="此前经过")).to_be_visible()
    expect(page.locator(".late").first).to_be_visible()
    plain = admin(office, script=False)
    plain.goto(f"/admin/procedures/{PROCEDURE}/simulate")
    plain.get_by_role("button", name="查看推演结果").click()
    expect(plain.get_by_role("heading", name="若无人处理")).to_be_visible()


def test_an_absence_is_entered_by_keyboard_and_ended(office: Office) -> None:
    page = admin(office)
    page.goto(f"/admin/people/{PROCEDURE}")
    page.get_by_label("不在岗人员").select_option("sales-head")
    page.get_by_label("由谁代理").select_option("prop-1")
    page.locator("#since").fill("2026-01-01T09:00")
    page.locator("#until").fill("2026-01-01T08:00")
    page.get_by_role("button", name="登记", exact=True).press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("结束时间须晚于开始时间")
    assert barriers(page) == []
    page.locator("#until").fill("2099-01-01T08:00")
    page.get_by_role("button", name="登记", exact=True).press("Enter")
    expect(page.get_by_role("status")).to_contain_text("蒋薇")
    row = page.get_by_role("row", name=re.compile("蒋薇 2026-01-01"))
    expect(row).to_contain_text("冯涛")
    row.get_by_role("button", name=re.compile("现已返岗")).click()
    expect(page.get_by_role("row", name=re.compile("蒋薇 2026-01-01"))).to_contain_text("提前结束")
