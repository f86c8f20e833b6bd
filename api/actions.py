"""People's actions on a case."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, BackgroundTasks, Body, Request
from fastapi.responses import JSONResponse

from api.bodies import Done, Later
from api.context import house
from api.keys import Key, given_or_new, scoped
from api.linking import perform_or_open
from api.permissions import opened
from api.problems import documented
from api.security import Staff, actor

router = APIRouter(tags=["cases"])

With = Annotated[
    dict[str, Any],
    Body(
        description="What the action carries, as `with` of a scenario's step; an empty object where nothing.",
        examples=[{"cause": "The seal aged.", "measures": "Replace the seal."}],
    ),
]

_ANSWERS = documented(400, 401, 403, 404, 409, 422, 500, 503)
_ANSWERS[202] = {"model": Later, "description": "Accepted, will be applied"}


@router.post(
    "/api/complaints/{number}/actions/{action}",
    summary="Act on a case",
    response_model=Done,
    responses=_ANSWERS,
)
async def act(
    number: str,
    action: str,
    request: Request,
    who: Staff,
    background: BackgroundTasks,
    given: With | None = None,
    idempotency_key: Key = None,
) -> Done | JSONResponse:
    """Do something on a case as the bearer: assess, dispatch, propose, approve …

    A refusal (409) changes nothing, is listed among the attempts, and tells the case's present state.
    `open_case` without the number of another `case` files a new one with the fields given (about, category …) first.
    While no worker runs the answer is 202: kept, and applied as of now. While the engine is down it is 503.
    """
    the = house(request)
    key = scoped(who.person, given_or_new(idempotency_key))
    case = await opened(the, number, who, "act")
    acting = actor(the, who, case.procedure_id, case.state, the.now())
    done = await perform_or_open(the, case, who, acting, action, given or {}, key, background)
    if done.pending:
        return JSONResponse(Later(number=number, action=action).model_dump(), 202)
    return Done(
        number=number,
        action=action,
        stage=done.stage,
        events=list(done.events),
        seq=done.seq,
        repeated=done.repeated,
    )
