"""Pages for the institution's own people: the list of cases and one case."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from api import pages
from api.cases import cursor
from api.context import House, house
from api.security import optional
from records.values import WorkFilter
from templates.engine import word
from templates.languages import pick

router = APIRouter(include_in_schema=False)


@router.get("/cases")
async def cases(
    request: Request, mine: bool = False, overdue: bool | None = None, closed: bool = False, after: str = ""
) -> Response:
    """The worklist, most urgent first."""
    who = optional(request)
    if who is None:
        return to_sign_in(request)
    the = house(request)
    page = await the.records.worklist(
        WorkFilter(
            at=the.now(),
            procedures=(who.procedure,) if who.procedure else (),
            overdue=overdue,
            closed=closed,
            person=who.person if mine else "",
            roles=who.roles if mine else (),
            after=cursor(after),
        )
    )
    chosen = pages.language(request)
    rows = [
        {
            "number": row.number,
            "stage": row.stage,
            "severity": row.severity,
            "unit": row.unit,
            "due": row.due,
            "overdue": row.overdue,
            "zone": the.zone_of(row.procedure_id).key,
            "awaited": [_role(the, row.procedure_id, waiting.role, chosen) for waiting in row.awaited],
        }
        for row in page.rows
    ]
    kept = [(k, v) for k, v in request.query_params.multi_items() if k != "after"]
    more = f"/cases?{urlencode([*kept, ('after', f'{page.next[0]}.{page.next[1]}')])}" if page.next else ""
    return pages.show(request, "cases.html", chosen, rows=rows, next=more)


def _role(the: House, procedure: str, role: str, chosen: str) -> str:
    if procedure in the.directories.ids():
        known = the.directories.procedure(procedure).roles.get(role)
        if known is not None:
            return pick(known.name, chosen)
    return word("role", role, language=chosen)


def to_sign_in(request: Request) -> Response:
    """Off to the sign-in page, and back here afterwards."""
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"/sign-in?{urlencode({'to': path})}", 303)
