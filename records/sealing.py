"""Texts and their salted hash: what people wrote can be erased later, and the chain of events stays whole."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping

from complaints.case import canonical
from complaints.case.model import Content
from records.values import Sealed

KEY_LENGTH = 255
"""The longest key that is stored as it came."""


_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Nobody sees them, and words that hold them may read otherwise than they are written, on a page or a terminal."""


def storable(text: str) -> str:
    """The text as both databases can hold it and people can read it: without NUL, halves of a surrogate pair, other
    control signs but tabs and ends of lines, and signs that turn the direction of writing.
    """
    return _UNSEEN.sub("", text) if text.isascii() else _UNSEEN.sub("", text).encode("utf-8", "replace").decode()


def storable_key(key: str) -> str:
    """A sender's key as it fits its column: a very long one by its SHA-256."""
    clean = storable(key)
    return clean if len(clean) <= KEY_LENGTH else hashlib.sha256(clean.encode()).hexdigest()


def content_hash(salt: str, texts: Mapping[str, str]) -> str:
    """SHA-256 (hex) of the salt and the canonical JSON of the texts."""
    return hashlib.sha256(f"{salt}\n{canonical(dict(texts))}".encode()).hexdigest()


def seal(texts: Mapping[str, str]) -> Sealed:
    """Give texts (field to words) an id, a salt of 128 random bits and their hash; nothing is stored yet."""
    clean = {storable(name): storable(text) for name, text in texts.items()}
    salt = secrets.token_hex(16)
    content = Content(secrets.token_hex(16), content_hash(salt, clean), tuple(sorted(clean)))
    return Sealed(content, salt, clean)
