"""Signing in through the institution's OpenID Connect provider: a real one on this machine, asked over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from httpx import Response

from api.guessing import WRONG
from api.sessions import BEGUN, COOKIE
from runtime.directories import Directories
from runtime.provider import Provider
from runtime.settings import Settings
from tests.api.test_signing import account, nonce, sign_in
from tests.runtime.engine import free_ports
from tests.support.door import Door
from tests.support.provider import Real, real

ADDRESS = "desk@developer.example"


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Real]:
    """One provider for all tests here: who signs in there is always said by the test."""
    with real(tmp_path_factory.mktemp("provider") / "log", "--require-nonce", "true") as made:
        made.knows("s-1", email=ADDRESS, email_verified=True, preferred_username="CSD-1")
        made.knows("s-2", email=ADDRESS, email_verified=False)
        made.knows("s-3", email="stranger@elsewhere.example", email_verified=True, preferred_username="admin")
        yield made


@pytest.fixture
def settings(settings: Settings, provider: Real, tmp_path: Path) -> Settings:
    """The house with that provider."""
    file = tmp_path / "secret"
    file.write_text("of this client", encoding="utf-8")
    own = {"oidc_issuer": provider.url, "oidc_client_id": "huiyin", "oidc_client_secret_file": file}
    return settings.model_copy(update=own)


def at_hand(door: Door, **other: Any) -> None:
    """Let the house have other settings from now on."""
    door.the.settings = door.the.settings.model_copy(update=other)


async def way(door: Door, to: str = "") -> str:
    """Where the button of the sign-in page leads."""
    begun = await door.client.get("/sign-in/provider", params={"to": to})
    assert begun.status_code == 303
    there: str = begun.headers["location"]
    return there


async def comes_back(door: Door, back: str) -> Response:
    """The browser follows the provider's answer."""
    parts = urlsplit(back)
    assert (parts.scheme, parts.netloc) == ("http", "huiyin.test")
    return await door.client.get(f"{parts.path}?{parts.query}")


async def through(door: Door, provider: Real, subject: str, to: str = "", **other: str) -> Response:
    """The whole way as that subject."""
    return await comes_back(door, provider.signs_in(await way(door, to), subject, **other))


async def refused(door: Door, answer: Response, status: int, words: str) -> None:
    """Nobody is signed in, and the page says why; account and password are still there."""
    assert answer.status_code == status, answer.text
    assert words in answer.text and 'name="password"' in answer.text
    assert COOKIE not in door.client.cookies and BEGUN not in door.client.cookies
    assert (await door.client.get("/cases")).status_code == 303


UNFINISHED, UNKNOWN = "未完成", "没有与您关联的账号"


async def test_a_verified_address_of_the_directory_signs_in_to_its_account(door: Door, provider: Real) -> None:
    await account(door)
    answer = await through(door, provider, "s-1", to="/cases?lang=en")
    assert (answer.status_code, answer.headers["location"]) == (303, "/cases?lang=en")
    given = [value.lower() for value in answer.headers.get_list("set-cookie") if value.startswith(COOKIE)]
    assert given and all("httponly" in one and "samesite=lax" in one for one in given)
    page = await door.client.get("/cases", params={"lang": "en"})
    assert page.status_code == 200 and "何佳" in page.text
    assert BEGUN not in door.client.cookies


async def test_the_session_is_that_of_a_password_and_ends_like_it(door: Door, provider: Real) -> None:
    login = await account(door)
    await through(door, provider, "s-1")
    page = await door.client.get("/password")
    sign_out = page.text.split('action="/sign-out"')[1].split('value="')[1].split('"')[0]
    elsewhere = door.client.cookies[COOKIE]
    await door.client.post("/sign-out", data={"nonce": sign_out})
    assert COOKIE not in door.client.cookies
    await through(door, provider, "s-1")
    await door.the.records.accounts.end_sessions(login)
    for cookie in (door.client.cookies[COOKIE], elsewhere):
        door.client.cookies[COOKIE] = cookie
        assert (await door.client.get("/cases")).status_code == 303


async def test_whom_the_institution_proves_is_not_asked_for_a_first_password(door: Door, provider: Real) -> None:
    await account(door, fresh=True)
    await through(door, provider, "s-1")
    assert (await door.client.get("/cases", headers={"Accept": "text/html"})).status_code == 200
    await sign_in(door, "csd-1")
    led = await door.client.get("/cases", headers={"Accept": "text/html"})
    assert led.headers["location"].startswith("/password")


@pytest.mark.parametrize(
    ("subject", "words"), [("s-2", "未经您所在机构核实"), ("s-3", UNKNOWN), ("s-new", "未经您所在机构核实")]
)
async def test_whom_nobody_linked_is_told_so_and_no_account_is_made(
    door: Door, provider: Real, subject: str, words: str
) -> None:
    await account(door)
    before = await door.the.records.accounts.all()
    await refused(door, await through(door, provider, subject), 403, words)
    assert await door.the.records.accounts.all() == before


async def test_a_person_without_an_account_is_not_signed_in_by_the_address_alone(door: Door, provider: Real) -> None:
    await refused(door, await through(door, provider, "s-1"), 403, UNKNOWN)


async def test_a_disabled_account_is_closed_this_way_too(door: Door, provider: Real) -> None:
    await door.the.records.accounts.disable(await account(door), disabled=True)
    await refused(door, await through(door, provider, "s-1"), 403, UNKNOWN)


async def test_a_link_by_subject_goes_before_the_address_and_keeps_others_out(door: Door, provider: Real) -> None:
    await account(door)
    head = await account(door, "csd-head")
    await door.the.records.accounts.link(head, provider.url, "s-1")
    await through(door, provider, "s-1")
    assert "csd-head" in (await door.client.get("/password")).text
    door.client.cookies.clear()
    await door.the.records.accounts.link(head, provider.url, "")
    await door.the.records.accounts.link("csd-1", provider.url, "somebody else")
    await refused(door, await through(door, provider, "s-1"), 403, UNKNOWN)


