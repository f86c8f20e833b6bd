"""A leader's decision by the link of the letter: looking decides nothing, only the confirmed form does."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api import pages
from api.context import House, house
from api.keys import scoped
from api.leading import decide as deciding
from api.leading import standing
from api.leading.choices import CHOICES
from api.leading.decide import Sent
from api.leading.standing import Asked
from api.problems import Explained, documented
from complaints.case import Actor
from complaints.errors import Invalid
from complaints.people import roles_of

router = APIRouter(tags=["approvals"], default_response_class=HTMLResponse)

_PAGE: dict[str, Any] = {"text/html": {}}
_ANSWERS: dict[int | str, dict[str, Any]] = {
    303: {"description": "The procedure asks who decides to sign in: the same page behind the sign-in"},
    409: {"description": "With somebody else, or not possible now", "content": _PAGE},
    410: {"description": "Decided, deemed approved, or another round", "content": _PAGE},
}
for _status, _entry in documented(400, 404, 422, 500, 503).items():
    _ANSWERS[_status] = {"description": _entry["description"], "content": {**_PAGE, **_entry["content"]}}


@router.head("/approvals/{token}", include_in_schema=False)
@router.get("/approvals/{token}", summary="What is to be decided", responses=_ANSWERS)
async def look(token: str, request: Request, decision: str = "") -> Response:
    """The sheet, the time left and the choices; a choice leads to the page that asks once more."""
    the = house(request)
    asked = await standing.read(the, token)
    if _by_sign_in(asked):
        return _to_sign_in(asked)
    chosen = pages.language(request, standing.language(the, asked))
    if asked.standing != "open":
        return await _over(the, request, asked, chosen)
    offered = deciding.choices_for(asked)
    if decision in offered:
        return deciding.confirm(the, request, asked, chosen, Sent(decision), {})
    return await deciding.ask(the, request, asked, chosen, offered)


@router.post(
    "/approvals/{token}",
    summary="Decide",
    responses=_ANSWERS | {202: {"description": "Accepted, will be applied", "content": _PAGE}},
)
async def decide(
    token: str,
    request: Request,
    decision: Annotated[str, Form(description=f"one of {', '.join(CHOICES)}")] = "",
    text: Annotated[str, Form(max_length=20_000)] = "",
    nonce: Annotated[str, Form(description="of the form that asked to confirm")] = "",
) -> Response:
    """Decide as the person whom the letter was for; without the confirmation form's own sign it is shown instead."""
    the = house(request)
    asked = await standing.read(the, token)
    if _by_sign_in(asked):
        return _to_sign_in(asked)
    chosen = pages.language(request, standing.language(the, asked))
    form = await request.form()
    sent = Sent(decision, text.strip(), {name: str(form.get(name, "")) for name in asked.questions}, nonce)
    key = _key(asked, sent)
    if key in asked.case.state.seen:
        return await deciding.done(the, request, asked, chosen, decision)
    if asked.standing != "open":
        return await _over(the, request, asked, chosen)
    offered = deciding.choices_for(asked)
    if decision not in offered:
        return await deciding.ask(the, request, asked, chosen, offered, 422)
    if not the.sessions.is_nonce(nonce, asked.link.id):
        return deciding.confirm(the, request, asked, chosen, sent, {})
    if faults := deciding.faults_of(asked, sent, chosen):
        return deciding.confirm(the, request, asked, chosen, sent, faults, 422)
    try:
        made = await deciding.carry_out(the, asked, _actor(the, asked), sent, key, medium="link")
    except Explained:
        return await _over(the, request, await standing.read(the, token), chosen, 409)
    except Invalid as invalid:
        return deciding.refused(the, request, asked, chosen, sent, invalid)
    return await deciding.done(the, request, asked, chosen, decision, pending=made.pending)


def _by_sign_in(asked: Asked) -> bool:
    """Whether the case's procedure lets nobody decide this by a link alone, however the question stands."""
    approval = asked.case.rules.approvals.get(asked.link.approval)
    return approval is not None and approval.sign_in


def _to_sign_in(asked: Asked) -> RedirectResponse:
    return RedirectResponse(f"/waiting/{quote(asked.case.number)}", 303)


def _actor(the: House, asked: Asked) -> Actor:
    person, state = asked.link.person, asked.case.state
    directory = the.directory(asked.case.procedure_id)
    roles = roles_of(directory, person, unit=state.unit, at=the.now()) if directory is not None else ()
    # The letter asked this person in a role of the case, be it as deputy or substitute: so it is decided in that role.
    asked_as = standing.asked_as(state, person, standing.deciders(asked.case.rules, state))
    return Actor(person, tuple(dict.fromkeys((*asked_as, *roles))))


def _key(asked: Asked, sent: Sent) -> str:
    answers = "\n".join(f"{name} {answer}" for name, answer in (sent.answers or {}).items())
    said = hashlib.sha256(f"{sent.decision}\n{sent.text}\n{answers}".encode("utf-8", "replace")).hexdigest()
    return scoped(asked.link.id, said)


async def _over(the: House, request: Request, asked: Asked, chosen: str, least: int = 0) -> HTMLResponse:
    status, context = await standing.over(the, asked, chosen)
    return pages.show(request, "approval_done.html", chosen, least or status, **context)
