"""Idempotency keys: what a client names its request by, so that a repeat is answered and never applied twice."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Header

from complaints.errors import BadInput

HEADER = "Idempotency-Key"
MOST = 200

Key = Annotated[
    str | None,
    Header(alias=HEADER, description="Any text of up to 200 characters; a repeat with it gets the first answer."),
]


def given_or_new(key: str | None) -> str:
    """The client's key, or a random one where it sent none; BadInput for one that is empty or too long."""
    if key is None:
        return secrets.token_urlsafe(18)
    if not key.strip() or len(key) > MOST:
        raise BadInput(HEADER, f"{HEADER} is empty or longer than {MOST} characters.", "Send a random UUID.")
    return key.strip()


def scoped(*parts: str) -> str:
    """A key of fixed length that is this client's alone; it tells nothing, for it stands readable in histories."""
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:32]


def fingerprint(body: Mapping[str, Any], *parts: str) -> str:
    """A hash of a whole request, to notice a key that comes back with another one."""
    text = json.dumps(body, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256("\n".join((*parts, text)).encode("utf-8", "replace")).hexdigest()
