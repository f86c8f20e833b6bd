"""From a case's number to its workflow in the engine's own pages, and back: for operators."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from api import pages
from api.context import house
from api.pages import to_sign_in, translate
from api.security import optional, require
from complaints.errors import NotFound
from workflows.starting import workflow_id

router = APIRouter(include_in_schema=False)

_operator = require("operator")


def _(text: str) -> str:
    return text


def workflow_page(case_id: str) -> str:
    """The address of a case's workflow in the engine's own pages."""
    return f"/temporal/namespaces/default/workflows/{workflow_id(case_id)}"


@router.get("/workflow")
async def search(request: Request, find: str = "") -> Response:
    """By a case's number, or by a workflow's id: the case and its workflow."""
    if optional(request) is None:
        return to_sign_in(request)
    _operator(request)
    chosen, find, prefix = pages.language(request), find.strip(), workflow_id("")
    case, fault = None, ""
    if find:
        records = house(request).records
        try:
            if find.startswith(prefix):
                case = await records.case(id=find.removeprefix(prefix))
            else:
                case = await records.case(number=find)
        except NotFound:
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
    if optional(request) is None:
        return to_sign_in(request)
    _operator(request)
    case = await house(request).records.case(number=number)
    return RedirectResponse(workflow_page(case.case_id), 303)
