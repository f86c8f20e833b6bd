"""The receipt: number, code, a picture of the address that both open, and what happens next."""

from __future__ import annotations

import segno
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api import pages
from api.context import house
from api.guessing import by_code
from api.public.expecting import of_state
from records.values import CaseRecord

router = APIRouter(include_in_schema=False)


@router.get("/receipt")
async def receipt(request: Request, number: str = "", code: str = "") -> HTMLResponse:
    """To be kept: it is shown to who holds number and code."""
    the = house(request)
    case = await by_code(the, request, number, code)
    chosen = pages.language(request)
    address = the.links.tracking(case.number, case.tracking_code)
    return pages.show(
        request,
        "receipt.html",
        chosen,
        number=case.number,
        code=_grouped(case),
        expected=of_state(the, case.rules, case.state, chosen),
        reachable=case.state.facts.get("reachable", "none"),
        zone=case.rules.procedure.calendar.zone,
        track=address.removeprefix(the.settings.public_url),
        picture=segno.make(address, error="m").svg_data_uri(scale=4, border=2, dark="#000", light="#fff"),
    )


def _grouped(case: CaseRecord) -> str:
    """The code in fours, as one reads it aloud; hyphens do not matter when it is typed."""
    code = case.tracking_code
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))
