"""Files that staff add on the case page; where one cannot be taken, the page says which and why."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from api import pages
from api.casework.page import shown
from api.context import House, house
from api.keys import given_or_new, scoped
from api.pages import to_sign_in, translate
from api.permissions import opened
from api.public.faults import words_of
from api.security import Principal, actor, optional
from api.uploads.keeping import attach
from api.uploads.reading import Sent, read_form
from complaints.errors import BadInput

router = APIRouter(include_in_schema=False)


@router.post("/cases/{number}/attachments")
async def add(number: str, request: Request) -> Response:
    """Adds the files and shows the case again."""
    who = optional(request)
    if who is None:
        return to_sign_in(request)
    async with read_form(request) as sent:
        return await _add(house(request), request, number, who, sent)


async def _add(the: House, request: Request, number: str, who: Principal, sent: Sent) -> Response:
    found, chosen = await opened(the, number, who, "act"), pages.language(request)
    if not the.sessions.is_nonce(sent.fields.get("nonce", ""), "attach"):
        late = translate(chosen, "The page was open for too long. Please send it once more.")
        return await shown(request, found, who, files_fault=late)
    by = actor(the, who, found.procedure_id, found.state, the.now())
    body = {"text": sent.fields["text"]} if sent.fields.get("text", "").strip() else {}
    key = scoped(who.person, given_or_new(sent.fields.get("key") or None))
    try:
        done = await attach(the, found, by, sent, body, key)
    except BadInput as fault:
        return await shown(request, found, who, files_fault=words_of(fault, chosen))
    later = "&later=1" if done.pending else ""
    return RedirectResponse(f"/cases/{quote(number)}?did=attach{later}#attachments", 303)
