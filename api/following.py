"""The complainant's own page: where the complaint stands, and what can be done about it."""

from __future__ import annotations

import secrets
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api import pages, views
from api.context import House, house
from api.keys import scoped
from api.pages import translate
from api.performing import perform
from api.problems import Explained
from api.tracking import tracked
from complaints.case import Actor
from complaints.case.authority import permitted
from complaints.errors import BadInput, Forbidden, NotFound, Unavailable
from complaints.vocabulary import COMPLAINANT
from records.values import CaseRecord
from templates.languages import pick

router = APIRouter(include_in_schema=False)

WHO = Actor(COMPLAINANT, (COMPLAINANT,))


def _(text: str) -> str:
    return text


_ACTIONS: dict[str, tuple[str, str, str, bool]] = {
    "revisit": (_("Tell us how it went"), "comment", _("Anything to add"), False),
    "answer": (_("Answer our question"), "answer", _("Your answer"), True),
    "note": (_("Add something"), "text", _("What you want to add"), True),
    "withdraw": (_("Withdraw the complaint"), "reason", _("Why, if you want to say"), False),
}
"""What a complainant does by the page: its label, the field of its text, the question for it, whether it is needed."""


@router.get("/track")
async def follow(request: Request, number: str = "", code: str = "") -> HTMLResponse:
    """The case for who holds number and code; else the form that asks for both."""
    the = house(request)
    chosen = pages.language(request)
    if not number or not code:
        return pages.show(request, "track.html", chosen, case=None, number=number, fault="")
    try:
        case = await the.records.by_tracking(number, code)
    except NotFound:
        fault = translate(chosen, "Number and code do not belong together. Please check both on your receipt.")
        return pages.show(request, "track.html", chosen, 404, case=None, number=number, fault=fault)
    return await _page(the, request, case, code, chosen)


@router.post("/track")
async def act(
    request: Request,
    number: Annotated[str, Form()] = "",
    code: Annotated[str, Form()] = "",
    action: Annotated[str, Form()] = "",
    text: Annotated[str, Form(max_length=20_000)] = "",
    satisfied: Annotated[str, Form()] = "",
    key: Annotated[str, Form(max_length=200)] = "",
    nonce: Annotated[str, Form()] = "",
) -> Response:
    """Do what the complainant chose; number and code are the right to it."""
    the = house(request)
    chosen = pages.language(request)
    case = await the.records.by_tracking(number, code)
    if action not in _ACTIONS or not the.sessions.is_nonce(nonce, "track"):
        raise Forbidden("The page was open for too long.")
    body: dict[str, Any] = {_ACTIONS[action][1]: text.strip()} if text.strip() else {}
    if action == "revisit":
        body |= {"satisfied": satisfied, "of": COMPLAINANT}
    try:
        await perform(the, case, WHO, action, body, scoped("complainant", case.case_id, key or secrets.token_hex(16)))
    except Explained:
        fault = translate(chosen, "This is not possible now: the case has moved on.")
        return await _page(the, request, case, code, chosen, fault, 409)
    except (BadInput, Unavailable) as error:
        busy = isinstance(error, Unavailable)
        fault = translate(chosen, "Nothing was done. Please try again in a few minutes.") if busy else ""
        fault = fault or translate(chosen, "Something is missing or wrong. Please try once more.")
        return await _page(the, request, case, code, chosen, fault, 503 if busy else 422)
    return RedirectResponse(f"/track?{urlencode({'number': number, 'code': code})}", 303)


async def _page(
    the: House, request: Request, case: CaseRecord, code: str, chosen: str, fault: str = "", status: int = 200
) -> HTMLResponse:
    shown = (await tracked(the, case)).model_dump(by_alias=True)
    state = views.as_of(case, the.now())
    role = case.rules.procedure.roles.get(shown["with"])
    shown["with"] = pick(role.name, chosen) if role is not None else ""
    for name in ("next_by", "answer_by"):
        shown[name] = views.epoch(shown[name])
    shown["steps"] = [{"at": views.epoch(step["at"]), "event": step["event"]} for step in shown["steps"]]
    may = permitted(case.rules, state, WHO)
    return pages.show(
        request,
        "track.html",
        chosen,
        status,
        case=shown,
        code=code,
        fault=fault,
        zone=case.rules.procedure.calendar.zone,
        nonce=the.sessions.nonce("track"),
        actions=[_choice(name, chosen) for name in _ACTIONS if name in may and (name != "answer" or state.waiting)],
    )


def _choice(name: str, chosen: str) -> dict[str, Any]:
    label, field, prompt, required = _ACTIONS[name]
    answers = (("yes", _("Yes")), ("partly", _("Partly")), ("not", _("No")))
    return {
        "action": name,
        "label": translate(chosen, label),
        "text": field,
        "prompt": translate(chosen, prompt),
        "required": required,
        "options": [(value, translate(chosen, words)) for value, words in answers] if name == "revisit" else [],
        "key": secrets.token_urlsafe(12),
    }
