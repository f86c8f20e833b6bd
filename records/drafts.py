"""Drafts: what somebody wrote for an action that was refused or put off, until the action is taken."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, delete, select

from complaints.case import canonical
from complaints.instants import Instant
from records.engine import Database, insert_into
from records.sealing import storable
from records.tables import drafts

Given = dict[str, list[str]]
"""A form's fields as they were sent: each name with all its values."""


class Drafts:
    """Drafts by case, person and action; one each, the last one written."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def keep(
        self, case_id: str, person: str, action: str, given: Mapping[str, Sequence[str]], at: Instant
    ) -> None:
        """Keep what was written, in place of an earlier draft."""
        await self._db.write(_keep, case_id, person, action, {name: list(found) for name, found in given.items()}, at)

    async def of(self, case_id: str, person: str, action: str) -> Given | None:
        """What that person wrote for that action, or None."""
        return await self._db.read(_one, case_id, person, action)

    async def actions(self, case_id: str, person: str) -> tuple[str, ...]:
        """The actions of a case for which that person has a draft."""
        return await self._db.read(_actions, case_id, person)

    async def drop(self, case_id: str, person: str, action: str) -> None:
        """Throw a draft away; nothing happens where there is none."""
        await self._db.write(_drop, case_id, person, action)


def erase(connection: Connection, case_id: str) -> None:
    """Throw all drafts of a case away: they hold people's words."""
    connection.execute(delete(drafts).where(drafts.c.case_id == case_id))


def _keep(connection: Connection, case_id: str, person: str, action: str, given: Given, at: Instant) -> None:
    row = {"given": storable(canonical(given)), "kept_at": at}
    statement = insert_into(connection, drafts).values(
        case_id=case_id, person=storable(person), action=storable(action), **row
    )
    connection.execute(statement.on_conflict_do_update(index_elements=["case_id", "person", "action"], set_=row))


def _one(connection: Connection, case_id: str, person: str, action: str) -> Given | None:
    d = drafts.c
    found = connection.execute(
        select(d.given).where(d.case_id == case_id, d.person == storable(person), d.action == storable(action))
    ).scalar()
    return json.loads(found) if found is not None else None


def _actions(connection: Connection, case_id: str, person: str) -> tuple[str, ...]:
    d = drafts.c
    query = select(d.action).where(d.case_id == case_id, d.person == storable(person)).order_by(d.action)
    return tuple(connection.execute(query).scalars())


def _drop(connection: Connection, case_id: str, person: str, action: str) -> None:
    d = drafts.c
    connection.execute(
        delete(drafts).where(d.case_id == case_id, d.person == storable(person), d.action == storable(action))
    )
