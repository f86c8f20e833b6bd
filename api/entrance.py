"""The one door that every request comes through: it asks the table of permissions before any route is run."""

from __future__ import annotations

from fastapi import HTTPException, Request

from api.pages import for_machines, to_sign_in
from api.permissions import ROUTES, To, let_in
from api.security import optional
from complaints.errors import Forbidden, Unauthenticated


def entrance(request: Request) -> None:
    """Lets in whom the table lets in at this route; a route that is not in it lets nobody in.

    Who is not signed in is sent to sign in, a script gets Unauthenticated; everybody else Forbidden.
    """
    path = str(getattr(request.scope.get("route"), "path", ""))
    to = ROUTES.get(path, {}).get(request.method)
    if to is To.ANYBODY:
        return
    who = optional(request)
    if who is None:
        if for_machines(request):
            raise Unauthenticated("Nobody is signed in.")
        raise HTTPException(303, headers={"Location": to_sign_in(request).headers["location"]})
    if not let_in(to, who):
        raise Forbidden(f"This is for {to.value}." if to is not None else "This is for nobody.")
