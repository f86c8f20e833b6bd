"""A file is what its content says, and its name is shown without deceit."""

from __future__ import annotations

import io

import pytest

from api.uploads.names import LONGEST, cleaned, shown
from api.uploads.sniff import sniff
from tests.support import uploads

_OFFICE = "application/vnd.openxmlformats-officedocument"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (uploads.png(), "image/png"),
        (uploads.JPEG, "image/jpeg"),
        (uploads.WEBP, "image/webp"),
        (uploads.HEIC, "image/heic"),
        (uploads.GIF, "image/gif"),
        (uploads.PDF, "application/pdf"),
        (uploads.DOCX, f"{_OFFICE}.wordprocessingml.document"),
        (uploads.XLSX, f"{_OFFICE}.spreadsheetml.sheet"),
        (uploads.ODT, "application/vnd.oasis.opendocument.text"),
        (uploads.MP3, "audio/mpeg"),
        (b"ID3\3" + bytes(60), "audio/mpeg"),
        (uploads.M4A, "audio/mp4"),
        (uploads.MP4, "video/mp4"),
        ("窗户渗水\nsince Monday 🚰".encode(), "text/plain"),
        ("窗户渗水".encode("gb18030"), "text/plain"),
    ],
)
def test_a_file_is_known_by_what_is_in_it(data: bytes, kind: str) -> None:
    file = io.BytesIO(data)
    assert sniff(file) == kind
    assert file.tell() == 0


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"MZ\x90\0" + bytes(100),
        b"\x7fELF" + bytes(100),
        b"<!doctype html><script>alert(1)</script>",
        b"\xef\xbb\xbf \n<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<?xml version='1.0'?><x/>",
        b"text with a \0 in it",
        b"\xff\xfe\xfd neither this nor that \x80",
        uploads.packed(("run.exe", b"MZ")),
        uploads.packed(("[Content_Types].xml", b"<x/>"), ("ppt/presentation.xml", b"<x/>")),
        uploads.DOCX[:-40],
        uploads.SWELLING,
        uploads.MACROS,
    ],
    ids=range(13),
)
def test_what_is_not_one_of_the_kinds_taken_is_nothing(data: bytes) -> None:
    assert sniff(io.BytesIO(data)) == ""


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("window.png", "window.png"),
        ("窗户 🚰.PNG", "窗户 🚰.PNG"),
        ("../../etc/passwd.png", "passwd.png"),
        ("C:\\Users\\x\\photo.png", "photo.png"),
        ("photo\u202egnp.exe", "photognp.exe.png"),
        ("a\0b\r\nc\t.png", "ab c.png"),
        ("invoice.pdf", "invoice.pdf.png"),
        ("..", "file.png"),
        (".png", "png.png"),
        ("", "file.png"),
        ('x"; filename="y.png', "x ; filename= y.png"),
    ],
)
def test_a_name_keeps_no_path_nothing_invisible_and_ends_as_its_kind_does(given: str, kept: str) -> None:
    assert cleaned(given, "image/png") == kept


def test_a_long_name_is_cut_but_keeps_its_ending() -> None:
    name = cleaned("长" * 500 + ".png", "image/png")
    assert len(name) == LONGEST and name.endswith("长.png")
    assert len(shown("x" * 500)) == LONGEST
