"""One running system and one Chromium for all browser tests; every test has a browser context of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.office import Office
from tests.runtime.system import System

HERE = Path(__file__).parent

# A condition may take its time on a slow machine; it is awaited, never slept for.
expect.set_options(timeout=30_000)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of them in one process: they share the system that they look at. First, for xdist reads the mark next."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="package")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """The whole system as `huiyin up` starts it."""
    made = System(tmp_path_factory.mktemp("browser") / "data")
    made.start()
    try:
        made.wait_ready()
        yield made
    finally:
        made.put_down()


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; gone before other tests, for Playwright's loop suffers no other beside it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def office(system: System, chromium: Browser) -> Iterator[Office]:
    """People before their browsers; a page whose script fails, or that its own policy blocks, fails the test."""
    made = Office(system, chromium)
    yield made
    made.leave()
    assert made.faults == []


@pytest.fixture
def page(office: Office) -> Page:
    """A complainant's telephone, in Chinese."""
    return office.telephone()
