"""Logs, and figures of HTTP: of cases and codes, never of people, their words, or the tokens in their links."""

from __future__ import annotations

import logging
import re
import sys
import time
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# What a library may put into a line although it is no business of a log: values of links, sessions and bearers.
_SECRETS = re.compile(r"(/approvals/|[Bb]earer\s+|[?&](?:code|token)=)[\w.~+/=-]+")
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def scrub(text: str) -> str:
    """The text without tokens and mail addresses."""
    return _ADDRESS.sub("[address]", _SECRETS.sub(r"\1[hidden]", text))


def start_logging(part: str, level: str = "info", out: TextIO | None = None) -> None:
    """One JSON object a line on `out` (standard error), from the house and from the libraries alike."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        lambda _, __, event: {"part": part, **event},
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            _scrubbed,
            structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
        ],
    )
    handler = logging.StreamHandler(out or sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # These name addresses and full URLs on every line, and say nothing that the access log does not.
    for chatty in ("httpx", "httpcore", "uvicorn.access", "aiosmtplib", "mail.log"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def _scrubbed(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    # uvicorn sends each line a second time for terminals.
    event.pop("color_message", None)
    return {name: scrub(value) if isinstance(value, str) else value for name, value in event.items()}


class AccessLog:
    """ASGI middleware: one line and one figure a request, by the route's template, so that no token is ever written."""

    def __init__(self, app: ASGIApp, registry: CollectorRegistry = REGISTRY) -> None:
        self._app = app
        self._log = structlog.get_logger("access")
        self._answers = Counter(
            "huiyin_http_answers", "Answers by route and status", ["method", "route", "status"], registry=registry
        )
        self._seconds = Histogram("huiyin_http_seconds", "Seconds until answered", ["route"], registry=registry)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500
        began = time.perf_counter()

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watch)
        finally:
            took = time.perf_counter() - began
            method = scope["method"] if scope["method"] in _METHODS else "other"
            route = getattr(scope.get("route"), "path", "(none)")
            self._answers.labels(method, route, str(status)).inc()
            self._seconds.labels(route).observe(took)
            self._log.info("answered", method=method, route=route, status=status, ms=round(took * 1000, 1))


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
