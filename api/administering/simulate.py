"""Trying a procedure out in the browser: a complaint, a slider through virtual time, what would happen when."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api import pages
from api.administering.access import Admin, own_procedure
from api.administering.diagram import clock_name
from api.administering.trial import LONGEST, Told, Trial, asked, shown_fields, tell
from api.context import house
from complaints.case import State, awaited, clocks_view
from complaints.errors import BadInput
from complaints.procedure.intake import CLASSES
from complaints.procedure.model import Procedure
from templates.columns import Columns
from templates.engine import word
from templates.languages import pick

router = APIRouter(include_in_schema=False)

_ASIDE = ("notified", "assigned")
"""Events that tell a reader of a trial nothing new."""


@router.get("/admin/procedures/{ident}/simulate")
async def simulated(request: Request, who: Admin, ident: str) -> Response:
    """The form, and once it was sent what came of it."""
    the, chosen = house(request), pages.language(request)
    procedure = own_procedure(request, who, ident)
    given = {name: value for name, value in request.query_params.items() if name != "lang"}
    words = Columns(procedure, State(case="", procedure=ident), the.directory(ident), chosen)
    told: Told | None = None
    trial: Trial | None = None
    faults: dict[str, str] = {}
    try:
        trial = asked(procedure, given, the.now())
        if given:
            frozen = await asyncio.to_thread(the.directories.frozen, ident, trial.received.year)
            told = await asyncio.to_thread(tell, trial, procedure, frozen, the.directories.of(ident))
    except BadInput as error:
        faults[error.field if error.field in ("received_at", "days", "steps") else ""] = pages.translate(
            chosen, error.text
        )
    return pages.show(
        request,
        "admin/simulate.html",
        chosen,
        422 if faults else 200,
        here="procedures",
        procedure=ident,
        title=pick(procedure.name, chosen),
        received=given.get("received_at") or (trial.received.isoformat(timespec="minutes") if trial else ""),
        days=trial.days if trial is not None else 0,
        longest=LONGEST,
        steps=given.get("steps", ""),
        selects=_selects(procedure, given, words),
        inputs=_inputs(procedure, given, chosen),
        faults=faults,
        told=_shown(told, words) if told is not None else None,
        zone=procedure.calendar.zone,
    )


def _selects(procedure: Procedure, given: dict[str, str], words: Columns) -> list[dict[str, Any]]:
    found = []
    choices = {"channel": procedure.channels}
    for name in CLASSES:
        values = procedure.classification.of(name)
        if values is not None and values.values:
            choices[name] = values.values
    for name, field in shown_fields(procedure).items():
        if field.type == "choice":
            choices[name] = field.values
    for name, values_of in choices.items():
        options = [(value, pick(label, words.language)) for value, label in values_of.items()]
        found.append({"id": name, "label": words.label(name), "options": options, "value": given.get(name, "")})
    return found


def _inputs(procedure: Procedure, given: dict[str, str], chosen: str) -> list[dict[str, Any]]:
    return [
        {
            "id": name,
            "label": pick(field.label, chosen),
            "checkbox": field.type == "bool",
            "value": given.get(name, ""),
        }
        for name, field in shown_fields(procedure).items()
        if field.type != "choice"
    ]


def _shown(told: Told, words: Columns) -> dict[str, Any]:
    rules, state, language = told.people.rules, told.state, words.language
    return {
        "now": told.now,
        "stage": word("stage", state.stage, language=language),
        "outcome": word("outcome", state.outcome, language=language) if state.outcome else "",
        "events": [
            {"at": event.at, "event": word("event", event.event, language=language), "by": _who(event.role, words),
             "clock": clock_name(str(event.data["clock"]), language) if event.data.get("clock") else ""}
            for event in told.events if event.event not in _ASIDE
        ],
        "awaited": [
            (words.role(one.role), words.name(one.person),
             [word("action", action, language=language) for action in one.actions])
            for one in awaited(rules, state)
        ],
        "clocks": [
            (clock_name(line["clock"], language), words.role(line["owner"]) if line["owner"] else "", line["due"],
             line["overdue"])
            for line in clocks_view(rules, state)
        ],
        "coming": [
            (line.at, word("event", line.event, language=language),
             clock_name(line.clock, language) if line.clock else "", _who(line.role, words))
            for line in told.coming
        ],
        "refusals": [(one["step"], one["do"], one["text"]) for one in told.refusals],
    }  # fmt: skip


def _who(role: str, words: Columns) -> str:
    return words.role(role) if role else ""
