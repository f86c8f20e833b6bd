"""Accepting a complaint: number, case, first events, texts and complainant in one transaction, once a key."""

from __future__ import annotations

import secrets
from dataclasses import asdict

from sqlalchemy import Connection, insert, select

from complaints import numbering
from complaints.case import State, fold, load_state
from complaints.case.rules import Rules
from complaints.errors import KeyReused
from complaints.instants import Instant
from complaints.results import Results
from complaints.vocabulary import COMPLAINANT
from records import attachments, contents, events, likeness, projection, results, words
from records.engine import insert_into
from records.sealing import storable, storable_key
from records.tables import cases, complainants, serials
from records.values import Accepted, Intake

INTAKE_KEY = "intake"
"""The key of the texts that came with the submission itself."""

_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 12
"""Letters of a tracking code: 30 ** 12 is about 2 ** 58, read over the telephone without 0/O and 1/I/L."""


def accept(connection: Connection, intake: Intake, rules: Rules, at: Instant) -> Accepted:
    """Accept a submission, or answer a repeat as the first time; KeyReused when the key came with another body.

    The serial comes last before the case, so that numbers have no gaps: an acceptance that fails takes none.
    """
    procedure = rules.procedure
    first = first_answer(connection, procedure.id, intake)
    if first is not None:
        return first
    serial = _next_serial(connection, procedure.id, numbering.period(procedure.numbering, intake.local))
    transition = intake.build(numbering.number(procedure.numbering, intake.local, serial))
    state = transition.state
    code = "".join(secrets.choice(_LETTERS) for _ in range(CODE_LENGTH))
    ended = Results(rules)
    fold(rules, State(case=intake.case, procedure=procedure.id), transition.events, watch=ended)
    columns = projection.project(rules, state, projection.closing(state, transition.events, None), ended.revisit)
    connection.execute(
        insert(cases),
        {
            "id": intake.case,
            "number": state.number,
            "procedure_id": procedure.id,
            "procedure_hash": intake.rules.procedure_hash,
            "calendar_hash": intake.rules.calendar_hash,
            "intake_key": storable_key(intake.key),
            "fingerprint": intake.fingerprint,
            "tracking_code": code,
            "received_at": state.received_at,
            "accepted_at": at,
            "started_at": None,
            **columns,
        },
    )
    events.insert_events(connection, intake.case, transition.events)
    projection.save_awaited(connection, intake.case, columns["awaited"], None)
    results.save(connection, intake.case, rules, ended)
    if intake.sealed is not None:
        contents.insert_sealed(connection, intake.case, intake.sealed, by="", key=INTAKE_KEY)
        by = transition.events[0].by or COMPLAINANT
        attachments.insert_files(connection, intake.case, intake.sealed.content.id, intake.files, by, at)
    likeness.remember(connection, rules, state, intake.sealed)
    who = {k: storable(v) if isinstance(v, str) else v for k, v in asdict(intake.complainant).items()}
    connection.execute(insert(complainants), {"case_id": intake.case, **who})
    texts = intake.sealed.texts if intake.sealed is not None else {}
    words.insert_words(connection, intake.case, state.number, texts, intake.complainant)
    return Accepted(intake.case, state.number, code, True, state)


def first_answer(connection: Connection, procedure_id: str, intake: Intake) -> Accepted | None:
    """What was answered when this key came first, or None; KeyReused when it came with another body."""
    c = cases.c
    row = connection.execute(
        select(c.id, c.number, c.tracking_code, c.fingerprint, c.state).where(
            c.procedure_id == procedure_id, c.intake_key == storable_key(intake.key)
        )
    ).first()
    if row is None:
        return None
    if row.fingerprint != intake.fingerprint:
        raise KeyReused(
            "Idempotency-Key",
            "This key was used before for another complaint.",
            "Send a new key with a new complaint; repeat a key only with the very same body.",
        )
    return Accepted(row.id, row.number, row.tracking_code, False, load_state(row.state))


def plain_code(code: str) -> str:
    """A tracking code as stored, however it was typed: blanks, hyphens and small letters do not matter."""
    return "".join(letter for letter in storable(code).upper() if letter in _LETTERS)


def _next_serial(connection: Connection, procedure_id: str, period: str) -> int:
    # The upsert locks the period's row until the end of the transaction, so two acceptances never share a serial.
    statement = insert_into(connection, serials).values(procedure_id=procedure_id, period=period, last=1)
    statement = statement.on_conflict_do_update(
        index_elements=["procedure_id", "period"], set_={"last": serials.c.last + 1}
    ).returning(serials.c.last)
    return int(connection.execute(statement).scalar_one())
