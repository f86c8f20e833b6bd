"""Filing a complaint by the page: whom it is about, then the form that the procedure asks for."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, BackgroundTasks, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api import pages
from api.context import House, house
from api.guessing import address_of, may_file
from api.pages import translate
from api.public.expecting import calls, expected
from api.public.faults import words_of
from api.public.fields import ANONYMOUS, Form, body_of
from api.security import optional
from api.submissions import file
from api.uploads.keeping import kept
from api.uploads.reading import Sent, read_form
from complaints.errors import BadFile, BadInput, Invalid, KeyReused, TooMany
from records.attachments import FIELD
from templates.languages import pick

router = APIRouter(include_in_schema=False)


@router.get("/file")
async def form(request: Request, procedure: str = "", find: str = "") -> HTMLResponse:
    """The form of a procedure; where there are several, first the choice of whom it is about."""
    the = house(request)
    known = the.directories.ids()
    if not procedure and len(known) == 1:
        procedure = known[0]
    if procedure not in known:
        return _choice(the, request, find)
    return await _form(the, request, procedure, {}, {})


@router.post("/file")
async def filed(request: Request, background: BackgroundTasks) -> Response:
    """Accept what the form brought, or show it again with what is wrong where."""
    the = house(request)
    async with read_form(request) as sent:
        return await _filed(the, request, sent, background)


async def _filed(the: House, request: Request, sent: Sent, background: BackgroundTasks) -> Response:
    given = sent.fields
    ident = given.get("procedure", "")
    chosen = pages.language(request)
    if ident not in the.directories.ids():
        return _choice(the, request, "")
    if "look" in given:
        return await _form(the, request, ident, given, {}, looked=True)
    if not the.sessions.is_nonce(given.get("nonce", ""), "file"):
        late = BadInput("", translate(chosen, "The page was open for too long. Please send it once more."))
        return await _form(the, request, ident, given, {"": late})
    procedure = the.procedure(ident)
    try:
        if optional(request) is None:
            may_file(the, request)
        async with kept(the, sent) as files:
            body = body_of(procedure, given)
            done = await file(the, ident, body, optional(request), given.get("key", ""), background, files)
    except TooMany as many:
        # What was written stays in the form.
        words = translate(chosen, "Too many complaints came from your connection. Please send it in some minutes.")
        shown = await _form(the, request, ident, given, {"": BadInput("", words)})
        shown.status_code, shown.headers["Retry-After"] = 429, str(many.retry_after)
        return shown
    except Invalid as invalid:
        return await _form(the, request, ident, given, {fault.field: fault for fault in invalid.errors})
    except BadInput as fault:
        # A key that was used for other words would refuse these for ever.
        again = {**given, "key": ""} if isinstance(fault, KeyReused) else given
        return await _form(the, request, ident, again, {fault.field: fault})
    query = urlencode({"number": done.accepted.number, "code": done.accepted.tracking_code})
    return RedirectResponse(f"/receipt?{query}", 303, background=background)


@router.post("/file/similar")
async def similar(request: Request) -> HTMLResponse:
    """How many open complaints of that kind there are at that place; the page's script asks while one writes."""
    the = house(request)
    async with read_form(request) as sent:
        given = sent.fields
    known = given.get("procedure", "") in the.directories.ids()
    count = await _similar(the, request, given["procedure"], given) if known else 0
    return pages.show(request, "parts/similar.html", pages.language(request), similar=count)


async def _similar(the: House, request: Request, ident: str, given: Mapping[str, str]) -> int:
    # As many questions as somebody who writes has, and too few to search a whole estate with.
    address = f"similar {address_of(request)}"
    if not given.get("place", "").strip() or not the.guesses.free(address):
        return 0
    the.guesses.count(address)
    category = given.get("category") or the.procedure(ident).classification.category.default
    return await the.records.similar(ident, category, given["place"])


def _choice(the: House, request: Request, find: str) -> HTMLResponse:
    chosen = pages.language(request)
    names = [(ident, pick(the.directories.procedure(ident).name, chosen)) for ident in the.directories.ids()]
    wanted = find.strip().casefold()
    shown = sorted(((i, name) for i, name in names if wanted in name.casefold() or wanted in i), key=lambda one: one[1])
    return pages.show(request, "choose.html", chosen, procedures=shown, find=find)


async def _form(
    the: House,
    request: Request,
    ident: str,
    given: Mapping[str, str],
    faults: Mapping[str, BadInput],
    *,
    looked: bool = False,
) -> HTMLResponse:
    chosen = pages.language(request, given.get("c_language", ""))
    procedure = the.procedure(ident)
    fields = Form(procedure, the.directory(ident), chosen, given, faults)
    asked, further, contact = fields.asked(), fields.further(), fields.contact()
    shown: list[tuple[str, str, str]] = [(one.id, one.label, one.fault) for one in (*asked, *contact) if one.fault]
    beside = {name.replace("c_", "complainant.", 1) if name.startswith("c_") else name for name, _, _ in shown}
    loose = [words_of(fault, chosen) for name, fault in faults.items() if name not in beside and name != FIELD]
    emergency = pick(procedure.reception.emergency, chosen)
    context: dict[str, Any] = {
        "procedure": ident,
        "institution": pick(procedure.name, chosen),
        "key": given.get("key") or secrets.token_urlsafe(18),
        "nonce": the.sessions.nonce("file"),
        "asked": asked,
        "further": further,
        "contact": contact,
        "anonymous": procedure.intake.anonymous,
        "nameless": given.get("who") == ANONYMOUS,
        "one_way": procedure.intake.contact_required,
        "faulty": shown,
        "loose": loose,
        "files_fault": words_of(faults[FIELD], chosen) if isinstance(faults.get(FIELD), BadFile) else "",
        "emergency": emergency,
        "calls": calls(emergency),
        "expected": await expected(the, procedure, chosen),
        "hours": procedure.calendar.hours,
        "round_the_clock": procedure.reception.hours == "round_the_clock",
        "zone": procedure.calendar.zone,
        "similar": await _similar(the, request, ident, given) if looked else None,
    }
    return pages.show(request, "file.html", chosen, 422 if faults else 200, **context)
