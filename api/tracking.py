"""What a complainant sees of the own case: number and tracking code open it, no person is named."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request

from api import views
from api.bodies import Step, Tracked
from api.context import House, house
from api.guessing import by_code
from api.problems import documented
from complaints.case import awaited, clocks_view
from complaints.case.flow import owner
from records.values import CaseRecord

router = APIRouter(tags=["complaints"])

TOLD = frozenset(
    {
        "received", "registered", "acknowledged", "informed", "asked", "assessed", "dispatched", "contacted",
        "proposed", "approved", "deemed_approved", "implemented", "verified", "replied", "revisited", "reopened",
        "withdrawn", "referred", "resolved", "merged", "promised", "closed",
    }
)  # fmt: skip
"""The events that a complainant is told of."""

WORDS = frozenset({"reply", "message", "question"})
"""The texts of others that are meant for the complainant."""

Number = Annotated[str, Query(description="the number of the receipt", max_length=100)]
Code = Annotated[str, Query(description="the tracking code of the receipt", max_length=100)]


@router.get("/api/track", summary="Follow one's own complaint", responses=documented(400, 404, 422, 429, 500))
async def track(request: Request, number: Number, code: Code) -> Tracked:
    """Where the complaint stands, by when the next step is due, and what was answered."""
    the = house(request)
    return await tracked(the, await by_code(the, request, number, code))


async def tracked(the: House, case: CaseRecord) -> Tracked:
    """The case as its complainant sees it."""
    now = the.now()
    state, where = views.as_of(case, now), views.zone(case.rules)
    events = await the.records.events(case.case_id)
    texts = await the.records.contents(case.case_id)
    running = {line["clock"]: line["due"] for line in clocks_view(case.rules, state)}
    turns = [line for line in awaited(case.rules, state) if line.due > now]
    words = [
        words
        for event in events
        if event.content is not None and event.event in TOLD and event.role != "complainant"
        for name, words in texts.get(event.content.id, {}).items()
        if name in WORDS
    ]
    return Tracked(
        number=case.number,
        stage=state.stage,
        outcome=state.outcome or None,
        received_at=views.moment(case.received_at, where),
        **{"with": owner(case.rules, state)},
        next_by=views.iso(min((line.due for line in turns), default=None), where),
        answer_by=views.iso(running.get("reply") or running.get("closure"), where),
        steps=[Step(at=views.moment(e.at, where), event=e.event) for e in events if e.event in TOLD],
        replies=words,
    )
