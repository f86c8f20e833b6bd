"""Parts die, the database is held, the mail server fails: nothing is lost, and no silence counts unfairly."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.runtime.system import System

FIGURES = (
    "cases", "kills", "faults", "letters", "duplicates", "lost", "stuck", "diverged", "unfair", "lateness",
)  # fmt: skip
MINUTES = "3"
SEED = "2912"
"""Its first eight faults are all those that the test names, so that a slow machine sees them too."""


@pytest.mark.chaos
def test_whatever_breaks_for_a_while_nothing_is_lost(tmp_path: Path) -> None:
    system = System(tmp_path / "unused", patience=1500.0)
    ran = system.run("chaos", "--minutes", MINUTES, "--seed", SEED, "--json")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    figures = json.loads(ran.stdout)
    assert set(FIGURES) <= set(figures)
    assert figures["cases"] == figures["closed"] > 16
    assert {"worker", "api", "temporal", "inbox"} <= set(figures["kills"])
    assert {"database locked", "database refuses", "mail drop", "mail refuse"} <= set(figures["faults"])
    assert figures["letters"] > figures["cases"]
    assert not (tmp_path / "unused" / "huiyin.db").exists()
