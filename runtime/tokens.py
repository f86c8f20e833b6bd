"""Bearer tokens: who acts, for which procedure, until when. Signed, not stored; a rotated-out key ends them all."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from itsdangerous import BadData, URLSafeSerializer

from complaints.errors import Unauthenticated
from complaints.instants import Instant
from runtime.keys import Keyring

HOUSE_ROLES = ("operator", "admin")
"""Roles of the installation, not of a procedure: no directory names their holders."""

LASTS = timedelta(hours=12)
_LONGEST = 2048


class BadToken(Unauthenticated):
    """The token is not ours, was changed, or is past its time."""

    code = "bad_token"


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who holds the token: person, roles it was issued for, procedure (empty: none), its end, its id and its scope.

    The scope `read` only looks; an empty one does all that the person may.
    """

    person: str
    roles: tuple[str, ...]
    procedure: str
    expires: Instant
    id: str
    scope: str = ""


class Tokens:
    """Issues and reads bearer tokens."""

    def __init__(self, ring: Keyring) -> None:
        self._signer = URLSafeSerializer(ring.oldest_first, salt="bearer")

    def issue(
        self,
        person: str,
        roles: tuple[str, ...],
        procedure: str = "",
        *,
        lasts: timedelta = LASTS,
        now: int | None = None,
        scope: str = "",
    ) -> str:
        """A token for that person in those roles, good for `lasts` from `now` (UTC seconds; default the clock)."""
        expires = (int(time.time()) if now is None else now) + int(lasts.total_seconds())
        return self._dumps(Bearer(person, roles, procedure, expires, secrets.token_urlsafe(9), scope))

    def read(self, token: str, *, now: int | None = None) -> Bearer:
        """Who holds the token; BadToken when it is not ours or past its time."""
        if len(token) > _LONGEST:
            raise BadToken("This token is not one of ours.")
        try:
            content: Any = self._signer.loads(token)
        except BadData as error:
            raise BadToken("This token is incomplete, changed or no longer signed by a key of ours.") from error
        person, roles, procedure, expires, id, *scope = content
        if (int(time.time()) if now is None else now) >= expires:
            raise BadToken("This token is past its time. Ask for a new one: `huiyin token`.")
        return Bearer(person, tuple(roles), procedure, expires, id, scope[0] if scope else "")

    def _dumps(self, bearer: Bearer) -> str:
        content = [bearer.person, bearer.roles, bearer.procedure, bearer.expires, bearer.id]
        token = self._signer.dumps([*content, bearer.scope] if bearer.scope else content)
        return token.decode() if isinstance(token, bytes) else token
