"""Signing in by account and password: the session, its end, the first password, tries in vain."""

from __future__ import annotations

import re

import pytest
from fastapi.responses import Response as PlainResponse
from httpx import ASGITransport, AsyncClient, Response

from api.app import create_app
from api.sessions import BEGUN, COOKIE
from api.signing import FREE_OF_ACCOUNT
from records import Records
from runtime import passwords
from runtime.settings import Settings
from tests.support.door import PROCEDURE, Door

OWN = "a password of my own"


def nonce(page: Response) -> str:
    found = re.search(r'name="nonce" value="([^"]+)"', page.text.split("<main")[1])
    assert found, page.text
    return found[1]


async def account(door: Door, person: str = "csd-1", procedure: str = PROCEDURE, *, fresh: bool = False) -> str:
    """An account with the password `OWN`, changed already unless it is fresh; gives its name."""
    made = await door.the.records.accounts.add(person, procedure, passwords.hashed(OWN))
    if not fresh:
        await door.the.records.accounts.set_password(made.login, made.password, must_change=False)
    return made.login


async def sign_in(door: Door, login: str, password: str = OWN, to: str = "") -> Response:
    page = await door.client.get("/sign-in")
    sent = {"account": login, "password": password, "nonce": nonce(page), "to": to}
    return await door.client.post("/sign-in", data=sent)


async def test_account_and_password_sign_in_with_the_roles_that_the_directory_has_today(door: Door) -> None:
    answer = await sign_in(door, await account(door), to="/cases?lang=en")
    assert (answer.status_code, answer.headers["location"]) == (303, "/cases?lang=en")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie
    page = await door.client.get("/cases", params={"lang": "en"})
    assert page.status_code == 200 and "何佳" in page.text and "Sign out" in page.text


@pytest.mark.parametrize(("login", "password"), [("csd-1", "wrong"), ("nobody", OWN), ("", ""), ("csd-1", "")])
async def test_a_wrong_password_and_an_unknown_account_get_the_same_answer(
    door: Door, login: str, password: str
) -> None:
    await account(door)
    answer = await sign_in(door, login, password)
    assert answer.status_code == 401
    assert COOKIE not in answer.headers.get("set-cookie", "")
    assert "账号或密码不正确" in answer.text and f'value="{login}"' in answer.text


async def test_after_some_tries_in_vain_even_the_right_password_has_to_wait(door: Door) -> None:
    login = await account(door)
    for _ in range(FREE_OF_ACCOUNT):
        assert (await sign_in(door, login, "wrong")).status_code == 401
    refused = await sign_in(door, login)
    assert refused.status_code == 429 and "请等待1分钟" in refused.text
    assert (await sign_in(door, await account(door, "csd-head"))).status_code == 303


async def test_the_first_password_must_be_changed_before_anything_else(door: Door) -> None:
    await sign_in(door, await account(door, fresh=True))
    sent_on = await door.client.get("/cases", headers={"Accept": "text/html"})
    assert (sent_on.status_code, sent_on.headers["location"]) == (303, "/password?to=%2Fcases")
    assert (await door.client.get("/api/complaints")).status_code == 401
    page = await door.client.get(sent_on.headers["location"])
    change = {"old": OWN, "new": "another one, longer", "again": "another one, longer", "nonce": nonce(page)}
    for wrong, words in (
        ({"old": "not it"}, "当前密码不正确"),
        ({"new": "short"}, "至少需要10个字符"),
        ({"new": OWN}, "请换一个密码"),
        ({"again": "another one"}, "不一致"),
        ({"nonce": "forged"}, "打开时间过长"),
    ):
        refused = await door.client.post("/password", data=change | wrong)
        assert refused.status_code == 422 and words in refused.text
    changed = await door.client.post("/password", data=change | {"to": "/cases"})
    assert (changed.status_code, changed.headers["location"]) == (303, "/cases")
    assert (await door.client.get("/cases", headers={"Accept": "text/html"})).status_code == 200
    assert (await sign_in(door, "csd-1")).status_code == 401
    assert (await sign_in(door, "csd-1", change["new"])).status_code == 303


