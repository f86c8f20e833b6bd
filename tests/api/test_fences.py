"""What the door holds off, whoever knocks: forms of other sites, floods, huge bodies, markup, ways out of the house."""

from __future__ import annotations

import inspect
import itertools
import re
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path

import pytest
from fastapi.responses import Response
from fastapi.routing import APIRoute
from httpx import ASGITransport, AsyncClient

from api.app import create_app
from api.fences import WORDS
from api.guessing import FILINGS, WRONG
from api.sessions import COOKIE, Carried
from api.signing import FREE_OF_ACCOUNT
from records import Records
from runtime.settings import Settings
from tests.api.test_problems import routes
from tests.support.door import COMPLAINT, PROCEDURE, Door
from tests.support.uploads import png

BROWSER = {"Accept": "text/html", "Accept-Language": "en"}
FORMS = [
    route
    for route in routes()
    if "POST" in (route.methods or ())
    and not route.path.startswith(("/api/", "/codec", "/temporal"))
    # It changes nothing: it counts.
    and route.path != "/file/similar"
]
NOTHING_DONE = ("/", "/waiting", "/sign-in?to=%2Fpassword")
"""Where a form leads that was not taken, or that there is nothing to take for."""

PAGES = [route for route in routes() if "GET" in (route.methods or ()) and not route.path.startswith("/temporal")]


def session(door: Door, person: str = "csd-1", *roles: str) -> str:
    """The cookie of somebody who is signed in."""
    token = door.the.tokens.issue(person, roles, PROCEDURE, now=door.the.now())
    answer = Response()
    door.the.sessions.give(answer, Carried(token=token))
    return answer.headers["set-cookie"].split(";")[0].partition("=")[2]


def path_of(route: APIRoute, number: str) -> str:
    path = route.path.replace("{key:path}", "k").replace("{path:path}", "p").replace("{number}", number)
    return re.sub(r"\{(\w+)(:\w+)?\}", lambda found: {"action": "note", "form": "register"}.get(found[1], "x"), path)


@pytest.fixture
async def stranger(settings: Settings, sqlite_url: str) -> AsyncIterator[Door]:
    """The API as somebody from far away sees it."""
    records = Records(sqlite_url)
    app = create_app(settings, records=records)
    async with app.router.lifespan_context(app):
        transport = ASGITransport(app, raise_app_exceptions=False, client=("203.0.113.9", 40000))
        async with AsyncClient(transport=transport, base_url="http://huiyin.test") as client:
            yield Door(client, app.state.house)
    await records.close()


async def test_no_form_is_taken_without_the_nonce_that_this_house_gave(door: Door) -> None:
    number = await door.filed()
    case = await door.the.records.case(number=number)
    before = await door.the.records.events(case.case_id)
    door.client.cookies.set(COOKIE, session(door, "csd-1", "admin"))
    given = {"number": number, "code": case.tracking_code, "procedure": PROCEDURE, "about": "x", "text": "x"}
    given |= {"say": "attach", "key": "k"}
    for route, nonce in itertools.product(FORMS, ("", "forged")):
        answer = await door.client.post(path_of(route, number), data=given | {"nonce": nonce}, headers=BROWSER)
        elsewhere = answer.status_code == 303 and answer.headers["location"] in NOTHING_DONE
        again = "open for too long" in answer.text
        assert answer.status_code >= 400 or elsewhere or again, f"{route.path}: {answer.status_code}"
        assert COOKIE not in answer.headers.get("set-cookie", ""), route.path
    assert await door.the.records.events(case.case_id) == before
    assert len(await door.the.records.received(PROCEDURE, 0, 2**40)) == 1


@pytest.mark.parametrize("route", FORMS, ids=lambda route: route.path)
def test_every_route_that_takes_a_form_asks_for_its_nonce(route: APIRoute) -> None:
    assert "is_nonce(" in Path(inspect.getfile(route.endpoint)).read_text(encoding="utf-8")


async def test_a_form_that_another_site_sends_is_refused_whatever_it_carries(door: Door) -> None:
    for path in ("/api/complaints", "/file", "/sign-out", "/codec/decode"):
        refused = await door.client.post(path, json=COMPLAINT, headers={"Sec-Fetch-Site": "cross-site"})
        assert refused.status_code == 403, path
    assert (await door.client.get("/", headers={"Sec-Fetch-Site": "cross-site"})).status_code == 200
    own = await door.client.post("/api/complaints", json=COMPLAINT, headers={"Sec-Fetch-Site": "same-origin"})
    assert own.status_code == 201


async def test_every_page_has_safe_headers_and_no_script_or_style_within(door: Door) -> None:
    number = await door.filed()
    door.client.cookies.set(COOKIE, session(door, "csd-1", "admin"))
    for route in PAGES:
        answer = await door.client.get(path_of(route, number), headers=BROWSER)
        policy = answer.headers["content-security-policy"]
        assert "unsafe" not in policy and "frame-ancestors 'none'" in policy, route.path
        assert "default-src 'none'" in policy, route.path
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "camera=()" in answer.headers["permissions-policy"]
        if answer.headers.get("content-type", "").startswith("text/html"):
            within = r"<script(?![^>]*\bsrc=)|<style\b|<[^>]+\s(?:style|on\w+)="
            assert re.findall(within, answer.text) == [], route.path


async def test_browsers_are_told_to_come_by_tls_alone_where_there_is_tls(settings: Settings, sqlite_url: str) -> None:
    for url, told in (("https://complaints.example", "max-age=31536000"), ("http://complaints.example", None)):
        app = create_app(settings.model_copy(update={"public_url": url}), records=Records(sqlite_url))
        async with app.router.lifespan_context(app), AsyncClient(transport=ASGITransport(app), base_url=url) as client:
            answer = await client.get("/healthz")
            assert answer.headers.get("strict-transport-security") == told
            await app.state.house.records.close()


