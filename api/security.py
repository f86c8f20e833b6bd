"""Who is asking: a bearer token, or the signed cookie that `/sign-in` gives for an account or a token."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import Depends, Request

from api.context import House, house
from complaints.case.model import Actor, State
from complaints.errors import Forbidden, HuiyinError, Unauthenticated
from complaints.instants import Instant
from complaints.people import Directory, holders, roles_of
from records.accounts import Account
from runtime.tokens import HOUSE_ROLES


@dataclass(frozen=True, slots=True)
class Principal:
    """A person who is signed in; `roles` hold everywhere, those of one case come from `actor`.

    `account` is the name of the account that the person signed in with, empty for a token, whose `scope` may be `read`.
    """

    person: str
    name: str
    roles: tuple[str, ...]
    procedure: str
    account: str = ""
    scope: str = ""

    def has(self, role: str) -> bool:
        """Whether this person holds the role everywhere; an admin holds all of the installation."""
        return role in self.roles or "admin" in self.roles


def read_token(the: House, token: str) -> Principal:
    """The person whom a bearer token names, with the directory's roles of today; raises Unauthenticated.

    Who left the institution is nobody's, however long the token would still be good.
    """
    found = the.tokens.read(token, now=the.now())
    if found.procedure and found.person not in HOUSE_ROLES:
        directory = the.directory(found.procedure)
        if directory is None or directory.person(found.person) is None:
            raise Unauthenticated("The directory knows nobody by this token any more.")
    roles = tuple(role for role in found.roles if role in HOUSE_ROLES)
    return replace(_today(the, found.person, found.procedure, roles), scope=found.scope)


def of_account(the: House, account: Account) -> Principal | None:
    """The person of an account, with the directory's roles of today; None where the directory knows nobody by it.

    An account without a procedure is the installation's own: it is called by its role.
    """
    if not account.procedure:
        roles = (account.person,) if account.person in HOUSE_ROLES else ()
        return Principal(account.person, account.login, roles, "", account.login)
    directory = the.directory(account.procedure)
    if directory is None or directory.person(account.person) is None:
        return None
    return _today(the, account.person, account.procedure, (), account.login)


def _today(the: House, person: str, procedure: str, roles: tuple[str, ...], account: str = "") -> Principal:
    name = person
    directory = the.directory(procedure) if procedure else None
    if directory is not None:
        known = directory.person(person)
        name = known.name if known is not None else person
        held = roles_of(directory, person, unit=_unit(directory, person), at=the.now())
        roles = tuple(dict.fromkeys((*roles, *held)))
    return Principal(person, name, roles, procedure, account)


def _unit(directory: Directory, person: str) -> str:
    found = directory.person(person)
    return (found.unit or "") if found is not None else ""


def optional(request: Request) -> Principal | None:
    """The person who is signed in, or None for the public; a bad bearer token is refused rather than ignored."""
    the = house(request)
    header = request.headers.get("authorization", "")
    scheme, _, given = header.partition(" ")
    if scheme.lower() == "bearer" and given.strip():
        return _within(request, read_token(the, given.strip()))
    if header:
        raise Unauthenticated("The Authorization header holds no bearer token.")
    account = getattr(request.state, "account", None)
    if isinstance(account, HuiyinError):
        raise account
    if isinstance(account, Account):
        return of_account(the, account)
    carried = the.sessions.read(request.cookies)
    if carried is None or not carried.token:
        return None
    try:
        found = read_token(the, carried.token)
    except Unauthenticated:
        return None
    return _within(request, found)


def _within(request: Request, who: Principal) -> Principal:
    if who.scope == "read" and request.method not in ("GET", "HEAD"):
        raise Forbidden("This token only reads.")
    return who


def principal(request: Request) -> Principal:
    """The person who is signed in; raises Unauthenticated."""
    found = optional(request)
    if found is None:
        raise Unauthenticated("Nobody is signed in.")
    return found


def require(role: str) -> Callable[[Request], Principal]:
    """A dependency that lets in only who holds `role` (an admin always); raises Unauthenticated or Forbidden."""

    def required(request: Request) -> Principal:
        found = principal(request)
        if not found.has(role):
            raise Forbidden(f"{found.person} does not hold the role {role}.")
        return found

    return required


def actor(the: House, who: Principal, procedure: str, state: State, at: Instant) -> Actor:
    """The person as the core knows one: with the roles held for this case, deputised and assigned ones included.

    Raises Forbidden for somebody of another procedure's institution.
    """
    if who.procedure and who.procedure != procedure:
        raise Forbidden(f"{who.person} belongs to {who.procedure}; this case runs under {procedure}.")
    directory = the.directory(procedure)
    roles = _held(directory, who.person, state.unit, at) if directory is not None else ()
    assigned = tuple(r for r, held in state.assigned.items() if who.person == held.person or who.person in held.people)
    everywhere = tuple(role for role in who.roles if role in HOUSE_ROLES)
    return Actor(who.person, tuple(dict.fromkeys((*roles, *assigned, *everywhere))))


def _held(directory: Directory, person: str, unit: str, at: Instant) -> tuple[str, ...]:
    """The roles held for a case of that unit: where it has handlers of its own, those of other units are none."""
    roles = roles_of(directory, person, unit=unit, at=at)
    own = holders(directory, "handler", unit)
    stands_in = any(directory.away(one, at) and directory.deputy(one, at) == person for one in own)
    return roles if person in own or stands_in else tuple(role for role in roles if role != "handler")


Public = Annotated[Principal | None, Depends(optional)]
Staff = Annotated[Principal, Depends(principal)]
