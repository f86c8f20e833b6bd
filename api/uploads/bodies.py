"""The shapes of files as the interface tells them."""

from __future__ import annotations

from pydantic import BaseModel

from api.bodies import Time


class FileView(BaseModel):
    """One file of a case: where to get it, its media type by content, its size in bytes, its checksum, who sent it."""

    id: str
    name: str
    type: str
    size: int
    sha256: str
    by: str
    at: Time
    url: str


class FileList(BaseModel):
    """The files of a case, in the order they came."""

    number: str
    files: list[FileView]
