"""Signing in by account and password, or with a token, and out again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Annotated, ParamSpec, TypeVar
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api import pages
from api.context import House, house
from api.security import of_account, optional, read_token
from api.sessions import Carried
from complaints.errors import Unauthenticated
from records.accounts import Account
from runtime import passwords

P = ParamSpec("P")
T = TypeVar("T")

router = APIRouter(include_in_schema=False)

FREE_OF_ACCOUNT, FREE_OF_ADDRESS = 5, 30
"""Tries in vain that cost no wait yet: at one account, and from one address (an office may share one)."""

_HASHING = ThreadPoolExecutor(2, "passwords")
"""Each hash takes 64 MB for a tenth of a second: no more than two at a time, whoever asks."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Too many tries in vain: try again in so many seconds."""

    seconds: int


@router.get("/sign-in")
async def form(request: Request, to: str = "") -> HTMLResponse:
    """The form that takes account and password, or a token."""
    return signing_page(request, to)


@router.post("/sign-in")
async def sign_in(
    request: Request,
    account: Annotated[str, Form(max_length=200)] = "",
    password: Annotated[str, Form(max_length=1000)] = "",
    token: Annotated[str, Form(max_length=4096)] = "",
    to: Annotated[str, Form(max_length=500)] = "",
    nonce: Annotated[str, Form()] = "",
) -> Response:
    """Give whoever proves to be somebody the cookie, and go where the person wanted to."""
    the = house(request)
    chosen = pages.language(request)
    if not the.sessions.is_nonce(nonce, "sign-in"):
        late = pages.translate(chosen, "The page was open for too long. Please try again.")
        return signing_page(request, to, late, 422, account)
    if token.strip():
        return _by_token(the, request, chosen, token.strip(), to)
    found = await prove(the, account, password, request.client.host if request.client else "")
    if isinstance(found, Wait):
        shown = signing_page(request, to, waiting(chosen, found), 429, account)
        shown.headers["Retry-After"] = str(found.seconds)
        return shown
    if found is None or of_account(the, found) is None:
        return signing_page(request, to, pages.translate(chosen, "Account and password do not fit."), 401, account)
    response = RedirectResponse(local(to) or "/cases", 303)
    the.sessions.give(response, Carried(found.login, found.generation))
    return response


async def prove(the: House, login: str, password: str, address: str) -> Account | Wait | None:
    """The account that is proved by its password; None where it is not, Wait after too many tries in vain.

    It takes the same time whether there is such an account or not.
    """
    mine, from_there = f"account {login.strip().lower()}", f"address {address}"
    seconds = await the.records.accounts.may_try({mine: FREE_OF_ACCOUNT, from_there: FREE_OF_ADDRESS})
    if seconds:
        return Wait(seconds)
    found = await the.records.accounts.find(login)
    known = found.password if found is not None and found.disabled_at is None else None
    good, better = await aside(passwords.verify, password, known)
    if not good or found is None:
        return None
    await the.records.accounts.succeeded(forget=[mine], forgive=[from_there])
    if better is not None:
        await the.records.accounts.rehash(found.login, better)
    return found


async def aside(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What a hash takes, on a thread of its own."""
    return await asyncio.get_running_loop().run_in_executor(_HASHING, partial(work, *args, **kwargs))


def waiting(chosen: str, wait: Wait) -> str:
    """What a person is told who has to wait."""
    minutes = -(-wait.seconds // 60)
    return pages.translate(chosen, "Too many tries in vain. Minutes to wait: %(minutes)s.", minutes=minutes)


@router.post("/sign-out")
async def sign_out(request: Request, nonce: Annotated[str, Form()] = "") -> Response:
    """Take the cookie away."""
    the = house(request)
    response = RedirectResponse("/", 303)
    if the.sessions.is_nonce(nonce, "sign-out"):
        the.sessions.take(response)
    return response


@router.post("/sign-out/everywhere")
async def sign_out_everywhere(request: Request, nonce: Annotated[str, Form()] = "") -> Response:
    """End every session of the account, on every machine."""
    the = house(request)
    who = optional(request)
    response = RedirectResponse("/", 303)
    if the.sessions.is_nonce(nonce, "sign-out"):
        if who is not None and who.account:
            await the.records.accounts.end_sessions(who.account)
        the.sessions.take(response)
    return response


def local(to: str) -> str:
    """The path to go on to, or an empty text for one that leads out of the house."""
    return to if to.startswith("/") and not to.startswith(("//", "/\\")) and to.isprintable() else ""


def _by_token(the: House, request: Request, chosen: str, token: str, to: str) -> Response:
    try:
        read_token(the, token)
    except Unauthenticated:
        return signing_page(request, to, pages.translate(chosen, "This token is no good, or past its time."), 401)
    response = RedirectResponse(local(to) or "/cases", 303)
    the.sessions.give(response, Carried(token=token))
    return response


def signing_page(request: Request, to: str, fault: str = "", status: int = 200, account: str = "") -> HTMLResponse:
    """The page that people sign in on, with what was wrong."""
    the = house(request)
    chosen = pages.language(request)
    return pages.show(
        request,
        "sign_in.html",
        chosen,
        status,
        to=local(to),
        fault=fault,
        nonce=the.sessions.nonce("sign-in"),
        account=account,
        provider=f"/sign-in/provider?{urlencode({'to': local(to)})}" if the.provider is not None else "",
    )
