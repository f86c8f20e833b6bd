"""A copy of the records as they are at one moment, and the way back: for SQLite, whose records are one file."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from sqlalchemy import make_url

from complaints.errors import HuiyinError


def file_of(url: str) -> Path | None:
    """The file in which the records of this address lie; None for a server, which has tools of its own."""
    parsed = make_url(url)
    return Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database else None


def take(source: Path, target: Path) -> None:
    """Copy the records as they are at this moment, whoever reads and writes meanwhile; HuiyinError without records."""
    if not source.is_file():
        raise HuiyinError(f"There are no records in {source}.")
    with (
        contextlib.closing(sqlite3.connect(f"file:{source.absolute()}?mode=ro", uri=True)) as here,
        contextlib.closing(sqlite3.connect(target)) as there,
    ):
        here.backup(there)


def whole(file: Path) -> bool:
    """Whether this file is a SQLite database without a damaged page."""
    try:
        with contextlib.closing(sqlite3.connect(f"file:{file.absolute()}?mode=ro", uri=True)) as database:
            return [row[0] for row in database.execute("PRAGMA quick_check(1)")] == ["ok"]
    except sqlite3.Error:
        return False
