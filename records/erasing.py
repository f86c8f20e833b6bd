"""Erasing what is personal in a case: words, contacts, names of files, the mark of its place; the chain stays whole."""

from __future__ import annotations

from sqlalchemy import Connection, delete, update

from complaints.instants import Instant
from records import attachments, contents
from records.tables import cases, likeness, notices


def erase(connection: Connection, case_id: str, at: Instant) -> int:
    """Erase all of it; returns how many contents lost their texts. The files' bytes are the caller's to remove."""
    connection.execute(delete(likeness).where(likeness.c.case_id == case_id))
    # Hashes without a salt: whoever guesses the body or the address could tell by them that the guess is right.
    connection.execute(update(cases).where(cases.c.id == case_id).values(fingerprint=""))
    connection.execute(update(notices).where(notices.c.case_id == case_id).values(address_hash=""))
    attachments.erase(connection, case_id, at)
    return contents.erase(connection, case_id, at)
