"""The institution's OpenID Connect provider: the way there, and what its answer proves.

Authorization code flow with PKCE, state and nonce. What the provider says of itself is read from its discovery
document, which must be its own; its ID token counts only signed by one of its public keys, for this client, for this
sign-in, and in its time.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from authlib.common.security import generate_token
from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import get_well_known_url
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from complaints.errors import Unauthenticated, Unavailable
from complaints.instants import Instant
from runtime.settings import Settings, safe_address

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
"""Signatures by a private key only: neither `none` nor one that whoever knows the client's secret could make."""

LEEWAY = 60
"""Seconds by which the provider's clock may differ from ours."""

PATIENCE = 5.0
KEPT, KEPT_DOWN = 3600.0, 5.0
"""Seconds for which the discovery document counts, and for which a provider that is down is not asked again."""


class NotProved(Unauthenticated):
    """The provider's answer does not prove who came back."""

    code = "not_proved"


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in under way: where the person is sent, and the secrets that only this browser's cookie keeps."""

    url: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom the provider vouches for: the subject is lasting, the claims are what it says besides."""

    issuer: str
    subject: str
    claims: Mapping[str, Any]


class Provider:
    """Asks one provider; safe for many sign-ins at once. Raises Unavailable where it cannot be asked.

    Made at start: a file of the secret that cannot be read ends it there (OSError).
    """

    def __init__(self, settings: Settings) -> None:
        self._issuer = settings.oidc_issuer
        self._client_id = settings.oidc_client_id
        file = settings.oidc_client_secret_file
        self._secret = file.read_text(encoding="utf-8").strip() if file != Path() else ""
        self._back = f"{settings.public_url}/sign-in/provider/back"
        self._lock = asyncio.Lock()
        self._told: dict[str, Any] | None = None
        self._keys: KeySet | None = None
        self._until = 0.0

    async def begin(self) -> Begun:
        """Secrets of a new sign-in, and the provider's address for it."""
        told = await self._metadata()
        state, nonce, verifier = generate_token(32), generate_token(32), generate_token(64)
        url = prepare_grant_uri(
            told["authorization_endpoint"],
            self._client_id,
            "code",
            redirect_uri=self._back,
            scope="openid email profile",
            state=state,
            nonce=nonce,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
        )
        return Begun(url, state, nonce, verifier)

    async def finish(self, code: str, nonce: str, verifier: str, *, now: Instant) -> Identity:
        """Who came back with this code of the sign-in that had this nonce and verifier; raises NotProved."""
        told = await self._metadata()
        given = await self._exchange(told, code, verifier)
        access = str(given.get("access_token") or "")
        claims = await self._verified(told, str(given.get("id_token") or ""), nonce, access, now)
        if access and told.get("userinfo_endpoint") and "email" not in claims:
            claims = await self._more(told["userinfo_endpoint"], access, claims) | claims
        return Identity(told["issuer"], str(claims["sub"]), claims)

    async def _exchange(self, told: Mapping[str, Any], code: str, verifier: str) -> dict[str, Any]:
        ways = told.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        by_secret = "client_secret_basic" if "client_secret_basic" in ways else "client_secret_post"
        body = prepare_token_request(
            "authorization_code", code=code, redirect_uri=self._back, code_verifier=verifier
        )  # fmt: skip
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        url, headers, body = ClientAuth(self._client_id, self._secret, by_secret if self._secret else "none").prepare(
            "POST", told["token_endpoint"], headers, body
        )
        answer = await _ask("POST", url, headers=headers, content=body)
        if answer.status_code != httpx.codes.OK:
            raise NotProved("The provider does not take this code.")
        return _object(answer)

    async def _verified(
        self, told: Mapping[str, Any], token: str, nonce: str, access: str, now: Instant
    ) -> dict[str, Any]:
        try:
            try:
                read = jwt.decode(token, await self._key_set(told), algorithms=ALGORITHMS)
            except InvalidKeyIdError:
                # It has new keys since they were read.
                read = jwt.decode(token, await self._key_set(told, anew=True), algorithms=ALGORITHMS)
            must = {
                "iss": {"essential": True, "value": told["issuer"]},
                "aud": {"essential": True, "value": self._client_id},
            }
            params = {"nonce": nonce, "client_id": self._client_id, "access_token": access}
            claims = CodeIDToken(read.claims, read.header, must, params)
            claims.validate(now=now, leeway=LEEWAY)
        except (JoseError, ValueError, TypeError) as error:
            raise NotProved(f"The ID token proves nothing: {type(error).__name__}.") from error
        return dict(claims)

    async def _more(self, url: str, access: str, claims: Mapping[str, Any]) -> dict[str, Any]:
        """What the provider says of the same person elsewhere; nothing where it speaks of another one."""
        answer = await _ask("GET", url, headers={"Authorization": f"Bearer {access}", "Accept": "application/json"})
        if answer.status_code != httpx.codes.OK:
            return {}
        found = _object(answer)
        return found if found.get("sub") == claims["sub"] else {}

    async def _metadata(self) -> dict[str, Any]:
        async with self._lock:
            if time.monotonic() >= self._until:
                try:
                    self._told, wait = await self._discovered(), KEPT
                except Unavailable:
                    # What it said of itself an hour ago still holds while it cannot be asked for it.
                    wait = KEPT_DOWN
                self._until = time.monotonic() + wait
            if self._told is None:
                raise Unavailable("The sign-in of the institution cannot be reached.", int(KEPT_DOWN))
            return self._told

    async def _discovered(self) -> dict[str, Any]:
        answer = await _ask("GET", get_well_known_url(self._issuer, external=True))
        told = _object(answer) if answer.status_code == httpx.codes.OK else {}
        needed = [str(told.get(name, "")) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
        own = str(told.get("issuer", "")).rstrip("/") == self._issuer.rstrip("/")
        more = str(told.get("userinfo_endpoint") or self._issuer)
        if not own or not all(safe_address(url) for url in (*needed, more)):
            raise Unavailable("What the provider says of itself cannot be used.")
        return told

    async def _key_set(self, told: Mapping[str, Any], *, anew: bool = False) -> KeySet:
        if self._keys is None or anew:
            answer = await _ask("GET", told["jwks_uri"])
            if answer.status_code != httpx.codes.OK:
                raise Unavailable("The provider's keys cannot be read.")
            keys = _object(answer)
            self._keys = KeySet.import_key_set(keys)  # type: ignore[arg-type]  # what it is not, it refuses itself
        return self._keys


async def _ask(method: str, url: str, **given: Any) -> httpx.Response:
    try:
        async with httpx.AsyncClient(timeout=PATIENCE, trust_env=False) as client:
            answer = await client.request(method, url, **given)
    except httpx.HTTPError as error:
        raise Unavailable("The sign-in of the institution cannot be reached.") from error
    if answer.is_server_error:
        raise Unavailable("The sign-in of the institution fails.")
    return answer


def _object(answer: httpx.Response) -> dict[str, Any]:
    try:
        found = answer.json()
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Unavailable("The provider answers what cannot be read.")
    return found
