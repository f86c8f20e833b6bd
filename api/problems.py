"""The one place that turns errors into RFC 9457 problem details; pages render the same problem for people."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from complaints.errors import (
    BadInput,
    CalendarEnd,
    Diverged,
    Forbidden,
    HuiyinError,
    Invalid,
    NotFound,
    Refused,
    TooMany,
    Unauthenticated,
    Unavailable,
)

log = logging.getLogger("huiyin.api")

MEDIA_TYPE = "application/problem+json"

_STATUS: tuple[tuple[type[HuiyinError], int], ...] = (
    (BadInput, 422),
    (Unauthenticated, 401),
    (Forbidden, 403),
    (TooMany, 429),
    (NotFound, 404),
    (Refused, 409),
    (CalendarEnd, 422),
    (Diverged, 500),
    (Unavailable, 503),
)

_SAID = {
    404: ("not_found", "There is nothing at this address.", "Check the address; /openapi.json lists all of them."),
    405: ("method_not_allowed", "This address does not take that method.", "Use a method named in the Allow header."),
    406: ("not_acceptable", "This address cannot answer in that form.", "Ask for application/json."),
    413: ("too_large", "What was sent is too large.", "Send less at once."),
}


class FieldProblem(BaseModel):
    """One field that cannot be taken: which, what is wrong with it, and what to do."""

    field: str
    text: str
    do: str = ""


class Problem(BaseModel):
    """RFC 9457 problem details; `code` is stable, `case` the case's present state where an action was out of turn."""

    type: str = Field(description="A stable name of the kind of problem")
    title: str
    status: int
    detail: str
    instance: str
    code: str
    do: str = ""
    errors: list[FieldProblem] = []
    case: dict[str, Any] | None = None


class Explained(Exception):
    """A refusal together with the case's present state, for the caller to see what is possible now."""

    def __init__(self, refused: Refused, case: dict[str, Any]) -> None:
        super().__init__(refused.text)
        self.refused = refused
        self.case = case


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """OpenAPI entries for the problems that a route may answer with."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        status: {"description": HTTPStatus(status).phrase, "content": {MEDIA_TYPE: {"schema": schema}}}
        for status in statuses
    }


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    instance: str,
    do: str = "",
    errors: list[FieldProblem] | None = None,
    case: dict[str, Any] | None = None,
) -> Problem:
    """Problem details with the type and title that belong to code and status."""
    return Problem(
        type=f"urn:huiyin:problem:{code}",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        instance=instance,
        code=code,
        do=do,
        errors=errors or [],
        case=case,
    )


def of_error(error: HuiyinError, instance: str) -> Problem:
    """The problem that an error of the house makes; one without a status of its own is a 500 that tells nothing."""
    status = next((s for kind, s in _STATUS if isinstance(error, kind)), 500)
    if status == 500:
        return internal(instance)
    if isinstance(error, BadInput):
        each = error.errors if isinstance(error, Invalid) else (error,)
        fields = [FieldProblem(field=e.field, text=e.text, do=e.do) for e in each]
        return problem(status, error.code, error.text, instance=instance, do=error.do, errors=fields)
    return problem(status, error.code, error.text, instance=instance, do=_do(error))


def _do(error: HuiyinError) -> str:
    if isinstance(error, Unauthenticated):
        return "Sign in at /sign-in, or send a token: Authorization: Bearer … (`huiyin token` makes one)."
    if isinstance(error, TooMany):
        return f"Wait {error.retry_after} seconds."
    if isinstance(error, Unavailable):
        return f"Send the same request with the same Idempotency-Key again in {error.retry_after} seconds."
    return ""


def internal(instance: str) -> Problem:
    """The problem of a fault of our own: it says nothing of the inside."""
    return problem(
        500,
        "internal",
        "The server failed; what happened is in its log.",
        instance=instance,
        do="Send the same request with the same Idempotency-Key again; if it fails again, tell the operator.",
    )


def of_validation(error: RequestValidationError, instance: str) -> Problem:
    """FastAPI's own finding that a request has the wrong shape."""
    fields = [
        FieldProblem(
            field=".".join(str(part) for part in found["loc"] if part not in ("body", "query", "path", "header"))
            or str(found["loc"][0]),
            text=str(found["msg"]),
            do="See /openapi.json for the shape that this address takes.",
        )
        for found in error.errors()
    ]
    return problem(422, "bad_input", fields[0].text, instance=instance, do=fields[0].do, errors=fields)


def answer(found: Problem, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """The response that carries a problem; what has nothing to say is left out."""
    body = found.model_dump(exclude_defaults=True)
    return JSONResponse(body, found.status, headers=dict(headers or {}), media_type=MEDIA_TYPE)


def headers_of(error: Exception) -> dict[str, str]:
    """Headers that go with an error, whatever the body's form."""
    if isinstance(error, Unauthenticated):
        return {"WWW-Authenticate": 'Bearer realm="huiyin"'}
    if isinstance(error, Unavailable | TooMany):
        return {"Retry-After": str(error.retry_after)}
    if isinstance(error, HTTPException) and error.headers:
        return dict(error.headers)
    return {}


def of_exception(error: Exception, instance: str) -> Problem:
    """The problem of anything that was raised while answering."""
    if isinstance(error, Explained):
        refused = error.refused
        return problem(409, refused.code, refused.text, instance=instance, do=_OUT_OF_TURN, case=error.case)
    if isinstance(error, HuiyinError):
        return of_error(error, instance)
    if isinstance(error, RequestValidationError):
        return of_validation(error, instance)
    if isinstance(error, HTTPException):
        code, text, do = _SAID.get(error.status_code, ("http", HTTPStatus(error.status_code).phrase, ""))
        return problem(error.status_code, code, text, instance=instance, do=do)
    return internal(instance)


_OUT_OF_TURN = "See what is awaited and permitted now under `case`, and act on that."

Page = Callable[[Request, Problem], Response | None]
"""Renders a problem as a page, or None where the caller does not want a page."""


def install(app: FastAPI, page: Page) -> None:
    """Make `app` answer every error with a problem, as a page where a person asked with a browser."""

    def handler() -> Callable[[Request, Exception], Awaitable[Response]]:
        async def handle(request: Request, error: Exception) -> Response:
            found = of_exception(error, _instance(request))
            if found.status >= 500 and not isinstance(error, Unavailable):
                log.error("request failed", exc_info=error, extra={"route": _instance(request)})
            shown = page(request, found)
            if shown is None:
                return answer(found, headers_of(error))
            shown.headers.update(headers_of(error))
            return shown

        return handle

    for kind in (HuiyinError, Explained, RequestValidationError, HTTPException, Exception):
        app.add_exception_handler(kind, handler())


def _instance(request: Request) -> str:
    """The path asked for; where a secret is part of it, the route's pattern."""
    route = request.scope.get("route")
    if "token" in request.path_params and route is not None:
        return str(route.path)
    return request.url.path