@pytest.mark.parametrize(
    "to",
    ["//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example", "javascript:x()", "/\t/x"],
)
async def test_no_sign_in_leads_out_of_the_house(door: Door, to: str) -> None:
    token = door.the.tokens.issue("csd-1", (), PROCEDURE, now=door.the.now())
    form = {"token": token, "to": to, "nonce": door.the.sessions.nonce("sign-in")}
    answer = await door.client.post("/sign-in", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/cases")
    elsewhere = await door.client.get("/cases", headers={"Host": "evil.example", **BROWSER})
    assert "evil.example" not in elsewhere.headers.get("location", "")


async def test_what_was_sent_as_a_file_is_never_shown_as_a_page(door: Door) -> None:
    page = (await door.client.get("/file", params={"procedure": PROCEDURE, "lang": "en"})).text
    given = {name: re.search(rf'name="{name}" value="([^"]+)"', page)[1] for name in ("nonce", "key")}  # type: ignore[index]
    given |= {"procedure": PROCEDURE, "about": "x"}
    evil = ("page.png", b"<html><script>alert(1)</script>", "text/html")
    refused = await door.client.post("/file", data=given, files=[("files", evil)])
    assert refused.status_code == 422
    taken = await door.client.post("/file", data=given, files=[("files", ("a.html.png", png(), "text/html"))])
    assert taken.status_code == 303
    ((_, number),) = await door.the.records.received(PROCEDURE, 0, 2**40)
    case = await door.the.records.case(number=number)
    (file,) = await door.the.records.attachments.of_case(case.case_id)
    got = await door.client.get(f"/track/attachments/{file.id}", params={"number": number, "code": case.tracking_code})
    assert got.headers["content-type"] == "image/png" and got.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in got.headers["content-security-policy"]


async def test_who_files_too_often_from_far_away_must_wait(stranger: Door) -> None:
    for _ in range(FILINGS):
        assert (await stranger.file()).status_code == 201
    refused = await stranger.file()
    assert refused.status_code == 429 and int(refused.headers["retry-after"]) > 0
    staff = await stranger.client.post("/api/complaints", json=COMPLAINT, headers=stranger.bearer("csd-1"))
    assert staff.status_code == 201, "the desk takes what comes by telephone"
    page = (await stranger.client.get("/file", params={"procedure": PROCEDURE, "lang": "en"})).text
    nonce = re.search(r'name="nonce" value="([^"]+)"', page)
    assert nonce
    form = {"procedure": PROCEDURE, "about": "The lift is stuck.", "nonce": nonce[1], "key": "k"}
    shown = await stranger.client.post("/file", data=form, headers=BROWSER)
    assert shown.status_code == 429 and shown.headers["retry-after"] and "The lift is stuck." in shown.text


@pytest.mark.parametrize("path", ["/api/track", "/track", "/receipt"])
async def test_who_guesses_codes_must_wait(stranger: Door, path: str) -> None:
    for _ in range(WRONG):
        assert (await stranger.client.get(path, params={"number": "1", "code": "X"})).status_code == 404
    refused = await stranger.client.get(path, params={"number": "1", "code": "X"}, headers=BROWSER)
    assert refused.status_code == 429 and int(refused.headers["retry-after"]) > 0


async def test_who_guesses_passwords_must_wait(stranger: Door) -> None:
    nonce = stranger.the.sessions.nonce("sign-in")
    form = {"account": "csd-1", "password": "guess", "nonce": nonce}
    for _ in range(FREE_OF_ACCOUNT):
        assert (await stranger.client.post("/sign-in", data=form)).status_code == 401
    refused = await stranger.client.post("/sign-in", data=form)
    assert refused.status_code == 429 and int(refused.headers["retry-after"]) > 0


async def test_a_body_beyond_its_limit_is_refused_also_when_it_says_no_length(door: Door) -> None:
    async def endless() -> AsyncIterator[bytes]:
        yield b'{"about": "'
        for _ in range(WORDS // 50_000 + 1):
            yield b"x" * 50_000
        yield b'"}'

    json = {"Content-Type": "application/json"}
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for path, headers in (("/api/complaints", json), ("/sign-in", form), ("/file", form)):
        said = await door.client.post(path, content=b"x" * (WORDS + 1), headers=headers)
        unsaid = await door.client.post(path, content=endless(), headers=headers)
        assert (said.status_code, unsaid.status_code) == (413, 413), path
        assert said.headers["x-content-type-options"] == "nosniff"


MARKUP = '<img src=x onerror=alert(1)><script>alert("2")</script><a href="javascript:alert(3)">\'"&amp;</a>'


async def test_what_complainants_write_is_shown_as_written_and_never_as_markup(door: Door) -> None:
    person = {"name": f"N {MARKUP}", "phone": "1", "address": MARKUP, "language": "en"}
    given = {"about": f"A {MARKUP}", "demand": f"D {MARKUP}", "place": f"P {MARKUP}", "complainant": person}
    number = await door.filed(**given)
    case = await door.the.records.case(number=number)
    own = {"number": number, "code": case.tracking_code}
    seen = 0
    for route in PAGES:
        if route.path.startswith("/api/"):
            continue
        door.client.cookies.set(COOKIE, session(door, "csd-1", "admin"))
        answer = await door.client.get(path_of(route, number), params=own, headers=BROWSER)
        if answer.headers.get("content-type", "").startswith("text/html"):
            assert "<img src=x" not in answer.text and "<script>alert" not in answer.text, route.path
            assert 'href="javascript' not in answer.text, route.path
            seen += "onerror=alert(1)" in unescape(answer.text)
    assert seen >= 2, "pages that show it were among them"
