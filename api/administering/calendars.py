"""The working calendar of a year, as twelve small months: holidays, make-up days, days of one's own."""

from __future__ import annotations

import asyncio
import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from babel.dates import get_day_names, get_month_names
from fastapi import APIRouter, Request
from fastapi.responses import Response

from api import pages
from api.administering.access import Admin, choose, own_procedure
from api.context import House, house
from complaints.calendar import CalendarSpec, build_calendar
from complaints.errors import NotFound
from templates.engine import word
from templates.languages import pick

router = APIRouter(include_in_schema=False)

AROUND = 2
"""Years before and after this one that can be looked at."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day: `kind` is working, rest, holiday, make_up or closed; a holiday and a day of one's own have a `name`."""

    date: date
    kind: str
    name: str


@router.get("/admin/calendar")
async def institutions(request: Request, who: Admin) -> Response:
    """The institutions whose calendar can be looked at; where there is one, that one."""
    return choose(request, who, "calendar")


@router.get("/admin/calendar/{ident}")
async def year_of(request: Request, who: Admin, ident: str, year: int = 0) -> Response:
    """One year of a procedure's calendar."""
    the, chosen = house(request), pages.language(request)
    procedure = own_procedure(request, who, ident)
    today = datetime.fromtimestamp(the.now(), UTC).astimezone(House.zone(procedure)).date()
    shown = year or today.year
    if abs(shown - today.year) > AROUND:
        raise NotFound("That year is too far away.")
    days, provisional = await asyncio.to_thread(days_of, procedure.calendar.model_dump_json(), shown)
    spec = procedure.calendar
    return pages.show(
        request,
        "admin/calendar.html",
        chosen,
        here="calendar",
        procedure=ident,
        title=pick(procedure.name, chosen),
        year=shown,
        years=range(today.year - AROUND, today.year + AROUND + 1),
        months=[_month(shown, month, days, chosen, today) for month in range(1, 13)],
        weekdays=_weekdays(chosen),
        provisional=provisional,
        hours=spec.hours if not spec.round_the_clock else ("00:00-24:00",),
        zone=spec.zone,
        working=sum(day.kind in ("working", "make_up") for day in days.values()),
    )


@lru_cache(maxsize=128)
def days_of(spec: str, year: int) -> tuple[dict[date, Day], date | None]:
    """Every day of a year by a calendar's description (JSON), and from which day on holidays are a projection."""
    read = CalendarSpec.model_validate_json(spec)
    built = build_calendar(read, year)
    frozen = built.freeze()
    first = date.fromisoformat(frozen["first"]).toordinal()
    names = {date.fromordinal(first + day): name for name, those in frozen["holidays"].items() for day in those}
    closed = {date.fromordinal(first + day) for day in frozen["closed"]}
    found = {}
    for ordinal in range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1):
        day = date.fromordinal(ordinal)
        usual = frozen["weekdays"][day.weekday()] == "1" and day not in names and day not in closed
        if built.is_working_day(day):
            kind = "working" if usual else "make_up"
        else:
            kind = "closed" if day in closed else "holiday" if day in names else "rest"
        found[day] = Day(day, kind, names.get(day, "") if kind == "holiday" else "")
    since = built.provisional_from
    return found, built.at_local(since).date() if since is not None else None


def _month(year: int, month: int, days: dict[date, Day], chosen: str, today: date) -> dict[str, Any]:
    names = get_month_names("wide", locale=chosen.replace("-", "_"))
    weeks = calendar.Calendar(firstweekday=0).monthdatescalendar(year, month)
    noted = [day for day in days.values() if day.date.month == month and day.kind in ("holiday", "make_up", "closed")]
    return {
        "name": names[month],
        "weeks": [[days[day] if day.month == month else None for day in week] for week in weeks],
        "today": today,
        "notes": [(day.date.day, day.name or word("day_kind", day.kind, language=chosen)) for day in noted],
    }


def _weekdays(chosen: str) -> list[tuple[str, str]]:
    short = get_day_names("narrow", locale=chosen.replace("-", "_"))
    full = get_day_names("wide", locale=chosen.replace("-", "_"))
    return [(short[place], full[place]) for place in range(7)]
