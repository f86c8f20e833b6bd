"""Finds the account of whoever carries a session's cookie, before a route asks who that is."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from api import looks
from api.context import House, house
from api.pages import wants_page
from complaints.errors import HuiyinError
from records.accounts import Account

WHILE_FIRST = ("/password", "/sign-out", "/sign-out/everywhere")
"""What a person may do whose first password is not yet changed."""


class Recognise:
    """ASGI middleware: `request.state.account` is the account that the cookie names, as the records have it now.

    A session of an older generation or of a disabled account is nobody's. Who signed in by the first password is led
    to change it. Where the records cannot be asked, their error stands there instead, for the route to raise.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] not in looks.PATHS:
            request = Request(scope)
            found = await _account(request)
            if isinstance(found, Account) and scope["path"] not in WHILE_FIRST and _by_first_password(request, found):
                if wants_page(request):
                    away = RedirectResponse(f"/password?{urlencode({'to': scope['path']})}", 303)
                    await away(scope, receive, send)
                    return
                found = None
            request.state.account = found
        await self._app(scope, receive, send)


async def _account(request: Request) -> Account | HuiyinError | None:
    the = house(request)
    carried = the.sessions.read(request.cookies)
    if carried is None or not carried.account:
        return None
    try:
        return await current(the, carried.account, carried.generation)
    except HuiyinError as error:
        return error


def _by_first_password(request: Request, account: Account) -> bool:
    carried = house(request).sessions.read(request.cookies)
    return account.must_change and carried is not None and not carried.provider


async def current(the: House, login: str, generation: int) -> Account | None:
    """The account while sessions of that generation are good; None afterwards."""
    found = await the.records.accounts.find(login)
    if found is None or found.disabled_at is not None or found.generation != generation:
        return None
    return found
