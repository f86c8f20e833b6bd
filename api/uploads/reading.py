"""Reads a form with files: never more than its limits into memory or onto the disk, whatever is sent."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser

from records.attachments import FIELD, MOST_BYTES, MOST_FILES

_WORDS = 1_000_000
_MOST_FIELDS = 200
_DRAINED = 2 * MOST_BYTES
"""How much more is read of a form that is too large already."""


@dataclass(slots=True)
class Sent:
    """A form as it came: its fields, its files (still temporary), and whether it was cut because it was too large."""

    fields: dict[str, str] = field(default_factory=dict)
    files: list[UploadFile] = field(default_factory=list)
    cut: bool = False


@asynccontextmanager
async def read_form(request: Request) -> AsyncIterator[Sent]:
    """The form of a request, URL-encoded or multipart; its temporary files go with the block.

    HTTP 400 for one that cannot be read, 413 for an endless one. What lies beyond the limits is read and thrown away,
    so that the sender gets an answer instead of a broken connection; fields that came before it are kept.
    """
    sent = await _read(request)
    try:
        yield sent
    finally:
        for file in sent.files:
            await file.close()


async def _read(request: Request) -> Sent:
    sent = Sent()
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    incoming = request.stream()
    stream = _limited(incoming, sent)
    if kind != "multipart/form-data":
        try:
            items = (await FormParser(request.headers, stream).parse()).multi_items()
        except MultiPartException as error:
            raise HTTPException(400, "The form cannot be read.") from error
        sent.fields = {name: value for name, value in items if isinstance(value, str)}
        return sent
    parts = MultiPartParser(
        request.headers, stream, max_files=MOST_FILES + 1, max_fields=_MOST_FIELDS, max_part_size=_WORDS
    )
    try:
        await parts.parse()
    except MultiPartException as error:
        if not (sent.cut or "Too many files" in error.message):
            raise HTTPException(400, "The form cannot be read.") from error
        sent.cut = True
        await _drained(incoming)
    for name, value in parts.items:
        if isinstance(value, str):
            sent.fields[name] = value
        elif name == FIELD and value.filename and not sent.cut:
            sent.files.append(value)
        else:
            await value.close()
    return sent


async def _limited(incoming: AsyncGenerator[bytes, None], sent: Sent) -> AsyncGenerator[bytes, None]:
    seen = 0
    async for chunk in incoming:
        seen += len(chunk)
        if seen > MOST_BYTES + _WORDS:
            sent.cut = True
            # The parser lets its temporary files go when its stream fails.
            raise MultiPartException("The form is too large.")
        yield chunk


async def _drained(incoming: AsyncGenerator[bytes, None]) -> None:
    seen = 0
    async for chunk in incoming:
        seen += len(chunk)
        if seen > _DRAINED:
            raise HTTPException(413)
