"""Gives files back inert: under their own type only, never run, never framed, never kept by caches."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from fastapi.responses import FileResponse

from api.context import House
from records.values import Attachment

IMAGES = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})
"""Kinds that a browser may show by itself; everything else is saved."""


def give(the: House, file: Attachment) -> FileResponse:
    """The file as a response; NotFound where its bytes are gone."""
    how = "inline" if file.type in IMAGES else "attachment"
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\%' else "_" for c in file.name)
    return FileResponse(
        the.files.path(file.id),
        media_type=file.type,
        headers={
            "Content-Disposition": f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(file.name, safe='')}",
            "Content-Security-Policy": "default-src 'none'; img-src 'self'; sandbox; frame-ancestors 'none'",
            "Cache-Control": "no-store",
            "Cross-Origin-Resource-Policy": "same-origin",
        },
    )


def listed(files: list[Attachment], base: str, query: str = "") -> list[dict[str, Any]]:
    """Files as the page fragment `parts/attachments.html` shows them, under `base`/ID."""
    return [
        {
            "id": file.id,
            "name": file.name,
            "url": f"{base}/{file.id}{query}",
            "type": file.type,
            "size": file.size,
            "sha256": file.sha256,
            "by": file.by,
            "at": file.stored_at,
        }
        for file in files
    ]
