"""Files as people send them: true ones of every kind, and some that only pretend."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib


def png(width: int = 4, height: int = 4, more: int = 0) -> bytes:
    """A picture that opens, made larger by `more` bytes of noise in a chunk of its own."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\x20\x60\xa0" * width) * height)
    noise = chunk(b"noIs", bytes(more)) if more else b""
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + noise + chunk(b"IEND", b"")


def packed(*members: tuple[str, bytes]) -> bytes:
    """A ZIP archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in members:
            made.writestr(name, data)
    return out.getvalue()


DOCX = packed(("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<w:document/>"))
XLSX = packed(("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", b"<workbook/>"))
ODT = packed(("mimetype", b"application/vnd.oasis.opendocument.text"), ("content.xml", b"<x/>"))
JPEG = b"\xff\xd8\xff\xe1\x00\x10Exif\x00\x00" + bytes(40) + b"\xff\xd9"
HEIC = b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic" + bytes(40)
MP3 = b"\xff\xf3\x90\x64" + bytes(400)
M4A = b"\0\0\0\x20ftypM4A \0\0\0\0M4A mp42isom\0\0\0\0" + bytes(40)
MP4 = b"\0\0\0\x18ftypisom\0\0\x02\0isomiso2" + bytes(40)
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
WEBP = b"RIFF\x2e\0\0\0WEBPVP8 " + bytes(40)
GIF = b"GIF89a\1\0\1\0\0\0\0;"
SWELLING = packed(
    ("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<w/>"), ("word/media/x", bytes(150_000_000))
)
"""A docx of some 150 kB that would unpack to 150 MB."""
MACROS = packed(("[Content_Types].xml", b"<x/>"), ("word/document.xml", b"<x/>"), ("word/vbaProject.bin", b"x"))
