"""Views of the worklist that people keep under a name: what they had chosen, as the address's query."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, select

from complaints.errors import BadInput
from complaints.instants import Instant
from records.engine import insert_into
from records.sealing import storable
from records.tables import saved_views

MOST_VIEWS = 20


@dataclass(frozen=True, slots=True)
class SavedView:
    """One view: its name and the query string that shows it."""

    name: str
    query: str


def of_owner(connection: Connection, owner: str) -> list[SavedView]:
    """The views of one owner by name."""
    v = saved_views.c
    rows = connection.execute(select(v.name, v.query).where(v.owner == owner).order_by(v.name))
    return [SavedView(row.name, row.query) for row in rows]


def keep(connection: Connection, owner: str, view: SavedView, at: Instant) -> None:
    """Keep a view, in place of one of the same name; BadInput when there are too many."""
    v = saved_views.c
    name = storable(view.name)
    others = select(func.count()).where(v.owner == owner, v.name != name)
    if connection.execute(others).scalar_one() >= MOST_VIEWS:
        raise BadInput("name", f"There are {MOST_VIEWS} views already.", "Remove one first.")
    made = insert_into(connection, saved_views)
    made = made.values(owner=owner, name=name, query=storable(view.query), created_at=at)
    same = {"index_elements": ["owner", "name"], "set_": {"query": storable(view.query)}}
    connection.execute(made.on_conflict_do_update(**same))


def drop(connection: Connection, owner: str, name: str) -> None:
    """Keep a view no longer."""
    v = saved_views.c
    connection.execute(delete(saved_views).where(v.owner == owner, v.name == storable(name)))
