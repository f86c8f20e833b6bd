"""Where the bytes of attachments lie: one file each, named by its id, readable by this system's own user only."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from complaints.errors import NotFound

_CHUNK = 1 << 16
_ID = re.compile(r"[0-9a-f]{32}")


class Files:
    """A folder of files; a file is there whole and on disk, or not at all. Every method blocks: call it in a thread."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, source: BinaryIO) -> tuple[str, int, str]:
        """Keep all that is left to read of `source`; returns the new file's id, its size in bytes, its SHA-256."""
        ident = secrets.token_hex(16)
        target = self._path(ident)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        partial = target.with_suffix(".part")
        digest, size = hashlib.sha256(), 0
        try:
            partial.touch(mode=0o600, exist_ok=False)
            with partial.open("wb") as out:
                while chunk := source.read(_CHUNK):
                    digest.update(chunk)
                    size += len(chunk)
                    out.write(chunk)
                out.flush()
                os.fsync(out.fileno())
            partial.rename(target)
        except BaseException:
            partial.unlink(missing_ok=True)
            raise
        _sync(target.parent)
        return ident, size, digest.hexdigest()

    def path(self, ident: str) -> Path:
        """The file with that id; NotFound when it is not in the store."""
        found = self._path(ident) if _ID.fullmatch(ident) else None
        if found is None or not found.is_file():
            raise NotFound("The file is not in the store.")
        return found

    def sha256(self, ident: str) -> str:
        """The SHA-256 of the file as it lies there now, "" when it is gone."""
        try:
            with self.path(ident).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        except NotFound:
            return ""

    def remove(self, idents: Iterable[str]) -> None:
        """Remove files for good; those that are gone already do not matter."""
        for ident in idents:
            with contextlib.suppress(NotFound):
                self.path(ident).unlink(missing_ok=True)

    def _path(self, ident: str) -> Path:
        return self._root / ident[:2] / ident


def _sync(folder: Path) -> None:
    # The new name itself must outlive a power failure, not only the bytes.
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
