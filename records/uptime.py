"""Times in which everything could be used, minute by minute; what lies between two of them was an outage."""

from __future__ import annotations

from itertools import pairwise

from sqlalchemy import Connection, select, update

from complaints.instants import Instant
from records.engine import Database, insert_into
from records.tables import uptimes

GAP = 150
"""Seconds between two beats from which on the time between them was an outage: one beat a minute may come late."""

Span = tuple[Instant, Instant]


class Uptime:
    """The beats of the probe; any number of workers may beat."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def beat(self, at: Instant) -> None:
        """At this instant everything could be used."""
        await self._db.write(_beat, at)

    async def outages(self, since: Instant, until: Instant) -> list[Span]:
        """The outages (start, end) that reach into `since` to `until`, whole; one that lasts is told up to `until`.

        Nothing is known, and nothing told, of the time before the first beat.
        """
        return await self._db.read(_outages, since, until)


def _beat(connection: Connection, at: Instant) -> None:
    u = uptimes.c
    last = connection.execute(select(u.since, u.until).order_by(u.since.desc()).limit(1)).first()
    if last is None or at - last.until > GAP:
        fresh = insert_into(connection, uptimes).values(since=at, until=at)
        connection.execute(fresh.on_conflict_do_nothing())
    elif at > last.until:
        connection.execute(update(uptimes).where(u.since == last.since, u.until < at).values(until=at))


def _outages(connection: Connection, since: Instant, until: Instant) -> list[Span]:
    u = uptimes.c
    begun = connection.execute(select(u.since).where(u.since <= since).order_by(u.since.desc()).limit(1)).scalar()
    query = select(u.since, u.until).where(u.since < until).order_by(u.since)
    up = [(row.since, row.until) for row in connection.execute(query.where(u.since >= begun) if begun else query)]
    after = connection.execute(select(u.since).where(u.since >= until).order_by(u.since).limit(1)).scalar()
    if not up:
        return []
    if after is not None:
        up.append((after, after))
    elif until - up[-1][1] > GAP:
        up.append((until, until))
    return [(one[1], two[0]) for one, two in pairwise(up) if two[0] > since and one[1] < until]
