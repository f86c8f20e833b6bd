"""A fault of a procedure or its directory: where, what, how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Place = tuple[str | int, ...]
"""The way to a part of a file, by field names and places in lists."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong; `code` is stable, `of` says in which file of the two, `place` where in it."""

    code: str
    place: Place
    what: str
    mend: str = ""
    of: Literal["procedure", "directory"] = "procedure"
