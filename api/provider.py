"""Signing in through the institution's OpenID Connect provider, for people whose account is linked to them there."""

from __future__ import annotations

import hmac
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from api import pages
from api.context import House, house
from api.guessing import address_of
from api.security import of_account
from api.sessions import Carried
from api.signing import local, signing_page
from complaints.errors import NotFound, TooMany, Unauthenticated, Unavailable
from records.accounts import Account
from runtime.provider import Identity

router = APIRouter(include_in_schema=False)


class NotLinked(Unauthenticated):
    """The provider vouches for somebody who is nobody here; `text` is what the person is told."""

    code = "not_linked"


@router.get("/sign-in/provider")
async def begin(request: Request, to: str = "") -> Response:
    """Off to the provider; NotFound where the installation has none."""
    the = house(request)
    if the.provider is None:
        raise NotFound("This installation has no such sign-in.")
    try:
        begun = await the.provider.begin()
    except Unavailable:
        return _refused(request, _("Your institution's sign-in cannot be reached."), 503, to)
    response = RedirectResponse(begun.url, 303)
    the.sessions.remember(response, [begun.state, begun.nonce, begun.verifier, local(to)])
    return response


@router.get("/sign-in/provider/back")
async def back(
    request: Request,
    code: Annotated[str, Query(max_length=4096)] = "",
    state: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """Give whom the provider proves, and who has an account linked to it, the cookie, and go where the person wanted.

    Where the sign-in was not begun by this browser, or is not proved, nothing is given.
    """
    the = house(request)
    if the.provider is None:
        raise NotFound("This installation has no such sign-in.")
    key = f"provider {address_of(request)}"
    begun = the.sessions.remembered(request.cookies)
    to = begun[3] if begun else ""
    try:
        the.guesses.check(key)
        if begun is None or not code or not hmac.compare_digest(begun[0].encode(), state.encode()):
            raise Unauthenticated("This browser began no such sign-in, or it was given up.")
        proved = await the.provider.finish(code, begun[1], begun[2], now=the.now())
        account = await linked(the, proved)
    except Unavailable:
        return _refused(request, _("Your institution's sign-in cannot be reached."), 503, to)
    except TooMany as error:
        return _refused(request, _("Too many tries."), 429, to, wait=error.retry_after)
    except NotLinked as error:
        the.guesses.count(key)
        return _refused(request, error.text, 403, to)
    except Unauthenticated:
        the.guesses.count(key)
        return _refused(request, _("The sign-in at your institution was not finished, or not begun here."), 401, to)
    response = RedirectResponse(local(to) or "/cases", 303)
    the.sessions.forget(response)
    the.sessions.give(response, Carried(account.login, account.generation, provider=True))
    return response


async def linked(the: House, proved: Identity) -> Account:
    """The account of whom the provider proved: linked by its subject, else named by the claim of the settings.

    An account of the installation itself (operator, admin) is found by a link only. Raises NotLinked.
    """
    found = await the.records.accounts.of_subject(proved.issuer, proved.subject)
    if found is None:
        claim = the.settings.oidc_claim
        value = str(proved.claims.get(claim) or "")
        if claim == "email" and value and proved.claims.get("email_verified") not in (True, "true"):
            raise NotLinked(_("Your institution has not verified your mail address, so it proves nothing here."))
        named = await _by_address(the, value) if claim == "email" else await the.records.accounts.find(value)
        found = named if named is not None and named.procedure and named.subject is None else None
    if found is None or found.disabled_at is not None or of_account(the, found) is None:
        raise NotLinked(_("Your institution knows you, but no account here is linked to you."))
    return found


async def _by_address(the: House, address: str) -> Account | None:
    """The one account whose person has that mail address; None where there is none, or more than one."""
    wanted = address.strip().lower()
    found: list[Account] = []
    for procedure in the.directories.ids() if wanted else ():
        directory = the.directory(procedure)
        people = directory.people if directory is not None else ()
        for person in people:
            if (person.email or "").strip().lower() == wanted:
                try:
                    found.append(await the.records.accounts.of(person.id, procedure))
                except NotFound:
                    continue
    return found[0] if len(found) == 1 else None


def _refused(request: Request, why: str, status: int, to: str, wait: int = 0) -> Response:
    """The sign-in page with the reason; the sign-in that was under way is over."""
    chosen = pages.language(request)
    instead = _("Sign in with account and password, or ask whoever runs this system.")
    words = f"{pages.translate(chosen, why)} {pages.translate(chosen, instead)}"
    response = signing_page(request, to, words, status)
    house(request).sessions.forget(response)
    if wait:
        response.headers["Retry-After"] = str(wait)
    return response


def _(text: str) -> str:
    return text
