"""Filing a complaint by the page: the first page, the form that the procedure asks for, the receipt."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, BackgroundTasks, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api import pages
from api.context import House, house
from api.intake import CONTACT
from api.pages import translate
from api.security import optional
from api.submissions import file
from complaints.case import clocks_view
from complaints.errors import BadInput, Invalid
from complaints.procedure.intake import Field
from complaints.procedure.model import Procedure
from templates.languages import pick

router = APIRouter(include_in_schema=False)

_INPUTS = {"date": "date", "instant": "datetime-local", "amount": "number", "integer": "number", "bool": "checkbox"}
_MOST = 200
"""Most fields that a form may bring."""


def _(text: str) -> str:
    return text


_LABELS = {
    "about": _("What happened?"), "demand": _("What do you ask for?"), "place": _("Where?"),
    "category": _("What is it about?"),
    "name": _("Your name"), "phone": _("Telephone"), "email": _("Mail address"), "address": _("Address"),
    "language": _("We write to you in"),
}  # fmt: skip


@router.get("/")
async def home(request: Request) -> HTMLResponse:
    """The first page."""
    return pages.show(request, "home.html", pages.language(request))


@router.get("/file")
async def form(request: Request, procedure: str = "") -> HTMLResponse:
    """The form of a procedure; where there are several, first the choice of whom it is about."""
    the = house(request)
    known = the.directories.ids()
    if not procedure and len(known) == 1:
        procedure = known[0]
    return _form(the, request, procedure if procedure in known else "", {}, {})


@router.post("/file")
async def filed(request: Request, background: BackgroundTasks) -> Response:
    """Accept what the form brought, or show it again with what is wrong where."""
    the = house(request)
    sent = await request.form(max_fields=_MOST, max_files=0)
    given = {name: value for name, value in sent.items() if isinstance(value, str)}
    ident = given.get("procedure", "")
    chosen = pages.language(request)
    if ident not in the.directories.ids():
        return _form(the, request, "", {}, {})
    if not the.sessions.is_nonce(given.get("nonce", ""), "file"):
        late = BadInput("", translate(chosen, "The page was open for too long. Please send it once more."))
        return _form(the, request, ident, given, {"": late})
    procedure = the.procedure(ident)
    try:
        done = await file(the, ident, _body(procedure, given), optional(request), given.get("key", ""), background)
    except Invalid as invalid:
        return _form(the, request, ident, given, {fault.field: fault for fault in invalid.errors})
    except BadInput as fault:
        return _form(the, request, ident, given, {fault.field: fault})
    query = urlencode({"number": done.accepted.number, "code": done.accepted.tracking_code})
    return RedirectResponse(f"/receipt?{query}", 303, background=background)


@router.get("/receipt")
async def receipt(request: Request, number: str = "", code: str = "") -> HTMLResponse:
    """Number and tracking code, to be kept."""
    the = house(request)
    case = await the.records.by_tracking(number, code)
    due = {line["clock"]: line["due"] for line in clocks_view(case.rules, case.state)}.get("acknowledgement")
    return pages.show(
        request,
        "receipt.html",
        pages.language(request),
        number=number,
        code=code,
        acknowledged_by=due,
        zone=case.rules.procedure.calendar.zone,
        track=f"/track?{urlencode({'number': number, 'code': code})}",
    )


def _body(procedure: Procedure, given: Mapping[str, str]) -> dict[str, Any]:
    body: dict[str, Any] = {}
    for name in ("about", "demand", "place", "category", "kind"):
        if given.get(name):
            body[name] = given[name]
    for name, field in procedure.intake.fields.items():
        if field.later:
            continue
        if field.type == "bool":
            body[name] = name in given
        elif given.get(name):
            body[name] = _number(given[name]) if field.type in ("amount", "integer") else given[name]
    contact: dict[str, Any] = {name: given[f"c_{name}"] for name in CONTACT if given.get(f"c_{name}")}
    if procedure.intake.anonymous and not contact.get("name"):
        contact["anonymous"] = True
    return body | {"complainant": contact}


def _number(text: str) -> int | float | str:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _form(
    the: House, request: Request, ident: str, given: Mapping[str, str], faults: Mapping[str, BadInput]
) -> HTMLResponse:
    chosen = pages.language(request, given.get("c_language", ""))
    if not ident:
        names = [(i, pick(the.directories.procedure(i).name, chosen)) for i in the.directories.ids()]
        return pages.show(request, "file.html", chosen, procedure="", procedures=names)
    procedure = the.procedure(ident)
    what = _what(procedure, chosen, given, faults)
    contact = _contact(procedure, chosen, given, faults)
    beside = {one["id"] for one in (*what, *contact) if one["fault"]}
    return pages.show(
        request,
        "file.html",
        chosen,
        422 if faults else 200,
        procedure=ident,
        institution=pick(procedure.name, chosen),
        key=given.get("key") or secrets.token_urlsafe(18),
        nonce=the.sessions.nonce("file"),
        what=what,
        contact=contact,
        faulty=bool(faults),
        faults=[fault.text for name, fault in faults.items() if name.replace("complainant.", "c_") not in beside],
        emergency=pick(procedure.reception.emergency, chosen),
    )


def _what(
    procedure: Procedure, chosen: str, given: Mapping[str, str], faults: Mapping[str, BadInput]
) -> list[dict[str, Any]]:
    found = []
    own = {name: field for name, field in procedure.intake.fields.items() if not field.later}
    category = procedure.classification.category
    if category.values and "category" not in own:
        options = [(value, pick(label, chosen)) for value, label in category.values.items()]
        found.append(_one("category", "choice", chosen, given, faults, options=options))
    found += [_of_field(name, field, chosen, given, faults) for name, field in own.items()]
    found += [_one(name, "long", chosen, given, faults) for name in ("about", "demand") if name not in own]
    if "place" not in own:
        found.append(_one("place", "text", chosen, given, faults))
    return found


def _of_field(
    name: str, field: Field, chosen: str, given: Mapping[str, str], faults: Mapping[str, BadInput]
) -> dict[str, Any]:
    options = [(value, pick(label, chosen)) for value, label in field.values.items()]
    shape = "choice" if field.type == "choice" else _INPUTS.get(field.type, "long" if name == "about" else "text")
    made = _one(name, shape, chosen, given, faults, options=options, label=pick(field.label, chosen))
    return made | {"required": field.required is True}


def _contact(
    procedure: Procedure, chosen: str, given: Mapping[str, str], faults: Mapping[str, BadInput]
) -> list[dict[str, Any]]:
    shapes = {"name": "text", "phone": "tel", "email": "email", "address": "text"}
    found = [
        _one(
            f"c_{name}",
            shape,
            chosen,
            given,
            faults,
            label=translate(chosen, _LABELS[name]),
            field=f"complainant.{name}",
        )
        for name, shape in shapes.items()
    ]
    options = [(code, pages.NAMES.get(code, code)) for code in procedure.languages]
    asked = _LABELS["language"]
    known = {"c_language": chosen} | dict(given)
    return [
        *found,
        _one("c_language", "choice", chosen, known, faults, options=options, label=translate(chosen, asked)),
    ]


def _fault(fault: BadInput | None, value: str, chosen: str) -> str:
    if fault is None:
        return ""
    return (
        translate(chosen, "This cannot be taken as it is written.")
        if value
        else translate(chosen, "Please fill this in.")
    )


def _one(
    name: str,
    shape: str,
    chosen: str,
    given: Mapping[str, str],
    faults: Mapping[str, BadInput],
    *,
    options: list[tuple[str, str]] | None = None,
    label: str = "",
    field: str = "",
) -> dict[str, Any]:
    fault = faults.get(field or name)
    return {
        "id": name,
        "type": shape,
        "label": label or translate(chosen, _LABELS.get(name, name)),
        "required": False,
        "value": given.get(name, ""),
        "options": options or [],
        "fault": _fault(fault, given.get(name, ""), chosen),
    }
