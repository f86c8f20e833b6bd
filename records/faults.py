"""What a driver's error means: the database is away for a while, a transaction must be run again, or a real fault."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from complaints.errors import Unavailable

_AGAIN = {"40001", "40P01"}
"""SQLSTATEs of PostgreSQL that ask for the transaction to be run again: serialization failure, deadlock."""
_AWAY = ("08", "53", "57P")
"""Beginnings of SQLSTATEs: no connection, no resources left, shutting down."""
_AWAY_SQLITE = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_READONLY")
"""Beginnings of SQLite's names: held by another process; the disk is full, broken, gone, or takes no writes."""


def run_again(error: DBAPIError) -> bool:
    """Whether the server asks for the same transaction once more."""
    return getattr(error.orig, "sqlstate", None) in _AGAIN


@contextmanager
def told() -> Iterator[None]:
    """Turns errors of a database that is away, full or overloaded into Unavailable; others pass as they are."""
    try:
        yield
    except (OSError, PoolTimeout) as error:
        raise _unavailable() from error
    except DBAPIError as error:
        if _away(error):
            raise _unavailable() from error
        raise


def _away(error: DBAPIError) -> bool:
    state = getattr(error.orig, "sqlstate", None) or ""
    name = getattr(error.orig, "sqlite_errorname", None) or ""
    return error.connection_invalidated or str(state).startswith(_AWAY) or str(name).startswith(_AWAY_SQLITE)


def _unavailable() -> Unavailable:
    return Unavailable("The records cannot be reached now. Nothing was changed; try again in a moment.")
