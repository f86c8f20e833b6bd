"""Adding to older cases what later versions keep beside every case: columns, results, words, the mark of their place.

Migrations change tables only: what is kept beside a case follows from its events and words by today's code, not by
the code of the version that the migration belongs to. So it is done when all migrations are, some cases at a time,
and goes on where it was stopped.
"""

from __future__ import annotations

import json

from sqlalchemy import Connection, Table, insert, select, update

from complaints.case import State
from complaints.case.model import Content
from complaints.errors import HuiyinError
from complaints.instants import Instant
from records import contents, erasing, events, likeness, verify, words
from records.intake import INTAKE_KEY
from records.rebuild import rebuild
from records.rules import Shelf, began_under
from records.tables import cases, catching_up
from records.tables import contents as sealed
from records.tables import likeness as marks
from records.tables import words as kept
from records.values import Complainant, RulesRef, Sealed

VERSION = 1
"""Raised whenever more is kept beside a case than before: then all older cases are gone through once more."""

AT_ONCE = 100
"""Cases in one transaction; others write between two of them."""


def current(connection: Connection) -> bool:
    """Whether every older case has what this version keeps beside cases."""
    done = select(catching_up.c.done_at).where(catching_up.c.version == VERSION)
    return connection.execute(done).scalar() is not None


def some(connection: Connection, shelf: Shelf, at: Instant) -> bool:
    """Go through the next cases; True when there are no more. A case that cannot be read is left as it is, counted."""
    c = catching_up.c
    row = connection.execute(select(catching_up).where(c.version == VERSION).with_for_update()).first()
    if row is None:
        connection.execute(insert(catching_up), {"version": VERSION, "last": "", "left_out": 0, "done_at": None})
    elif row.done_at is not None:
        return True
    last, left_out = (row.last, row.left_out) if row is not None else ("", 0)
    ids = verify.case_ids(connection, last, AT_ONCE)
    for last in ids:
        left_out += not _caught_up(connection, shelf, last, at)
    done = len(ids) < AT_ONCE
    values = {"last": last, "left_out": left_out, "done_at": at if done else None}
    connection.execute(update(catching_up).where(c.version == VERSION).values(values))
    return done


def left_out(connection: Connection) -> int:
    """How many cases could not be read; `verify` says what is wrong with them."""
    return connection.execute(select(catching_up.c.left_out).where(catching_up.c.version == VERSION)).scalar() or 0


def _caught_up(connection: Connection, shelf: Shelf, case_id: str, at: Instant) -> bool:
    # One spoilt file must not keep all others, and the whole house, from starting.
    try:
        with connection.begin_nested():
            rebuild(connection, shelf, case_id)
            _findable(connection, shelf, case_id, at)
    except (*verify.UNREADABLE, HuiyinError, StopIteration):
        return False
    return True


def _any(connection: Connection, table: Table, case_id: str) -> bool:
    return connection.execute(select(table.c.case_id).where(table.c.case_id == case_id).limit(1)).first() is not None


def _findable(connection: Connection, shelf: Shelf, case_id: str, at: Instant) -> None:
    row = connection.execute(select(cases).where(cases.c.id == case_id)).one()
    c = sealed.c
    first = connection.execute(select(sealed).where(c.case_id == case_id, c.key == INTAKE_KEY)).first()
    if first is not None and first.erased_at is not None:
        erasing.erase(connection, case_id, at)  # as it is done today: without hashes that a guess could be tried on
    given = None
    if first is not None and first.texts is not None:
        content = Content(first.id, first.hash, tuple(json.loads(first.fields)))
        given = Sealed(content, first.salt, json.loads(first.texts))
    if not _any(connection, kept, case_id):
        who = contents.complainant(connection, case_id) or Complainant()
        words.insert_words(connection, case_id, row.number, given.texts if given is not None else {}, who)
    if given is not None and not _any(connection, marks, case_id):
        chain = events.of_case(connection, case_id)
        began = began_under(RulesRef(row.procedure_hash, row.calendar_hash), chain)
        registered = next(place for place, event in enumerate(chain, 1) if event.event == "registered")
        state = shelf.fold(connection, began, State(case=case_id, procedure=row.procedure_id), chain[:registered])
        likeness.remember(connection, shelf.get(connection, began), state, given)
