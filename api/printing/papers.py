"""The papers of one case: a list of them, and each as a page for A4."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from api import pages
from api.context import House, house
from api.pages import to_sign_in
from api.permissions import opened
from api.printing.sheets import kept_from, sheet, title, words_for
from api.security import Principal, optional
from complaints.errors import NotFound
from complaints.papers import papers
from records.values import Dossier
from templates.engine import paper
from templates.languages import pick

router = APIRouter(include_in_schema=False)


@router.get("/cases/{number}/forms")
async def listed(request: Request, number: str) -> Response:
    """All papers of the case, to be printed or kept."""
    who = optional(request)
    if who is None:
        return to_sign_in(request)
    the = house(request)
    file = await readable_file(the, number, who)
    chosen = pages.language(request)
    forms = [(form, title(form, one, chosen)) for form, one in papers(file.rules.procedure).items()]
    return pages.show(request, "papers.html", chosen, number=file.record.number, forms=forms)


@router.get("/cases/{number}/print/{form}")
async def printed(request: Request, number: str, form: str) -> Response:
    """One paper of the case, read back from the records."""
    who = optional(request)
    if who is None:
        return to_sign_in(request)
    the = house(request)
    file = await readable_file(the, number, who)
    known = papers(file.rules.procedure)
    if form not in known:
        raise NotFound(f"This procedure has no such form. Known: {', '.join(known)}.")
    chosen = pages.language(request)
    shown = sheet(file, form, words_for(the, file, chosen), kept_from(the, who, file), the.now())
    back = {"url": f"/cases/{file.record.number}/forms", "text": file.record.number}
    return show(request, "sheet.html", chosen, who, back, **of_case(the, file, chosen), sheet=shown)


async def readable_file(the: House, number: str, who: Principal) -> Dossier:
    """The whole case for somebody who may read what people wrote; raises NotFound or Forbidden."""
    case = await opened(the, number, who, "words")
    return await the.records.dossier(case.case_id)


def of_case(the: House, file: Dossier, chosen: str) -> dict[str, Any]:
    """What the head and the foot of every paper of a case say."""
    return {
        "institution": pick(file.rules.procedure.name, chosen),
        "number": file.record.number,
        "zone": file.zone,
        "events": len(file.events),
        "head": file.state.head,
        "now": the.now(),
    }


def show(
    request: Request, name: str, chosen: str, who: Principal, back: dict[str, str], **context: Any
) -> HTMLResponse:
    """A printable of `templates/forms` with the bar that is on the screen only."""
    other = pages.other_language(request, chosen)
    made = HTMLResponse(paper(name, chosen, back=back, other=other, printed_by=who.name, style="/style.css", **context))
    pages.keep_language(request, made, chosen)
    return made
