"""Who may do what: every route by who is let in, every case by what may be done with it. Refused unless it stands here.

What of a case's actions is open to whom at which stage is the procedure's own to say (`complaints.case.authority`);
this table says who may bring an action to the case at all.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum

from api.context import House
from api.security import Principal, actor
from complaints.case.model import State
from complaints.errors import Forbidden
from complaints.papers import confidential, hidden
from complaints.procedure.model import Procedure
from records.values import CaseRecord


class To(Enum):
    """Who is let in at a route; what a route shows of a case is narrowed by `RIGHTS`."""

    ANYBODY = "anybody"
    STAFF = "whoever is signed in"
    INSTITUTION = "people of an institution"
    MANAGER = "managers"
    ADMIN = "administrators"
    OPERATOR = "operators"


_A, _S, _I, _M, _ADM, _O = To.ANYBODY, To.STAFF, To.INSTITUTION, To.MANAGER, To.ADMIN, To.OPERATOR

ROUTES: Mapping[str, Mapping[str, To]] = {
    "/": {"GET": _A},
    "/style.css": {"GET": _A},
    "/script.js": {"GET": _A},
    "/healthz": {"GET": _A},
    "/readyz": {"GET": _A},
    "/metrics": {"GET": _A},
    # The inbox is there where letters go nowhere else: on a machine for trying out. Behind TLS it asks for operators.
    "/inbox": {"GET": _A},
    "/inbox.json": {"GET": _A},
    "/sign-in": {"GET": _A, "POST": _A},
    "/sign-in/provider": {"GET": _A},
    "/sign-in/provider/back": {"GET": _A},
    "/sign-out": {"POST": _A},
    "/sign-out/everywhere": {"POST": _A},
    "/password": {"GET": _S, "POST": _S},
    # Complainants: the number and its code are asked for by the route itself.
    "/file": {"GET": _A, "POST": _A},
    "/file/similar": {"POST": _A},
    "/receipt": {"GET": _A},
    "/track": {"GET": _A, "POST": _A},
    "/track/attachments/{attachment}": {"GET": _A},
    "/public-figures": {"GET": _A},
    "/api/complaints": {"POST": _A, "GET": _S},
    "/api/track": {"GET": _A},
    "/api/complaints/{number}/attachments": {"POST": _A, "GET": _S},
    # The letter's link proves its holder; it opens one question of one case.
    "/approvals/{token}": {"GET": _A, "HEAD": _A, "POST": _A},
    # Cases: which, and what of them, is narrowed by `RIGHTS`.
    "/api/complaints/{number}": {"GET": _S},
    "/api/complaints/{number}/actions/{action}": {"POST": _S},
    "/api/complaints/{number}/timeline": {"GET": _S},
    "/api/complaints/{number}/attempts": {"GET": _S},
    "/api/complaints/{number}/looks": {"GET": _M},
    "/api/complaints/{number}/forecast": {"GET": _S},
    "/api/complaints/{number}/clocks/{key:path}/why": {"GET": _S},
    "/api/complaints/{number}/forms/{form}": {"GET": _S},
    "/api/tasks": {"GET": _S},
    "/api/tasks/{task}/done": {"POST": _S},
    "/cases": {"GET": _S},
    "/views": {"POST": _S},
    "/cases/{number}": {"GET": _S},
    "/cases/{number}/do/{action}": {"GET": _S, "POST": _S},
    "/cases/{number}/tasks/{task}": {"POST": _S},
    "/cases/{number}/attachments": {"POST": _S},
    "/cases/{number}/attachments/{attachment}": {"GET": _S},
    "/cases/{number}/forms": {"GET": _S},
    "/cases/{number}/print/{form}": {"GET": _S},
    "/cases/{number}/dossier": {"GET": _S},
    "/cases/{number}/dossier.zip": {"GET": _S},
    "/waiting": {"GET": _S},
    "/waiting/{number}": {"GET": _S, "POST": _S},
    "/receive": {"GET": _I, "POST": _I},
    "/receive/done": {"GET": _I},
    "/register": {"GET": _I},
    "/statistics/print": {"GET": _I},
    "/register/print": {"GET": _I},
    "/register.xlsx": {"GET": _I},
    "/figures": {"GET": _M},
    "/figures/list": {"GET": _M},
    "/api/complaints/{number}/move": {"GET": _ADM, "POST": _ADM},
    "/admin": {"GET": _ADM},
    "/admin/health": {"GET": _ADM},
    "/admin/procedures": {"GET": _ADM},
    "/admin/procedures/{ident}": {"GET": _ADM},
    "/admin/procedures/{ident}/simulate": {"GET": _ADM},
    "/admin/people": {"GET": _ADM},
    "/admin/people/{ident}": {"GET": _ADM},
    "/admin/people/{ident}/absences": {"POST": _ADM},
    "/admin/people/{ident}/absences/{absence}/end": {"POST": _ADM},
    "/admin/calendar": {"GET": _ADM},
    "/admin/calendar/{ident}": {"GET": _ADM},
    "/admin/letters": {"GET": _ADM},
    "/admin/letters/{letter}": {"GET": _ADM},
    "/admin/letters/{letter}/{language}.html": {"GET": _ADM},
    "/admin/failed": {"GET": _ADM},
    "/admin/failed/{row}/again": {"POST": _ADM},
    "/workflow": {"GET": _O},
    "/workflow/{number}": {"GET": _O},
    "/codec/decode": {"POST": _O},
    "/temporal": dict.fromkeys(("GET", "HEAD"), _O),
    "/temporal/render": {"GET": _O},
    "/temporal/{path:path}": dict.fromkeys(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"), _O),
}
"""Who is let in where, by path and method; a route that is missing here is closed to everybody."""


@dataclass(frozen=True, slots=True)
class Right:
    """Who may do something with a case; always only people of its institution, and where `house` the installation's.

    `passed_over`: those too whom the case passes over (complained about, interested); `role`: holders of it only.
    """

    house: bool = False
    passed_over: bool = False
    role: str = ""


RIGHTS: Mapping[str, Right] = {
    "read": Right(house=True),
    "words": Right(),
    # The case itself refuses who is passed over, and keeps that he tried.
    "act": Right(house=True, passed_over=True),
    "move": Right(house=True, role="admin"),
    "workflow": Right(house=True, role="operator"),
    "looks": Right(house=True, role="manager"),
}
"""What may be done with a case: reading where it stands, reading what people wrote, acting, moving it to other rules,
finding its workflow, and reading who looked at it."""


def let_in(to: To | None, who: Principal | None) -> bool:
    """Whether a route for `to` is open to this person; None is closed to everybody."""
    if to is None or who is None:
        return to is To.ANYBODY
    held = {To.MANAGER: "manager", To.ADMIN: "admin", To.OPERATOR: "operator"}
    return who.has(held[to]) if to in held else to is not To.INSTITUTION or bool(who.procedure)


def may(right: str, case: CaseRecord, who: Principal) -> bool:
    """Whether this person has that right (of `RIGHTS`) on the case."""
    rule = RIGHTS.get(right)
    return rule is not None and not _why_not(rule, case, who)


async def opened(the: House, number: str, who: Principal, right: str = "read") -> CaseRecord:
    """The case of that number for somebody who has the right on it; raises NotFound or Forbidden.

    Who opens a confidential one is remembered.
    """
    case = await the.records.case(number=number)
    why = _why_not(RIGHTS[right], case, who)
    if why:
        raise Forbidden(why)
    if confidential(case.rules.procedure, case.state):
        await the.records.looks.add(case.case_id, who.person, who.procedure)
    return case


def handles(the: House, who: Principal, procedure: str, state: State) -> Collection[str]:
    """The roles that the person holds in the case; nothing for somebody of another institution."""
    return actor(the, who, procedure, state, the.now()).roles if who.procedure in ("", procedure) else ()


def unnamed(the: House, who: Principal, procedure: Procedure, state: State, *, anonymous: bool) -> frozenset[str]:
    """The columns about the complainant that this person may not read."""
    return hidden(procedure, state, anonymous=anonymous, roles=handles(the, who, procedure.id, state))


def may_receive(who: Principal) -> bool:
    """Whoever works for an institution may receive a complaint for it."""
    return let_in(To.INSTITUTION, who)


def may_see_figures(who: Principal) -> bool:
    """Managers, and whoever runs the installation."""
    return let_in(To.MANAGER, who)


def may_administer(who: Principal) -> bool:
    """Administrators."""
    return let_in(To.ADMIN, who)


def _why_not(rule: Right, case: CaseRecord, who: Principal) -> str:
    if who.procedure and who.procedure != case.procedure_id:
        return f"{who.person} belongs to {who.procedure}; this case runs under {case.procedure_id}."
    if not who.procedure and not (rule.house and who.has("operator")):
        return "This is for the people of the case's institution."
    if who.person in case.state.recused and who.procedure and not rule.passed_over:
        return f"{who.person} is passed over in this case and reads nothing of it."
    return f"{who.person} does not hold the role {rule.role}." if rule.role and not who.has(rule.role) else ""
