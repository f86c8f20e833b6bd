"""What is turned away before anybody reads it: bodies that are too large, and forms that another site sends."""

from __future__ import annotations

from fastapi import HTTPException
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import answer, of_exception

WORDS = 1_000_000
"""Bytes of a body without files: far more than anybody writes."""

FILES = 60_000_000
"""Bytes of a body with files; how many files of what size is the form's own to say."""

HISTORY = 20_000_000
"""Bytes that the Temporal UI sends to be decoded."""

_SAFE = ("GET", "HEAD", "OPTIONS")

_ELSEWHERE = ("cross-site", "same-site")
"""Other sites, and those that share our domain: SameSite cookies go with what these send."""


class Fences:
    """ASGI middleware: 413 for a body beyond its limit, also for one that says no length; 403 for another site's form.

    Every form carries a nonce besides; this holds for what has none, and where a browser knows no SameSite.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in _SAFE:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        status = 403 if headers.get("sec-fetch-site") in _ELSEWHERE else 0
        most = _limit(scope["path"], headers.get("content-type", ""))
        said = headers.get("content-length", "")
        if not status and said.isdigit() and int(said) > most:
            status = 413
        if status:
            refused = answer(of_exception(HTTPException(status), scope["path"]), {"Connection": "close"})
            await refused(scope, receive, send)
            return
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > most:
                raise HTTPException(413)
            return message

        await self._app(scope, counted, send)


def _limit(path: str, kind: str) -> int:
    if kind.lower().startswith("multipart/"):
        return FILES
    return HISTORY if path.startswith("/codec") else WORDS
