"""Receiving a complaint for somebody: by telephone, letter, visit, opinion book …, in one short form."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from urllib.parse import urlencode

from fastapi import APIRouter, BackgroundTasks, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api import pages
from api.context import House, house
from api.desk.form import body, fields
from api.pages import to_sign_in, translate
from api.permissions import may_receive, opened
from api.public.faults import words_of
from api.security import Principal, optional
from api.submissions import file
from api.uploads.keeping import kept
from api.uploads.reading import Sent, read_form
from complaints.case import clocks_view
from complaints.errors import BadInput, Forbidden, Invalid
from records.attachments import FIELD
from templates.languages import pick

router = APIRouter(include_in_schema=False)

_SHOWN = 86_400
"""Seconds for which who received a complaint may read its tracking code again."""


@router.get("/receive")
async def form(request: Request) -> Response:
    """The form of the asker's institution."""
    who = optional(request)
    if who is None:
        return to_sign_in(request)
    return _form(request, who, {}, {})


@router.post("/receive")
async def received(request: Request, background: BackgroundTasks) -> Response:
    """Accept what the form brought, or show it again with what is wrong where."""
    who = optional(request)
    if who is None:
        return to_sign_in(request)
    async with read_form(request) as sent:
        return await _received(request, who, sent, background)


async def _received(request: Request, who: Principal, sent: Sent, background: BackgroundTasks) -> Response:
    the, given = house(request), sent.fields
    if not the.sessions.is_nonce(given.get("nonce", ""), "receive"):
        late = translate(pages.language(request), "The page was open for too long. Please send it once more.")
        return _form(request, who, given, {"": BadInput("", late)})
    procedure = the.procedure(who.procedure)
    try:
        async with kept(the, sent) as files:
            written = body(procedure, given)
            done = await file(the, procedure.id, written, who, given.get("key", ""), background, files)
    except Invalid as invalid:
        faults = {fault.field: fault for fault in invalid.errors}
        return _form(request, who, given, faults, sent_files=bool(sent.files))
    except BadInput as fault:
        return _form(request, who, given, {fault.field: fault}, sent_files=bool(sent.files))
    query = urlencode({"number": done.accepted.number})
    return RedirectResponse(f"/receive/done?{query}", 303, background=background)


@router.get("/receive/done")
async def done(request: Request, number: str = "") -> Response:
    """The receipt, for who has just received it: number and tracking code to be told, and the way on."""
    who = optional(request)
    if who is None:
        return to_sign_in(request)
    the = house(request)
    case = await opened(the, number, who)
    first = (await the.records.events(case.case_id))[0]
    if first.by != who.person or case.accepted_at < the.now() - _SHOWN:
        raise Forbidden("The tracking code is shown to who received the complaint, on the same day.")
    due = {line["clock"]: line["due"] for line in clocks_view(case.rules, case.state)}.get("acknowledgement")
    return pages.show(
        request,
        "received.html",
        pages.language(request),
        number=case.number,
        code=case.tracking_code,
        acknowledged_by=due,
        zone=case.rules.procedure.calendar.zone,
    )


def _form(
    request: Request,
    who: Principal,
    given: Mapping[str, str],
    faults: Mapping[str, BadInput],
    *,
    sent_files: bool = False,
) -> HTMLResponse:
    the: House = house(request)
    if not may_receive(who) or who.procedure not in the.directories.ids():
        raise Forbidden("Only people of an institution receive complaints for it.")
    chosen = pages.language(request)
    procedure = the.procedure(who.procedure)
    shown = fields(procedure, the.directory(procedure.id), the.now(), chosen, given, faults)
    flat = [one for group in shown.values() for one in group]
    beside = {one["field"] for one in flat if one["fault"]}
    return pages.show(
        request,
        "receive.html",
        chosen,
        422 if faults else 200,
        groups=shown,
        faults=[(one["id"], one["label"], one["fault"]) for one in flat if one["fault"]],
        others=[fault.text for name, fault in faults.items() if name not in {*beside, FIELD}],
        files_fault=words_of(faults[FIELD], chosen) if FIELD in faults else "",
        sent_files=sent_files,
        more_open=any(one["fault"] or one["value"] for one in shown["more"]),
        emergency=pick(procedure.reception.emergency, chosen),
        anonymous=procedure.intake.anonymous,
        is_anonymous="c_anonymous" in given,
        key=given.get("key") or secrets.token_urlsafe(18),
        nonce=the.sessions.nonce("receive"),
    )
