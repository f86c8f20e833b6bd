"""Erasing what is personal in a case: words, contacts, names of files, the mark of its place; the chain stays whole."""

from __future__ import annotations

from sqlalchemy import Connection, delete

from complaints.instants import Instant
from records import attachments, contents
from records.tables import likeness


def erase(connection: Connection, case_id: str, at: Instant) -> int:
    """Erase all of it; returns how many contents lost their texts. The files' bytes are the caller's to remove."""
    connection.execute(delete(likeness).where(likeness.c.case_id == case_id))
    attachments.erase(connection, case_id, at)
    return contents.erase(connection, case_id, at)
