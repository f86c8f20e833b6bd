"""The Temporal UI under `/temporal`, behind this application's own sign-in: forwarded as it is, operators only.

One origin, so that the session's cookie reaches the codec endpoint. The UI's own Markdown frame is broken under a
public path (blank panels), so `/temporal/render` is served here.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Annotated

import httpx
from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response, StreamingResponse
from markdown_it import MarkdownIt
from starlette.background import BackgroundTask

from api.context import house
from api.security import Principal, require
from api.sessions import COOKIE
from complaints.errors import Unavailable

router = APIRouter(prefix="/temporal", include_in_schema=False)
Operator = Annotated[Principal, Depends(require("operator"))]

_HOP_BY_HOP = frozenset(
    {
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer",
        "transfer-encoding", "upgrade",
    }
)  # fmt: skip
# Ours, and no business of the UI's server; the length is counted anew, the host is the UI's own.
_OURS = frozenset({"host", "authorization", "content-length"})
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
_STYLE = "body{font:14px/1.5 system-ui,sans-serif;margin:8px;color:%s;background:%s}table{border-collapse:collapse}td,th{border:1px solid #8888;padding:2px 8px;text-align:left}"  # noqa: E501
_FRAME = {
    # The UI reads the frame's height, for which it must be of the same origin; scripts stay off.
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox allow-same-origin allow-popups"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@router.get("/render")
async def render(_: Operator, content: str = "", theme: str = "light") -> HTMLResponse:
    """Markdown as a page of its own; nothing in it can run, load or lead the window away."""
    ink, paper = ("#f8fafc", "#141414") if theme == "dark" else ("#141414", "#fff")
    style = _STYLE % (ink, paper)
    head = f'<!doctype html><meta charset="utf-8"><base target="_blank"><style>{style}</style>'
    return HTMLResponse(head + _MARKDOWN.render(content), headers=_FRAME)


@router.api_route("", methods=["GET", "HEAD"])
@router.api_route("/{path:path}", methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
async def forward(request: Request, _: Operator) -> Response:
    """Passes the request on as it came and the answer back as it comes; the UI long-polls, so nothing times out."""
    client = _client(request)
    raw_path: bytes = request.scope.get("raw_path") or request.url.path.encode()
    query: bytes = request.scope["query_string"]
    target = client.base_url.copy_with(raw_path=raw_path + (b"?" + query if query else b""))
    headers = list(_onward(request.headers.raw))
    if "accept-encoding" not in request.headers:
        # Else the client library would offer what the one who asked may not read.
        headers.append((b"accept-encoding", b"identity"))
    onward = client.build_request(request.method, target, headers=headers, content=await request.body())
    try:
        answer = await client.send(onward, stream=True)
    except httpx.TransportError as error:
        raise Unavailable("The Temporal UI does not answer. Is it running?") from error
    back = StreamingResponse(_body(answer), status_code=answer.status_code, background=BackgroundTask(answer.aclose))
    # As raw pairs: a cookie that is set twice must arrive twice.
    back.raw_headers = [
        (name.lower(), value) for name, value in answer.headers.raw if name.decode("latin-1").lower() not in _HOP_BY_HOP
    ]
    return back


async def _body(answer: httpx.Response) -> AsyncIterator[bytes]:
    async for chunk in answer.aiter_raw():
        yield chunk


def _onward(headers: Iterable[tuple[bytes, bytes]]) -> Iterator[tuple[bytes, bytes]]:
    for name, value in headers:
        lower = name.decode("latin-1").lower()
        if lower in _HOP_BY_HOP or lower in _OURS:
            continue
        if lower == "cookie":
            # Our session stays here.
            kept = [pair for pair in value.split(b";") if COOKIE.encode() not in pair.partition(b"=")[0]]
            value = b";".join(kept).strip()
        if value:
            yield name, value


def _client(request: Request) -> httpx.AsyncClient:
    state = request.app.state
    if not hasattr(state, "temporal_ui"):
        state.temporal_ui = httpx.AsyncClient(
            base_url=house(request).settings.temporal_ui_url,
            timeout=httpx.Timeout(None, connect=5),
            limits=httpx.Limits(max_connections=200, max_keepalive_connections=20),
            follow_redirects=False,
            trust_env=False,
        )
    client: httpx.AsyncClient = state.temporal_ui
    return client


async def close(state: object) -> None:
    """Closes the connections to the UI; for the application's end."""
    client: httpx.AsyncClient | None = getattr(state, "temporal_ui", None)
    if client is not None:
        await client.aclose()
