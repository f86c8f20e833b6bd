"""The complainant's own page: where the complaint stands, and what can be said to it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api import pages, views
from api.context import House, house
from api.guessing import by_code
from api.keys import scoped
from api.pages import translate
from api.performing import perform
from api.problems import Explained
from api.public.faults import words_of
from api.public.saying import SATISFIED, WHO, possible, said
from api.public.standing import standing
from api.uploads.giving import listed
from api.uploads.keeping import attach
from api.uploads.reading import Sent, read_form
from api.uploads.routes import files_of
from complaints.errors import BadFile, BadInput, Forbidden, NotFound, TooMany, Unavailable
from records.values import CaseRecord

router = APIRouter(include_in_schema=False)


def _(text: str) -> str:
    return text


_THANKS = {
    "revisit": _("Thank you. Your answer is recorded."),
    "answer": _("Thank you. Your answer is recorded, and we go on."),
    "consent": _("Thank you. Your answer is recorded."),
    "object": _("Your objection is recorded."),
    "add": _("Thank you. What you added is with us."),
    "ask": _("Thank you. Your question is with us; we answer it here or by letter."),
    "withdraw": _("Your complaint is withdrawn. Thank you for telling us."),
    "later": _("Thank you. It is with us, and will show here in a little while."),
}


@router.get("/track")
async def follow(request: Request, number: str = "", code: str = "", done: str = "", say: str = "") -> HTMLResponse:
    """The case for who holds number and code; else the form that asks for both."""
    the = house(request)
    chosen = pages.language(request)
    if not number or not code:
        return pages.show(request, "track_open.html", chosen, number=number, fault="")
    try:
        case = await by_code(the, request, number, code)
    except NotFound:
        fault = translate(chosen, "Number and code do not belong together. Please check both on your receipt.")
        return pages.show(request, "track_open.html", chosen, 404, number=number, fault=fault)
    except TooMany as many:
        minutes = -(-many.retry_after // 60)
        fault = translate(chosen, "Too many wrong tries. Please wait %(minutes)s minutes.", minutes=minutes)
        shown = pages.show(request, "track_open.html", chosen, 429, number=number, fault=fault)
        shown.headers["Retry-After"] = str(many.retry_after)
        return shown
    thanks = translate(chosen, _THANKS[done]) if done in _THANKS else ""
    return await _page(the, request, case, code, {"say": say}, thanks=thanks)


@router.post("/track")
async def act(request: Request) -> Response:
    """Do what the complainant chose; number and code are the right to it."""
    the = house(request)
    async with read_form(request) as sent:
        return await _act(the, request, sent)


async def _act(the: House, request: Request, sent: Sent) -> Response:
    given = sent.fields
    chosen = pages.language(request)
    number, code, name = (given.get(field, "") for field in ("number", "code", "action"))
    case = await by_code(the, request, number, code)
    if name not in _THANKS or name == "later" or not the.sessions.is_nonce(given.get("nonce", ""), "track"):
        raise Forbidden("The page was open for too long.")
    if name == "revisit" and given.get("satisfied") not in SATISFIED:
        raise Forbidden("The page was open for too long.")
    key = scoped("complainant", case.case_id, given.get("key") or secrets.token_hex(16))
    fault, status = "", 0
    try:
        do, body = said(name, given)
        if name == "add" and (sent.files or sent.cut):
            done = await attach(the, case, WHO, sent, body, key)
        else:
            done = await perform(the, case, WHO, do, body, key)
    except Explained:
        fault, status = _("This is not possible now: the case has moved on."), 409
    except Unavailable:
        fault, status = _("Nothing was done. Please try again in a few minutes."), 503
    except BadFile as bad:
        return await _page(the, request, case, code, given, fault=words_of(bad, chosen), status=422)
    except BadInput:
        fault, status = _("Please write something first."), 422
    if fault:
        return await _page(the, request, case, code, given, fault=translate(chosen, fault), status=status)
    query = {"number": number, "code": code, "done": "later" if done.pending else name}
    return RedirectResponse(f"/track?{urlencode(query)}", 303)


async def _page(
    the: House,
    request: Request,
    case: CaseRecord,
    code: str,
    given: Mapping[str, str],
    *,
    thanks: str = "",
    fault: str = "",
    status: int = 200,
) -> HTMLResponse:
    chosen, now = pages.language(request), the.now()
    events = await the.records.events(case.case_id)
    shown = await standing(the, case, events, now, chosen)
    query = urlencode({"number": case.number, "code": code})
    return pages.show(
        request,
        "track.html",
        chosen,
        status,
        case=shown,
        code=code,
        here=f"/track?{query}",
        thanks=thanks,
        fault=fault,
        given={"action": "", "text": "", "say": "", **given},
        zone=case.rules.procedure.calendar.zone,
        nonce=the.sessions.nonce("track"),
        key=secrets.token_urlsafe(12),
        may=possible(case.rules, views.as_of(case, now), now, asked=bool(shown["question"])),
        files=listed(await files_of(the, case, None), "/track/attachments", f"?{query}"),
    )
