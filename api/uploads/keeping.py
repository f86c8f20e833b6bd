"""Puts sent files into the store and to their case; what came to belong to no case is removed again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from starlette.datastructures import UploadFile

from api.context import House
from api.performing import Performed, perform
from api.uploads.names import cleaned, shown
from api.uploads.reading import Sent
from api.uploads.sniff import sniff
from complaints.case.model import Actor
from complaints.errors import BadFile
from records.attachments import MOST_BYTES, MOST_FILES
from records.values import CaseRecord, StoredFile

MOST_OF_A_FILE = 10_000_000
"""Bytes of one file at most."""


@asynccontextmanager
async def kept(the: House, sent: Sent) -> AsyncIterator[tuple[StoredFile, ...]]:
    """The files of a form, in the store while the block runs; afterwards those that no case has are removed.

    BadFile where one cannot be taken: then none is kept.
    """
    if sent.cut:
        most = f"Up to {MOST_FILES} files, {MOST_BYTES // 1_000_000} MB together."
        raise BadFile("files_too_large", "", "There are too many files, or they are too large.", most)
    files: list[StoredFile] = []
    try:
        for file in sent.files:
            one = await asyncio.to_thread(_keep, the, file)
            files.append(one)
        yield tuple(files)
    finally:
        await asyncio.shield(_discard(the, files))


async def attach(the: House, case: CaseRecord, by: Actor, sent: Sent, body: Mapping[str, Any], key: str) -> Performed:
    """The action `attach` with a form's files, and what else `body` carries; raises as `perform` does, and BadFile."""
    if not sent.files and not sent.cut:
        raise BadFile("file_missing", "", "There is no file.", "Choose a file.")
    async with kept(the, sent) as files:
        return await perform(the, case, by, "attach", body, key, files)


def _keep(the: House, file: UploadFile) -> StoredFile:
    name = shown(file.filename or "")
    if not file.size:
        raise BadFile("file_empty", name, f"The file {name} is empty.", "Choose it once more, or leave it out.")
    if file.size > MOST_OF_A_FILE:
        most = f"One file may hold {MOST_OF_A_FILE // 1_000_000} MB."
        raise BadFile("file_too_large", name, f"The file {name} is too large.", most)
    kind = sniff(file.file)
    if not kind:
        known = "photos, PDF, plain text, docx, xlsx, odt, mp3, m4a, mp4"
        raise BadFile("file_kind", name, f"The file {name} is of a kind that is not taken.", f"Send {known}.")
    ident, size, digest = the.files.put(file.file)
    return StoredFile(ident, cleaned(file.filename or "", kind), kind, size, digest)


async def _discard(the: House, files: Sequence[StoredFile]) -> None:
    if files:
        known = await the.records.attachments.known(files)
        await asyncio.to_thread(the.files.remove, [file.id for file in files if file.id not in known])
