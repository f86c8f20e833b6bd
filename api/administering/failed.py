"""Letters that failed for good, and sending them again."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from api import pages
from api.administering.access import Admin
from api.context import House, house
from complaints.errors import Forbidden, NotFound
from complaints.vocabulary import COMPLAINANT
from templates.engine import word
from templates.languages import pick

router = APIRouter(include_in_schema=False)

_PURPOSE = "again"
SHOWN = 200


@router.get("/admin/failed")
async def listed(request: Request, who: Admin, again: str = "") -> Response:
    """What did not reach anybody, oldest first."""
    the, chosen = house(request), pages.language(request)
    found = await the.records.house.failed_letters(who.procedure, SHOWN)
    rows = [
        {
            "id": one.notice.id,
            "number": one.number,
            "letter": word("letter", one.notice.letter, language=chosen),
            "role": _role(the, one.procedure_id, one.notice.role, chosen),
            "person": "" if one.notice.role == COMPLAINANT else the.name_of(one.procedure_id, one.notice.person),
            "channel": word("sent_by", one.notice.channel, language=chosen),
            "at": one.notice.created_at,
            "error": word("letter_error", one.notice.error, language=chosen),
            "tries": one.notice.tries,
            "zone": the.zone_of(one.procedure_id).key,
        }
        for one in found
    ]
    return pages.show(
        request,
        "admin/failed.html",
        chosen,
        here="failed",
        rows=rows,
        more=len(rows) == SHOWN,
        again=again,
        nonce=the.sessions.nonce(_PURPOSE),
    )


@router.post("/admin/failed/{row}/again")
async def again(request: Request, who: Admin, row: str, nonce: Annotated[str, Form()] = "") -> Response:
    """Let the engine send it again, once however often this is asked; raises Unavailable where that is down."""
    the = house(request)
    if not the.sessions.is_nonce(nonce, _PURPOSE):
        raise Forbidden("The page was open for too long.")
    letter = await the.records.house.letter(row)
    if who.procedure not in ("", letter.procedure_id):
        raise NotFound("There is no such letter here.")
    await the.engine.send_again(letter.notice.case_id, row)
    return RedirectResponse(f"/admin/failed?{urlencode({'again': letter.number})}", 303)


def _role(the: House, procedure: str, role: str, chosen: str) -> str:
    known = the.directories.procedure(procedure).roles.get(role) if procedure in the.directories.ids() else None
    return pick(known.name, chosen) if known is not None else word("role", role, language=chosen)
