"""Texts and their salted hash: what people wrote can be erased later, and the chain of events stays whole."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping

from complaints.case import canonical
from complaints.case.model import Content
from records.values import Sealed

KEY_LENGTH = 255
"""The longest key that is stored as it came."""


def storable(text: str) -> str:
    """The text as both databases can hold it: no NUL, and no half of a surrogate pair."""
    if text.isascii() and "\0" not in text:
        return text
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


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
