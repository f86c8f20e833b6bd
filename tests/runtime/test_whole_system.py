"""What the whole system promises whatever dies in it: no complaint is lost, and every case goes on."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.runtime.engine import listens
from tests.runtime.system import System, wait_until

COMPLAINT = {
    "procedure": "property-developer",
    "about": "window leaks",
    "complainant": {"name": "A. Resident", "phone": "+86 21 0000 0000", "email": "resident@mail.example"},
}


@pytest.fixture
def system(tmp_path: Path) -> Iterator[System]:
    made = System(tmp_path / "data")
    try:
        made.start()
        made.wait_ready()
        yield made
    finally:
        made.put_down()


def file(system: System, key: str) -> str:
    answer = httpx.post(
        f"{system.url}/api/complaints", json=COMPLAINT, headers={"Idempotency-Key": key}, timeout=30, trust_env=False
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["number"])


def letters(system: System, number: str) -> list[dict[str, Any]]:
    found = httpx.get(f"{system.url}/inbox.json", timeout=30, trust_env=False)
    return [letter for letter in found.json() if number in letter["subject"]] if found.status_code == 200 else []


def act(system: System, number: str, action: str, given: dict[str, Any]) -> httpx.Response:
    token = system.run("token", "--role", "csd", "--procedure", "property-developer").stdout.strip()
    return httpx.post(
        f"{system.url}/api/complaints/{number}/actions/{action}",
        json=given,
        headers={"Authorization": f"Bearer {token}", "Idempotency-Key": f"{number}-{action}"},
        timeout=30,
        trust_env=False,
    )


def test_a_complaint_filed_while_the_engine_stands_still_is_taken_and_carried_on_later(system: System) -> None:
    engine, _ = system.parts()["temporal"]
    os.kill(engine, signal.SIGSTOP)
    try:
        number = file(system, "while-it-stands")
        assert letters(system, number) == []
    finally:
        os.kill(engine, signal.SIGCONT)
    wait_until(lambda: letters(system, number) != [], "the first letter of the case")


def test_after_everything_is_killed_at_once_the_case_goes_on(system: System) -> None:
    number = file(system, "before-the-kill")
    wait_until(lambda: letters(system, number) != [], "the first letter of the case")
    before = letters(system, number)

    supervisor = system.process
    assert supervisor is not None
    supervisor.kill()
    for pid, _ in system.living().values():
        os.kill(pid, signal.SIGKILL)
    system.wait_end()
    wait_until(lambda: not any(map(listens, system.ports)), "the end of what was killed")
    system.log.unlink()
    system.start()
    system.wait_ready()

    after = letters(system, number)
    assert [letter for letter in before if letter not in after] == []
    assert file(system, "before-the-kill") == number
    done = act(system, number, "assess", {"admissible": True, "severity": "general"})
    assert done.status_code == 200, done.text
    assert "assessed" in done.json()["events"]


def test_an_action_taken_while_the_engine_stands_still_is_answered_with_what_to_do(system: System) -> None:
    number = file(system, "before-it-stands")
    wait_until(lambda: letters(system, number) != [], "the first letter of the case")
    engine, _ = system.parts()["temporal"]
    os.kill(engine, signal.SIGSTOP)
    try:
        answer = act(system, number, "assess", {"admissible": True, "severity": "general"})
    finally:
        os.kill(engine, signal.SIGCONT)
    assert answer.status_code == 503, answer.text
    assert answer.headers["retry-after"]
    wait_until(
        lambda: act(system, number, "assess", {"admissible": True, "severity": "general"}).status_code == 200, "it"
    )
