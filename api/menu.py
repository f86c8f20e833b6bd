"""The menu of who is signed in: only pages that are there and that this person may use."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import FastAPI, Request
from starlette.routing import Match

from api.context import House, house
from api.security import Principal
from complaints.procedure.model import Procedure


@dataclass(frozen=True, slots=True)
class Entry:
    """One link of the menu; `here` for the page that is shown."""

    url: str
    label: str
    here: bool


def _(text: str) -> str:
    return text


_LABELS = {
    "/cases": _("Worklist"),
    "/receive": _("Receive a complaint"),
    "/waiting": _("Waiting for me"),
    "/figures": _("Figures"),
    "/admin": _("Administration"),
}


def menu(request: Request, who: Principal) -> list[Entry]:
    """The links for this person, in their order."""
    may = {
        "/cases": True,
        "/receive": may_receive(who),
        "/waiting": decides(house(request), who),
        "/figures": may_see_figures(who),
        "/admin": may_administer(who),
    }
    there = _there(request.app)
    path = request.url.path
    return [
        Entry(url, label, path == url or path.startswith(f"{url}/"))
        for url, label in _LABELS.items()
        if may[url] and url in there
    ]


def may_receive(who: Principal) -> bool:
    """Whoever works for an institution may receive a complaint for it."""
    return bool(who.procedure)


def decides(the: House, who: Principal) -> bool:
    """Whether decisions of the procedure can fall to one of this person's roles."""
    if who.procedure not in the.directories.ids():
        return False
    return not _deciders(the.directories.procedure(who.procedure)).isdisjoint(who.roles)


def may_see_figures(who: Principal) -> bool:
    """Managers, and whoever runs the installation."""
    return who.has("manager")


def may_administer(who: Principal) -> bool:
    """Administrators and operators."""
    return who.has("operator")


def _deciders(procedure: Procedure) -> set[str]:
    return {role for approval in procedure.approvals for level in approval.levels for role in level.by}


def _there(app: FastAPI) -> frozenset[str]:
    """The pages of the menu that this application has."""
    known = getattr(app.state, "menu", None)
    if not isinstance(known, frozenset):
        found = []
        for url in _LABELS:
            asked = {"type": "http", "method": "GET", "path": url, "root_path": "", "headers": []}
            if any(route.matches(asked)[0] is Match.FULL for route in app.routes):
                found.append(url)
        known = app.state.menu = frozenset(found)
    return known
