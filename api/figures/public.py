"""What everybody may see without signing in: chosen figures, and the policy on complaints in words (CO-05)."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api import pages
from api.context import house
from api.figures.asked import Asked, asked
from api.pages import translate
from complaints.calendar import Limit
from complaints.instants import Instant
from complaints.procedure.common import LimitRule
from complaints.procedure.intake import CLASSES
from complaints.reception import next_reception
from complaints.vocabulary import COMPLAINANT
from templates.engine import word
from templates.languages import pick
from templates.limits import limit

router = APIRouter(include_in_schema=False)

YEAR = 52


@router.get("/public-figures")
async def public_figures(request: Request) -> HTMLResponse:
    """The policy and the year's figures of one procedure; small counts are left out."""
    the, chosen = house(request), pages.language(request)
    of = asked(the, request, None, chosen, weeks=YEAR)
    found = await the.records.figures.public(of.scope)
    procedure = of.procedure
    return pages.show(
        request,
        "public_figures.html",
        chosen,
        of=of,
        procedures=[(one, pick(the.procedure(one).name, chosen)) for one in of.choices],
        found=found,
        median=limit(Limit("days", Decimal(found.median_days)), chosen) if found.median_days is not None else "",
        zone=of.scope.zone,
        channels=[pick(label, chosen) for label in procedure.channels.values()],
        emergency=pick(procedure.reception.emergency, chosen),
        always=procedure.reception.hours == "round_the_clock",
        hours=", ".join(procedure.calendar.hours),
        days=_reception(of, house(request).now()),
        anonymous=procedure.intake.anonymous,
        grounds=[pick(ground.name, chosen) for ground in procedure.admissibility],
        limits=_limits(of),
        higher=[_role(of, rung.role) for rung in procedure.ladder.rungs],
        years=procedure.retention.years,
    )


def _reception(of: Asked, now: Instant) -> list[tuple[str, Instant, str]]:
    """The reception days by name, each with its next date and its hours."""
    zone = ZoneInfo(of.scope.zone)
    today = datetime.fromtimestamp(now, zone).date()
    return [
        (pick(day.name, of.language), _noon(next_reception(day, today), zone), day.hours)
        for day in of.procedure.reception.days
    ]


def _noon(day: date, zone: ZoneInfo) -> Instant:
    return int(datetime.combine(day, time(12), zone).timestamp())


def _limits(of: Asked) -> list[dict[str, Any]]:
    """What is to be done by whom within which time, in the order of the procedure."""
    return [
        {
            "label": of.clock(clock.id),
            "who": _role(of, clock.owner),
            "limits": _words(of, clock.limit),
        }
        for clock in of.procedure.clocks
        if clock.kind == "limit" and clock.owner != COMPLAINANT
    ]


def _words(of: Asked, rule: LimitRule) -> list[str]:
    otherwise = _words(of, rule.otherwise) if rule.otherwise is not None else []
    also = [f"{translate(of.language, 'otherwise')}: {words}" for words in otherwise]
    if rule.by:
        cases = rule.cases.items()
        return [*(f"{_case(of, rule.by, value)}: {words}" for value, one in cases for words in _words(of, one)), *also]
    if rule.field:
        return [translate(of.language, "by the date agreed"), *also]
    return [limit(rule.limit, of.language)] if rule.limit is not None else []


def _case(of: Asked, fact: str, value: str) -> str:
    if fact in CLASSES:
        values = of.procedure.classification.of(fact)
        return pick(values.values.get(value, value), of.language) if values is not None else value
    field = of.procedure.intake.fields.get(fact)
    if field is not None and value in field.values:
        return pick(field.values[value], of.language)
    label = pick(field.label, of.language) if field is not None else fact.replace("_", " ")
    if value in ("true", "false"):
        return label if value == "true" else translate(of.language, "not: %(what)s", what=label)
    return f"{label} {value}"


def _role(of: Asked, role: str) -> str:
    if role.startswith("@"):
        return (
            translate(of.language, "whoever decides")
            if role == "@approver"
            else translate(of.language, "whose turn it is")
        )
    known = of.procedure.roles.get(role)
    return pick(known.name, of.language) if known is not None else word("role", role, language=of.language)
