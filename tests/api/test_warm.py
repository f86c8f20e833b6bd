"""Nobody waits for what can be made before the first visitor comes."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from jinja2 import Environment

from api import warm
from runtime.directories import Directories
from runtime.settings import HOUSE
from templates.engine import environment
from templates.languages import LANGUAGES


def test_after_warming_up_no_page_and_no_calendar_is_left_to_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    directories = Directories(HOUSE / "procedures")
    warm.begin(directories).join()

    def too_late(*given: object, **named: object) -> None:
        raise AssertionError("made only when somebody asked")

    monkeypatch.setattr("runtime.directories.build_calendar", too_late)
    monkeypatch.setattr(Environment, "compile", too_late)
    for ident in directories.ids():
        directories.frozen(ident, time.gmtime().tm_year)
    for language in LANGUAGES:
        for path in (HOUSE / "templates" / "pages").rglob("*.html"):
            environment(language).get_template(str(path.relative_to(HOUSE / "templates")))


def test_a_wrong_procedure_file_does_not_keep_the_others_cold(tmp_path: Path) -> None:
    for path in (HOUSE / "procedures").glob("hotel.*"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "wrong.yaml").write_text("id: wrong", encoding="utf-8")
    directories = Directories(tmp_path)
    warm.warm(directories)
    assert directories.ids() == ["hotel"]
    assert "wrong.yaml" in directories.problems
