"""The whole of a case as one document to print, and as a file that proves itself."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse

from api import pages
from api.context import House, house
from api.pages import to_sign_in
from api.printing.bundle import bundled
from api.printing.papers import of_case, readable_file, show
from api.printing.sheets import kept_from, sheet, words_for
from api.printing.story import letters, limits, people, story, tried
from api.security import Principal, optional
from complaints.papers import papers
from records.evidence import prove
from records.values import Attachment, Dossier
from templates.engine import paper, word

router = APIRouter(include_in_schema=False)

_CHUNK = 64 * 1024


@router.get("/cases/{number}/dossier")
async def dossier(request: Request, number: str) -> Response:
    """Sheet, people, timeline, limits with their days, letters, refused attempts, attachments and the chain."""
    who = optional(request)
    if who is None:
        return to_sign_in(request)
    the = house(request)
    file = await readable_file(the, number, who)
    chosen = pages.language(request)
    context = await _context(the, file, who, chosen)
    back = {"url": f"/cases/{file.record.number}/forms", "text": file.record.number}
    return show(request, "dossier.html", chosen, who, back, **context)


@router.get("/cases/{number}/dossier.zip")
async def bundle(request: Request, number: str) -> Response:
    """The document, the evidence as JSON and the attachments in one file, each with its checksum."""
    who = optional(request)
    if who is None:
        return to_sign_in(request)
    the = house(request)
    file = await readable_file(the, number, who)
    chosen = pages.language(request)
    context = await _context(the, file, who, chosen)
    html = paper("dossier.html", chosen, back=None, other=None, printed_by=who.name, style="style.css", **context)
    evidence = await the.records.papers.evidence(file.record.case_id)
    made = await asyncio.to_thread(bundled, html, evidence, _members(the, context["attachments"]))
    headers = {"Content-Disposition": f'attachment; filename="{_safe(file.record.number)}.zip"'}
    return StreamingResponse(_read(made), media_type="application/zip", headers=headers)


async def _context(the: House, file: Dossier, who: Principal, chosen: str) -> dict[str, Any]:
    words = words_for(the, file, chosen)
    kept = kept_from(the, who, file)
    own = [form for form in file.rules.procedure.forms if form in papers(file.rules.procedure)]
    forms = ["handling_sheet", *(form for form in own if form not in ("handling_sheet", "register"))]
    case = file.record.case_id
    return of_case(the, file, chosen) | {
        "state": file.state,
        "closed_at": file.record.closed_at,
        "stage": word("stage", file.state.stage, language=chosen),
        "outcome": word("outcome", file.state.outcome, language=chosen) if file.state.outcome else "",
        "sheets": [sheet(file, form, words, kept, the.now()) for form in forms],
        "people": people(file, words),
        "story": story(file, words),
        "limits": await asyncio.to_thread(limits, file, words),
        "letters": letters(await the.records.notices(case), words),
        "attempts": tried(await the.records.attempts(case), words),
        "attachments": await the.records.attachments.of_case(case),
        "member": _member,
        "chain": file.events,
        "problems": prove(await the.records.papers.evidence(case)),
    }


def _members(the: House, files: list[Attachment]) -> list[tuple[Path, str]]:
    """Each file with its name in the bundle; NotFound where its bytes are gone."""
    return [(the.files.path(file.id), _member(place, file)) for place, file in enumerate(files, 1)]


def _member(place: int, file: Attachment) -> str:
    return f"attachments/{place:02}-{file.name}"


def _read(made: IO[bytes]) -> Iterator[bytes]:
    with made:
        while block := made.read(_CHUNK):
            yield block


def _safe(number: str) -> str:
    return "".join(char if char.isalnum() or char in "-_" else "-" for char in number if char.isascii())
