"""The cookie that a person who signed in carries."""

from __future__ import annotations

from fastapi.responses import Response
from itsdangerous import BadSignature, URLSafeTimedSerializer

from runtime.keys import keyring
from runtime.settings import Settings

COOKIE = "huiyin_session"
LASTS = 12 * 3600
"""Seconds after which a sign-in by cookie must be renewed."""

NONCE_LASTS = 24 * 3600
"""Seconds for which a form may stay open before it must be shown again."""


class Sessions:
    """Signs a bearer token into a cookie, and reads it back; the cookie is worth no more than the token in it."""

    def __init__(self, settings: Settings) -> None:
        secrets = keyring(settings.keys_dir, "sessions").oldest_first
        self._signer = URLSafeTimedSerializer(secrets, salt="session")
        self._nonces = URLSafeTimedSerializer(secrets, salt="nonce")
        self._secure = settings.public_url.startswith("https:")

    def give(self, response: Response, token: str) -> None:
        """Sign the bearer of `token` in."""
        response.set_cookie(
            COOKIE, self._signer.dumps(token), max_age=LASTS, httponly=True, samesite="lax", secure=self._secure
        )

    def take(self, response: Response) -> None:
        """Sign out."""
        response.delete_cookie(COOKIE, httponly=True, samesite="lax", secure=self._secure)

    def token(self, cookie: str) -> str:
        """The token in a cookie, or an empty text where it is forged or too old."""
        try:
            return str(self._signer.loads(cookie, max_age=LASTS))
        except BadSignature:
            return ""

    def nonce(self, purpose: str) -> str:
        """A signed value that a form for `purpose` carries, so that no other site can send it."""
        return str(self._nonces.dumps(purpose))

    def is_nonce(self, given: str, purpose: str) -> bool:
        """Whether this house made that nonce for that purpose, within a day."""
        try:
            return bool(self._nonces.loads(given, max_age=NONCE_LASTS) == purpose)
        except BadSignature:
            return False
