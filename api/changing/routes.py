"""Moving a case to another version of its procedure, for admins: first what it would mean, then the move."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from api import views
from api.bodies import Done, Later
from api.changing.moves import LATEST, Move, carry_out, plan
from api.context import house
from api.engine import Pending
from api.permissions import opened
from api.problems import documented
from api.security import Principal, require
from complaints.errors import Refused

router = APIRouter(tags=["administration"])
Admin = Annotated[Principal, Depends(require("admin"))]


class MoveView(BaseModel):
    """A move as it would be; it can be carried out when `lacks` is empty and `nothing` is false."""

    number: str
    version: str = Field(description="the short hash of the version that the case has")
    to: str
    nothing: bool
    differences: list[dict[str, Any]]
    lacks: list[dict[str, str]] = Field(description="why the version has no place for the case")
    clocks: list[dict[str, Any]] = Field(description="each running limit: due before (`was`) and after (`due`)")
    events: list[str] = Field(description="what would happen at once")


class MoveTo(BaseModel):
    """The version: `latest`, or the beginning of its hash."""

    to: str = LATEST


@router.get(
    "/api/complaints/{number}/move",
    summary="What a move to another version would mean",
    responses=documented(400, 401, 403, 404, 422, 500),
)
async def preview(number: str, request: Request, who: Admin, to: Annotated[str, Query()] = LATEST) -> MoveView:
    """The difference rule by rule, the recounted limits, and why it cannot be where it cannot."""
    the = house(request)
    case = await opened(the, number, who, "move")
    planned = await plan(the.records, the.directories, case, to, asked_by=who.person, now=the.now())
    return shown(planned)


@router.post(
    "/api/complaints/{number}/move",
    summary="Move a case to another version",
    response_model=Done,
    responses=documented(400, 401, 403, 404, 409, 422, 500, 503) | {202: {"model": Later}},
)
async def move(number: str, given: MoveTo, request: Request, who: Admin) -> Done | JSONResponse:
    """Move it; a version that has no place for the case is refused (409), and nothing is changed."""
    the = house(request)
    case = await opened(the, number, who, "move")
    planned = await plan(the.records, the.directories, case, given.to, asked_by=who.person, now=the.now())
    if planned.nothing:
        raise Refused("same_version", "The case goes by this version already.")
    answer = await carry_out(the.records, the.engine, planned)
    if isinstance(answer, Pending):
        return JSONResponse(Later(number=number, action="move").model_dump(), 202)
    return Done(
        number=number, action="move", stage=answer.stage, events=list(answer.events), seq=answer.seq,
        repeated=answer.repeated,
    )  # fmt: skip


def shown(planned: Move) -> MoveView:
    """A move as JSON: instants in the procedure's own zone."""
    where = views.zone(planned.target)
    clocks = [
        asdict(one) | {"was": views.iso(one.was, where), "due": views.iso(one.due, where)}
        for one in planned.preview.clocks
    ]
    return MoveView(
        number=planned.case.number,
        version=planned.versions[0],
        to=planned.versions[1],
        nothing=planned.nothing,
        differences=[asdict(one) for one in planned.differences],
        lacks=[asdict(one) for one in planned.preview.lacks],
        clocks=clocks,
        events=list(planned.preview.events),
    )
