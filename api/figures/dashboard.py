"""The manager's pages: figures with their changes, and the list behind each."""

from __future__ import annotations

from typing import get_args

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api import pages
from api.context import house
from api.figures.asked import NO_UNIT, WEEKS, asked
from api.figures.shown import ANSWERS, shown
from api.menu import may_see_figures
from api.pages import to_sign_in
from api.security import Principal, optional
from complaints.errors import BadInput, Forbidden
from complaints.results import OWED
from complaints.vocabulary import OPEN
from records.figures import Wanted
from records.figures.values import What
from templates.languages import pick

router = APIRouter(include_in_schema=False)

PART = 100
"""Rows of one part of a list."""


def _(text: str) -> str:
    return text


_HEADINGS = {
    "open": _("Open complaints"), "overdue": _("Overdue complaints"), "received": _("Complaints received"),
    "closed": _("Closed complaints"), "limits": _("Limits that ended"), "missed": _("Limits missed"),
    "decided": _("Decisions"), "waiting": _("Complaints that wait for approval"),
}  # fmt: skip


@router.get("/figures")
async def figures(request: Request) -> Response:
    """The figures of one procedure, for its managers."""
    who = optional(request)
    if who is None:
        return to_sign_in(request)
    _may(who)
    the, chosen = house(request), pages.language(request)
    what = asked(the, request, who, chosen)
    found = await the.records.figures.overview(what.scope)
    return pages.show(
        request,
        "figures.html",
        chosen,
        of=pick(what.procedure.name, chosen),
        procedures=[(one, pick(the.procedure(one).name, chosen)) for one in what.choices],
        weeks_of=WEEKS,
        scope=what.scope,
        all_units=what.units,
        zone=what.scope.zone,
        **shown(what, found),
    )


@router.get("/figures/list")
async def behind(
    request: Request,
    what: str = "open",
    stage: str = "",
    of_unit: str = "",
    clock: str = "",
    week: int | None = None,
    category: str = "",
    revisit: str = "",
    person: str = "",
    least: int | None = None,
    most: int | None = None,
    skip: int = 0,
) -> Response:
    """The cases, limits or decisions that a figure counts."""
    who = optional(request)
    if who is None:
        return to_sign_in(request)
    _may(who)
    the, chosen = house(request), pages.language(request)
    of = asked(the, request, who, chosen)
    if what not in get_args(What) or (stage and stage not in OPEN):
        raise BadInput("what", "There is no such list.", "Open it from the figures.")
    wanted = Wanted(
        scope=of.scope,
        what=what,  # type: ignore[arg-type]  # compared above
        unit=None if not of_unit else "" if of_unit == NO_UNIT else of_unit,
        stage=stage,
        clock=clock,
        week=week,
        category=category,
        revisits=(revisit,) if revisit else (),
        person=person,
        days=(least, most) if least is not None else None,
        skip=skip,
        limit=PART,
    )
    found = await the.records.figures.listed(wanted)
    narrowed = [
        *([of.unit(of.scope.unit)] if of.scope.unit else []),
        *([of.unit(of_unit) if of_unit != NO_UNIT else pages.translate(chosen, "With no unit yet")] if of_unit else []),
        *([of.category(category)] if category else []),
        *([of.clock(clock)] if clock else []),
        *([pages.translate(chosen, ANSWERS.get(revisit, revisit))] if revisit else []),
        *([of.person(person)] if person else []),
    ]
    return pages.show(
        request,
        "figures_list.html",
        chosen,
        heading=pages.translate(chosen, _HEADINGS[what]),
        narrowed=narrowed,
        stage=stage,
        kind=what,
        found=found,
        of=of,
        zone=of.scope.zone,
        first=skip + 1,
        last=skip + len(found.rows),
        before=str(request.url.include_query_params(skip=max(0, skip - PART)).query) if skip else "",
        after=str(request.url.include_query_params(skip=skip + PART).query) if skip + PART < found.total else "",
        back=of.kept,
        owed=OWED,
    )


def _may(who: Principal) -> None:
    if not may_see_figures(who):
        raise Forbidden(f"{who.person} is no manager: figures are for managers.")
