"""A sent file's name as it may be shown and saved: no path, nothing invisible, an ending that tells the truth."""

from __future__ import annotations

import unicodedata

from api.uploads.sniff import KINDS

LONGEST = 120
"""Most characters of a name."""

_FORBIDDEN = frozenset('<>:"|?*')


def cleaned(given: str, kind: str) -> str:
    """The name without folders, control and direction characters; its ending is one of its kind's."""
    plain = shown(given)
    stem, dot, ending = plain.rpartition(".")
    endings = KINDS[kind]
    if not dot or ending.lower() not in endings:
        stem, ending = plain, endings[0]
    return f"{stem[: LONGEST - len(ending) - 1].strip('. ') or 'file'}.{ending}"


def shown(given: str) -> str:
    """A name as it was given, without what could deceive the eye; for telling which file is meant."""
    last = unicodedata.normalize("NFC", given).replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(" " if c.isspace() or c in _FORBIDDEN else c for c in last if c.isspace() or _visible(c))
    return " ".join(kept.split()).strip(". ")[:LONGEST]


def _visible(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn")
