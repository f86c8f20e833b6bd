"""Refused actions: they change nothing and are no events, but who tried what, and why not, is kept."""

from __future__ import annotations

import secrets

from sqlalchemy import Connection, select

from records.engine import insert_into
from records.sealing import storable, storable_key
from records.tables import attempts
from records.values import Attempt


def add(connection: Connection, case_id: str, attempt: Attempt) -> None:
    """Keep a refused action, once a key; without a key each one is kept."""
    connection.execute(
        insert_into(connection, attempts)
        .values(
            case_id=case_id,
            at=attempt.at,
            person=storable(attempt.person),
            role=storable(attempt.role),
            action=storable(attempt.action),
            code=attempt.code,
            text=storable(attempt.text),
            key=storable_key(attempt.key) or secrets.token_hex(16),
        )
        .on_conflict_do_nothing(index_elements=["case_id", "key"])
    )


def of_case(connection: Connection, case_id: str) -> list[Attempt]:
    """All refused actions of a case, oldest first."""
    a = attempts.c
    query = (
        select(a.at, a.person, a.role, a.action, a.code, a.text, a.key)
        .where(a.case_id == case_id)
        .order_by(a.at, a.id)
    )  # fmt: skip
    return [Attempt(*row) for row in connection.execute(query)]
