"""The worklist: mine, my unit's, all; due first; searched, filtered, and kept as views."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from api import pages
from api.context import House, house
from api.desk.rows import Reader, line, may_be_found
from api.desk.wanted import TABS, Wanted, narrowed, of_tab, read, units_of
from api.pages import to_sign_in
from api.permissions import may_receive
from api.printing.statistics import may_print
from api.security import Principal, Staff, optional
from complaints.errors import BadInput, Forbidden
from complaints.vocabulary import STAGES
from records.views import SavedView
from records.worklist import TALLIED
from templates.engine import word
from templates.languages import pick

router = APIRouter(include_in_schema=False)

_SEVERITIES = ("general", "important", "major", "urgent")


def _(text: str) -> str:
    return text


_TABS = {"mine": _("My work"), "unit": _("My unit"), "all": _("All cases")}


@router.get("/cases")
async def cases(request: Request) -> Response:
    """The worklist that the query asks for; a whole number typed into the search leads to its case."""
    who = optional(request)
    if who is None:
        return to_sign_in(request)
    the, now = house(request), house(request).now()
    units = units_of(the, who)
    wanted = read(request.query_params, who, units)
    found = await the.records.desk.page(narrowed(wanted, who, units, now))
    reader = Reader(the, who, now, pages.language(request))
    rows = [line(reader, row) for row in found.rows if not wanted.q or may_be_found(reader, row)]
    if len(rows) == 1 and rows[0]["number"].lower() == wanted.q.lower():
        return RedirectResponse(f"/cases/{rows[0]['number']}", 303)
    return pages.show(
        request,
        "worklist.html",
        reader.language,
        rows=rows,
        wanted=wanted,
        whole=found.whole,
        next=f"/cases?{wanted.query(after=f'{found.next[0]}.{found.next[1]}')}" if found.next else "",
        tabs=await _tabs(the, who, units, wanted, now),
        filters=_filters(the, who, wanted, reader.language),
        views=await the.records.desk.views(owner(who)),
        may_receive=may_receive(who),
        reports=who.procedure in the.directories.ids() and may_print(who, the.procedure(who.procedure)),
        nonce=the.sessions.nonce("views"),
    )


@router.post("/views")
async def views(
    request: Request,
    who: Staff,
    name: Annotated[str, Form(max_length=60)] = "",
    query: Annotated[str, Form(max_length=2000)] = "",
    drop: Annotated[str, Form(max_length=60)] = "",
    nonce: Annotated[str, Form()] = "",
) -> Response:
    """Keep what is shown as a view under a name, or keep one no longer."""
    the = house(request)
    if not the.sessions.is_nonce(nonce, "views"):
        raise Forbidden("The page was open for too long.")
    if drop:
        await the.records.desk.drop_view(owner(who), drop)
    elif not name.strip():
        raise BadInput("name", "A view needs a name.", "Give it one.")
    else:
        await the.records.desk.keep_view(owner(who), SavedView(name.strip(), query))
    return RedirectResponse(f"/cases?{query}", 303)


def owner(who: Principal) -> str:
    """Whose views they are: the person's, however signed in."""
    return f"{who.procedure}/{who.person}"


async def _tabs(the: House, who: Principal, units: tuple[str, ...], wanted: Wanted, now: int) -> list[dict[str, Any]]:
    names = [tab for tab in TABS if (tab != "unit" or units) and (tab != "mine" or who.procedure)]
    counted = await the.records.desk.tallies(*(of_tab(tab, who, units, now) for tab in names))
    return [
        {
            "url": f"/cases?tab={tab}",
            "label": _TABS[tab],
            "count": f"{TALLIED - 1}+" if count >= TALLIED else str(count),
            "here": tab == wanted.tab,
        }
        for tab, count in zip(names, counted, strict=True)
    ]


def _filters(the: House, who: Principal, wanted: Wanted, chosen: str) -> list[dict[str, Any]]:
    """The choices beside the search: name, label, values with labels, and what is chosen."""
    ids = the.directories.ids()
    ident = who.procedure or wanted.procedure
    procedure = the.directories.procedure(ident) if ident in ids else None
    directory = the.directory(ident) if ident else None
    severities = procedure.classification.severity.values if procedure is not None else {}
    options: list[tuple[str, str, list[tuple[str, str]], tuple[str, ...]]] = [
        ("stage", _("Stage"), [(one, word("stage", one, language=chosen)) for one in STAGES], wanted.stage),
        (
            "severity",
            _("Severity"),
            [(one, pick(label, chosen)) for one, label in severities.items()]
            or [(one, word("severity", one, language=chosen)) for one in _SEVERITIES],
            wanted.severity,
        ),
    ]
    if directory is not None:
        units = [(unit.id, pick(unit.name, chosen)) for unit in directory.units]
        options.append(("unit", _("Unit"), units, wanted.unit))
    if not who.procedure and len(ids) > 1:
        names = [(one, pick(the.directories.procedure(one).name, chosen)) for one in ids]
        options.append(("procedure", _("Procedure"), names, (wanted.procedure,)))
    return [{"name": name, "label": label, "values": values, "chosen": given} for name, label, values, given in options]
