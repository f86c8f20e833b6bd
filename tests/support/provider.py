"""OpenID Connect providers on this machine: a real one, and one that answers what a test wants it to."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from tests.runtime.engine import free_ports, listens
from tests.runtime.system import wait_until


@dataclass(frozen=True, slots=True)
class Real:
    """A provider as a process of its own, on loopback."""

    url: str

    def knows(self, subject: str, **claims: Any) -> None:
        """Let somebody be known there, with these claims."""
        httpx.put(f"{self.url}/users/{subject}", json=claims, trust_env=False).raise_for_status()

    def signs_in(self, way: str, subject: str, **other: str) -> str:
        """What the browser of that person is told who came by `way`: the address back; `other` forges its query."""
        parts = urlsplit(way)
        query = dict(parse_qsl(parts.query)) | other
        answer = httpx.post(
            parts._replace(query=urlencode(query)).geturl(), data={"sub": subject}, trust_env=False
        )  # fmt: skip
        assert answer.is_redirect, answer.text
        back: str = answer.headers["location"]
        return back


@contextlib.contextmanager
def real(log: Path, *options: str) -> Iterator[Real]:
    """A real provider while it is needed."""
    (port,) = free_ports(1)
    with (
        log.open("ab") as out,
        subprocess.Popen(
            [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), *options], stdout=out, stderr=out
        ) as process,
    ):
        try:
            wait_until(lambda: listens(port), "the provider")
            yield Real(f"http://127.0.0.1:{port}")
        finally:
            process.terminate()


def new_key(name: str) -> RSAKey:
    """A key that signs ID tokens."""
    return RSAKey.generate_key(2048, {"kid": name, "use": "sig"})


@dataclass(slots=True)
class Odd:
    """A provider that gives the ID token it was told to, and keeps what it was asked at its token endpoint."""

    url: str
    token: str = ""
    keys: list[RSAKey] = field(default_factory=lambda: [new_key("one")])
    more: dict[str, Any] = field(default_factory=dict)
    """What it says at its userinfo endpoint."""

    issuer: str = ""
    """Whom it says to be; itself where that is empty."""

    asked: list[dict[str, str]] = field(default_factory=list)

    def tells(self, claims: dict[str, Any], key: RSAKey | None = None) -> None:
        """Give an ID token with these claims, signed by its own key or another."""
        signing = key or self.keys[0]
        header = {"alg": "RS256", "kid": self.keys[0].kid}
        self.token = jwt.encode(header, claims, signing)

    def answer(self, path: str, body: dict[str, str]) -> dict[str, Any]:
        """What it answers there."""
        if path == "/.well-known/openid-configuration":
            ends = {"authorization_endpoint": "/go", "token_endpoint": "/token", "jwks_uri": "/keys"}
            own = {name: self.url + end for name, end in (ends | {"userinfo_endpoint": "/more"}).items()}
            return own | {"issuer": self.issuer or self.url, "id_token_signing_alg_values_supported": ["none", "HS256"]}
        if path == "/keys":
            return cast("dict[str, Any]", KeySet(list(self.keys)).as_dict(private=False))
        if path == "/more":
            return self.more
        self.asked.append(body)
        return {"access_token": "a", "token_type": "Bearer", "id_token": self.token}


@contextlib.contextmanager
def odd() -> Iterator[Odd]:
    """Such a provider while it is needed."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._give({})

        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            kept = {name: values[0] for name, values in parse_qs(sent).items()}
            self._give(kept | {"authorization": self.headers.get("Authorization", "")})

        def _give(self, body: dict[str, str]) -> None:
            answer = json.dumps(made.answer(self.path, body)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: Any) -> None:
            """Nothing: what it was asked is kept already."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made = Odd(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield made
        finally:
            server.shutdown()
            thread.join()
