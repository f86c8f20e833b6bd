"""The frozen procedures and calendars that cases began with, each stored once by its hash."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from complaints.case import Event, State, Watch, fold, rules_before, rules_of
from complaints.case.rules import Rules, digest
from complaints.errors import NotFound
from complaints.vocabulary import MOVES
from records.engine import insert_into
from records.tables import calendars, procedures
from records.values import RulesRef


def reference(procedure_json: str, calendar_json: str) -> RulesRef:
    """The names of two texts."""
    return RulesRef(digest(procedure_json), digest(calendar_json))


def save(connection: Connection, procedure_json: str, calendar_json: str) -> None:
    """Store both texts under their hashes, unless they are there."""
    ref = reference(procedure_json, calendar_json)
    for table, key, text in (
        (procedures, ref.procedure_hash, procedure_json),
        (calendars, ref.calendar_hash, calendar_json),
    ):
        connection.execute(insert_into(connection, table).values(hash=key, json=text).on_conflict_do_nothing())


def texts(connection: Connection, ref: RulesRef) -> tuple[str, str]:
    """The JSON of the procedure and of the calendar; NotFound when one was never saved."""
    procedure = connection.execute(select(procedures.c.json).where(procedures.c.hash == ref.procedure_hash)).scalar()
    calendar = connection.execute(select(calendars.c.json).where(calendars.c.hash == ref.calendar_hash)).scalar()
    if procedure is None or calendar is None:
        raise NotFound("This version of the procedure or of its calendar is not in the records.")
    return procedure, calendar


def began_under(now: RulesRef, chain: Sequence[Event]) -> RulesRef:
    """The rules at a case's first event, when these hold now: what its first move led away from."""
    return next((RulesRef(*rules_before(e)) for e in chain if e.event in MOVES), now)


def after(ref: RulesRef, chain: Sequence[Event]) -> RulesRef:
    """The rules after these events, when those of `ref` hold before: what their last move led to."""
    return next((RulesRef(*rules_of(e)) for e in reversed(chain) if e.event in MOVES), ref)


class Shelf:
    """Rules thawed once a process; a hash never changes its meaning, so they are kept for good."""

    def __init__(self) -> None:
        self._rules: dict[RulesRef, Rules] = {}

    def known(self, ref: RulesRef) -> Rules | None:
        """The rules, if they were taken from the records before."""
        return self._rules.get(ref)

    def get(self, connection: Connection, ref: RulesRef) -> Rules:
        """The rules by their names; NotFound when they were never saved."""
        rules = self._rules.get(ref)
        if rules is None:
            rules = self._rules[ref] = Rules.thaw(*texts(connection, ref))
        return rules

    def fold(
        self, connection: Connection, ref: RulesRef, state: State, chain: Sequence[Event], watch: Watch | None = None
    ) -> State:
        """The state after these events, each under the rules in force; `ref` names those of the first event."""
        first = self.get(connection, ref)
        return fold(first, state, chain, lambda *names: self.get(connection, RulesRef(*names)), watch)
