"""What is locked is asked about: a known vulnerability fails, and silence never passes for an answer."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import metadata
from pathlib import Path

import pytest

from commands.sbom import licence
from tests.guards.audit import BORNE, LOCKS, main, read
from tests.runtime.engine import free_ports

ALLOWED = re.compile(r"MIT|BSD|Apache|ISC|PSF|Python Software Foundation|MPL-2\.0|Mozilla Public License 2\.0")
"""Licences under which the house may use and pass on a package without owing its own source."""

SAYS_NOTHING = {"axe-playwright-python": "MIT, by its repository; for tests only"}


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    """Two pinned packages."""
    made = tmp_path / "some.lock"
    made.write_text(
        "".join(f"{name} \\\n    --hash=sha256:{'0' * 64}\n" for name in ("alpha==1.0", "beta==2.0")), encoding="utf-8"
    )
    return made


@contextmanager
def service(monkeypatch: pytest.MonkeyPatch, vulnerable: str) -> Iterator[None]:
    """An advisory service on this machine that knows one vulnerable package."""

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # noqa: N802, RUF100 - the name is http.server's
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["package"]["name"]
            known = {"id": "EX-1", "summary": "known", "affected": [], "modified": "2026-01-01T00:00:00Z"}
            body = json.dumps({"vulns": [known]} if asked == vulnerable else {}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        elsewhere(monkeypatch, server.server_port)
        yield
        server.shutdown()


def elsewhere(monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    """Let pip-audit ask there."""
    monkeypatch.setenv("PIP_AUDIT_VULNERABILITY_SERVICE", "osv")
    monkeypatch.setenv("PIP_AUDIT_OSV_URL", f"http://127.0.0.1:{port}/v1/query")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def test_a_known_vulnerability_fails(
    lock: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with service(monkeypatch, "beta"):
        assert main([str(lock)]) == 1
        assert main(["--where-reachable", str(lock)]) == 1
    assert "VULNERABLE: beta 2.0: EX-1" in capsys.readouterr().out


def test_what_nothing_is_known_against_passes(
    lock: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with service(monkeypatch, "gamma"):
        assert main([str(lock)]) == 0
    said = capsys.readouterr().out
    assert "2 locked packages" in said and "NOT AUDITED" not in said


def test_where_no_service_answers_it_is_said_and_passes_only_where_that_is_asked_for(
    lock: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere(monkeypatch, free_ports(1)[0])
    assert main([str(lock)]) == 3
    assert main(["--where-reachable", str(lock)]) == 0
    assert capsys.readouterr().out.count("NOT AUDITED: no advisory service answered for 2 of 2") == 2


def test_a_package_that_the_service_does_not_know_is_not_audited() -> None:
    found = read({"dependencies": [{"name": "alpha", "skip_reason": "not found"}, {"name": "beta", "vulns": []}]})
    assert (found.unanswered, found.audited) == ({"alpha": "not found"}, {"beta"})


def test_every_borne_advisory_says_why() -> None:
    assert all(why.endswith(".") for why in BORNE.values())


@pytest.mark.parametrize("file", LOCKS, ids=lambda file: file.name)
def test_everything_is_pinned_with_hashes_and_from_no_place_in_particular(file: Path) -> None:
    entries = re.split(r"\n(?=\S)", file.read_text(encoding="utf-8").strip())
    assert [entry for entry in entries if not re.match(r"[\w.-]+==\S+ \\\n    --hash=sha256:[0-9a-f]{64}", entry)] == []


def test_every_licence_lets_the_house_be_used_and_passed_on() -> None:
    text = LOCKS[1].read_text(encoding="utf-8")
    names = re.findall(r"^([\w.-]+)==", text, re.M)
    told = {name: licence(metadata.distribution(name)) for name in names}
    assert {name: one for name, one in told.items() if not ALLOWED.search(one) and name not in SAYS_NOTHING} == {}
