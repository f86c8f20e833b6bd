"""What the people at their desks ask of the records: a worklist whose rows say what they are about, tallies, views."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from complaints.case import load_state
from complaints.case.model import State
from complaints.case.rules import Rules
from complaints.instants import Instant
from records import views, worklist
from records.engine import Database
from records.intake import INTAKE_KEY
from records.rules import Shelf
from records.tables import cases, contents
from records.values import RulesRef, WorkFilter, WorkRow
from records.views import SavedView
from records.words import tells


@dataclass(frozen=True, slots=True)
class DeskRow:
    """A line of the worklist with the case's recorded state, and its first words and place (empty where erased)."""

    row: WorkRow
    rules: Rules
    state: State
    about: str
    place: str
    by_words: bool
    """Whether number, place and story alone hold what was searched for, whoever complains."""


@dataclass(frozen=True, slots=True)
class DeskPage:
    """One page of a worklist; `next` is None on the last one.

    `whole` is False where a search found more than can be gathered: then only open cases are listed.
    """

    rows: tuple[DeskRow, ...]
    next: tuple[Instant, str] | None
    whole: bool = True


class Desk:
    """Worklists of an installation."""

    def __init__(self, database: Database, shelf: Shelf, now: Callable[[], Instant]) -> None:
        self._db = database
        self._shelf = shelf
        self._now = now

    async def page(self, wanted: WorkFilter, about: int = 60) -> DeskPage:
        """One page of cases, most urgent first, each with the first `about` characters of its story."""
        return await self._db.read(_page, self._shelf, wanted, about)

    async def told(self, case_ids: Sequence[str], about: int = 60) -> dict[str, tuple[str, str]]:
        """The first words and the place of these cases, by id; erased ones left out."""
        texts = await self._db.read(_texts, list(case_ids))
        return {case: (_first(text.get("about", ""), about), text.get("place", "")) for case, text in texts.items()}

    async def tallies(self, *wanted: WorkFilter) -> list[int]:
        """How many cases each filter finds; counting ends at `worklist.TALLIED`."""

        def read(connection: Connection) -> list[int]:
            return [worklist.tally(connection, one) for one in wanted]

        return await self._db.read(read)

    async def views(self, owner: str) -> list[SavedView]:
        """The views that this person keeps."""
        return await self._db.read(views.of_owner, owner)

    async def keep_view(self, owner: str, view: SavedView) -> None:
        """Keep a view under its name; BadInput when there are too many."""
        await self._db.write(views.keep, owner, view, self._now())

    async def drop_view(self, owner: str, name: str) -> None:
        """Keep a view no longer."""
        await self._db.write(views.drop, owner, name)


def _page(connection: Connection, shelf: Shelf, wanted: WorkFilter, about: int) -> DeskPage:
    listed = worklist.page(connection, wanted)
    c = cases.c
    ids = [row.case_id for row in listed.rows]
    found = connection.execute(select(c.id, c.procedure_hash, c.calendar_hash, c.state).where(c.id.in_(ids)))
    own = {row.id: row for row in found}
    texts = _texts(connection, ids)
    rows = []
    for row in listed.rows:
        case, text = own[row.case_id], texts.get(row.case_id, {})
        rules = shelf.get(connection, RulesRef(case.procedure_hash, case.calendar_hash))
        rows.append(
            DeskRow(
                row,
                rules,
                load_state(case.state),
                _first(text.get("about", ""), about),
                text.get("place", ""),
                tells((row.number, text.get("place", ""), text.get("about", "")), wanted.find),
            )
        )
    return DeskPage(tuple(rows), listed.next, listed.whole)


def _texts(connection: Connection, ids: list[str]) -> dict[str, dict[str, str]]:
    """What the complaints themselves said, by case."""
    t = contents.c
    words = connection.execute(select(t.case_id, t.texts).where(t.case_id.in_(ids), t.key == INTAKE_KEY))
    return {row.case_id: json.loads(row.texts) for row in words if row.texts is not None}


def _first(text: str, length: int) -> str:
    plain = " ".join(text[: length * 4].split())
    return plain if len(plain) <= length else f"{plain[:length].rstrip()}…"
