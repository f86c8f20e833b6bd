"""A letter's link in other hands: what a procedure that asks for sign-in gives away by it, and what scanners do."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from runtime.settings import Settings
from tests.api.test_approvals import asked, seq
from tests.support.door import Door

SCANNERS = (
    {"Sec-Purpose": "prefetch;prerender"},
    {"Purpose": "prefetch"},
    {"X-Moz": "prefetch"},
    {"User-Agent": "Mozilla/5.0 (compatible; SafeLinks)", "Accept": "*/*"},
    {"Range": "bytes=0-0"},
)
"""How mail gateways and browsers look at links before anybody opened them."""


@pytest.fixture
def strict(settings: Settings, tmp_path: Path) -> Settings:
    """A house whose decisions ask for sign-in."""
    folder = tmp_path / "procedures"
    folder.mkdir()
    for file in settings.procedures_dir.glob("property-developer.*"):
        shutil.copy(file, folder)
    rules = folder / "property-developer.yaml"
    text = rules.read_text(encoding="utf-8")
    changed = re.sub(r"(?m)^(- id: decision\n)", r"\1  sign_in: true\n", text)
    assert changed != text
    rules.write_text(changed, encoding="utf-8")
    return settings.model_copy(update={"procedures_dir": folder})


@pytest.mark.parametrize("headers", SCANNERS, ids=lambda sent: next(iter(sent)))
async def test_who_only_looks_ahead_decides_nothing_and_leaves_the_link_as_it_was(
    door: Door, headers: dict[str, str]
) -> None:
    number, path = await asked(door)
    before = await seq(door, number)
    page = await door.client.get(path)
    # Every address on the page, and every choice, by every method that is no form's own.
    ways = {path, *re.findall(r'(?:href|action)="(/approvals/[^"]+)"', page.text)}
    choices = re.findall(r'name="decision" value="(\w+)"', page.text)
    assert choices
    for way in ways:
        for choice in choices:
            for method in ("GET", "HEAD"):
                answer = await door.client.request(method, way, params={"decision": choice}, headers=headers)
                assert answer.status_code == 200
    for method in ("OPTIONS", "PUT", "DELETE", "PATCH"):
        assert (await door.client.request(method, path, headers=headers)).status_code == 405
    assert await seq(door, number) == before
    assert (await door.client.get(path)).status_code == 200


class TestWhereSignInIsDemanded:
    """The procedure says `sign_in: true`."""

    @pytest.fixture
    def settings(self, strict: Settings) -> Settings:
        return strict

    async def test_the_link_alone_shows_and_decides_nothing(self, door: Door) -> None:
        number, path = await asked(door)
        before = await seq(door, number)
        for method in ("GET", "HEAD", "POST"):
            answer = await door.client.request(method, path, params={"decision": "approve"})
            assert (answer.status_code, answer.headers["location"]) == (303, f"/waiting/{number}")
            assert "seal" not in answer.text
        page = await door.client.get(f"/waiting/{number}")
        assert page.headers["location"].startswith("/sign-in?to=%2Fwaiting%2F")
        assert await seq(door, number) == before

    async def test_who_decides_signs_in_and_finds_the_same_page(self, door: Door) -> None:
        number, path = await asked(door)
        led = (await door.client.get(path)).headers["location"]
        page = await door.client.get(led, params={"lang": "en"}, headers=door.bearer("leader-1"))
        assert page.status_code == 200
        assert "Replace the seal." in page.text and "Return for rework" in page.text and number in page.text

    async def test_who_got_the_letter_from_the_leader_decides_nothing_signed_in_as_oneself(self, door: Door) -> None:
        _, path = await asked(door)
        led = (await door.client.get(path)).headers["location"]
        other = await door.client.get(led, headers=door.bearer("csd-1"))
        assert (other.status_code, other.headers["location"]) == (303, "/waiting")

    async def test_after_the_decision_the_link_tells_nobody_what_was_decided(self, door: Door) -> None:
        number, path = await asked(door)
        await door.happens(number, "approve", "leader-1", ("leader",), requirements="Before the rain.")
        answer = await door.client.get(path)
        assert answer.status_code == 303 and "rain" not in answer.text
