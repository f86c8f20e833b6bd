"""A leader's decision by the link of the letter: looking decides nothing, only the confirmed form does."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse

from api import deciding, pages
from api.context import House, house
from api.deciding import CHOICES, Asked, Choice
from api.keys import scoped
from api.performing import perform
from api.problems import Explained, documented
from complaints.case import Actor
from complaints.case.ballot import mode_of
from complaints.errors import Invalid
from complaints.people import roles_of

router = APIRouter(tags=["approvals"], default_response_class=HTMLResponse)

_PAGE: dict[str, Any] = {"text/html": {}}
_ANSWERS: dict[int | str, dict[str, Any]] = {
    409: {"description": "With somebody else, or not possible now", "content": _PAGE},
    410: {"description": "Decided, deemed approved, or another round", "content": _PAGE},
}
for _status, _entry in documented(400, 404, 422, 500, 503).items():
    _ANSWERS[_status] = {"description": _entry["description"], "content": {**_PAGE, **_entry["content"]}}


@router.head("/approvals/{token}", include_in_schema=False)
@router.get("/approvals/{token}", summary="What is to be decided", responses=_ANSWERS)
async def look(token: str, request: Request, decision: str = "") -> HTMLResponse:
    """The sheet, the time left and the choices; a choice leads to the page that asks once more."""
    the = house(request)
    asked = await deciding.read(the, token)
    chosen = pages.language(request, deciding.language(the, asked))
    if asked.standing != "open":
        return await _over(the, request, asked, chosen)
    if decision in CHOICES:
        return _confirm(the, request, asked, chosen, decision)
    return pages.show(request, "approval.html", chosen, **await deciding.sheet(the, asked, chosen), here=_here(request))


@router.post(
    "/approvals/{token}",
    summary="Decide",
    responses=_ANSWERS | {202: {"description": "Accepted, will be applied", "content": _PAGE}},
)
async def decide(
    token: str,
    request: Request,
    decision: Annotated[str, Form(description="approve, require, return, recuse or substitute")] = "",
    text: Annotated[str, Form(max_length=20_000)] = "",
    nonce: Annotated[str, Form(description="of the form that asked to confirm")] = "",
) -> HTMLResponse:
    """Decide as the person whom the letter was for; without the confirmation form's own sign it is shown instead."""
    the = house(request)
    asked = await deciding.read(the, token)
    chosen = pages.language(request, deciding.language(the, asked))
    text = text.strip()
    key = _key(asked, decision, text)
    if key in asked.case.state.seen:
        return await _done(the, request, asked, chosen, decision)
    if asked.standing != "open":
        return await _over(the, request, asked, chosen)
    choice = CHOICES.get(decision)
    if choice is None:
        return pages.show(
            request, "approval.html", chosen, 422, **await deciding.sheet(the, asked, chosen), here=_here(request)
        )
    if not the.sessions.is_nonce(nonce, asked.link.id):
        return _confirm(the, request, asked, chosen, decision, text)
    if choice.field and not text:
        fault = pages.translate(chosen, "Please write it down: the others act on it.")
        return _confirm(the, request, asked, chosen, decision, text, fault, 422)
    action, body = _action(asked, choice, text)
    try:
        done = await perform(the, asked.case, _actor(the, asked), action, body, key)
    except Explained:
        return await _over(the, request, await deciding.read(the, token), chosen, 409)
    except Invalid:
        fault = pages.translate(chosen, "This cannot be taken as it is written.")
        return _confirm(the, request, asked, chosen, decision, text, fault, 422)
    return await _done(the, request, asked, chosen, decision, pending=done.pending)


def _action(asked: Asked, choice: Choice, text: str) -> tuple[str, dict[str, Any]]:
    body: dict[str, Any] = {choice.field: text} if choice.field else {}
    if choice.action not in ("approve", "return"):
        return choice.action, body
    body["round"] = asked.link.round
    ballot = asked.state.ballot
    if ballot is not None and mode_of(asked.case.rules, ballot) == "panel":
        return "vote", body | {"vote": "yes" if choice.action == "approve" else "no"}
    return choice.action, body


def _actor(the: House, asked: Asked) -> Actor:
    person, state = asked.link.person, asked.case.state
    directory = the.directory(asked.case.procedure_id)
    roles = roles_of(directory, person, unit=state.unit, at=the.now()) if directory is not None else ()
    # The letter asked this person in a role of the case, be it as deputy or substitute: so it is decided in that role.
    asked_as = deciding.asked_as(state, person, deciding.deciders(asked.case.rules, state))
    return Actor(person, tuple(dict.fromkeys((*asked_as, *roles))))


def _key(asked: Asked, decision: str, text: str) -> str:
    said = hashlib.sha256(f"{decision}\n{text}".encode("utf-8", "replace")).hexdigest()
    return scoped(asked.link.id, said)


def _here(request: Request) -> str:
    return request.url.path


def _confirm(
    the: House,
    request: Request,
    asked: Asked,
    chosen: str,
    decision: str,
    text: str = "",
    fault: str = "",
    status: int = 200,
) -> HTMLResponse:
    choice = CHOICES[decision]
    return pages.show(
        request,
        "approval_confirm.html",
        chosen,
        status,
        here=_here(request),
        number=asked.case.number,
        decision=decision,
        heading=pages.translate(chosen, choice.heading),
        prompt=pages.translate(chosen, choice.prompt) if choice.prompt else "",
        required=bool(choice.field),
        button=pages.translate(chosen, choice.button),
        nonce=the.sessions.nonce(asked.link.id),
        text=text,
        fault=fault,
    )


async def _done(
    the: House, request: Request, asked: Asked, chosen: str, decision: str, *, pending: bool = False
) -> HTMLResponse:
    choice = CHOICES[decision]
    text = deciding.LATER if pending else choice.follows
    return pages.show(
        request,
        "approval_done.html",
        chosen,
        202 if pending else 200,
        number=asked.case.number,
        heading=pages.translate(chosen, choice.done),
        text=pages.translate(chosen, text),
        at=the.now(),
        zone=asked.case.rules.procedure.calendar.zone,
        words="",
        bad=False,
    )


async def _over(the: House, request: Request, asked: Asked, chosen: str, least: int = 0) -> HTMLResponse:
    status, context = await deciding.over(the, asked, chosen)
    return pages.show(request, "approval_done.html", chosen, least or status, **context)
