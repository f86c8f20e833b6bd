"""What waits for a leader who is signed in, decided one after another."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from api import pages
from api.casework.names import Names
from api.context import House, house
from api.keys import scoped
from api.leading import decide as deciding
from api.leading.choices import CHOICES
from api.leading.decide import Sent
from api.leading.pile import SHOWN, Item, of_case, pile
from api.pages import to_sign_in, translate
from api.permissions import may, opened
from api.problems import Explained
from api.security import Principal, optional
from complaints.errors import Invalid, Unauthenticated
from templates.dates import until

router = APIRouter(include_in_schema=False)

Told = Mapping[str, tuple[str, str]]
"""First words and place of cases, by id."""


@router.get("/waiting")
async def waiting(request: Request, done: str = "", said: str = "") -> Response:
    """The list, most urgent first."""
    who = optional(request)
    if who is None:
        return to_sign_in(request)
    the, chosen = house(request), pages.language(request)
    items = await pile(the, who)
    told = await the.records.desk.told([item.asked.case.case_id for item in items])
    rows = [_row(the, who, item, told, chosen) for item in items]
    return pages.show(request, "waiting.html", chosen, rows=rows, most=SHOWN, said=_said(done, said, chosen))


def _row(the: House, who: Principal, item: Item, told: Told, chosen: str) -> dict[str, Any]:
    """One line: what it is about and what is asked, in words."""
    case, state, now = item.asked.case, item.asked.state, the.now()
    names = Names.of(the, case, chosen)
    about, place = told.get(case.case_id, ("", "")) if may("words", case, who) else ("", "")
    severity = state.facts.get("severity")
    return {
        "number": case.number,
        "about": about,
        "place": place,
        "unit": names.unit(state.unit) if state.unit else "",
        "severity": names.value("severity", severity) if severity else "",
        "action": names.action(item.kind),
        "decides": item.kind == "approve",
        "due": item.due,
        "late": item.due is not None and item.due <= now,
        "relative": until(item.due, now, chosen) if item.due is not None else "",
        "zone": case.rules.procedure.calendar.zone,
    }


@router.get("/waiting/{number}")
async def look(request: Request, number: str, decision: str = "", done: str = "", said: str = "") -> Response:
    """One of them, as the letter's link shows it; a choice leads to the page that asks once more."""
    who = optional(request)
    if who is None:
        return to_sign_in(request)
    the, chosen = house(request), pages.language(request)
    item = of_case(the, who, await opened(the, number, who))
    if item is None:
        return await _next(the, who, number, "", "")
    if decision in item.offered:
        return deciding.confirm(the, request, item.asked, chosen, Sent(decision), {})
    return await deciding.ask(
        the, request, item.asked, chosen, item.offered, waiting=True, said=_said(done, said, chosen)
    )


@router.post("/waiting/{number}")
async def decide(
    request: Request,
    number: str,
    decision: Annotated[str, Form()] = "",
    text: Annotated[str, Form(max_length=20_000)] = "",
    key: Annotated[str, Form(max_length=200)] = "",
    nonce: Annotated[str, Form()] = "",
) -> Response:
    """Decide, then go on to the next that waits."""
    who = optional(request)
    if who is None:
        raise Unauthenticated("Nobody is signed in any more.")
    the, chosen = house(request), pages.language(request)
    item = of_case(the, who, await opened(the, number, who))
    if item is None or decision not in item.offered:
        return await _next(the, who, number, "", "")
    form = await request.form()
    asked = item.asked
    sent = Sent(decision, text.strip(), {name: str(form.get(name, "")) for name in asked.questions}, nonce)
    if not the.sessions.is_nonce(nonce, asked.link.id):
        return deciding.confirm(the, request, asked, chosen, sent, {})
    if faults := deciding.faults_of(asked, sent, chosen):
        return deciding.confirm(the, request, asked, chosen, sent, faults, 422)
    try:
        made = await deciding.carry_out(
            the, asked, item.actor, sent, scoped(who.person, key or secrets.token_urlsafe(12)), medium="page"
        )
    except Explained:
        return await _next(the, who, number, number, "late")
    except Invalid as invalid:
        return deciding.refused(the, request, asked, chosen, sent, invalid)
    return await _next(the, who, number, number, "pending" if made.pending else decision)


async def _next(the: House, who: Principal, number: str, done: str, said: str) -> Response:
    others = [item for item in await pile(the, who) if item.asked.case.number != number]
    query = f"?{urlencode({'done': done, 'said': said})}" if done else ""
    path = f"/waiting/{quote(others[0].asked.case.number)}" if others and done else "/waiting"
    return RedirectResponse(f"{path}{query}", 303)


def _said(number: str, said: str, chosen: str) -> str:
    """What was just decided, in words; the address says it by ids alone."""
    if said == "late":
        words = translate(chosen, "The case has moved on meanwhile; nothing was decided.")
    elif said == "pending":
        words = translate(
            chosen, "It is accepted and counts from now; it is carried out as soon as the system works again."
        )
    elif said in CHOICES:
        words = f"{translate(chosen, CHOICES[said].done)} {translate(chosen, CHOICES[said].follows)}"
    else:
        return ""
    return f"{number}: {words}"
