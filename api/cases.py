"""Cases read by the institution's own people: one case, its history, its clocks, the worklist."""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from api import views
from api.bodies import Attempts, CaseView, Forecast, Looks, LookView, Row, Timeline, Worklist
from api.context import House, house
from api.permissions import may, opened
from api.printing.sheets import kept_from
from api.problems import documented
from api.security import Staff, actor
from complaints.case import fold, rules_of
from complaints.case.model import Event, State
from complaints.errors import BadInput, NotFound
from complaints.explain import explain
from complaints.forecast import forecast
from complaints.vocabulary import MOVES, STAGES
from records.rules import began_under
from records.values import CaseRecord, RulesRef, WorkFilter

router = APIRouter(tags=["cases"], responses=documented(400, 401, 403, 404, 422, 500))


@router.get("/api/complaints/{number}", summary="One case as of now")
async def one(number: str, request: Request, who: Staff) -> CaseView:
    """Where the case stands, who is awaited, which limits run, and what the asker may do now."""
    the = house(request)
    case = await opened(the, number, who)
    now = the.now()
    return views.case_view(case, now, actor(the, who, case.procedure_id, case.state, now))


@router.get("/api/complaints/{number}/timeline", summary="All that happened")
async def timeline(number: str, request: Request, who: Staff) -> Timeline:
    """The recorded events in their order, with people's own words where the asker may read them."""
    the = house(request)
    case = await opened(the, number, who)
    events = await the.records.events(case.case_id)
    texts = await the.records.contents(case.case_id) if may("words", case, who) else None
    after = await stages(the, case, events)
    return Timeline(number=number, events=views.timeline(events, after, texts, views.zone(case.rules)))


async def stages(the: House, case: CaseRecord, events: list[Event]) -> list[str]:
    """The stage after each event, by the rules that were in force."""
    rules = await the.records.rules(began_under(case.rules_ref, events))
    state = State(case=case.case_id, procedure=case.procedure_id)
    found = []
    for event in events:
        if event.event in MOVES:
            rules = await the.records.rules(RulesRef(*rules_of(event)))
        state = fold(rules, state, (event,))
        found.append(state.stage)
    return found


@router.get("/api/complaints/{number}/attempts", summary="Refused actions")
async def attempts(number: str, request: Request, who: Staff) -> Attempts:
    """Who tried what when, and why it was refused."""
    the = house(request)
    case = await opened(the, number, who)
    where = views.zone(case.rules)
    return Attempts(
        number=number,
        attempts=[views.attempt_view(a, where) for a in await the.records.attempts(case.case_id)],
    )


@router.get("/api/complaints/{number}/looks", summary="Who looked at a confidential case")
async def looks(number: str, request: Request, who: Staff) -> Looks:
    """Who opened it and when, for managers and administrators of its institution."""
    the = house(request)
    case = await opened(the, number, who, "looks")
    where = views.zone(case.rules)
    found = await the.records.looks.of(case.case_id)
    seen = [LookView(person=one.person, procedure=one.procedure, at=views.moment(one.at, where)) for one in found]
    return Looks(number=number, looks=seen)


@router.get("/api/complaints/{number}/forecast", summary="What happens if nobody acts")
async def forecasted(number: str, request: Request, who: Staff) -> Forecast:
    """The coming events of the clocks, as if nobody did anything from now on."""
    the = house(request)
    case = await opened(the, number, who)
    now, where = the.now(), views.zone(case.rules)
    lines = [dataclasses.asdict(line) for line in forecast(case.rules, case.state, now)]
    return Forecast(
        number=number,
        as_of=views.moment(now, where),
        lines=[views.shown(line, where) | {"at": views.iso(line["at"], where)} for line in lines],
    )


@router.get("/api/complaints/{number}/clocks/{key:path}/why", summary="Why a limit is due when it is")
async def why(number: str, key: str, request: Request, who: Staff) -> dict[str, Any]:
    """From which event, by which limit and clause, then day by day what counted and what did not, and why."""
    the = house(request)
    case = await opened(the, number, who)
    state = views.as_of(case, the.now())
    found = explain(case.rules, state, key, await the.records.events(case.case_id))
    return {"number": number, **found.to_json(case.rules.calendar)}


@router.get("/api/complaints/{number}/forms/{form}", summary="A printed form, read back from the records")
async def form(number: str, form: str, request: Request, who: Staff) -> dict[str, Any]:
    """The columns of the register, the information report, the handling sheet …, in the order of the paper."""
    the = house(request)
    case = await opened(the, number, who, "words")
    forms = case.rules.procedure.forms
    if form not in forms:
        raise NotFound(f"This procedure has no such form. Known: {', '.join(forms) or 'none'}.")
    kept = kept_from(the, who, await the.records.dossier(case.case_id))
    columns = await the.records.form(case.case_id, form)
    return {"number": number, "form": form, "columns": {c: None if c in kept else v for c, v in columns.items()}}


@router.get("/api/complaints", summary="A worklist")
async def worklist(
    request: Request,
    who: Staff,
    stage: Annotated[list[str] | None, Query(description="one or several")] = None,
    severity: Annotated[list[str] | None, Query()] = None,
    unit: Annotated[list[str] | None, Query()] = None,
    overdue: bool | None = None,
    closed: bool = False,
    mine: Annotated[bool, Query(description="only cases that wait for the asker")] = False,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    after: Annotated[str, Query(description="`next` of the page before")] = "",
) -> Worklist:
    """Cases most urgent first; every given filter narrows."""
    the = house(request)
    for given in stage or ():
        if given not in STAGES:
            raise BadInput("stage", "There is no such stage.", f"Use one of: {', '.join(STAGES)}.")
    page = await the.records.worklist(
        WorkFilter(
            at=the.now(),
            procedures=(who.procedure,) if who.procedure else (),
            stages=tuple(stage or ()),
            severities=tuple(severity or ()),
            units=tuple(unit or ()),
            overdue=overdue,
            closed=closed,
            person=who.person if mine else "",
            roles=who.roles if mine else (),
            limit=limit,
            after=cursor(after),
        )
    )
    rows = [
        Row(
            number=row.number,
            procedure=row.procedure_id,
            stage=row.stage,
            severity=row.severity,
            unit=row.unit,
            due=views.iso(row.due, the.zone_of(row.procedure_id)),
            overdue=row.overdue,
            received_at=views.moment(row.received_at, the.zone_of(row.procedure_id)),
            awaited=[
                {"role": w.role, "person": w.person, "due": views.iso(w.due, the.zone_of(row.procedure_id))}
                for w in row.awaited
            ],
            url=f"/api/complaints/{row.number}",
        )
        for row in page.rows
    ]
    return Worklist(rows=rows, next=f"{page.next[0]}.{page.next[1]}" if page.next else None)


def cursor(given: str) -> tuple[int, str] | None:
    """The place in a list that `next` of the page before names; BadInput for anything else."""
    if not given:
        return None
    due, dot, case = given.partition(".")
    if not (dot and due.isascii() and due.isdigit() and len(due) < 16 and case.isascii() and case.isalnum()):
        raise BadInput("after", "This is no place in the list.", "Send `next` of the page before, as it is.")
    return int(due), case
