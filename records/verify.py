"""Proving case files whole: each text against its hash, each event against the one before, each column against both."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, select

from complaints.case import canonical, check_chain, dump_event, load_event
from complaints.case.model import Event, State
from complaints.case.rules import digest
from complaints.errors import BrokenChain
from complaints.results import Results
from records import projection, results
from records.attachments import FIELD
from records.rules import Shelf, after, began_under
from records.sealing import content_hash
from records.tables import alarms, attachments, awaiting, calendars, cases, contents, events, procedures
from records.values import Problem, RulesRef

UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, LookupError)
"""What reading a spoilt text may raise."""


def case_ids(connection: Connection, after: str, limit: int) -> list[str]:
    """Ids of cases in their order, from the one after `after`."""
    query = select(cases.c.id).where(cases.c.id > after).order_by(cases.c.id).limit(limit)
    return list(connection.execute(query).scalars())


def check_rules(connection: Connection) -> list[Problem]:
    """Procedures and calendars whose text is no longer the one that cases began with."""
    return [
        Problem("rules_changed", "", 0, f"The text of {table.name} {row.hash} was changed.")
        for table in (procedures, calendars)
        for row in connection.execute(select(table.c.hash, table.c.json))
        if digest(row.json) != row.hash
    ]


def check_case(connection: Connection, shelf: Shelf, case_id: str) -> list[Problem]:
    """Everything wrong with one case file; an empty list when it is whole."""
    row = connection.execute(select(cases).where(cases.c.id == case_id)).first()
    if row is None:
        return [Problem("no_case", case_id, 0, "There is no such case in the records.")]
    chain, problems = _chain(connection, case_id)
    problems += _contents(connection, case_id, chain)
    if not problems:
        problems += _projection(connection, shelf, row, chain)
    for alarm in connection.execute(select(alarms).where(alarms.c.case_id == case_id)):
        problems.append(Problem("diverged", case_id, alarm.seq, "Another event was offered for this place."))
    return problems


def _chain(connection: Connection, case_id: str) -> tuple[list[Event], list[Problem]]:
    chain: list[Event] = []
    problems: list[Problem] = []
    for row in connection.execute(select(events).where(events.c.case_id == case_id).order_by(events.c.seq)):
        try:
            event = load_event(json.loads(row.body))
            same = canonical(dump_event(event)) == row.body
        except UNREADABLE:
            problems.append(Problem("event_unreadable", case_id, row.seq, "The event's text cannot be read."))
            continue
        if not same or (row.seq, row.at, row.event, row.hash) != (event.seq, event.at, event.event, event.hash):
            problems.append(Problem("event_changed", case_id, row.seq, "The event's row does not agree with itself."))
        chain.append(event)
    if not problems:
        try:
            check_chain(chain)
        except BrokenChain as broken:
            problems.append(Problem("chain_broken", case_id, broken.seq, broken.text))
    return chain, problems


def _contents(connection: Connection, case_id: str, chain: list[Event]) -> list[Problem]:
    problems: list[Problem] = []
    stored: dict[str, str] = {}
    told: dict[str, str] = {}
    for row in connection.execute(select(contents).where(contents.c.case_id == case_id)):
        stored[row.id] = row.hash
        if row.erased_at is not None and row.texts is None and row.salt is None:
            continue
        try:
            texts, fields = json.loads(row.texts), json.loads(row.fields)
            whole = content_whole(row.salt, texts, row.hash, fields)
            whole = whole and (canonical(texts), canonical(fields)) == (row.texts, row.fields)
            told[row.id] = str(texts.get(FIELD, ""))
        except UNREADABLE:
            whole = False
        if not whole:
            problems.append(Problem("content_changed", case_id, 0, f"The texts of content {row.id} were changed."))
    problems += [
        Problem("attachment_changed", case_id, 0, f"The row of the file {row.id} was changed.")
        for row in connection.execute(select(attachments).where(attachments.c.case_id == case_id))
        if row.erased_at is None and row.sha256 not in told.get(row.content_id, "")
    ]
    for event in chain:
        if event.content is not None and stored.get(event.content.id) != event.content.hash:
            text = f"Content {event.content.id} is missing or is not the one that the event names."
            problems.append(Problem("content_missing", case_id, event.seq, text))
    return problems


def content_whole(salt: str, texts: Mapping[str, str], stated: str, fields: Sequence[str]) -> bool:
    """Whether texts are those that a hash was taken of, and their fields those that are named."""
    return content_hash(salt, texts) == stated and sorted(texts) == list(fields)


def _projection(connection: Connection, shelf: Shelf, row: Row[Any], chain: list[Event]) -> list[Problem]:
    now = RulesRef(row.procedure_hash, row.calendar_hash)
    first = began_under(now, chain)
    if chain and chain[0].data.get("version") != shelf.get(connection, first).version:
        return [Problem("other_rules", row.id, 1, "The case did not begin under the rules that its record names.")]
    ended = Results(shelf.get(connection, first))
    state = shelf.fold(connection, first, State(case=row.id, procedure=row.procedure_id), chain, ended)
    rules = shelf.get(connection, after(first, chain))
    closed = projection.closing(state, chain, None)
    should = projection.project(rules, state, closed, ended.revisit) | asdict(after(first, chain))
    should |= {"number": state.number, "received_at": state.received_at}
    stated = should.pop("state")
    wrong = sorted(name for name, value in should.items() if getattr(row, name) != value)
    if not _same_json(row.state, stated):
        wrong.append("state")
    pairs = {(role, person) for role, person, _due in json.loads(should["awaited"])}
    rows = connection.execute(select(awaiting.c.role, awaiting.c.person).where(awaiting.c.case_id == row.id))
    if {(found.role, found.person) for found in rows} != pairs:
        wrong.append("awaiting")
    wrong += results.differ(connection, row.id, rules, ended)
    if not wrong:
        return []
    text = f"What is kept of the case is not what its events say: {', '.join(wrong)}."
    return [Problem("projection", row.id, row.seq, text)]


def _same_json(stored: str, should: str) -> bool:
    # Events are written with their keys sorted, so a state folded from them may hold its own in another order.
    try:
        return len(stored) == len(should) and bool(json.loads(stored) == json.loads(should))
    except ValueError:
        return False
