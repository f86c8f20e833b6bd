"""The embedded inbox, for trying out: letters that went nowhere else."""

from __future__ import annotations

import asyncio
from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel

from api import pages
from api.context import house
from api.pages import translate
from api.problems import documented
from api.security import principal
from complaints.errors import Forbidden, NotFound
from runtime.inbox import Letter, read_inbox

router = APIRouter(tags=["operations"])

SHOWN = 200


def _(text: str) -> str:
    return text


_BEHIND = {
    "/approvals/": _("Decide"),
    "/track": _("Follow the complaint"),
    "/cases/": _("Open the case"),
}


class LetterView(BaseModel):
    """One letter as it was sent."""

    to: str
    subject: str
    date: str
    text: str
    html: str
    links: list[str]


@router.get("/inbox.json", summary="Letters of the embedded inbox", responses=documented(401, 403, 404, 500))
async def inbox_json(request: Request) -> list[LetterView]:
    """All letters, oldest first; 404 where a real mail server is set, for operators alone where people come by TLS."""
    letters = await _letters(request, None)
    return [LetterView(**{name: getattr(letter, name) for name in LetterView.model_fields}) for letter in letters]


@router.get("/inbox", include_in_schema=False)
async def inbox_page(request: Request) -> HTMLResponse:
    """The newest letters, newest first."""
    the, chosen = house(request), pages.language(request)
    letters = await _letters(request, SHOWN)
    ids = the.directories.ids()
    shown = [
        {
            "to": letter.to,
            "subject": letter.subject,
            "at": int(datetime.fromisoformat(letter.date).timestamp()) if letter.date else None,
            "text": letter.text,
            "links": [(link, translate(chosen, _label(link))) for link in letter.links],
        }
        for letter in letters[::-1]
    ]
    zone = the.zone_of(ids[0] if ids else "").key
    return pages.show(request, "inbox.html", chosen, letters=shown, zone=zone)


def _label(link: str) -> str:
    """What is behind a letter's link."""
    return next((label for path, label in _BEHIND.items() if path in link), link)


async def _letters(request: Request, last: int | None) -> list[Letter]:
    the = house(request)
    if not the.embedded_inbox:
        raise NotFound("There is no inbox here: letters go out by a real mail server.")
    if not the.open_inbox and not principal(request).has("operator"):
        # Whoever reads a letter to a leader decides in his name.
        raise Forbidden("Where people come by TLS the inbox is for operators.")
    return await asyncio.to_thread(read_inbox, the.settings.inbox_dir, last)
