"""Files of a case over HTTP: sent by staff or by who holds the tracking code, listed, given back."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from api import views
from api.bodies import Done, Later
from api.context import House, house
from api.guessing import by_code
from api.keys import Key, given_or_new, scoped
from api.permissions import may, opened
from api.problems import documented
from api.security import Principal, Public, Staff, actor
from api.uploads.bodies import FileList, FileView
from api.uploads.giving import give, listed
from api.uploads.keeping import attach
from api.uploads.reading import Sent, read_form
from complaints.case import Actor
from complaints.errors import Forbidden, Unauthenticated
from complaints.vocabulary import COMPLAINANT
from records.values import Attachment, CaseRecord

router = APIRouter(tags=["cases"])

WHO = Actor(COMPLAINANT, (COMPLAINANT,))
_CARRIED = ("text", "what", "party")
_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["files"],
                    "properties": {
                        "files": {"type": "array", "items": {"type": "string", "format": "binary"}},
                        "text": {"type": "string", "description": "what they are"},
                        "code": {"type": "string", "description": "the tracking code, where no staff is signed in"},
                    },
                }
            }
        },
    }
}
_ANSWERS = documented(400, 401, 403, 404, 409, 413, 422, 429, 500, 503)
_ANSWERS[202] = {"model": Later, "description": "Accepted, will be applied"}


async def files_of(the: House, case: CaseRecord, who: Principal | None) -> list[Attachment]:
    """The files of a case that this person may see: staff who may read words all, its complainant (None) the own."""
    if who is not None and not may("words", case, who):
        return []
    found = await the.records.attachments.of_case(case.case_id)
    return found if who is not None else [file for file in found if file.by == COMPLAINANT]


@router.post(
    "/api/complaints/{number}/attachments",
    summary="Send files to a case",
    response_model=Done,
    responses=_ANSWERS,
    openapi_extra=_FORM,
)
async def send(number: str, request: Request, who: Public, idempotency_key: Key = None) -> Done | JSONResponse:
    """Add files to a case (10 files of 10 MB, 40 MB together): the event `attached` seals their checksums.

    Taken are photos, PDF, plain text, docx, xlsx, odt, mp3, m4a and mp4, known by their content and not by their name.
    """
    the = house(request)
    async with read_form(request) as sent:
        case, by = await _sender(the, request, number, who, sent)
        body = {name: sent.fields[name] for name in _CARRIED if sent.fields.get(name)}
        key = scoped(by.person, case.case_id if who is None else "", given_or_new(idempotency_key))
        done = await attach(the, case, by, sent, body, key)
    if done.pending:
        return JSONResponse(Later(number=number, action="attach").model_dump(), 202)
    return Done(
        number=number, action="attach", stage=done.stage, events=list(done.events), seq=done.seq, repeated=done.repeated
    )


async def _sender(
    the: House, request: Request, number: str, who: Principal | None, sent: Sent
) -> tuple[CaseRecord, Actor]:
    if who is not None:
        case = await opened(the, number, who, "act")
        return case, actor(the, who, case.procedure_id, case.state, the.now())
    if not sent.fields.get("code"):
        raise Unauthenticated("Nobody is signed in, and there is no tracking code.")
    return await by_code(the, request, number, sent.fields["code"]), WHO


@router.get(
    "/api/complaints/{number}/attachments", summary="Files of a case", responses=documented(401, 403, 404, 422, 500)
)
async def files(number: str, request: Request, who: Staff) -> FileList:
    """The files that belong to a case, for somebody who may read what people wrote in it."""
    the = house(request)
    case = await opened(the, number, who)
    where = views.zone(case.rules)
    lines = listed(await files_of(the, case, who), f"/cases/{quote(number)}/attachments")
    return FileList(number=number, files=[FileView(**line | {"at": views.moment(line["at"], where)}) for line in lines])


@router.get("/cases/{number}/attachments/{attachment}", include_in_schema=False)
async def read_by_staff(number: str, attachment: str, request: Request, who: Staff) -> Response:
    """One file, for somebody who may read what people wrote in the case."""
    the = house(request)
    case = await opened(the, number, who, "words")
    return give(the, await the.records.attachments.one(case.case_id, attachment))


@router.get("/track/attachments/{attachment}", include_in_schema=False)
async def read_by_complainant(attachment: str, request: Request, number: str = "", code: str = "") -> Response:
    """One of the complainant's own files, for who holds number and code."""
    the = house(request)
    case = await by_code(the, request, number, code)
    file = await the.records.attachments.one(case.case_id, attachment)
    if file.by != COMPLAINANT:
        raise Forbidden("This file is the institution's own.")
    return give(the, file)
