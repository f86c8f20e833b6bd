"""`huiyin account`, as the one who runs the system uses it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from records.migrate import migrate
from runtime import passwords
from tests.runtime.system import System
from tests.runtime.test_token_command import PEOPLE


@pytest.fixture
def system(tmp_path: Path) -> System:
    (tmp_path / "procedures").mkdir()
    (tmp_path / "procedures" / "bank.directory.yaml").write_text(PEOPLE, encoding="utf-8")
    made = System(tmp_path / "data")
    made.data_dir.mkdir()
    migrate(f"sqlite:///{made.data_dir / 'huiyin.db'}")
    return made


def ran(system: System, *arguments: str, good: bool = True) -> str:
    folder = str(system.data_dir.parent / "procedures")
    done = system.run("account", *arguments, HUIYIN_PROCEDURES_DIR=folder)
    assert (done.returncode == 0) is good, done.stderr
    return done.stdout if good else done.stderr


def test_an_account_is_made_reset_and_disabled_and_its_password_is_shown_once(system: System) -> None:
    (made,) = json.loads(ran(system, "add", "chen", "--procedure", "bank", "--json"))
    assert (made["account"], made["state"]) == ("chen", "first password")
    (again,) = json.loads(ran(system, "reset", "chen", "--procedure", "bank", "--json"))
    assert again["password"] != made["password"]
    assert made["password"] not in ran(system, "list")
    assert "disabled" in ran(system, "disable", "chen", "--procedure", "bank")
    assert "chen" in ran(system, "enable", "chen", "--procedure", "bank")
    shown = ran(system, "add", "--everybody", "--procedure", "bank")
    assert "wang" in shown and "zhou" in shown and "chen" not in shown
    (listed, *_) = json.loads(ran(system, "list", "--procedure", "bank", "--json"))
    assert "password" not in listed


def test_an_account_is_linked_to_a_subject_of_the_institutions_provider(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran(system, "add", "chen", "--procedure", "bank")
    whom = ["chen", "--procedure", "bank"]
    assert "HUIYIN_OIDC_ISSUER" in ran(system, "link", *whom, "--subject", "s-1", good=False)
    monkeypatch.setattr(
        System,
        "environment",
        {**system.environment, "HUIYIN_OIDC_ISSUER": "https://provider.example", "HUIYIN_OIDC_CLIENT_ID": "huiyin"},
    )
    assert "linked" in ran(system, "link", *whom, "--subject", "s-1")
    assert "no longer" in ran(system, "unlink", *whom)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["add", "chen"], "--procedure"),
        (["add", "nobody", "--procedure", "bank"], "nobody"),
        (["add", "chen", "--procedure", "bakery"], "bakery"),
        (["reset", "chen", "--procedure", "bank"], "chen"),
    ],
)
def test_an_account_that_cannot_be_made_says_why(system: System, arguments: list[str], word: str) -> None:
    assert word in ran(system, *arguments, good=False)


def test_passwords_differ_and_are_kept_as_hashes() -> None:
    words = {passwords.made() for _ in range(100)}
    assert len(words) == 100
    word = words.pop()
    kept = passwords.hashed(word)
    assert word not in kept and kept.startswith("$argon2id$")
    assert passwords.verify(word, kept) == (True, None)
    assert passwords.verify(word.upper(), kept)[0] is False
    assert asyncio.run(asyncio.to_thread(passwords.verify, word, None)) == (False, None)
