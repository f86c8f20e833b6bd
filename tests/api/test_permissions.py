"""Who may do what: every route with every kind of person against one declared table, and every action of a case."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.routing import APIRoute

from api.app import BEHIND_SIGN_IN, ROUTERS
from api.permissions import ROUTES, To, let_in
from api.security import Principal
from complaints.vocabulary import ACTIONS
from tests.api.test_approvals import asked
from tests.api.test_cases import under_way
from tests.support.door import COMPLAINT, PROCEDURE, Door

KINDS: dict[str, tuple[str, tuple[str, ...], str]] = {
    "desk": ("csd-1", (), PROCEDURE),
    "handler of another unit": ("prop-1", (), PROCEDURE),
    "handler of the case": ("eng-1", (), PROCEDURE),
    "head": ("eng-head", (), PROCEDURE),
    "leader": ("leader-1", (), PROCEDURE),
    "passed over": ("eng-2", (), PROCEDURE),
    "another procedure": ("lf-rec", (), "law-firm"),
    "manager": ("gm-1", (), PROCEDURE),
    "admin": ("admin-1", (), PROCEDURE),
    "operator": ("operator", ("operator",), ""),
}
"""Person, roles of the token beside the directory's, and procedure."""

OWN = {"desk", "handler of another unit", "handler of the case", "head", "leader", "manager", "admin"}
"""Who may read a case of their institution; `passed over` is one of its people too, and may not."""

WORDS = {
    "/api/complaints/{number}/forms/{form}", "/cases/{number}/forms", "/cases/{number}/print/{form}",
    "/cases/{number}/dossier", "/cases/{number}/dossier.zip", "/cases/{number}/attachments/{attachment}",
    "/cases/{number}/tasks/{task}",
}  # fmt: skip
READ = {
    "/api/complaints/{number}/looks",
    "/api/complaints/{number}", "/api/complaints/{number}/timeline", "/api/complaints/{number}/attempts",
    "/api/complaints/{number}/forecast", "/api/complaints/{number}/clocks/{key:path}/why", "/cases/{number}",
    "/waiting/{number}", "/api/complaints/{number}/attachments",
}  # fmt: skip
NONCES = {
    "/views": "views", "/cases/{number}/tasks/{task}": "case", "/cases/{number}/attachments": "attach",
    "/admin/people/{ident}/absences": "absence", "/admin/people/{ident}/absences/{absence}/end": "absence",
    "/admin/failed/{row}/again": "again",
}  # fmt: skip
HOLD = {
    To.STAFF: set(KINDS), To.INSTITUTION: set(KINDS) - {"operator"}, To.MANAGER: {"manager", "admin"},
    To.ADMIN: {"admin"}, To.OPERATOR: {"admin", "operator"},
}  # fmt: skip
"""Whom each kind of door lets in, written once more by hand."""

ANY = {"attach", "correct", "escalate", "note", "recuse", "substitute"}
WORK = {"ask", "contact", "inform", "pause", "promise", "propose", "report", "resume"}
ACTS: dict[str, set[str]] = {
    "desk": ANY | {
        "acknowledge", "answer", "ask", "consent", "dispatch", "explain", "inform", "merge", "object", "open_case",
        "pause", "promise", "reclassify", "refer", "report", "resume", "serve", "withdraw",
    },
    "handler of another unit": set(),
    "handler of the case": ANY | WORK,
    "head": ANY | WORK | {"appoint", "decline", "endorse", "object", "sign_for"},
    "leader": ANY | {"instruct", "reclassify"},
    "passed over": set(),
    "another procedure": set(),
    "manager": ANY,
    "admin": ANY | {"pause", "resume"},
    "operator": ANY | {"pause", "resume"},
}  # fmt: skip
"""What is open to each while engineering investigates and no handler is appointed yet; everything else is refused."""


PRINTS = {"desk", "leader", "manager", "admin"}
"""Managers, and whom the reference procedure names as author or reader of its monthly report."""


