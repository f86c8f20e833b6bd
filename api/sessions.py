"""The cookie that a person who signed in carries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi.responses import Response
from itsdangerous import BadSignature, URLSafeTimedSerializer

from runtime.keys import keyring
from runtime.settings import Settings

COOKIE = "huiyin_session"
"""The cookie's name; behind TLS with `__Host-` before it, and then browsers take it from no other site of a domain."""

LASTS = 12 * 3600
"""Seconds after which a sign-in by cookie must be renewed."""

BEGUN, BEGUN_LASTS = "huiyin_sign_in", 600
"""The cookie of a sign-in at the institution's provider, and the seconds that it may take there."""

_WAY = "/sign-in/provider"

NONCE_LASTS = 24 * 3600
"""Seconds for which a form may stay open before it must be shown again."""


@dataclass(frozen=True, slots=True)
class Carried:
    """What a cookie says: an account and the generation of its sessions, or else a bearer token.

    `provider`: the institution's own sign-in proved who it is, so nobody is asked for the account's first password.
    """

    account: str = ""
    generation: int = 0
    token: str = ""
    provider: bool = False


class Sessions:
    """Signs what a person signed in with into a cookie, and reads it back; what it is worth is asked anew each time."""

    def __init__(self, settings: Settings) -> None:
        secrets = keyring(settings.keys_dir, "sessions").oldest_first
        self._signer = URLSafeTimedSerializer(secrets, salt="session")
        self._begun = URLSafeTimedSerializer(secrets, salt="provider")
        self._nonces = URLSafeTimedSerializer(secrets, salt="nonce")
        self._secure = settings.public_url.startswith("https:")
        self._cookie = f"__Host-{COOKIE}" if self._secure else COOKIE

    def give(self, response: Response, carried: Carried) -> None:
        """Sign in whoever gets this response."""
        value = [carried.account, carried.generation, carried.token, *([1] if carried.provider else [])]
        response.set_cookie(
            self._cookie, self._signer.dumps(value), max_age=LASTS, httponly=True, samesite="lax", secure=self._secure
        )

    def take(self, response: Response) -> None:
        """Sign out."""
        response.delete_cookie(self._cookie, httponly=True, samesite="lax", secure=self._secure)

    def read(self, cookies: Mapping[str, str]) -> Carried | None:
        """What the cookie among these carries; None where there is none, or it is forged or too old."""
        try:
            account, generation, token, *more = self._signer.loads(cookies.get(self._cookie, ""), max_age=LASTS)
        except (BadSignature, ValueError):
            return None
        return Carried(account, generation, token, bool(more))

    def remember(self, response: Response, begun: list[str]) -> None:
        """Let this browser alone keep the secrets of a sign-in at the provider that it begins."""
        value = self._begun.dumps(begun)
        response.set_cookie(
            BEGUN, value, max_age=BEGUN_LASTS, path=_WAY, httponly=True, samesite="lax", secure=self._secure
        )

    def remembered(self, cookies: Mapping[str, str]) -> list[str] | None:
        """What this browser kept of the sign-in that it began; None where it began none in the last minutes."""
        try:
            found: list[str] = self._begun.loads(cookies.get(BEGUN, ""), max_age=BEGUN_LASTS)
        except BadSignature:
            return None
        return found

    def forget(self, response: Response) -> None:
        """End the sign-in at the provider that is under way."""
        response.delete_cookie(BEGUN, path=_WAY, httponly=True, samesite="lax", secure=self._secure)

    def nonce(self, purpose: str) -> str:
        """A signed value that a form for `purpose` carries, so that no other site can send it."""
        return str(self._nonces.dumps(purpose))

    def is_nonce(self, given: str, purpose: str) -> bool:
        """Whether this house made that nonce for that purpose, within a day."""
        try:
            return bool(self._nonces.loads(given, max_age=NONCE_LASTS) == purpose)
        except BadSignature:
            return False
