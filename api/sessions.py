"""The cookie that a person who signed in carries."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi.responses import Response
from itsdangerous import BadSignature, URLSafeTimedSerializer

from runtime.keys import keyring
from runtime.settings import Settings

COOKIE = "huiyin_session"
LASTS = 12 * 3600
"""Seconds after which a sign-in by cookie must be renewed."""

NONCE_LASTS = 24 * 3600
"""Seconds for which a form may stay open before it must be shown again."""


@dataclass(frozen=True, slots=True)
class Carried:
    """What a cookie says: an account and the generation of its sessions, or else a bearer token."""

    account: str = ""
    generation: int = 0
    token: str = ""


class Sessions:
    """Signs what a person signed in with into a cookie, and reads it back; what it is worth is asked anew each time."""

    def __init__(self, settings: Settings) -> None:
        secrets = keyring(settings.keys_dir, "sessions").oldest_first
        self._signer = URLSafeTimedSerializer(secrets, salt="session")
        self._nonces = URLSafeTimedSerializer(secrets, salt="nonce")
        self._secure = settings.public_url.startswith("https:")

    def give(self, response: Response, carried: Carried) -> None:
        """Sign in whoever gets this response."""
        value = [carried.account, carried.generation, carried.token]
        response.set_cookie(
            COOKIE, self._signer.dumps(value), max_age=LASTS, httponly=True, samesite="lax", secure=self._secure
        )

    def take(self, response: Response) -> None:
        """Sign out."""
        response.delete_cookie(COOKIE, httponly=True, samesite="lax", secure=self._secure)

    def read(self, cookie: str) -> Carried | None:
        """What a cookie carries; None where it is forged or too old."""
        try:
            account, generation, token = self._signer.loads(cookie, max_age=LASTS)
        except (BadSignature, ValueError):
            return None
        return Carried(account, generation, token)

    def nonce(self, purpose: str) -> str:
        """A signed value that a form for `purpose` carries, so that no other site can send it."""
        return str(self._nonces.dumps(purpose))

    def is_nonce(self, given: str, purpose: str) -> bool:
        """Whether this house made that nonce for that purpose, within a day."""
        try:
            return bool(self._nonces.loads(given, max_age=NONCE_LASTS) == purpose)
        except BadSignature:
            return False
