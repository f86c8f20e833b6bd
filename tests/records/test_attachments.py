"""Files of a case: sealed into the chain, limited, erasable."""

from __future__ import annotations

import hashlib
import io
import secrets
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from complaints.case.model import Actor
from complaints.errors import BadFile, NotFound
from records import Records, seal
from records.attachments import MOST_BYTES, MOST_FILES, told
from records.files import Files
from records.tables import attachments
from records.values import StoredFile
from tests.support.small_case import Play, accepted, submission

HER = Actor("complainant", ("complainant",))


def stored(name: str = "window.png", size: int = 100) -> StoredFile:
    return StoredFile(secrets.token_hex(16), name, "image/png", size, secrets.token_hex(32))


async def sent(records: Records, play: Play, *files: StoredFile, key: str = "") -> None:
    """Attach files as the case itself records it."""
    sealed = seal(told(files))
    content = await records.attachments.add(play.accepted.case, sealed, files, "complainant", key or sealed.salt)
    play.act("2026-11-23T10:00", "attach", HER, content=content)
    await records.append(play.accepted.case, play.unsent)
    play.unsent.clear()


async def test_files_that_came_with_the_complaint_are_sealed_in_its_first_event(records: Records) -> None:
    files = (stored("one.png"), stored("窗户 \U0001f6b0.png"))
    intake = await submission(records, files=files)
    answer = await records.accept(intake)
    listed = await records.attachments.of_case(answer.case)
    assert [(f.id, f.name, f.sha256, f.by) for f in listed] == [(f.id, f.name, f.sha256, "complainant") for f in files]
    assert await records.verify() == []


async def test_a_file_belongs_to_the_case_once_an_event_names_it(records: Records) -> None:
    play = await accepted(records)
    file = stored()
    sealed = seal(told([file]))
    content = await records.attachments.add(play.accepted.case, sealed, [file], "complainant", "k")
    assert await records.attachments.of_case(play.accepted.case) == []
    assert await records.attachments.known([file, stored()]) == {file.id}
    play.act("2026-11-23T10:00", "attach", HER, content=content)
    await records.append(play.accepted.case, play.unsent)
    assert (await records.attachments.one(play.accepted.case, file.id)).name == "window.png"
    with pytest.raises(NotFound):
        await records.attachments.one(play.accepted.case, "0" * 32)
    assert await records.verify() == []


async def test_the_same_files_sent_twice_with_one_key_are_there_once(records: Records) -> None:
    play = await accepted(records)
    first = stored()
    await sent(records, play, first, key="k")
    again = replace(first, id=secrets.token_hex(16))
    await records.attachments.add(play.accepted.case, seal(told([again])), [again], "complainant", "k")
    assert [file.id for file in await records.attachments.of_case(play.accepted.case)] == [first.id]
    assert await records.attachments.known([again]) == set()


async def test_a_case_holds_only_so_many_files_and_so_much(records: Records) -> None:
    play = await accepted(records)
    await sent(records, play, *(stored(f"{n}.png") for n in range(MOST_FILES - 1)))
    with pytest.raises(BadFile) as many:
        await sent(records, play, stored(), stored())
    await sent(records, play, stored())
    other = await accepted(records)
    with pytest.raises(BadFile) as large:
        await sent(records, other, stored(size=MOST_BYTES), stored(size=1))
    assert (many.value.code, large.value.code) == ("files_too_many", "files_too_large")
    assert len(await records.attachments.of_case(play.accepted.case)) == MOST_FILES
    assert await records.verify() == []


async def test_files_of_a_refused_action_are_forgotten(records: Records) -> None:
    play = await accepted(records)
    file = stored()
    content = await records.attachments.add(play.accepted.case, seal(told([file])), [file], "complainant", "k")
    await records.attachments.drop(content.id)
    assert await records.attachments.known([file]) == set()


async def test_a_changed_checksum_is_found_and_erasing_leaves_the_chain_whole(records: Records) -> None:
    play = await accepted(records)
    file = stored()
    await sent(records, play, file)
    await records._db.write(lambda c: c.execute(update(attachments).values(sha256="0" * 64)) and None)
    assert [problem.code for problem in await records.verify()] == ["attachment_changed"]
    assert await records.attachments.erased(play.accepted.case) == []
    await records.erase(play.accepted.case)
    assert await records.attachments.erased(play.accepted.case) == [file.id]
    assert await records.attachments.of_case(play.accepted.case) == []
    assert await records.verify() == []


def test_bytes_are_kept_whole_for_their_owner_only(tmp_path: Path) -> None:
    files = Files(tmp_path / "attachments")
    data = secrets.token_bytes(200_000)
    ident, size, digest = files.put(io.BytesIO(data))
    place = files.path(ident)
    assert place.read_bytes() == data and size == len(data)
    assert digest == hashlib.sha256(data).hexdigest() == files.sha256(ident)
    assert stat.S_IMODE(place.stat().st_mode) == 0o600 and stat.S_IMODE(place.parent.stat().st_mode) == 0o700
    assert place.parent.name == ident[:2]
    files.remove([ident, ident, "../../etc/passwd"])
    assert files.sha256(ident) == ""


class Breaking(io.BytesIO):
    """A file whose second read fails."""

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell():
            raise OSError("the disk is full")
        return super().read(size)


def test_a_file_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="disk is full"):
        Files(tmp_path).put(Breaking(b"x" * 200_000))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("ident", ["../../../etc/passwd", "", "0" * 31, "Z" * 32, "0" * 32 + "/.."])
def test_an_id_that_is_none_leads_nowhere(tmp_path: Path, ident: str) -> None:
    with pytest.raises(NotFound):
        Files(tmp_path).path(ident)