def routes() -> Iterator[tuple[str, str]]:
    """Every method and path that the application answers."""
    for module in (*ROUTERS, *BEHIND_SIGN_IN):
        for route in module.router.routes:
            assert isinstance(route, APIRoute)
            for method in sorted(route.methods or ()):
                yield method, route.path


def test_every_route_has_its_line_in_the_table_and_every_line_its_route() -> None:
    declared = {(method, path) for path, methods in ROUTES.items() for method in methods}
    assert declared == set(routes())


def test_a_route_that_is_not_in_the_table_is_closed_to_everybody() -> None:
    admin = Principal("admin", "admin", ("admin",), "")
    assert not let_in(None, admin) and not let_in(None, None)


async def test_a_route_forgotten_in_the_table_answers_nobody(door: Door) -> None:
    app = door.client._transport.app  # type: ignore[attr-defined]
    app.add_api_route("/forgotten", lambda: "open", methods=["GET"])
    assert (await door.client.get("/forgotten")).headers["location"].startswith("/sign-in")
    assert (await door.client.get("/forgotten", headers=door.bearer("admin", "admin", procedure=""))).status_code == 403


async def of_case(door: Door) -> str:
    """A case that engineering has and eng-2 is complained about in."""
    door.clock("2026-11-23T10:00")
    number = await door.filed(subject="eng-2")
    await door.happens(number, "assess", "csd-1", ("csd",), admissible=True, severity="general")
    await door.happens(number, "dispatch", "csd-1", ("csd",), unit="engineering")
    return number


def address(path: str, number: str) -> str:
    own = {"number": number, "action": "note", "form": "register", "ident": PROCEDURE, "key:path": "proposal"}
    for name in ("attachment", "token", "task", "letter", "language", "row", "absence", "path:path"):
        own[name] = "acknowledgement" if name == "letter" else "en" if name == "language" else "1"
    for name, value in own.items():
        path = path.replace(f"{{{name}}}", value)
    return path


@pytest.mark.parametrize("kind", KINDS)
async def test_each_route_lets_in_whom_the_table_says_and_nobody_else(door: Door, kind: str) -> None:
    number = await of_case(door)
    person, roles, procedure = KINDS[kind]
    headers = door.bearer(person, *roles, procedure=procedure)
    wrong = []
    for method, path in routes():
        # What lies behind the engine's own pages is another server's business.
        if path.startswith("/temporal") or method == "HEAD":
            continue
        given: dict[str, Any] = {}
        if path in NONCES:
            given["files"] = {"nonce": (None, door.the.sessions.nonce(NONCES[path]))}
        answer = await door.client.request(method, address(path, number), headers=headers, **given)
        if _open(kind, method, path) != (answer.status_code not in (401, 403)):
            wrong.append(f"{method} {path}: {answer.status_code} {answer.text[:120]}")
    assert wrong == []


def _open(kind: str, method: str, path: str) -> bool:
    to = ROUTES[path][method]
    if to is not To.ANYBODY and kind not in HOLD[to]:
        return False
    if path == "/statistics/print":
        return kind in PRINTS
    if path in WORDS:
        return kind in OWN
    if path in READ and (method == "GET" or path == "/waiting/{number}"):
        return kind in OWN | {"operator"}
    return "{number}" not in path or kind != "another procedure"


async def test_nobody_and_a_wrong_code_open_nothing(door: Door) -> None:
    number = await of_case(door)
    for method, path in routes():
        if method == "HEAD" or path.startswith("/temporal"):
            continue
        answer = await door.client.request(method, address(path, number), params={"number": number, "code": "WRONG"})
        if ROUTES[path][method] is To.ANYBODY:
            assert "Rain comes in" not in answer.text and "Example Person" not in answer.text, path
        else:
            closed = answer.status_code == 401 or answer.headers.get("location", "").startswith("/sign-in")
            assert closed, f"{method} {path}: {answer.status_code}"


