"""`huiyin up` with real processes: it starts whole or not at all, mends itself, and leaves nothing behind."""

from __future__ import annotations

import os
import re
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from commands.processes import birth
from tests.runtime.system import System, wait_until

PARTS = {"temporal", "inbox", "worker", "api"}


@pytest.fixture
def system(tmp_path: Path) -> Iterator[System]:
    made = System(tmp_path / "data")
    yield made
    made.put_down()


def nothing_is_left(parts: dict[str, tuple[int, str]]) -> bool:
    return all(birth(pid) != born for pid, born in parts.values())


def test_one_start_gives_a_whole_system_and_ctrl_c_ends_all_of_it(system: System) -> None:
    system.start()
    system.wait_ready()
    parts = system.parts()
    assert parts.keys() == PARTS
    assert system.answers()
    for address in system.standing["addresses"].values():
        assert address in system.words
    assert "huiyin token" in system.words

    # Started a second time it says what runs where, and leaves it alone.
    second = system.run("up")
    assert second.returncode == 1
    assert system.url in second.stderr
    assert str(system.standing["pids"]["up"]) in second.stderr
    assert system.parts() == parts
    assert system.answers()

    assert system.stop() == 0
    assert nothing_is_left(parts)
    assert system.standing == {}

    # What it kept is still there at the next start.
    assert (system.data_dir / "temporal.db").stat().st_size > 0
    system.start()
    system.wait_ready()
    assert system.stop() == 0


def test_the_first_start_shows_passwords_that_nothing_keeps_and_what_it_keeps_is_its_owners_alone(
    system: System,
) -> None:
    system.start()
    system.wait_ready()
    shown = re.findall(r"\b[2-9a-z]{4}-[2-9a-z]{4}-[2-9a-z]{4}\b", system.words)
    assert len(shown) > 5 and len(set(shown)) == len(shown)
    # The terminal's own words are the tests' file.
    kept = [path for path in system.data_dir.rglob("*") if path != system.log]
    assert {"payloads.keys", "links.keys", "tokens.keys", "sessions.keys", "huiyin.db", "up.json"} <= {
        p.name for p in kept
    }
    assert [str(path) for path in kept if path.stat().st_mode & 0o077 and not path.is_socket()] == []
    everything = b"".join(path.read_bytes() for path in kept if path.is_file())
    assert [word for word in shown if word.encode() in everything] == []
    assert system.stop() == 0
    system.log.unlink()
    system.start()
    system.wait_ready()
    assert not re.search(r"[2-9a-z]{4}-[2-9a-z]{4}-[2-9a-z]{4}", system.words)
    assert system.stop() == 0


def test_a_part_that_is_killed_is_started_again(system: System) -> None:
    system.start()
    system.wait_ready()
    for name in sorted(PARTS):
        old, born = system.parts()[name]
        os.kill(old, signal.SIGKILL)
        wait_until(lambda name=name, old=old: system.parts()[name][0] != old, f"a new {name}")  # type: ignore[misc]
        assert f"{name} ended (signal SIGKILL)" in system.words
        assert birth(old) != born
    wait_until(system.answers, "an answer after the last kill")
    assert system.living().keys() == PARTS
    assert system.stop() == 0


def test_after_the_supervisor_is_killed_the_next_start_finds_a_free_place(system: System) -> None:
    system.start()
    system.wait_ready()
    parts = system.parts()
    assert system.process is not None
    system.process.kill()
    system.wait_end()
    # At once, while the parts may still be ending.
    system.log.unlink()
    system.start()
    system.wait_ready()
    assert nothing_is_left(parts)
    assert system.answers()
    assert system.stop() == 0


def test_when_the_supervisor_is_killed_its_parts_end_by_themselves(system: System) -> None:
    system.start()
    system.wait_ready()
    parts = system.parts()
    assert system.process is not None
    system.process.kill()
    system.wait_end()
    wait_until(lambda: nothing_is_left(parts), "the end of all parts", 45)


def test_a_stop_in_the_middle_of_the_start_leaves_nothing_behind(system: System) -> None:
    system.start()
    wait_until(lambda: "temporal" in system.parts(), "the first part")
    parts = system.parts()
    assert system.stop() == 0
    assert nothing_is_left(parts)
    assert system.standing == {}


@pytest.mark.parametrize(
    ("place", "option"), [(0, "--port"), (1, "--temporal-port"), (2, "--ui-port"), (3, "--mail-port")]
)
def test_a_taken_port_is_named_with_the_option_that_changes_it(system: System, place: int, option: str) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", system.ports[place]))
        other.listen(1)
        tried = system.run("up")
    assert tried.returncode == 1
    assert f"Port {system.ports[place]} " in tried.stderr
    assert option in tried.stderr
    assert system.standing == {}


def test_one_port_for_two_parts_is_refused(system: System) -> None:
    tried = system.run("up", "--ui-port", str(system.ports[1]))
    assert tried.returncode == 1
    assert "--ui-port" in tried.stderr


def test_a_part_that_cannot_start_stops_the_start_and_says_why(system: System) -> None:
    system.start(HUIYIN_DATABASE_URL="sqlite+aiosqlite:////dev/null/records.db")
    assert system.wait_end() == 1
    assert "`huiyin migrate` failed" in system.words
    assert "unable to open database file" in system.words
    assert system.living() == {}
    assert system.standing == {}
