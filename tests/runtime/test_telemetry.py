from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import httpx
import pytest
import structlog
from fastapi import FastAPI
from prometheus_client import CollectorRegistry, generate_latest

from runtime.telemetry import AccessLog, scrub, start_logging

TOKEN = "WyJhYmMiXQ.q-9_x1"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    out = io.StringIO()
    start_logging("api", "info", out)
    yield out
    root.handlers[:], level = before
    root.setLevel(level)
    structlog.reset_defaults()


def read(out: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_the_house_and_its_libraries_log_one_json_object_a_line(lines: io.StringIO) -> None:
    structlog.get_logger("cases").info("recorded", case="c1", seq=3)
    logging.getLogger("library").warning("slow answer of %s ms", 12)
    first, second = read(lines)
    assert (first["event"], first["case"], first["seq"], first["part"]) == ("recorded", "c1", 3, "api")
    assert (second["event"], second["level"]) == ("slow answer of 12 ms", "warning")


def test_an_error_is_logged_with_its_cause_on_the_same_line(lines: io.StringIO) -> None:
    try:
        raise ValueError("broken")
    except ValueError:
        structlog.get_logger("cases").exception("failed")
    (line,) = read(lines)
    assert "ValueError: broken" in str(line["exception"])


@pytest.mark.parametrize(
    "text",
    [
        f"GET /approvals/{TOKEN} failed",
        f"Authorization: Bearer {TOKEN}",
        f"https://x.example/track?number=7&code={TOKEN}",
        f"refused by somebody@mail.example because {TOKEN[:0]}",
    ],
)
def test_neither_tokens_nor_addresses_reach_a_log(lines: io.StringIO, text: str) -> None:
    logging.getLogger("library").error(text)
    assert TOKEN not in lines.getvalue()
    assert "somebody@" not in lines.getvalue()
    assert "hidden" in scrub(text) or "[address]" in scrub(text)


async def test_a_request_is_logged_by_its_route_without_token_and_query(lines: io.StringIO) -> None:
    registry = CollectorRegistry()
    app = FastAPI()

    @app.get("/approvals/{token}")
    async def approval(token: str) -> dict[str, str]:
        return {}

    transport = httpx.ASGITransport(AccessLog(app, registry))
    async with httpx.AsyncClient(transport=transport, base_url="http://x.example") as client:
        await client.get(f"/approvals/{TOKEN}?code=7731")
        await client.get(f"/nowhere/{TOKEN}")
    found = [(line["route"], line["status"]) for line in read(lines) if line["event"] == "answered"]
    assert found == [("/approvals/{token}", 200), ("(none)", 404)]
    figures = generate_latest(registry).decode()
    assert 'huiyin_http_answers_total{method="GET",route="/approvals/{token}",status="200"} 1.0' in figures
    for text in (lines.getvalue(), figures):
        assert TOKEN not in text
        assert "7731" not in text
