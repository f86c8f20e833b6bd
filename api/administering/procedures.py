"""Procedures as administrators see them: versions in use, what was proved, the picture, clauses, roles, letters."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api import pages
from api.administering.access import Admin, own_procedure, own_procedures
from api.administering.checks import Checks
from api.administering.diagram import LEFT, WIDTH, clock_name, draw, ladder, lengths, name_of
from api.context import House, house
from complaints.case import State
from complaints.case.rules import digest
from complaints.errors import NotFound
from complaints.procedure.load import freeze
from complaints.procedure.model import Procedure
from templates.columns import Columns
from templates.engine import word
from templates.languages import pick

router = APIRouter(include_in_schema=False)


def checks(request: Request) -> Checks:
    """The checks of this process."""
    if not hasattr(request.app.state, "checks"):
        request.app.state.checks = Checks()
    found = request.app.state.checks
    assert isinstance(found, Checks)
    return found


@router.get("/admin/procedures")
async def listed(request: Request, who: Admin) -> Response:
    """All procedures: version, what is known of their soundness, open cases a version."""
    the, chosen = house(request), pages.language(request)
    rows = []
    for ident in own_procedures(the, who):
        procedure = the.directories.procedure(ident)
        now = digest(freeze(procedure))
        versions = await the.records.house.versions(ident)
        found = checks(request).known(the, ident)
        rows.append(
            {
                "id": ident,
                "name": pick(procedure.name, chosen),
                "version": procedure.version,
                "hash": now,
                "faults": None if found is None else len(found),
                "open": next((version.cases for version in versions if version.hash == now), 0),
                "older": sum(version.cases for version in versions if version.hash != now),
            }
        )
    return pages.show(
        request, "admin/procedures.html", chosen, here="procedures", rows=rows, problems=the.directories.problems
    )


@router.get("/admin/procedures/{ident}")
async def one(request: Request, who: Admin, ident: str, version: str = "") -> Response:
    """One procedure, as its file has it now or as open cases still carry it."""
    the, chosen = house(request), pages.language(request)
    now = own_procedure(request, who, ident)
    procedure = await _version(the, ident, version) if version else now
    text = await asyncio.to_thread(freeze, procedure)
    words = Columns(procedure, State(case="", procedure=ident), the.directory(ident), chosen)
    entries = {entry.id: name_of(entry, chosen) for path in procedure.paths for entry in path.stages}
    found = None if version else await checks(request).asked(the, ident)
    return pages.show(
        request,
        "admin/procedure.html",
        chosen,
        here="procedures",
        procedure=procedure,
        title=pick(procedure.name, chosen),
        hash=version or digest(text),
        older=bool(version),
        versions=await _versions(the, ident, digest(freeze(now))),
        checked=found is not None,
        faults=found or [],
        diagrams=[(path.id, draw(path, words)) for path in procedure.paths],
        width=WIDTH,
        left=LEFT,
        clocks=[
            {
                "name": clock_name(clock.id, chosen),
                "kind": word("clock_kind", clock.kind, language=chosen),
                "owner": words.role(clock.owner) if clock.owner else "",
                "length": lengths(clock, chosen),
                "from": _events(clock.from_, chosen),
                "until": _events(clock.until, chosen),
                "ladder": ladder(clock, words),
                "clause": clock.clause,
                "default": clock.default,
            }
            for clock in procedure.clocks
        ],
        stages=[[name_of(entry, chosen) for entry in path.stages] for path in procedure.paths],
        roles=[(ident, words.role(ident), _holders(the, procedure, ident)) for ident in procedure.roles],
        letters=[
            (
                word("letter", told.letter, language=chosen),
                _events(told.on, chosen) or ", ".join(entries.get(name, name) for name in told.entered),
                ", ".join(words.role(role) for role in told.to),
                ", ".join(word("sent_by", channel, language=chosen) for channel in told.channels),
            )
            for told in procedure.notifications
        ],
        clauses=_clauses(json.loads(text)),
    )


async def _version(the: House, ident: str, version: str) -> Procedure:
    found = Procedure.model_validate_json(await the.records.house.procedure_text(version))
    if found.id != ident:
        raise NotFound("That is a version of another procedure.")
    return found


async def _versions(the: House, ident: str, now: str) -> list[dict[str, Any]]:
    found = []
    for version in await the.records.house.versions(ident):
        text = await the.records.house.procedure_text(version.hash)
        label = str(json.loads(text).get("version", "1"))
        found.append({"hash": version.hash, "label": label, "cases": version.cases, "current": version.hash == now})
    return found


def _events(patterns: Any, chosen: str) -> str:
    mark = "、" if chosen == "zh-CN" else ", "
    return mark.join(dict.fromkeys(word("event", pattern.event, language=chosen) for pattern in patterns))


def _holders(the: House, procedure: Procedure, role: str) -> list[str]:
    directory = the.directory(procedure.id)
    return [person.name for person in directory.people if role in person.roles] if directory is not None else []


def _clauses(tree: Any) -> list[str]:
    """Every clause of the source that some rule of the file names."""
    if isinstance(tree, dict):
        own = [tree["clause"]] if isinstance(tree.get("clause"), str) and tree["clause"] else []
        inner = [clause for value in tree.values() for clause in _clauses(value)]
        return sorted({*own, *inner})
    return sorted({clause for value in tree for clause in _clauses(value)}) if isinstance(tree, list) else []
