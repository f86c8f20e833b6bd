"""Letters owed and sent, and telephone tasks: each has its row before anything leaves the house."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any

from sqlalchemy import Connection, Insert, Row, bindparam, case, literal_column, select, update

from complaints.case.model import Notice
from complaints.errors import NotFound
from complaints.instants import Instant
from records.engine import insert_into, insert_of
from records.tables import cases, notices, tasks
from records.values import NoticeRow, Task

FAILED = notices.c.status == literal_column("'failed'")
"""Literally, so that SQLite sees that the index of failed ones will do: with a parameter it reads all letters."""

_MARK = update(notices).where(notices.c.id == bindparam("notice_row"))


def notice_id(case_id: str, notice: str, person: str) -> str:
    """The id of a notice to one recipient (32 hex digits); the same over every retry."""
    return hashlib.sha256(f"{case_id}\n{notice}\n{person}".encode()).hexdigest()[:32]


def claim(
    connection: Connection, case_id: str, notice: Notice, person: str, address_hash: str, domain: str, at: Instant
) -> NoticeRow:
    """The row of a notice to one person, made at the first call; each call before it was sent counts as a try."""
    key = notice_id(case_id, notice.id, person)
    fresh = {
        "id": key,
        "case_id": case_id,
        "notice": notice.id,
        "cause": notice.cause,
        "letter": notice.letter,
        "role": notice.to,
        "channel": notice.channel,
        "person": person,
        "address_hash": address_hash,
        "status": "created",
        "message_id": f"<{key}@{domain}>",
        "created_at": at,
        "sent_at": None,
        "error": "",
        "tries": 1,
    }
    return _notice(connection.execute(_claim(connection.dialect.name), fresh).one())


@cache
def _claim(dialect: str) -> Insert:
    again = case((notices.c.status == "sent", notices.c.tries), else_=notices.c.tries + 1)
    statement = insert_of(dialect, notices).on_conflict_do_update(index_elements=["id"], set_={"tries": again})
    found: Insert = statement.returning(notices)
    return found


def mark_sent(connection: Connection, key: str, at: Instant) -> None:
    """The notice was accepted for delivery at this instant; NotFound for an unknown id."""
    _mark(connection, key, {"status": "sent", "sent_at": at, "error": ""})


def mark_failed(connection: Connection, key: str, error: str) -> None:
    """The notice failed for good, or came back after it was sent; `error` is a stable code."""
    _mark(connection, key, {"status": "failed", "error": error})


def _mark(connection: Connection, key: str, values: dict[str, Any]) -> None:
    if connection.execute(_MARK, {"notice_row": key, **values}).rowcount != 1:
        raise NotFound("There is no such notice in the records.")


def of_case(connection: Connection, case_id: str) -> list[NoticeRow]:
    """All notices of a case, oldest first."""
    query = select(notices).where(notices.c.case_id == case_id).order_by(notices.c.created_at, notices.c.id)
    return [_notice(row) for row in connection.execute(query)]


def failed(connection: Connection, limit: int) -> list[NoticeRow]:
    """Notices that failed for good, oldest first, to be sent again."""
    query = select(notices).where(FAILED).order_by(notices.c.created_at).limit(limit)
    return [_notice(row) for row in connection.execute(query)]


def _notice(row: Row[Any]) -> NoticeRow:
    return NoticeRow(**row._mapping)


def add_task(
    connection: Connection, case_id: str, notice: str, role: str, person: str, reason: str, at: Instant
) -> str:
    """Put a telephone call on the desk's list, once a notice and person; returns the task's id."""
    key = notice_id(case_id, f"task\n{notice}", person)
    fresh = {
        "id": key,
        "case_id": case_id,
        "notice_id": notice,
        "role": role,
        "person": person,
        "reason": reason,
        "created_at": at,
        "done_at": None,
        "done_by": "",
    }
    connection.execute(insert_into(connection, tasks).values(fresh).on_conflict_do_nothing())
    return key


def open_tasks(connection: Connection, procedure_id: str | None, limit: int) -> list[Task]:
    """Calls not yet made, oldest first; of one procedure or of all."""
    query = _TASKS.where(tasks.c.done_at.is_(None)).limit(limit)
    if procedure_id is not None:
        query = query.where(cases.c.procedure_id == procedure_id)
    return [Task(*row) for row in connection.execute(query)]


def tasks_of(connection: Connection, case_id: str) -> list[Task]:
    """All calls of a case, made or not, oldest first."""
    return [Task(*row) for row in connection.execute(_TASKS.where(tasks.c.case_id == case_id))]


_TASKS = (
    select(
        tasks.c.id, tasks.c.case_id, cases.c.number, cases.c.procedure_id, tasks.c.notice_id, tasks.c.role,
        tasks.c.person, tasks.c.reason, tasks.c.created_at, tasks.c.done_at, tasks.c.done_by,
    )
    .join(cases, cases.c.id == tasks.c.case_id)
    .order_by(tasks.c.created_at, tasks.c.id)
)  # fmt: skip


def task(connection: Connection, key: str) -> Task:
    """One task of the list; NotFound for an unknown one."""
    row = connection.execute(_TASKS.where(tasks.c.id == key)).first()
    if row is None:
        raise NotFound("There is no such task on the list.")
    return Task(*row)


def task_done(connection: Connection, key: str, by: str, at: Instant) -> None:
    """The call was made; a second report changes nothing; NotFound for an unknown task."""
    t = tasks.c
    connection.execute(update(tasks).where(t.id == key, t.done_at.is_(None)).values(done_at=at, done_by=by))
    if connection.execute(select(t.id).where(t.id == key)).first() is None:
        raise NotFound("There is no such task on the list.")


def by_id(connection: Connection, key: str) -> NoticeRow:
    """A notice by the id of its row; NotFound when there is none."""
    row = connection.execute(select(notices).where(notices.c.id == key)).first()
    if row is None:
        raise NotFound("There is no such notice in the records.")
    return _notice(row)
