"""The register: what came in over some days, line by line, on A4 across and as a spreadsheet."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse

from api import pages
from api.context import House, house
from api.pages import to_sign_in
from api.printing.lines import labels, row
from api.printing.papers import show
from api.printing.sheets import title
from api.printing.spreadsheet import spreadsheet
from api.security import Principal, optional
from complaints.errors import BadInput, Forbidden
from complaints.papers import papers
from complaints.procedure.model import Procedure
from complaints.vocabulary import TEXTS
from templates.languages import pick

router = APIRouter(include_in_schema=False)

PRINTED_AT_ONCE = 200
MOST_ROWS = 10_000
"""The longest spreadsheet; what is longer is taken in parts."""

_LONGEST = timedelta(days=3660)


@dataclass(frozen=True, slots=True)
class Span:
    """The days asked for, both included, in the procedure's own zone."""

    procedure: Procedure
    first: date
    last: date

    @property
    def since(self) -> int:
        """The first instant of the first day."""
        return self._midnight(self.first)

    @property
    def until(self) -> int:
        """The first instant after the last day."""
        return self._midnight(self.last + timedelta(days=1))

    def query(self, **more: str) -> str:
        """The span as it stands in an address."""
        return urlencode({"from": self.first.isoformat(), "to": self.last.isoformat(), **more})

    def _midnight(self, day: date) -> int:
        return int(datetime.combine(day, time(), House.zone(self.procedure)).timestamp())


@router.get("/register")
async def form(request: Request) -> Response:
    """The choice of days, and what to make of them."""
    who = optional(request)
    if who is None:
        return to_sign_in(request)
    the = house(request)
    chosen = pages.language(request)
    fault = ""
    try:
        span = _span(the, request, who)
    except BadInput as error:
        fault = error.text
        span = _month(the, _own(the, who))
    return pages.show(
        request,
        "register.html",
        chosen,
        422 if fault else 200,
        span=span,
        fault=pages.translate(chosen, fault) if fault else "",
        title=title("register", papers(span.procedure)["register"], chosen),
    )


@router.get("/register/print")
async def printed(request: Request, after: str = "") -> Response:
    """One part of the register as a page for A4 across."""
    who = optional(request)
    if who is None:
        return to_sign_in(request)
    the = house(request)
    chosen, span = pages.language(request), _span(the, request, who)
    part = await the.records.papers.register(
        span.procedure.id, span.since, span.until, limit=PRINTED_AT_ONCE + 1, after=_place(after)
    )
    files = part[:PRINTED_AT_ONCE]
    paper = papers(span.procedure)["register"]
    last = files[-1].record if len(part) > len(files) else None
    after = f"{last.received_at}.{last.number}" if last is not None else ""
    return show(
        request,
        "register.html",
        chosen,
        who,
        {"url": f"/register?{span.query()}", "text": title("register", paper, chosen)},
        title=title("register", paper, chosen),
        institution=pick(span.procedure.name, chosen),
        span=span,
        columns=[
            (label, column in TEXTS)
            for column, label in zip(paper.columns, labels(the, span.procedure, paper, chosen), strict=True)
        ],
        rows=[row(the, who, file, paper, chosen) for file in files],
        next=f"/register/print?{span.query(after=after)}" if after else "",
        zone=span.procedure.calendar.zone,
        now=the.now(),
    )


@router.get("/register.xlsx")
async def downloaded(request: Request) -> Response:
    """The register as a spreadsheet, ready to be printed too."""
    who = optional(request)
    if who is None:
        return to_sign_in(request)
    the = house(request)
    chosen, span = pages.language(request), _span(the, request, who)
    paper = papers(span.procedure)["register"]
    rows: list[list[Any]] = []
    async for part in the.records.papers.whole_register(span.procedure.id, span.since, span.until, MOST_ROWS):
        rows += [row(the, who, file, paper, chosen, plain=True) for file in part]
        await asyncio.sleep(0)
    name = title("register", paper, chosen)
    heads = labels(the, span.procedure, paper, chosen)
    heading = f"{pick(span.procedure.name, chosen)} {name} {span.first} – {span.last}"
    made = await asyncio.to_thread(spreadsheet, name, heading, heads, rows)
    headers = {"Content-Disposition": f'attachment; filename="register-{span.first}-{span.last}.xlsx"'}
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return StreamingResponse(iter((made,)), media_type=kind, headers=headers)


def _own(the: House, who: Principal) -> Procedure:
    if not who.procedure:
        raise Forbidden("The register is for the people of its institution.")
    return the.procedure(who.procedure)


def _span(the: House, request: Request, who: Principal) -> Span:
    procedure = _own(the, who)
    given = request.query_params
    if not given.get("from") and not given.get("to"):
        return _month(the, procedure)
    try:
        first, last = date.fromisoformat(given.get("from", "")), date.fromisoformat(given.get("to", ""))
    except ValueError as error:
        raise BadInput("from", _("Give both days as year-month-day.")) from error
    if last < first or last - first > _LONGEST or first.year < 1970 or last.year > 9000:
        raise BadInput("to", _("The last day must not come before the first, nor ten years after it."))
    return Span(procedure, first, last)


def _month(the: House, procedure: Procedure) -> Span:
    today = datetime.fromtimestamp(the.now(), UTC).astimezone(House.zone(procedure)).date()
    return Span(procedure, today.replace(day=1), today)


def _place(given: str) -> tuple[int, str] | None:
    at, dot, number = given.partition(".")
    return (int(at), number) if dot and at.isascii() and at.isdigit() and len(at) < 16 else None


def _(text: str) -> str:
    return text
