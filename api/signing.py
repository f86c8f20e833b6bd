"""Signing in with a token, and out again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api import pages
from api.context import house
from api.security import read_token
from complaints.errors import Unauthenticated

router = APIRouter(include_in_schema=False)


@router.get("/sign-in")
async def form(request: Request, to: str = "") -> HTMLResponse:
    """The form that takes a token."""
    return _form(request, to)


@router.post("/sign-in")
async def sign_in(
    request: Request,
    token: Annotated[str, Form(max_length=4096)] = "",
    to: Annotated[str, Form(max_length=500)] = "",
    nonce: Annotated[str, Form()] = "",
) -> Response:
    """Give the bearer of a good token the cookie, and go where the person wanted to."""
    the = house(request)
    chosen = pages.language(request)
    if not the.sessions.is_nonce(nonce, "sign-in"):
        return _form(request, to, pages.translate(chosen, "The page was open for too long. Please try again."), 422)
    try:
        read_token(the, token.strip())
    except Unauthenticated:
        return _form(request, to, pages.translate(chosen, "This token is no good, or past its time."), 401)
    response = RedirectResponse(local(to) or "/cases", 303)
    the.sessions.give(response, token.strip())
    return response


@router.post("/sign-out")
async def sign_out(request: Request, nonce: Annotated[str, Form()] = "") -> Response:
    """Take the cookie away."""
    the = house(request)
    response = RedirectResponse("/", 303)
    if the.sessions.is_nonce(nonce, "sign-in"):
        the.sessions.take(response)
    return response


def local(to: str) -> str:
    """The path to go on to, or an empty text for one that leads out of the house."""
    return to if to.startswith("/") and not to.startswith(("//", "/\\")) and to.isprintable() else ""


def _form(request: Request, to: str, fault: str = "", status: int = 200) -> HTMLResponse:
    nonce = house(request).sessions.nonce("sign-in")
    chosen = pages.language(request)
    return pages.show(request, "sign_in.html", chosen, status, to=local(to), fault=fault, nonce=nonce)
