"""What people wrote, sealed: stored once by key, read back by id, and erasable without breaking a chain."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from complaints.case import canonical
from complaints.case.model import Content
from complaints.errors import KeyReused
from complaints.instants import Instant
from records import drafts, words
from records.sealing import storable_key
from records.tables import cases, complainants, contents
from records.values import Complainant, Sealed

_OF_CASE = select(contents.c.id, contents.c.texts).where(
    contents.c.case_id == bindparam("case"), contents.c.texts.is_not(None)
)
_COMPLAINANT = select(complainants).where(complainants.c.case_id == bindparam("case"))


def insert_sealed(connection: Connection, case_id: str, sealed: Sealed, by: str, key: str) -> None:
    """Store sealed texts under a new key."""
    connection.execute(
        insert(contents),
        {
            "id": sealed.content.id,
            "case_id": case_id,
            "key": key,
            "by": by,
            "salt": sealed.salt,
            "hash": sealed.content.hash,
            "fields": canonical(list(sealed.content.fields)),
            "texts": canonical(sealed.texts),
            "erased_at": None,
        },
    )


def put(connection: Connection, case_id: str, sealed: Sealed, by: str, key: str) -> Content:
    """Store sealed texts, or return the content that the key brought before; KeyReused when its texts were others."""
    key = storable_key(key)
    c = contents.c
    row = connection.execute(
        select(c.id, c.hash, c.fields, c.texts).where(c.case_id == case_id, c.key == key)
    ).first()  # fmt: skip
    if row is None:
        insert_sealed(connection, case_id, sealed, by, key)
        return sealed.content
    if row.texts is not None and json.loads(row.texts) != sealed.texts:
        raise KeyReused(
            "Idempotency-Key",
            "This key was used before with other words.",
            "Send a new key with a new action; repeat a key only with the very same body.",
        )
    return Content(row.id, row.hash, tuple(json.loads(row.fields)))


def of_case(connection: Connection, case_id: str) -> dict[str, dict[str, str]]:
    """All texts of a case that were not erased: content id to {field: words}."""
    rows = connection.execute(_OF_CASE, {"case": case_id})
    return {row.id: json.loads(row.texts) for row in rows}


def erase(connection: Connection, case_id: str, at: Instant) -> int:
    """Erase texts, salts, drafts and the complainant of a case; returns how many contents lost their texts."""
    blank: Mapping[str, Any] = {"name": "", "phone": "", "email": "", "address": "", "anonymous": True}
    connection.execute(update(complainants).where(complainants.c.case_id == case_id).values(blank))
    number = connection.execute(select(cases.c.number).where(cases.c.id == case_id)).scalar()
    words.forget(connection, case_id, number or "")
    drafts.erase(connection, case_id)
    done = connection.execute(
        update(contents)
        .where(contents.c.case_id == case_id, contents.c.texts.is_not(None))
        .values(texts=None, salt=None, erased_at=at)
    )
    return done.rowcount


def complainant(connection: Connection, case_id: str) -> Complainant | None:
    """Who complains in this case; None when there is no such case."""
    row = connection.execute(_COMPLAINANT, {"case": case_id}).first()
    if row is None:
        return None
    return Complainant(row.name, row.phone, row.email, row.address, row.language, row.anonymous)
