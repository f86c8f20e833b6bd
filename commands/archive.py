"""The file that `huiyin backup` writes and `huiyin restore` reads: a tar of an installation, with checksums.

Inside: `huiyin.db`, `keys/…`, `attachments/…`, `procedures/…`, and last `manifest.json` with the SHA-256 of each. Paths
are those of the house alone, so a file that somebody made up leads nowhere else.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import tarfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from complaints.errors import HuiyinError

RECORDS = "huiyin.db"
MANIFEST = "manifest.json"
FORMAT = "huiyin-backup-1"
_NAMES = re.compile(
    r"huiyin\.db|keys/[a-z]+\.keys|attachments/[0-9a-f]{2}/[0-9a-f]{32}|procedures/[A-Za-z0-9][\w.-]*\.yaml|manifest\.json"
)
_CHUNK = 1 << 18
_MANIFEST_AT_MOST = 200_000_000


class BadArchive(HuiyinError):
    """The file is no backup of Huiyin, or a damaged one; nothing was restored."""

    code = "bad_archive"


class _Hashed:
    """A file that is read once, into the archive, and hashed on its way."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.digest.update(data)
        return data


def write(target: Path, files: Iterable[tuple[str, Path]], about: Mapping[str, Any]) -> int:
    """Write the archive whole, readable by its owner alone, or not at all; returns how many files it holds.

    A file that is gone by its turn (erased meanwhile) is left out.
    """
    draft = target.with_name(f".{target.name}.part")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        sums: dict[str, str] = {}
        with os.fdopen(handle, "wb") as out:
            with tarfile.open(fileobj=out, mode="w:gz", compresslevel=6, format=tarfile.PAX_FORMAT) as archive:
                for name, path in files:
                    try:
                        opened = path.open("rb")
                    except FileNotFoundError:
                        continue
                    with opened as file:
                        size = os.fstat(file.fileno()).st_size
                        hashed = _Hashed(file)
                        archive.addfile(_member(name, size), hashed)
                        sums[name] = hashed.digest.hexdigest()
                _add_manifest(archive, {"format": FORMAT, **about, "files": sums})
            out.flush()
            os.fsync(out.fileno())
        draft.rename(target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return len(sums)


def check(source: Path) -> dict[str, Any]:
    """What the archive says of itself, once every file in it was read and is the one that was written; BadArchive."""
    sums: dict[str, str] = {}
    manifest: dict[str, Any] = {}
    try:
        for name, file in _walk(source):
            if name == MANIFEST:
                manifest = _manifest(source, file.read(_MANIFEST_AT_MOST))
            else:
                sums[name] = _sum(file)
    except FileNotFoundError as error:
        raise BadArchive(f"There is no file {source}.") from error
    except (tarfile.TarError, zlib.error, EOFError, OSError) as error:
        raise BadArchive(f"{source} cannot be read as a backup: {error}.") from error
    if not manifest or manifest["files"] != sums:
        raise BadArchive(f"{source} is damaged: it does not hold what its own list says. Take another backup.")
    return manifest


def extract(source: Path, places: Mapping[str, Path]) -> int:
    """Write each file to its place, by the first part of its name; readable by the owner alone. Returns how many."""
    count = 0
    for name, file in _walk(source):
        top, _, rest = name.partition("/")
        if top not in places:
            continue
        target = places[top] / rest if rest else places[top]
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as out:
            while data := file.read(_CHUNK):
                out.write(data)
            out.flush()
            os.fsync(out.fileno())
        count += 1
    return count


def _walk(source: Path) -> Iterator[tuple[str, IO[bytes]]]:
    with tarfile.open(source, mode="r|gz") as archive:
        for member in archive:
            file = archive.extractfile(member) if member.isreg() else None
            if file is None or not _NAMES.fullmatch(member.name):
                raise BadArchive(f"{source} is no backup of Huiyin: it holds {member.name!r}.")
            yield member.name, file


def _sum(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while data := file.read(_CHUNK):
        digest.update(data)
    return digest.hexdigest()


def _manifest(source: Path, text: bytes) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict) or found.get("format") != FORMAT or not isinstance(found.get("files"), dict):
        raise BadArchive(f"{source} is no backup of Huiyin, or of another version.")
    return found


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    return member


def _add_manifest(archive: tarfile.TarFile, content: Mapping[str, Any]) -> None:
    text = json.dumps(content, ensure_ascii=False, indent=1).encode()
    archive.addfile(_member(MANIFEST, len(text)), io.BytesIO(text))