async def test_the_same_subject_of_another_provider_is_nobody(door: Door, provider: Real) -> None:
    login = await account(door, "csd-head")
    await door.the.records.accounts.link(login, "https://elsewhere.example", "s-1")
    await refused(door, await through(door, provider, "s-1"), 403, UNKNOWN)


async def test_another_claim_may_name_the_account_but_never_one_of_the_installation(door: Door, provider: Real) -> None:
    at_hand(door, oidc_claim="preferred_username")
    await account(door, "admin", "")
    await refused(door, await through(door, provider, "s-3"), 403, UNKNOWN)
    await account(door)
    await through(door, provider, "s-1")
    assert "csd-1" in (await door.client.get("/password")).text
    door.client.cookies.clear()
    await door.the.records.accounts.link("admin", provider.url, "s-3")
    await through(door, provider, "s-3")
    assert (await door.client.get("/admin/health")).status_code == 200


async def test_a_sign_in_that_this_browser_did_not_begin_is_refused(door: Door, provider: Real) -> None:
    await account(door)
    back = provider.signs_in(await way(door), "s-1")
    mine = door.client.cookies[BEGUN]
    door.client.cookies.clear()
    await refused(door, await comes_back(door, back), 401, UNFINISHED)
    for cookie in (mine[:-2], "x", ""):
        door.client.cookies.set(BEGUN, cookie, domain="huiyin.test", path="/sign-in/provider")
        await refused(door, await comes_back(door, back), 401, UNFINISHED)
        door.client.cookies.clear()


@pytest.mark.parametrize("other", [{"state": "forged"}, {"state": ""}, {"nonce": "forged"}])
async def test_another_state_or_nonce_is_refused(door: Door, provider: Real, other: dict[str, str]) -> None:
    await account(door)
    await refused(door, await through(door, provider, "s-1", **other), 401, UNFINISHED)


async def test_a_code_that_another_client_was_given_is_refused(door: Door, provider: Real) -> None:
    await account(door)
    await refused(door, await through(door, provider, "s-1", client_id="another"), 401, UNFINISHED)


async def test_a_code_counts_once(door: Door, provider: Real) -> None:
    await account(door)
    back = provider.signs_in(await way(door), "s-1")
    kept = door.client.cookies[BEGUN]
    assert (await comes_back(door, back)).status_code == 303
    door.client.cookies.clear()
    door.client.cookies.set(BEGUN, kept, domain="huiyin.test", path="/sign-in/provider")
    await refused(door, await comes_back(door, back), 401, UNFINISHED)


async def test_who_gives_up_there_is_told_so(door: Door, provider: Real) -> None:
    state = parse_qs(urlsplit(await way(door)).query)["state"][0]
    denied = await door.client.get("/sign-in/provider/back", params={"error": "access_denied", "state": state})
    await refused(door, denied, 401, UNFINISHED)


async def test_who_comes_back_in_vain_too_often_must_wait(door: Door, provider: Real) -> None:
    await account(door)
    for _ in range(WRONG):
        assert (await door.client.get("/sign-in/provider/back", params={"code": "guessed"})).status_code == 401
    waits = await through(door, provider, "s-1")
    await refused(door, waits, 429, "次数过多")
    assert int(waits.headers["retry-after"]) > 0


@pytest.mark.parametrize("to", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example"])
async def test_nobody_is_led_out_of_the_house_after_the_provider(door: Door, provider: Real, to: str) -> None:
    await account(door)
    answer = await through(door, provider, "s-1", to=to)
    assert answer.headers["location"] == "/cases"


async def test_a_provider_that_is_down_leaves_account_and_password(door: Door) -> None:
    (nobody,) = free_ports(1)
    elsewhere = door.the.settings.model_copy(update={"oidc_issuer": f"http://127.0.0.1:{nobody}"})
    door.the.provider = Provider(elsewhere)
    login = await account(door)
    await refused(door, await door.client.get("/sign-in/provider"), 503, "暂时无法访问")
    assert (await sign_in(door, login)).status_code == 303


async def test_a_provider_that_goes_down_meanwhile_leaves_account_and_password_too(door: Door, tmp_path: Path) -> None:
    login = await account(door)
    with real(tmp_path / "log") as short:
        short.knows("s-1", email=ADDRESS, email_verified=True)
        door.the.provider = Provider(door.the.settings.model_copy(update={"oidc_issuer": short.url}))
        back = short.signs_in(await way(door), "s-1")
    await refused(door, await comes_back(door, back), 503, "暂时无法访问")
    assert (await sign_in(door, login)).status_code == 303


async def test_an_address_that_two_people_share_is_nobodys(door: Door, provider: Real, tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    for file in door.the.settings.procedures_dir.glob("property-developer.*"):
        text = file.read_text(encoding="utf-8")
        (shared / file.name).write_text(text.replace("engineer@developer.example", ADDRESS), encoding="utf-8")
    door.the.directories = Directories(shared)
    await account(door)
    await account(door, "eng-1")
    await refused(door, await through(door, provider, "s-1"), 403, UNKNOWN)


async def test_where_there_is_no_provider_there_is_no_button(door: Door) -> None:
    assert "/sign-in/provider" in (await door.client.get("/sign-in")).text
    door.the.provider = None
    page = await door.client.get("/sign-in")
    assert "/sign-in/provider" not in page.text and nonce(page)
    for path in ("/sign-in/provider", "/sign-in/provider/back"):
        assert (await door.client.get(path)).status_code == 404
