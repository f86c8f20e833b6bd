"""Periodic reports: what came, what was closed, which limits were kept, case by case where so ruled; on A4."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api import pages
from api.context import house
from api.figures.asked import Asked, asked
from api.figures.charts import percent
from api.figures.shown import ANSWERS
from api.pages import to_sign_in, translate
from api.permissions import may_see_figures
from api.printing import lines
from api.printing.papers import show
from api.printing.periods import period
from api.security import Principal, optional
from complaints.case import State
from complaints.errors import Forbidden, NotFound
from complaints.papers import listing
from complaints.procedure.model import Procedure, Report
from records.figures.statistics import SORTED_BY, Statistics
from templates.columns import Columns
from templates.engine import word
from templates.languages import pick

router = APIRouter(include_in_schema=False)

FORM = "monthly_statistics"


@router.get("/statistics/print")
async def printed(request: Request, report: str = "", at: str = "") -> Response:
    """One report of the procedure (its monthly one without) for managers and whom the procedure names.

    `at` is a day of the period, or a month (`2026-11`); the running period without.
    """
    who = optional(request)
    if who is None:
        return to_sign_in(request)
    the, chosen = house(request), pages.language(request)
    of = asked(the, request, who, chosen)
    of_which = _chosen(of.procedure, report)
    _may(who, of_which)
    span = period(of.procedure, of_which.every, at, the.now())
    people = [person.id for person in of.directory.people] if of.directory is not None else []
    found = await the.records.figures.statistics(of.procedure, span.since, span.until, span.every, people)
    form = listing(of.procedure, of_which)
    return show(
        request,
        "statistics.html",
        chosen,
        who,
        _back(who, of, chosen),
        title=_title(of_which, chosen),
        clause=of_which.clause,
        institution=pick(of.procedure.name, chosen),
        period=span.words(chosen),
        earlier=_address(of, of_which, span.before),
        later=_address(of, of_which, span.after) if span.until <= the.now() else "",
        others=[
            (_title(one, chosen), _address(of, one, span.first))
            for one in of.procedure.reports
            if one is not of_which and _named(who, one)
        ],
        found=found,
        tables=_tables(of, found),
        limits=[(of.clock(one.clock), one.ended, one.on_time, percent(one.on_time, one.ended)) for one in found.limits],
        proposed=_proposed(of, found),
        listed=await lines.listed(the, who, of.procedure, form, (span.since, span.until), chosen) if form else None,
        zone=of.procedure.calendar.zone,
        now=the.now(),
    )


def _back(who: Principal, of: Asked, chosen: str) -> dict[str, str]:
    if may_see_figures(who):
        return {"url": f"/figures?procedure={of.procedure.id}", "text": translate(chosen, "Figures")}
    return {"url": "/cases", "text": translate(chosen, "Worklist")}


def may_print(who: Principal, procedure: Procedure) -> bool:
    """Whether a report of the procedure is for this person."""
    return any(_named(who, one) for one in procedure.reports)


def _chosen(procedure: Procedure, report: str) -> Report:
    """The report of that id; without one the monthly report, else the first, else a month's plain figures."""
    if not report:
        monthly = [one for one in procedure.reports if one.every == "month"]
        return next(iter((*monthly, *procedure.reports)), Report(id=FORM, every="month"))
    found = next((one for one in procedure.reports if one.id == report), None)
    if found is None:
        raise NotFound(f"The procedure has no report {report}.")
    return found


def _title(report: Report, chosen: str) -> str:
    return pick(report.name, chosen) or word("form", FORM, language=chosen)


def _address(of: Asked, report: Report, day: date) -> str:
    which = {"report": report.id} if report in of.procedure.reports else {}
    return f"/statistics/print?{urlencode({'procedure': of.procedure.id, **which, 'at': day.isoformat()})}"


def _named(who: Principal, report: Report) -> bool:
    return may_see_figures(who) or not {report.by, *report.to}.isdisjoint(who.roles)


def _may(who: Principal, report: Report) -> None:
    if not _named(who, report):
        raise Forbidden("The statistics are for managers and for those whom the procedure names.")


def _tables(of: Asked, found: Statistics) -> list[dict[str, Any]]:
    """What was received by each way of sorting it, what was closed by outcome and answer: label, count, share."""
    words = Columns(of.procedure, State(case="", procedure=of.procedure.id), of.directory, of.language)
    tables = [
        (words.label(name), [(words.shown(name, value), many) for value, many in found.sorted_by[name].items()])
        for name in SORTED_BY
        if set(found.sorted_by[name]) - {""}
    ]
    outcomes = [(words.shown("outcome", value), many) for value, many in found.outcomes.items()]
    answers = [
        (translate(of.language, ANSWERS.get(value, value)), many) for value, many in found.answers.items() if value
    ]
    tables += [(words.label("outcome"), outcomes), (words.label("satisfied"), answers)]
    none = translate(of.language, "not stated")
    return [{"title": title, "rows": _rows(rows, none)} for title, rows in tables if rows]


def _rows(rows: Iterable[tuple[str, int]], none: str) -> list[tuple[str, int, int | None]]:
    rows = sorted(rows, key=lambda row: -row[1])
    return [(label or none, many, percent(many, sum(one for _, one in rows))) for label, many in rows]


def _proposed(of: Asked, found: Statistics) -> list[dict[str, Any]]:
    words = Columns(of.procedure, State(case="", procedure=of.procedure.id), of.directory, of.language)
    texts = {rule.id: pick(rule.text, of.language) for rule in of.procedure.accountability}
    return [
        {
            "at": one.at,
            "number": proposed.number,
            "text": texts.get(one.rule) or one.rule.replace("_", " "),
            "clause": one.clause,
            "whom": of.person(one.person) if one.person else words.role(one.against) if one.against else "",
            "amount": "" if one.amount is None else f"{one.amount:g}",
        }
        for proposed in found.proposed
        for one in (proposed.entry,)
    ]
