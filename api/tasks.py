"""Telephone tasks: what a letter cannot do is done by voice, from the desk's list."""

from __future__ import annotations

from fastapi import APIRouter, Request

from api import views
from api.bodies import Tasks
from api.context import house
from api.permissions import may, opened
from api.problems import documented
from api.security import Staff

router = APIRouter(tags=["tasks"], responses=documented(400, 401, 403, 404, 422, 500))


@router.get("/api/tasks", summary="Open telephone tasks")
async def open_tasks(request: Request, who: Staff) -> Tasks:
    """What is still to be said by telephone, oldest first; of cases that this person may read."""
    the = house(request)
    found = await the.records.open_tasks(who.procedure or None)
    numbers = dict.fromkeys(task.number for task in found)
    open_to = {number for number in numbers if may("read", await the.records.case(number=number), who)}
    return Tasks(
        tasks=[views.task_view(task, the.zone_of(task.procedure_id)) for task in found if task.number in open_to]
    )


@router.post("/api/tasks/{task}/done", summary="A telephone task is done", status_code=204)
async def done(task: str, request: Request, who: Staff) -> None:
    """Take a task off the list; done twice it stays done by whom it was first."""
    the = house(request)
    await opened(the, (await the.records.task(task)).number, who, "words")
    await the.records.task_done(task, who.person)
