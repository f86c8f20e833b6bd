"""Errors: one form for all, a page for people, nothing of the inside told."""

from __future__ import annotations

import inspect

import pytest
from fastapi.routing import APIRoute
from starlette.requests import Request

from api import problems
from api.app import BEHIND_SIGN_IN, ROUTERS
from complaints import errors
from complaints.errors import HuiyinError
from tests.support.door import Door

PUBLIC = {
    "POST /api/complaints", "GET /api/track", "GET /track", "POST /track", "GET /approvals/{token}",
    "POST /approvals/{token}", "GET /inbox", "GET /inbox.json", "GET /healthz", "GET /readyz", "GET /metrics", "GET /",
    "GET /file", "POST /file", "GET /receipt", "GET /sign-in", "POST /sign-in", "POST /sign-out",
    "GET /sign-in/provider", "GET /sign-in/provider/back",
    "POST /sign-out/everywhere", "GET /style.css",
    "GET /script.js", "GET /track/attachments/{attachment}", "POST /file/similar", "GET /public-figures",
}  # fmt: skip
"""Everything that answers somebody who is not signed in."""


def routes() -> list[APIRoute]:
    return [
        route for module in (*ROUTERS, *BEHIND_SIGN_IN) for route in module.router.routes if isinstance(route, APIRoute)
    ]


@pytest.mark.parametrize("route", routes(), ids=lambda route: f"{sorted(route.methods or ())[0]} {route.path}")
async def test_only_what_is_meant_for_the_public_answers_without_sign_in(door: Door, route: APIRoute) -> None:
    path = route.path.replace("{key:path}", "k").replace("{path:path}", "p")
    for name in ("number", "action", "form", "task", "token"):
        path = path.replace(f"{{{name}}}", "20261122-0001")
    for method in sorted((route.methods or set()) - {"HEAD"}):
        answer = await door.client.request(method, path, json={} if path.startswith("/api") else None)
        closed = answer.status_code == 401 or answer.headers.get("location", "").startswith("/sign-in")
        assert closed != (f"{method} {route.path}" in PUBLIC), f"{method} {route.path}: {answer.status_code}"


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/api/nothing", 404), ("DELETE", "/api/complaints", 405)]
)
async def test_an_address_or_method_that_is_not_there_is_a_problem(
    door: Door, method: str, path: str, status: int
) -> None:
    answer = await door.client.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert {"type", "title", "status", "detail", "instance"} <= answer.json().keys()


async def test_a_fault_of_our_own_tells_nothing_of_the_inside(door: Door) -> None:
    await door.the.records.close()
    answer = await door.client.get("/api/track", params={"number": "1", "code": "2"})
    assert answer.status_code == 500
    assert answer.json()["code"] == "internal"
    assert "sqlite" not in answer.text.lower() and "Traceback" not in answer.text


async def test_a_person_with_a_browser_gets_a_page_and_a_script_a_problem(door: Door) -> None:
    browser = {"Accept": "text/html,application/xhtml+xml", "Accept-Language": "zh-CN,zh;q=0.9"}
    page = await door.client.get("/nowhere", headers=browser)
    assert page.status_code == 404 and "没有找到" in page.text
    script = await door.client.get("/nowhere")
    assert script.headers["content-type"] == "application/problem+json"


def test_every_error_of_the_tree_has_one_status() -> None:
    known = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, HuiyinError)]
    assert len(known) > 10
    expected = (
        (errors.BadInput("field", "text"), 422),
        (errors.Forbidden("text"), 403),
        (errors.NotFound("text"), 404),
        (errors.Refused("code", "text"), 409),
        (errors.Unavailable("text"), 503),
    )
    for error, status in expected:
        assert problems.of_error(error, "/x").status == status
    assert problems.of_error(errors.Diverged("inside"), "/x").detail == problems.internal("/x").detail


async def test_a_system_whose_records_answer_is_ready_though_its_engine_is_down(door: Door) -> None:
    answer = await door.client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["parts"]["records"] == "ok"
    assert answer.json()["parts"]["engine"].startswith("down")


async def test_figures_name_routes_and_never_tokens(door: Door) -> None:
    await door.client.get("/approvals/secret-token")
    figures = (await door.client.get("/metrics")).text
    assert 'route="/approvals/{token}"' in figures
    assert "secret-token" not in figures


def test_an_error_page_needs_a_request_of_a_person() -> None:
    scope = {"type": "http", "path": "/api/x", "headers": [(b"accept", b"text/html")], "query_string": b""}
    from api.pages import wants_page

    assert not wants_page(Request(scope))
