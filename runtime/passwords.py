"""Passwords: made at random, kept as argon2 hashes, compared in the same time whether or not there is an account."""

from __future__ import annotations

import secrets
from functools import lru_cache

from pwdlib import PasswordHash

_LETTERS = "23456789abcdefghjkmnpqrstvwxyz"
LEAST, MOST = 10, 200
"""Letters that a password of one's own must and may have."""

_hasher = PasswordHash.recommended()


def made() -> str:
    """A random password to be read aloud and typed: 12 letters, about 2 ** 58 possibilities, as `k7wd-p3xn-29fm`."""
    letters = [secrets.choice(_LETTERS) for _ in range(12)]
    return "-".join("".join(letters[place : place + 4]) for place in (0, 4, 8))


def hashed(password: str) -> str:
    """The argon2 hash of a password; takes about a tenth of a second, so never on the event loop."""
    return _hasher.hash(password)


def verify(password: str, known: str | None) -> tuple[bool, str | None]:
    """Whether the password is the one that was hashed, and a better hash to keep where its cost has changed.

    With None (no such account) it takes as long and is never right.
    """
    good, better = _hasher.verify_and_update(password[: MOST + 1], known or _nobody())
    return good and known is not None, better if known is not None else None


@lru_cache
def _nobody() -> str:
    return hashed(secrets.token_urlsafe(24))
