"""`huiyin token`, as scripts use it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from runtime.keys import keyring
from runtime.tokens import Tokens
from tests.runtime.system import System

PEOPLE = """\
units:
  - {id: engineering, name: {en: Engineering}, head: chen}
people:
  - {id: chen, name: Chen, unit: engineering}
  - {id: wang, name: Wang, unit: engineering}
  - {id: zhou, name: Zhou, roles: [leader], deputy: wang}
absences:
  - {person: zhou, since: 2020-01-01T00:00:00+08:00, until: 2020-02-01T00:00:00+08:00}
"""


@pytest.fixture
def system(tmp_path: Path) -> System:
    (tmp_path / "procedures").mkdir()
    (tmp_path / "procedures" / "bank.directory.yaml").write_text(PEOPLE, encoding="utf-8")
    return System(tmp_path / "data")


def test_a_token_is_of_the_person_who_holds_the_role(system: System) -> None:
    folder = str(system.data_dir.parent / "procedures")
    made = system.run("token", "--role", "leader", "--procedure", "bank", HUIYIN_PROCEDURES_DIR=folder)
    assert made.returncode == 0, made.stderr
    bearer = Tokens(keyring(system.data_dir / "keys", "tokens")).read(made.stdout.strip())
    assert (bearer.person, bearer.roles, bearer.procedure) == ("zhou", ("leader",), "bank")


def test_the_head_of_a_unit_is_found_with_and_without_naming_the_unit(system: System) -> None:
    folder = str(system.data_dir.parent / "procedures")
    for unit in ([], ["--unit", "engineering"]):
        arguments = ["token", "--role", "responsible", "--procedure", "bank", "--json", *unit]
        made = json.loads(system.run(*arguments, HUIYIN_PROCEDURES_DIR=folder).stdout)
        assert made["person"] == "chen"
        assert made["expires"].endswith("+00:00")


def test_an_operator_needs_no_procedure(system: System) -> None:
    made = system.run("token", "--role", "operator")
    bearer = Tokens(keyring(system.data_dir / "keys", "tokens")).read(made.stdout.strip())
    assert (bearer.roles, bearer.procedure) == (("operator",), "")


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--role", "leader"], "--procedure"),
        (["--role", "pope", "--procedure", "bank"], "leader"),
        (["--role", "leader", "--procedure", "bakery"], "bakery"),
        (["--role", "leader", "--procedure", "bank", "--person", "nobody"], "nobody"),
    ],
)
def test_a_token_that_cannot_be_given_says_why(system: System, arguments: list[str], word: str) -> None:
    folder = str(system.data_dir.parent / "procedures")
    tried = system.run("token", *arguments, HUIYIN_PROCEDURES_DIR=folder)
    assert tried.returncode == 1
    assert word in tried.stderr
    assert tried.stdout == ""
