"""Who administers what: an admin of the house every procedure, one of an institution its own."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from api import pages
from api.context import House, house
from api.pages import to_sign_in
from api.security import Principal, optional
from complaints.errors import Forbidden, NotFound
from complaints.procedure.model import Procedure
from templates.languages import pick

ROLE = "admin"


def administrator(request: Request) -> Principal:
    """The administrator who is signed in; who is not is sent to sign in, and Forbidden is raised for others."""
    who = optional(request)
    if who is None:
        raise HTTPException(303, headers={"Location": to_sign_in(request).headers["location"]})
    if not who.has(ROLE):
        raise Forbidden(f"{who.person} does not hold the role {ROLE}.")
    return who


Admin = Annotated[Principal, Depends(administrator)]


def own_procedures(the: House, who: Principal) -> list[str]:
    """The ids of the procedures that this administrator looks after."""
    return [ident for ident in the.directories.ids() if who.procedure in ("", ident)]


def own_procedure(request: Request, who: Principal, ident: str) -> Procedure:
    """One of these; raises NotFound for another."""
    the = house(request)
    if ident not in own_procedures(the, who):
        raise NotFound("There is no such procedure here.")
    return the.directories.procedure(ident)


def choose(request: Request, who: Principal, part: str) -> Response:
    """The institutions whose `part` (of `/admin/…`) can be looked after; where there is one, that one."""
    the, chosen = house(request), pages.language(request)
    known = own_procedures(the, who)
    if len(known) == 1:
        return RedirectResponse(f"/admin/{part}/{known[0]}", 303)
    rows = [(f"/admin/{part}/{ident}", pick(the.directories.procedure(ident).name, chosen)) for ident in known]
    return pages.show(request, "admin/choose.html", chosen, here=part, heading=part, rows=rows)