@pytest.mark.parametrize("kind", KINDS)
async def test_each_action_is_open_to_those_only_whose_it_is(door: Door, kind: str) -> None:
    number = await of_case(door)
    person, roles, procedure = KINDS[kind]
    headers = door.bearer(person, *roles, procedure=procedure)
    shown = await door.client.get(f"/api/complaints/{number}", headers=headers)
    offered = set(shown.json()["actions"]) if shown.status_code == 200 else set()
    assert offered == ACTS[kind]
    for action in sorted(set(ACTIONS) - offered):
        answer = await door.client.post(f"/api/complaints/{number}/actions/{action}", json={}, headers=headers)
        assert answer.status_code in (403, 409, 422), f"{action}: {answer.status_code} {answer.text}"
    assert (await door.the.records.case(number=number)).state.stage == "investigation"


async def test_who_is_passed_over_finds_nothing_by_searching_and_decides_nothing(door: Door) -> None:
    number = await of_case(door)
    found = await door.client.get("/cases", params={"q": "Rain comes in"}, headers=door.bearer("eng-2"))
    assert number not in found.text
    for path in ("", "/timeline", "/attempts", "/forecast", "/attachments"):
        answer = await door.client.get(f"/api/complaints/{number}{path}", headers=door.bearer("eng-2"))
        assert answer.status_code == 403, path
    tried = await door.client.post(
        f"/api/complaints/{number}/actions/note", json={"text": "x"}, headers=door.bearer("eng-2")
    )
    assert (tried.status_code, tried.json()["code"]) == (409, "recused")


async def test_an_administrator_moves_no_case_of_another_institution(door: Door) -> None:
    number = await under_way(door)
    stranger = door.bearer("lf-admin", "admin", procedure="law-firm")
    assert (await door.client.get(f"/api/complaints/{number}/move", headers=stranger)).status_code == 403
    assert (await door.client.get(f"/workflow/{number}", headers=stranger)).status_code == 403


async def test_what_the_desk_calls_is_ticked_off_by_its_own_people_only(door: Door) -> None:
    number, _ = await asked(door)
    case = (await door.the.records.case(number=number)).case_id
    task = await door.the.records.add_task(case, "n", "complainant", "", "acknowledgement")
    stranger = door.bearer("lf-rec", procedure="law-firm")
    assert (await door.client.post(f"/api/tasks/{task}/done", headers=stranger)).status_code == 403
    assert (await door.client.post("/api/tasks/none/done", headers=door.bearer("csd-1"))).status_code == 404
    assert (await door.client.post(f"/api/tasks/{task}/done", headers=door.bearer("csd-1"))).status_code == 204


async def test_who_looked_at_a_confidential_case_is_remembered_for_its_managers(door: Door) -> None:
    number = await door.filed(procedure="estate-reception", category="", place="3-1202")
    people = door.the.directories.of("estate-reception").people
    desk = next(one.id for one in people if "csd" in one.roles)
    admin = next(one.id for one in people if "admin" in one.roles)
    assert (
        await door.client.get(f"/cases/{number}", headers=door.bearer(desk, procedure="estate-reception"))
    ).is_success
    path = f"/api/complaints/{number}/looks"
    found = await door.client.get(path, headers=door.bearer(admin, procedure="estate-reception"))
    assert {look["person"] for look in found.json()["looks"]} == {desk, admin}
    for person, told in ((desk, False), (admin, True)):
        page = await door.client.get(
            f"/cases/{number}", params={"lang": "en"}, headers=door.bearer(person, procedure="estate-reception")
        )
        assert ("Who looked at this confidential case" in page.text) == told, person


async def test_a_token_that_only_reads_changes_nothing_wherever_its_holder_might(door: Door) -> None:
    number = await under_way(door)
    token = door.the.tokens.issue("csd-1", ("csd",), PROCEDURE, now=door.the.now(), scope="read")
    headers = {"Authorization": f"Bearer {token}"}
    assert (await door.client.get(f"/api/complaints/{number}", headers=headers)).status_code == 200
    path = f"/api/complaints/{number}/actions/note"
    assert (await door.client.post(path, json={"text": "x"}, headers=headers)).status_code == 403
    assert (await door.client.post("/api/complaints", json=COMPLAINT, headers=headers)).status_code == 403
