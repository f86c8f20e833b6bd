"""The way through the institution's own sign-in and back, in a browser, with a real provider."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.office import Office, barriers
from tests.runtime.system import System
from tests.support.provider import real


@pytest.fixture
def house(tmp_path: Path) -> System:
    """An installation of its own: the pages alone suffice to sign in."""
    made = System(tmp_path / "data")
    assert made.run("migrate").returncode == 0
    whom = ("csd-1", "--procedure", "property-developer")
    assert made.run("account", "add", *whom).returncode == 0
    return made


def test_a_person_comes_in_through_the_provider_and_goes_out_again(
    house: System, chromium: Browser, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("of this client", encoding="utf-8")
    with real(tmp_path / "log", "--require-nonce", "true") as provider:
        provider.knows("s-1", email="desk@developer.example", email_verified=True)
        named = {"ISSUER": provider.url, "CLIENT_ID": "huiyin", "CLIENT_SECRET_FILE": str(secret)}
        with house.serving(**{f"HUIYIN_OIDC_{name}": value for name, value in named.items()}):
            office = Office(house, chromium)
            for narrow in (False, True):
                page = office.browser(language="en", narrow=narrow)
                page.goto("/cases?lang=en")
                assert barriers(page) == []
                page.get_by_role("link", name="Sign in through your institution").click()
                page.get_by_placeholder("sub").fill("nobody" if narrow else "s-1")
                page.get_by_role("button", name="Authorize").click()
                if narrow:
                    expect(page.get_by_role("alert")).to_contain_text("has not verified your mail address")
                    assert barriers(page) == []
                    continue
                expect(page).to_have_url(f"{house.url}/cases?lang=en")
                page.get_by_role("button", name="Sign out").click()
                page.goto("/cases?lang=en")
                expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()
            office.leave()
    assert office.faults == []
