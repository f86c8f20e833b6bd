"""The leader's page on a telephone, in a real browser with scripts switched off."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import uvicorn
from httpx import AsyncClient
from playwright.async_api import Page, async_playwright

from api.app import create_app
from records import Records
from runtime.settings import Settings
from tests.api.test_approvals import asked
from tests.runtime.engine import free_ports
from tests.support.door import Door

SCREEN = {"width": 360, "height": 740}
FINGER = 44
"""Pixels that a finger needs."""


@pytest.fixture
async def door(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Door]:
    """The API on a real port, while the engine is down."""
    port, nobody = free_ports(2)
    home = f"http://127.0.0.1:{port}"
    records = Records(sqlite_url)
    app = create_app(Settings(data_dir=tmp_path, temporal_port=nobody, public_url=home), records=records)
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error", access_log=False))
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn offers no event for it
        await asyncio.sleep(0.02)
    async with AsyncClient(base_url=home) as client:
        yield Door(client, app.state.house)
    server.should_exit = True
    await serving
    await records.close()


@pytest.fixture
async def telephone() -> AsyncIterator[Page]:
    """A small screen without scripts."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    assert browser, "Chromium is missing: `make setup` installs it, or says how."
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        context = await chromium.new_context(viewport=SCREEN, java_script_enabled=False, locale="zh-CN")  # type: ignore[arg-type]
        yield await context.new_page()
        await chromium.close()


async def test_the_leader_chooses_and_is_asked_once_more_without_scrolling_sideways(
    door: Door, telephone: Page
) -> None:
    number, path = await asked(door)
    await telephone.goto(f"{door.client.base_url}{path}")
    assert number in await telephone.inner_text("h1")
    for button in await telephone.locator("button").all():
        box = await button.bounding_box()
        assert box is not None
        assert box["height"] >= FINGER
        assert box["x"] >= 0 and box["x"] + box["width"] <= SCREEN["width"]
    await telephone.get_by_role("button", name="批准并提出要求…").click()
    assert await telephone.inner_text("h1") == "批准并提出要求?"
    await telephone.get_by_label("您的要求").fill("雨季前完成。")
    box = await telephone.locator("textarea").bounding_box()
    assert box is not None and box["x"] + box["width"] <= SCREEN["width"]
    await telephone.get_by_role("link", name="返回,暂不决定").click()
    assert number in await telephone.inner_text("h1")
    case = await door.the.records.case(number=number)
    assert case.state.stage == "approval"
