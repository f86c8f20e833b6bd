"""One's own account: another password, and the end of all sessions."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api import pages
from api.context import House, house
from api.pages import to_sign_in
from api.security import optional
from api.sessions import Carried
from api.signing import Wait, aside, local, prove, waiting
from records.accounts import Account
from runtime import passwords

router = APIRouter(include_in_schema=False)


@router.get("/password")
async def form(request: Request, to: str = "") -> Response:
    """The form for another password; who signed in with a token has none."""
    account = await _own(request)
    return to_sign_in(request) if account is None else _form(request, account, to, {})


@router.post("/password")
async def change(
    request: Request,
    old: Annotated[str, Form(max_length=1000)] = "",
    new: Annotated[str, Form(max_length=1000)] = "",
    again: Annotated[str, Form(max_length=1000)] = "",
    to: Annotated[str, Form(max_length=500)] = "",
    nonce: Annotated[str, Form()] = "",
) -> Response:
    """Change the password; every other session of the account ends."""
    the = house(request)
    chosen = pages.language(request)
    account = await _own(request)
    if account is None:
        return to_sign_in(request)
    faults = {} if the.sessions.is_nonce(nonce, "password") else {"old": _("The page was open for too long.")}
    faults |= _faults(account, old, new, again)
    told = {name: pages.translate(chosen, words, least=passwords.LEAST) for name, words in faults.items()}
    if not told:
        proved = await prove(the, account.login, old, request.client.host if request.client else "")
        if isinstance(proved, Wait):
            told = {"old": waiting(chosen, proved)}
        elif proved is None:
            told = {"old": pages.translate(chosen, "This is not your present password.")}
    if told:
        return _form(request, account, to, told)
    return await _changed(the, account, new, to)


async def _changed(the: House, account: Account, new: str, to: str) -> Response:
    hashed = await aside(passwords.hashed, new)
    kept = await the.records.accounts.set_password(account.login, hashed, must_change=False)
    response = RedirectResponse(local(to) or "/cases", 303)
    the.sessions.give(response, Carried(kept.login, kept.generation))
    return response


def _(text: str) -> str:
    return text


def _faults(account: Account, old: str, new: str, again: str) -> dict[str, str]:
    if not passwords.LEAST <= len(new) <= passwords.MOST:
        return {"new": _("A password needs at least %(least)s letters or digits.")}
    if new == old or new.lower() in (account.login, account.person.lower()):
        return {"new": _("Please choose another one.")}
    return {} if new == again else {"again": _("The two are not the same.")}


async def _own(request: Request) -> Account | None:
    who = optional(request)
    return await house(request).records.accounts.find(who.account) if who is not None and who.account else None


def _form(request: Request, account: Account, to: str, faults: dict[str, str]) -> HTMLResponse:
    return pages.show(
        request,
        "password.html",
        pages.language(request),
        422 if faults else 200,
        to=local(to),
        account=account.login,
        first=account.must_change,
        faults=faults,
        nonce=house(request).sessions.nonce("password"),
    )
