"""Pages for the institution's own people: one case."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api import pages, views
from api.cases import may_read_words, readable
from api.context import House, house
from api.security import Principal, optional
from complaints.case import awaited, clocks_view
from complaints.forecast import forecast
from records.values import CaseRecord
from templates.engine import word
from templates.languages import pick

router = APIRouter(include_in_schema=False)


@router.get("/cases/{number}")
async def case(request: Request, number: str) -> Response:
    """One case: where it stands, its clocks, what comes if nobody acts, what happened."""
    who = optional(request)
    if who is None:
        return to_sign_in(request)
    the = house(request)
    found = await readable(the, number, who)
    return await _page(the, request, found, who)


async def _page(the: House, request: Request, found: CaseRecord, who: Principal) -> HTMLResponse:
    chosen, rules = pages.language(request), found.rules
    state = views.as_of(found, the.now())
    texts = await the.records.contents(found.case_id) if may_read_words(found, who) else {}
    events = [
        {
            "at": event.at,
            "event": event.event,
            "by": _role(the, found.procedure_id, event.role, chosen),
            "texts": list(texts.get(event.content.id, {}).items()) if event.content is not None else [],
        }
        for event in reversed(await the.records.events(found.case_id))
    ]
    return pages.show(
        request,
        "case.html",
        chosen,
        case={"number": found.number, "stage": state.stage, "outcome": state.outcome},
        sorted_as=_sorted_as(found, chosen, state.facts),
        awaited=[
            {
                "role": _role(the, found.procedure_id, one.role, chosen),
                "person": the.name_of(found.procedure_id, one.person),
                "actions": one.actions,
                "due": one.due or None,
            }
            for one in awaited(rules, state)
        ],
        clocks=clocks_view(rules, state),
        forecast=[
            {
                "at": line.at,
                "event": line.event,
                "clock": line.clock,
                "role": _role(the, found.procedure_id, line.role, chosen),
            }
            for line in forecast(rules, found.state, the.now())[:12]
        ],
        events=events,
        zone=rules.procedure.calendar.zone,
    )


def _sorted_as(found: CaseRecord, chosen: str, facts: dict[str, Any]) -> list[str]:
    labels = []
    for name in ("severity", "category", "kind", "validity"):
        values = found.rules.procedure.classification.of(name)
        if values is not None and facts.get(name) in values.values:
            labels.append(pick(values.values[facts[name]], chosen))
    if facts.get("channel") in found.rules.procedure.channels:
        labels.append(pick(found.rules.procedure.channels[facts["channel"]], chosen))
    return labels


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
