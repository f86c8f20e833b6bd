"""`POST /codec/decode`: lets the Temporal UI read sealed payloads, for operators who are signed in."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from google.protobuf import json_format
from temporalio.api.common.v1 import Payloads

from api.context import house
from api.security import Principal, require
from complaints.errors import BadInput
from runtime.codec import SEALED, SealingCodec
from runtime.keys import keyring

router = APIRouter()

_MOST = 8 * 1024 * 1024


@router.post("/codec/decode", include_in_schema=False)
async def decode(request: Request, _: Annotated[Principal, Depends(require("operator"))]) -> Response:
    """The payloads of the body (Temporal's JSON form) opened; those that cannot be opened come back as they were."""
    body = await request.body()
    if len(body) > _MOST:
        raise BadInput("payloads", "There are too many payloads at once.", "Send at most 8 MB.")
    try:
        payloads = json_format.Parse(body, Payloads())
    except (json_format.ParseError, UnicodeDecodeError) as error:
        raise BadInput("payloads", "The body holds no payloads.", 'Send {"payloads": [...]}.') from error
    # The ring is read for each request: the UI asks a few times a page, and a rotated key counts at once.
    codec = SealingCodec(keyring(house(request).settings.keys_dir, "payloads"))
    opened = await codec.decode(payloads.payloads)
    for payload in opened:
        payload.metadata.pop(SEALED, None)
    answer = json_format.MessageToJson(Payloads(payloads=opened), indent=None)
    return Response(answer, media_type="application/json", headers={"Cache-Control": "no-store"})
