"""From a case's number to its workflow in the engine's own pages, and back: for operators."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from api import pages
from api.context import house
from api.pages import translate
from api.permissions import opened
from api.security import principal
from complaints.errors import Forbidden, NotFound
from workflows.starting import workflow_id

router = APIRouter(include_in_schema=False)


def _(text: str) -> str:
    return text


def workflow_page(case_id: str) -> str:
    """The address of a case's workflow in the engine's own pages."""
    return f"/temporal/namespaces/default/workflows/{workflow_id(case_id)}"


@router.get("/workflow")
async def search(request: Request, find: str = "") -> Response:
    """By a case's number, or by a workflow's id: the case and its workflow."""
    who = principal(request)
    chosen, find, prefix = pages.language(request), find.strip(), workflow_id("")
    case, fault = None, ""
    if find:
        the = house(request)
        try:
            number = find
            if find.startswith(prefix):
                number = (await the.records.case(id=find.removeprefix(prefix))).number
            case = await opened(the, number, who, "workflow")
        except (NotFound, Forbidden):
            fault = translate(chosen, _("There is no case of that number or workflow."))
    return pages.show(
        request,
        "case/workflow.html",
        chosen,
        404 if fault else 200,
        find=find,
        fault=fault,
        number=case.number if case is not None else "",
        workflow=workflow_page(case.case_id) if case is not None else "",
        id=workflow_id(case.case_id) if case is not None else "",
    )


@router.get("/workflow/{number}")
async def lead(request: Request, number: str) -> Response:
    """Off to the workflow of that case in the engine's own pages."""
    case = await opened(house(request), number, principal(request), "workflow")
    return RedirectResponse(workflow_page(case.case_id), 303)
