"""Files of a case: their rows beside the sealed text that holds their checksums, and how much a case may hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from complaints.case.model import Content
from complaints.errors import BadFile, NotFound
from complaints.instants import Instant
from records import contents, events
from records.engine import Database
from records.tables import attachments, cases
from records.values import Attachment, Sealed, StoredFile

FIELD = "files"
"""The name of the sealed text that tells a case's files."""

MOST_FILES = 10
MOST_BYTES = 40_000_000
"""What one case may hold."""


def told(files: Sequence[StoredFile]) -> dict[str, str]:
    """The text that seals files into the chain: name, size in bytes and SHA-256, a line each; nothing for none."""
    return {FIELD: "\n".join(f"{f.name} ({f.size} B, sha256 {f.sha256})" for f in files)} if files else {}


class Attachments:
    """The files of cases, as the rest of the house sees them; the bytes themselves are in `records.files`."""

    def __init__(self, database: Database, now: Callable[[], Instant]) -> None:
        self._db = database
        self._now = now

    async def add(self, case_id: str, sealed: Sealed, files: Sequence[StoredFile], by: str, key: str) -> Content:
        """Store the sealed text and the rows of its files in one transaction, once a key; BadFile beyond the limits.

        A repeat of the key gets the first content, and its files are not stored again; KeyReused for other texts.
        """
        return await self._db.write(_add, case_id, sealed, files, by, key, self._now())

    async def drop(self, content_id: str) -> None:
        """Forget files whose action was refused: no event names them."""
        await self._db.write(_drop, content_id)

    async def of_case(self, case_id: str) -> list[Attachment]:
        """The files of a case that its events name, in the order they came; erased ones left out."""
        return await self._db.read(of_case, case_id)

    async def one(self, case_id: str, attachment: str) -> Attachment:
        """One file of a case; NotFound when it has none of that id that its events name."""
        found = next((a for a in await self.of_case(case_id) if a.id == attachment), None)
        if found is None:
            raise NotFound("There is no such file in this case.")
        return found

    async def stored(self, after: str = "", limit: int = 500) -> list[Attachment]:
        """Files of all cases that are not erased, by id, from the one after `after`."""
        return await self._db.read(_stored, after, limit)

    async def known(self, files: Sequence[StoredFile]) -> set[str]:
        """Which of these files belong to a case, by id, whether an event names them or not."""
        return await self._db.read(_known, [file.id for file in files])

    async def erased(self, case_id: str) -> list[str]:
        """The ids of a case's files that were erased: their bytes are to be removed from the store."""
        return await self._db.read(_erased, case_id)


def insert_files(
    connection: Connection, case_id: str, content_id: str, files: Sequence[StoredFile], by: str, at: Instant
) -> None:
    """Write the rows of new files; BadFile when the case would hold too many or too much."""
    if not files:
        return
    a = attachments.c
    count, size = connection.execute(
        select(func.count(), func.coalesce(func.sum(a.size), 0)).where(a.case_id == case_id, a.erased_at.is_(None))
    ).one()
    if count + len(files) > MOST_FILES:
        raise BadFile(
            "files_too_many", "", f"A case holds {MOST_FILES} files at most.", "Send the most important ones."
        )
    if size + sum(file.size for file in files) > MOST_BYTES:
        most = f"The files of a case hold {MOST_BYTES // 1_000_000} MB at most."
        raise BadFile("files_too_large", "", most, "Send smaller ones.")
    shared = {"case_id": case_id, "content_id": content_id, "by": by, "stored_at": at, "erased_at": None}
    rows = [
        {"id": f.id, "name": f.name, "type": f.type, "size": f.size, "sha256": f.sha256, "place": count + n} | shared
        for n, f in enumerate(files)
    ]
    connection.execute(insert(attachments), rows)


def of_case(connection: Connection, case_id: str) -> list[Attachment]:
    """The files of a case that its events name; a file whose event is still on its way is not among them yet."""
    a = attachments.c
    query = select(attachments).where(a.case_id == case_id, a.erased_at.is_(None)).order_by(a.place, a.stored_at)
    rows = connection.execute(query).all()
    if not rows:
        return []
    named = {event.content.id for event in events.of_case(connection, case_id) if event.content is not None}
    return [_value(row) for row in rows if row.content_id in named]


def erase(connection: Connection, case_id: str, at: Instant) -> None:
    """Blank names and checksums of a case's files for good."""
    a = attachments.c
    mine = update(attachments).where(a.case_id == case_id, a.erased_at.is_(None))
    connection.execute(mine.values(name="", sha256="", erased_at=at))


def _add(
    connection: Connection, case_id: str, sealed: Sealed, files: Sequence[StoredFile], by: str, key: str, at: Instant
) -> Content:
    # The case's row is locked, so that two uploads at once do not exceed the limits together.
    if connection.execute(select(cases.c.id).where(cases.c.id == case_id).with_for_update()).first() is None:
        raise NotFound("There is no such case in the records.")
    content = contents.put(connection, case_id, sealed, by, key)
    if content.id == sealed.content.id:
        insert_files(connection, case_id, content.id, files, by, at)
    return content


def _known(connection: Connection, ids: Sequence[str]) -> set[str]:
    return set(connection.execute(select(attachments.c.id).where(attachments.c.id.in_(ids))).scalars())


def _stored(connection: Connection, after: str, limit: int) -> list[Attachment]:
    a = attachments.c
    query = select(attachments).where(a.id > after, a.erased_at.is_(None)).order_by(a.id).limit(limit)
    return [_value(row) for row in connection.execute(query)]


def _erased(connection: Connection, case_id: str) -> list[str]:
    a = attachments.c
    return list(connection.execute(select(a.id).where(a.case_id == case_id, a.erased_at.is_not(None))).scalars())


def _drop(connection: Connection, content_id: str) -> None:
    connection.execute(delete(attachments).where(attachments.c.content_id == content_id))


def _value(row: Row[tuple[object, ...]]) -> Attachment:
    return Attachment(
        row.id, row.case_id, row.content_id, row.name, row.type, row.size, row.sha256, row.by, row.stored_at,
        row.erased_at,
    )  # fmt: skip
