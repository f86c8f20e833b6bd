"""The monthly statistics: what came, what was closed, which limits were kept, as one paper for A4."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api import pages
from api.context import House, house
from api.figures.asked import Asked, asked
from api.figures.charts import percent
from api.figures.shown import ANSWERS
from api.menu import may_see_figures
from api.pages import to_sign_in, translate
from api.printing.papers import show
from api.security import Principal, optional
from complaints.case import State
from complaints.errors import BadInput, Forbidden
from complaints.procedure.model import Procedure, Report
from records.figures.statistics import SORTED_BY, Statistics
from templates.columns import Columns
from templates.engine import word
from templates.languages import pick

router = APIRouter(include_in_schema=False)

FORM = "monthly_statistics"


@dataclass(frozen=True, slots=True)
class Month:
    """One month in a procedure's own zone."""

    first: date
    procedure: Procedure

    @property
    def after(self) -> date:
        """The first day of the next one."""
        year, month = divmod(self.first.year * 12 + self.first.month, 12)
        return date(year, month + 1, 1)

    @property
    def before(self) -> date:
        """The first day of the one before."""
        year, month = divmod(self.first.year * 12 + self.first.month - 2, 12)
        return date(year, month + 1, 1)

    def instant(self, day: date) -> int:
        """The first instant of a day."""
        return int(datetime.combine(day, time(), House.zone(self.procedure)).timestamp())


@router.get("/statistics/print")
async def printed(request: Request, month: str = "") -> Response:
    """The statistics of one month (`2026-11`; the running one without) for managers and whom the procedure names."""
    who = optional(request)
    if who is None:
        return to_sign_in(request)
    the, chosen = house(request), pages.language(request)
    of = asked(the, request, who, chosen)
    report = _report(of.procedure)
    _may(who, report)
    span = _month(the, of.procedure, month)
    people = [person.id for person in of.directory.people] if of.directory is not None else []
    found = await the.records.figures.statistics(
        of.procedure, span.instant(span.first), span.instant(span.after), "month", people
    )
    address = f"/statistics/print?procedure={of.procedure.id}&month="
    return show(
        request,
        "statistics.html",
        chosen,
        who,
        {"url": f"/figures?procedure={of.procedure.id}", "text": translate(chosen, "Figures")},
        title=(pick(report.name, chosen) if report is not None else "") or word("form", FORM, language=chosen),
        clause=report.clause if report is not None else "",
        institution=pick(of.procedure.name, chosen),
        month=span.first,
        earlier=f"{address}{span.before:%Y-%m}",
        later=f"{address}{span.after:%Y-%m}" if span.instant(span.after) <= the.now() else "",
        found=found,
        tables=_tables(of, found),
        limits=[(of.clock(one.clock), one.ended, one.on_time, percent(one.on_time, one.ended)) for one in found.limits],
        proposed=_proposed(of, found),
        zone=of.procedure.calendar.zone,
        now=the.now(),
    )


def _report(procedure: Procedure) -> Report | None:
    return next((one for one in procedure.reports if one.every == "month"), None)


def _may(who: Principal, report: Report | None) -> None:
    named = {report.by, *report.to} if report is not None else set()
    if not may_see_figures(who) and named.isdisjoint(who.roles):
        raise Forbidden("The statistics are for managers and for those whom the procedure names.")


def _month(the: House, procedure: Procedure, given: str) -> Month:
    if not given:
        today = datetime.fromtimestamp(the.now(), UTC).astimezone(House.zone(procedure)).date()
        return Month(today.replace(day=1), procedure)
    try:
        first = date.fromisoformat(f"{given}-01")
    except ValueError as error:
        raise BadInput("month", "Give the month as year-month.", "For example 2026-11.") from error
    if not 1971 <= first.year <= 9000:
        raise BadInput("month", "There is no such month.")
    return Month(first, procedure)


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
            "text": texts.get(one.rule) or one.rule.replace("_", " "),
            "clause": one.clause,
            "whom": of.person(one.person) if one.person else words.role(one.against) if one.against else "",
            "amount": "" if one.amount is None else f"{one.amount:g}",
        }
        for one in found.proposed
    ]
