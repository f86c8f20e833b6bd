"""Files that people send to a case: taken by what they are, kept whole, given back inert."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from httpx import Response

from tests.support import uploads
from tests.support.door import COMPLAINT, Door
from tests.support.whole import Whole, whole

NAMED = tuple[str, bytes, str]


@pytest.fixture
async def system(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Whole]:
    """The whole system with its worker running."""
    async with whole(tmp_path, sqlite_url) as made:
        yield made


async def send(door: Door, number: str, *files: NAMED, bearer: str = "", key: str = "", **fields: str) -> Response:
    headers = door.bearer(bearer) if bearer else {}
    headers |= {"Idempotency-Key": key} if key else {}
    parts = [("files", file) for file in files]
    return await door.client.post(f"/api/complaints/{number}/attachments", data=fields, files=parts, headers=headers)


def photo(name: str = "window.png", more: int = 0) -> NAMED:
    return name, uploads.png(more=more), "image/png"


async def receipt(door: Door) -> dict[str, Any]:
    answer: dict[str, Any] = (await door.client.post("/api/complaints", json=COMPLAINT)).json()
    return answer


def lying(door: Door) -> list[Path]:
    """All files in the store."""
    root = door.the.settings.attachments_dir
    return [path for path in root.rglob("*") if path.is_file()]


async def test_a_photo_is_sealed_into_the_chain_and_given_back_inert_to_who_may_see_it(system: Whole) -> None:
    given = await receipt(system)
    number, code = given["number"], given["tracking_code"]
    name = "窗户 \U0001f6b0\u202egnp.exe"
    sent = await send(system, number, photo(name), photo("two.png"), code=code, text="Both windows.", key="k")
    assert sent.status_code == 200, sent.text
    assert sent.json()["events"] == ["attached"]
    again = await send(system, number, photo(name), photo("two.png"), code=code, text="Both windows.", key="k")
    assert again.json()["repeated"] is True
    await system.recorded(number, "attached")
    assert len(lying(system)) == 2

    case = await system.the.records.case(number=number)
    event = next(e for e in await system.the.records.events(case.case_id) if e.event == "attached")
    assert event.content is not None
    told = (await system.the.records.contents(case.case_id))[event.content.id]["files"]
    assert hashlib.sha256(uploads.png()).hexdigest() in told
    assert await system.the.records.verify() == []

    listed = await system.client.get(f"/api/complaints/{number}/attachments", headers=system.bearer("csd-1"))
    first = listed.json()["files"][0]
    assert first["name"] == "窗户 \U0001f6b0gnp.exe.png" and first["by"] == "complainant"
    assert "sha256" in first and first["type"] == "image/png"
    got = await system.client.get(first["url"], headers=system.bearer("csd-1"))
    assert got.content == uploads.png()
    assert got.headers["content-type"] == "image/png"
    assert got.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in got.headers["content-security-policy"]
    assert got.headers["cache-control"] == "no-store"
    assert (await system.client.get(first["url"])).headers["location"].startswith("/sign-in")

    own = f"/track/attachments/{first['id']}"
    right = await system.client.get(own, params={"number": number, "code": code})
    assert right.status_code == 200
    assert (await system.client.get(own, params={"number": number, "code": "WRONG"})).status_code == 404
    other = await receipt(system)
    theirs = {"number": other["number"], "code": other["tracking_code"]}
    assert (await system.client.get(own, params=theirs)).status_code == 404


async def test_a_file_of_staff_is_not_shown_to_the_complainant_and_never_opened_in_place(system: Whole) -> None:
    given = await receipt(system)
    number = given["number"]
    assert (await send(system, number, ("plan.pdf", uploads.PDF, "x/y"), bearer="csd-1")).status_code == 200
    await system.recorded(number, "attached")
    listed = await system.client.get(f"/api/complaints/{number}/attachments", headers=system.bearer("csd-1"))
    file = listed.json()["files"][0]
    got = await system.client.get(file["url"], headers=system.bearer("csd-1"))
    assert got.headers["content-disposition"].startswith("attachment;")
    own = {"number": number, "code": given["tracking_code"]}
    assert (await system.client.get(f"/track/attachments/{file['id']}", params=own)).status_code == 403


async def test_nobody_sends_files_to_a_case_without_its_code_or_a_right_to_it(door: Door) -> None:
    number = await door.filed()
    assert (await send(door, number, photo())).status_code == 401
    assert (await send(door, number, photo(), code="WRONG")).status_code == 404
    stranger = door.bearer("lf-rec", "csd", procedure="law-firm")
    answer = await door.client.post(
        f"/api/complaints/{number}/attachments", files=[("files", photo())], headers=stranger
    )
    assert answer.status_code == 403
    assert lying(door) == []


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (("empty.png", b"", "image/png"), "file_empty"),
        (("photo.png", b"MZ\x90\0" + bytes(100), "image/png"), "file_kind"),
        (("photo.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/png"), "file_kind"),
        (("letter.docx", uploads.SWELLING, "application/octet-stream"), "file_kind"),
        (("letter.docx", uploads.MACROS, "application/octet-stream"), "file_kind"),
        (("photos.zip", uploads.packed(("a.png", uploads.png())), "application/zip"), "file_kind"),
        (("nested.docx", uploads.packed(("x.zip", uploads.SWELLING)), "application/zip"), "file_kind"),
        (("text.txt", b"words \x1b[2J \0", "text/plain"), "file_kind"),
        (photo(more=10_000_000), "file_too_large"),
    ],
)
async def test_a_file_that_cannot_be_taken_is_named_and_leaves_nothing(door: Door, file: NAMED, code: str) -> None:
    given = await receipt(door)
    answer = await send(door, given["number"], photo("good.png"), file, code=given["tracking_code"])
    assert answer.status_code == 422
    found = answer.json()
    assert found["code"] == code
    assert found["errors"][0]["field"] == "files" and file[0] in found["detail"]
    assert lying(door) == []


async def test_a_picture_that_would_swell_is_never_unpacked_here(system: Whole) -> None:
    number = (await receipt(system))["number"]
    swelling = uploads.png(8000, 8000)  # 190 MB, once it is drawn
    assert len(swelling) < 1_000_000
    assert (await send(system, number, ("p.png", swelling, "image/png"), bearer="csd-1")).status_code == 200
    await system.recorded(number, "attached")
    listed = await system.client.get(f"/api/complaints/{number}/attachments", headers=system.bearer("csd-1"))
    (file,) = listed.json()["files"]
    assert file["size"] == len(swelling)
    assert (await system.client.get(file["url"], headers=system.bearer("csd-1"))).content == swelling


async def test_more_files_or_bytes_than_a_case_holds_are_refused_together(door: Door) -> None:
    given = await receipt(door)
    many = await send(door, given["number"], *[photo(f"{n}.png") for n in range(11)], code=given["tracking_code"])
    large = await send(
        door, given["number"], *[photo(f"{n}.png", 9_900_000) for n in range(5)], code=given["tracking_code"]
    )
    none = await send(door, given["number"], code=given["tracking_code"])
    assert (many.json()["code"], large.json()["code"]) == ("files_too_many", "files_too_large")
    assert (many.status_code, large.status_code, none.status_code) == (422, 422, 422)
    assert lying(door) == []


async def test_what_is_no_form_is_refused_and_a_broken_one_too(door: Door) -> None:
    given = await receipt(door)
    path = f"/api/complaints/{given['number']}/attachments"
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    for headers, body in (
        (kind, b"\r\n--y\r\nnothing"),
        ({"Content-Type": "multipart/form-data"}, b"--x"),
        (kind, b'--x\r\nContent-Disposition: form-data; filename="a"\r\n\r\nb\r\n--x--\r\n'),
        ({"Content-Type": "application/json"}, b"{}"),
    ):
        answer = await door.client.post(path, content=body, headers=headers)
        assert answer.status_code in (400, 401), answer.text
    assert lying(door) == []


async def test_a_stream_without_end_is_broken_off(door: Door) -> None:
    given = await receipt(door)
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        yield b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.png"\r\n\r\n'
        while sent < 400_000_000:
            sent += 1_000_000
            yield bytes(1_000_000)

    answer = await door.client.post(
        f"/api/complaints/{given['number']}/attachments",
        content=endless(),
        headers={"Content-Type": "multipart/form-data; boundary=x"},
    )
    assert answer.status_code == 413
    assert lying(door) == []