async def test_signing_out_takes_the_cookie_and_signing_out_everywhere_ends_every_session(door: Door) -> None:
    login = await account(door)
    await sign_in(door, login)
    elsewhere = door.client.cookies[COOKIE]
    page = await door.client.get("/password")
    token = re.search(r'action="/sign-out"><input type="hidden" name="nonce" value="([^"]+)"', page.text)
    assert token
    out = await door.client.post("/sign-out", data={"nonce": token[1]})
    assert out.status_code == 303 and COOKIE not in door.client.cookies
    assert (await door.client.get("/cases")).status_code == 303
    door.client.cookies[COOKIE] = elsewhere
    assert (await door.client.get("/cases")).status_code == 200
    await door.client.post("/sign-out/everywhere", data={"nonce": token[1]})
    door.client.cookies[COOKIE] = elsewhere
    assert (await door.client.get("/cases")).status_code == 303


async def test_a_disabled_account_and_one_whose_person_left_sign_nobody_in(door: Door) -> None:
    login = await account(door)
    await sign_in(door, login)
    await door.the.records.accounts.disable(login, disabled=True)
    assert (await door.client.get("/cases")).status_code == 303
    assert (await sign_in(door, login)).status_code == 401
    assert (await sign_in(door, await account(door, "left-long-ago"))).status_code == 401


async def test_the_installations_own_accounts_hold_their_role_and_no_other(door: Door) -> None:
    await sign_in(door, await account(door, "operator", ""))
    page = await door.client.get("/cases", params={"lang": "en"})
    assert page.status_code == 200 and "Receive a complaint" not in page.text


async def test_a_session_is_not_lost_when_the_records_are_away_for_a_moment(door: Door) -> None:
    await sign_in(door, await account(door))
    await door.the.records.close()
    answer = await door.client.get("/cases", headers={"Accept": "text/html"})
    assert answer.status_code in (500, 503)
    assert "set-cookie" not in answer.headers


async def test_a_signing_out_that_another_site_sends_does_nothing(door: Door) -> None:
    await sign_in(door, await account(door))
    for path in ("/sign-out", "/sign-out/everywhere"):
        await door.client.post(path, data={"nonce": "forged"})
        assert (await door.client.get("/cases")).status_code == 200


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_every_cookie_is_kept_from_scripts_and_other_sites_and_behind_tls_goes_by_tls_only(
    settings: Settings, sqlite_url: str, scheme: str
) -> None:
    url = f"{scheme}://huiyin.test"
    own = {"public_url": url, "oidc_issuer": "https://provider.example", "oidc_client_id": "huiyin"}
    records = Records(sqlite_url)
    app = create_app(settings.model_copy(update=own), records=records)
    async with (
        app.router.lifespan_context(app),
        AsyncClient(transport=ASGITransport(app), base_url=url) as client,
    ):
        door = Door(client, app.state.house)
        shown = await client.get("/sign-in", params={"lang": "en"})
        signed_in = await sign_in(door, await account(door))
        out = await client.post("/sign-out", data={"nonce": door.the.sessions.nonce("sign-out")})
        begun = PlainResponse()
        door.the.sessions.remember(begun, ["state", "nonce", "verifier", ""])
        given = [value for answer in (shown, signed_in, out) for value in answer.headers.get_list("set-cookie")]
        cookies = [value.lower() for value in (*given, begun.headers["set-cookie"])]
    await records.close()
    name = f"__host-{COOKIE}" if scheme == "https" else COOKIE
    assert {cookie.split("=")[0] for cookie in cookies} == {"huiyin_language", name, BEGUN}
    assert len(cookies) == 4
    for cookie in cookies:
        assert "; httponly" in cookie and "; samesite=lax" in cookie, cookie
        assert ("; secure" in cookie) is (scheme == "https"), cookie
