"""People, roles and deputies of an institution, and the absences that administrators enter."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api import pages
from api.administering.access import Admin, choose, own_procedure
from api.context import House, house
from api.keys import scoped
from api.security import Principal
from complaints.case import State
from complaints.errors import BadInput, Forbidden, Invalid
from complaints.people import Directory
from complaints.procedure.model import Procedure
from templates.columns import Columns
from templates.languages import pick

router = APIRouter(include_in_schema=False)

_PURPOSE = "absence"


def _(text: str) -> str:
    return text


@router.get("/admin/people")
async def institutions(request: Request, who: Admin) -> Response:
    """The institutions whose people can be looked after; where there is one, that one."""
    return choose(request, who, "people")


@router.get("/admin/people/{ident}")
async def people(request: Request, who: Admin, ident: str) -> Response:
    """The people of one institution, and who is away."""
    return await _page(request, who, own_procedure(request, who, ident), {}, {})


@router.post("/admin/people/{ident}/absences")
async def enter(
    request: Request,
    who: Admin,
    ident: str,
    person: Annotated[str, Form(max_length=100)] = "",
    since: Annotated[str, Form(max_length=40)] = "",
    until: Annotated[str, Form(max_length=40)] = "",
    deputy: Annotated[str, Form(max_length=100)] = "",
    key: Annotated[str, Form(max_length=200)] = "",
    nonce: Annotated[str, Form()] = "",
) -> Response:
    """Keep an absence; open cases that wait for this person hear of it as it begins."""
    the = house(request)
    procedure = own_procedure(request, who, ident)
    _of_this_house(the, nonce)
    given = {"person": person, "since": since, "until": until, "deputy": deputy}
    try:
        begins, ends = _checked(the, procedure, the.directories.of(ident), given)
    except Invalid as invalid:
        return await _page(request, who, procedure, given, {fault.field: fault.text for fault in invalid.errors})
    made = scoped("absence", who.person, key or secrets.token_hex(16))
    await the.records.absences.enter(ident, person, begins, ends, deputy, who.person, made)
    await request.app.state.absences.refresh()
    return RedirectResponse(f"/admin/people/{ident}?{urlencode({'entered': person})}#absences", 303)


@router.post("/admin/people/{ident}/absences/{absence}/end")
async def end(request: Request, who: Admin, ident: str, absence: str, nonce: Annotated[str, Form()] = "") -> Response:
    """The person is back; what was handed on stays with the deputy."""
    the = house(request)
    own_procedure(request, who, ident)
    _of_this_house(the, nonce)
    await the.records.absences.end(absence, ident, who.person)
    await request.app.state.absences.refresh()
    return RedirectResponse(f"/admin/people/{ident}#absences", 303)


def _of_this_house(the: House, nonce: str) -> None:
    if not the.sessions.is_nonce(nonce, _PURPOSE):
        raise Forbidden("The page was open for too long.")


def _checked(the: House, procedure: Procedure, directory: Directory, given: dict[str, str]) -> tuple[int, int]:
    faults = []
    if directory.person(given["person"]) is None:
        faults.append(BadInput("person", _("Choose who is away.")))
    if given["deputy"] and (directory.person(given["deputy"]) is None or given["deputy"] == given["person"]):
        faults.append(BadInput("deputy", _("Choose somebody else to stand in.")))
    begins, ends = (_instant(procedure, given[name]) for name in ("since", "until"))
    if begins is None:
        faults.append(BadInput("since", _("Give day and time.")))
    if ends is None:
        faults.append(BadInput("until", _("Give day and time.")))
    elif ends <= (begins or 0):
        faults.append(BadInput("until", _("The end must come after the beginning.")))
    elif ends <= the.now():
        faults.append(BadInput("until", _("This is over already.")))
    if faults or begins is None or ends is None:
        raise Invalid(faults)
    return begins, ends


def _instant(procedure: Procedure, text: str) -> int | None:
    try:
        local = datetime.fromisoformat(text)
        return int(local.replace(tzinfo=House.zone(procedure)).timestamp())
    except (ValueError, OverflowError):
        return None


async def _page(
    request: Request, who: Principal, procedure: Procedure, given: dict[str, str], faults: dict[str, str]
) -> HTMLResponse:
    the, chosen = house(request), pages.language(request)
    ident, directory, now = procedure.id, the.directories.of(procedure.id), the.now()
    words = Columns(procedure, State(case="", procedure=ident), directory, chosen)
    entered = request.query_params.get("entered", "")
    return pages.show(
        request,
        "admin/people.html",
        chosen,
        422 if faults else 200,
        here="people",
        procedure=ident,
        title=pick(procedure.name, chosen),
        zone=procedure.calendar.zone,
        people=[_person(directory, person.id, words, now) for person in directory.people],
        absences=await _absences(the, procedure, words, now),
        given={"person": "", "since": "", "until": "", "deputy": ""} | given,
        faults={name: pages.translate(chosen, text) for name, text in faults.items()},
        entered=words.name(entered),
        key=secrets.token_urlsafe(12),
        nonce=the.sessions.nonce(_PURPOSE),
    )


def _person(directory: Directory, ident: str, words: Columns, now: int) -> dict[str, Any]:
    person = directory.person(ident)
    assert person is not None
    heads = [pick(unit.name, words.language) for unit in directory.units if unit.head == ident]
    return {
        "id": ident,
        "name": person.name,
        "unit": words.unit(person.unit) if person.unit else "",
        "heads": heads,
        "roles": [words.role(role) for role in person.roles],
        "deputy": words.name(directory.deputy(ident, now) or ""),
        "manager": words.name(person.manager or ""),
        "away": directory.away(ident, now),
        "reachable": bool(person.email or person.phone),
    }


async def _absences(the: House, procedure: Procedure, words: Columns, now: int) -> list[dict[str, Any]]:
    entered = await the.records.absences.listed(procedure.id)
    return [
        {
            "id": row.id,
            "person": words.name(row.person) or row.person,
            "since": row.since,
            "until": row.until,
            "deputy": words.name(row.deputy),
            "by": words.name(row.entered_by) or row.entered_by,
            "at": row.entered_at,
            "told": row.told_at,
            "ended": row.ended_at,
            "lasts": row.ended_at is None and row.until > now,
            "begun": row.since <= now,
        }
        for row in entered
    ]
