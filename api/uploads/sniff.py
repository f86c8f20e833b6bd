"""What a file really is, by its content alone: one of the kinds that a complaint may carry, or nothing."""

from __future__ import annotations

import contextlib
import zipfile
from typing import BinaryIO

import puremagic

_OFFICE = "application/vnd.openxmlformats-officedocument"
KINDS: dict[str, tuple[str, ...]] = {
    "image/jpeg": ("jpg", "jpeg", "jfif", "jpe"),
    "image/png": ("png",),
    "image/webp": ("webp",),
    "image/heic": ("heic", "heif"),
    "image/gif": ("gif",),
    "application/pdf": ("pdf",),
    "text/plain": ("txt", "md", "csv", "log"),
    f"{_OFFICE}.wordprocessingml.document": ("docx",),
    f"{_OFFICE}.spreadsheetml.sheet": ("xlsx",),
    "application/vnd.oasis.opendocument.text": ("odt",),
    "audio/mpeg": ("mp3",),
    "audio/mp4": ("m4a",),
    "video/mp4": ("mp4", "m4v"),
    "video/quicktime": ("mov",),
}
"""Media types that are taken, with the endings that such a file may have; the first is its usual one."""

_BY_ENDING = {
    ending: kind
    for kind, endings in KINDS.items()
    if not kind.startswith(("text/", "application/vnd."))
    for ending in endings
}
_INSIDE = {
    "word/document.xml": f"{_OFFICE}.wordprocessingml.document",
    "xl/workbook.xml": f"{_OFFICE}.spreadsheetml.sheet",
}
_ODT = "application/vnd.oasis.opendocument.text"
_HEAD = 16_384
_MOST_MEMBERS = 2_000
_MOST_UNPACKED = 100_000_000
_CONTROLS = frozenset(range(32)) - set(b"\t\n\r\f") | {127}


def sniff(file: BinaryIO) -> str:
    """The media type of a file by what is in it, "" for a kind that is not taken; the file is left at its start."""
    head = file.read(_HEAD)
    file.seek(0)
    if head.startswith(b"PK"):
        kind = _packed(file)
        file.seek(0)
        return kind
    return _by_magic(head) or _by_box(head) or _by_frame(head) or _plain(file, head)


def _by_magic(head: bytes) -> str:
    try:
        found = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return ""
    likely = sorted(found, key=lambda match: -match.confidence)
    if likely and likely[0].mime_type in ("text/html", "image/svg+xml"):
        return ""
    return next((kind for match in likely if (kind := _BY_ENDING.get(match.extension.lstrip(".")))), "")


def _by_box(head: bytes) -> str:
    # Telephones name HEIC among the compatible brands only.
    return "image/heic" if head[4:8] == b"ftyp" and b"heic" in head[8:64] else ""


def _by_frame(head: bytes) -> str:
    # An MP3 without tags begins with a frame of layer III.
    return "audio/mpeg" if len(head) > 3 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2 else ""


def _packed(file: BinaryIO) -> str:
    """An office document by its parts; nothing for an archive, for one with macros, and for one that would swell."""
    unreadable = (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError)
    with contextlib.suppress(*unreadable), zipfile.ZipFile(file) as packed:
        members = packed.infolist()
        if len(members) > _MOST_MEMBERS or sum(member.file_size for member in members) > _MOST_UNPACKED:
            return ""
        names = {member.filename for member in members}
        if any(name.lower().endswith("vbaproject.bin") for name in names):
            return ""
        if "[Content_Types].xml" in names:
            return next((kind for name, kind in _INSIDE.items() if name in names), "")
        if members and members[0].filename == "mimetype" and members[0].file_size < 100:
            return _ODT if packed.read(members[0]).decode("ascii", "replace").strip() == _ODT else ""
    return ""


def _plain(file: BinaryIO, head: bytes) -> str:
    """Plain text in UTF-8 or GB 18030 without control characters, and not markup."""
    if not head or head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<":
        return ""
    body = file.read()
    file.seek(0)
    if _CONTROLS & set(body):
        return ""
    for encoding in ("utf-8", "gb18030"):
        with contextlib.suppress(UnicodeDecodeError):
            body.decode(encoding)
            return "text/plain"
    return ""
