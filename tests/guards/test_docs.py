"""What the documents say is there: links, commands, settings, tests, pictures; and they speak of the project alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.main import get_command

from cli import app
from runtime.settings import OPTIONS, Settings
from tests.guards.sources import HOUSE
from workflows.attributes import KEYS

DOCS = [HOUSE / "README.md", HOUSE / "CHANGELOG.md", *sorted((HOUSE / "docs").rglob("*.md"))]
PICTURES = sorted((HOUSE / "docs" / "pictures").glob("*.png"))
SCRIPTS = sorted(path for path in (HOUSE / "scripts").iterdir() if path.is_file())
SHOWN_AT_MOST = 150_000

DECISION_PARTS = ("**Context.**", "**Decision.**", "**Consequences.**", "**Alternatives.**")

NOT_OURS = (
    r"/home/\w+/",
    r"/tmp/",
    r"/root/",
    r"\bissue #?\d",
    r"--(extra-)?index-url",
)
"""Paths of somebody's machine, numbers of somebody's list, where packages come from: the project speaks of itself."""


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def name(path: Path) -> str:
    return str(path.relative_to(HOUSE))


def all_text() -> str:
    return "\n".join(text(path) for path in DOCS)


@pytest.mark.parametrize("path", DOCS, ids=name)
def test_every_link_leads_somewhere(path: Path) -> None:
    headings = {
        re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-")
        for heading in re.findall(r"(?m)^#+ (.+)$", text(path))
    }
    dead = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text(path)):
        if target.startswith(("http://", "https://")):
            continue
        file, _, anchor = target.partition("#")
        if not (path.parent / file).exists() or (anchor and not file and anchor not in headings):
            dead.append(target)
    assert dead == []


def test_every_command_of_the_documents_exists_and_every_command_is_documented() -> None:
    there = set(get_command(app).commands)  # type: ignore[attr-defined]  # the group that Typer builds
    told = set(re.findall(r"\bhuiyin ([a-z]+)\b(?!\.)", re.sub(r"(?m)^.*\bhuiyin_.*$", "", all_text())))
    assert told - there == set()
    readme = set(re.findall(r"`huiyin ([a-z]+)`", text(HOUSE / "README.md")))
    assert readme == there


def test_every_make_target_of_the_documents_exists() -> None:
    targets = set(re.findall(r"(?m)^([a-z]+):", text(HOUSE / "Makefile")))
    assert set(re.findall(r"\bmake (run|test|setup|check|clean|format)\b", all_text())) <= targets
    assert {"run", "test"} <= targets


def test_every_setting_is_documented_and_every_documented_one_exists() -> None:
    there = {f"HUIYIN_{field.upper()}" for field in Settings.model_fields}
    operations = text(HOUSE / "docs" / "operations.md")
    documented = set(re.findall(r"(?m)^\| `(HUIYIN_[A-Z_]+)`", operations.split("## Production")[0]))
    assert documented == there
    of_compose = {"HUIYIN_BIND", "HUIYIN_X"}
    assert set(re.findall(r"\bHUIYIN_[A-Z_]+\b", all_text())) - there - of_compose == set()


def test_every_option_of_up_is_documented() -> None:
    operations = text(HOUSE / "docs" / "operations.md")
    assert [option for option in OPTIONS.values() if option not in operations] == []


def test_every_search_attribute_is_documented_and_no_other() -> None:
    documented = set(re.findall(r"(?m)^\| `(Huiyin\w+)`", text(HOUSE / "docs" / "operations.md")))
    assert documented == {key.name for key in KEYS}


def test_every_file_that_the_documents_name_is_there() -> None:
    tops = {path.name for path in HOUSE.iterdir() if path.is_dir()}
    named = set(re.findall(r"`((?:[\w.-]+/)+[\w.-]*)`", all_text()))
    ours = {found for found in named if found.split("/")[0] in tops and not found.startswith((".", "secrets/"))}
    assert [found for found in sorted(ours) if not (HOUSE / found).exists()] == []
    assert len(ours) > 10


def test_pictures_are_small_and_each_is_made_by_the_script() -> None:
    assert {name(path): path.stat().st_size for path in PICTURES if path.stat().st_size > SHOWN_AT_MOST} == {}
    script = text(HOUSE / "scripts" / "pictures")
    made = {f"{stem}-{size}" for stem in re.findall(r'f"([\w-]+)-\{name\}"', script) for size in ("wide", "narrow")}
    made |= set(re.findall(r'take\(page, "([\w-]+)"\)', script))
    assert {path.stem for path in PICTURES} == made


def test_every_decision_is_listed_and_says_why_and_what_else_there_was() -> None:
    folder = HOUSE / "docs" / "decisions"
    records = sorted(folder.glob("[0-9]*.md"))
    assert [path.name[:4] for path in records] == [f"{place:04}" for place in range(1, len(records) + 1)]
    index = text(folder / "README.md")
    assert [path.name for path in records if f"({path.name})" not in index] == []
    assert [path.name for path in records if any(part not in text(path) for part in DECISION_PARTS)] == []


@pytest.mark.parametrize(
    "path",
    [*DOCS, *map(HOUSE.joinpath, ("docker-compose.yml", "Dockerfile", ".dockerignore", "Makefile")), *SCRIPTS],
    ids=name,
)
def test_the_documents_speak_of_the_project_alone(path: Path) -> None:
    assert [pattern for pattern in NOT_OURS if re.search(pattern, text(path))] == []


def test_every_test_that_the_documents_name_is_there() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", all_text())
    assert [f"{file}::{test}" for file, test in named if f"def {test}(" not in text(HOUSE / file)] == []
    assert named
