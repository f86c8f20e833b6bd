"""Every scenario passes in the core, and as a real workflow in virtual time with the very same timeline."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from commands.virtual import stage
from complaints.scenario.judge import judge
from complaints.scenario.play import Played
from complaints.scenario.story import Story
from tests.scenarios.files import FILES, HERE, PROCEDURES, story, told

NAMES = [f"{f.parent.name}/{f.stem}" for f in FILES]
GROUP = pytest.mark.xdist_group("time-skipping server")


@pytest.fixture(scope="module")
def tell_for_real() -> Iterator[Callable[[Story], Played]]:
    """Tells stories on one time-skipping server, one after another."""
    with asyncio.Runner() as loop:
        manager = stage()
        one = loop.run(manager.__aenter__())
        yield lambda story: loop.run(one.tell(story))
        loop.run(manager.__aexit__(None, None, None))


@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_a_scenario_passes_in_the_core(file: Path) -> None:
    assert told(story(file)).failures == []


@GROUP
@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_a_scenario_has_the_same_timeline_as_a_real_workflow(
    file: Path, tell_for_real: Callable[[Story], Played]
) -> None:
    one = story(file)
    played = tell_for_real(one)
    assert played.state is not None
    verdict, core = judge(one, played.events, played.state, played.refusals, played.failures), told(one)
    assert verdict.timeline == core.timeline
    assert verdict.failures == []
    assert [r["code"] for r in verdict.refusals] == [r["code"] for r in core.refusals]


def _clauses(value: Any) -> set[str]:
    """Every clause that a procedure file names."""
    if isinstance(value, dict):
        own = {value["clause"]} if isinstance(value.get("clause"), str) else set()
        return own.union(*(_clauses(v) for v in value.values()))
    if isinstance(value, list):
        return set().union(*(_clauses(v) for v in value))
    return set()


CLAUSES = [*(f"GT-{n:02}" for n in range(1, 16)), *(f"CM-{n:02}" for n in range(1, 10))]
ELSEWHERE: dict[str, list[str]] = YAML(typ="safe").load(HERE / "coverage.yaml")["property-developer"]


@pytest.mark.parametrize("clause", CLAUSES)
def test_each_clause_of_the_reference_procedure_is_proved(clause: str) -> None:
    by_scenario = [f for f in FILES if clause in story(f).scenario.proves]
    assert by_scenario or ELSEWHERE.get(clause)


@pytest.mark.parametrize(("clause", "test"), [(clause, test) for clause, tests in ELSEWHERE.items() for test in tests])
def test_a_proof_that_lies_elsewhere_exists(clause: str, test: str) -> None:
    file, _, name = test.partition("::")
    assert clause in CLAUSES
    assert f"def {name}(" in (HERE.parents[1] / file).read_text(encoding="utf-8")


def test_the_reference_procedure_cites_no_clause_that_is_unknown() -> None:
    cited = _clauses(YAML(typ="safe").load(PROCEDURES / "property-developer.yaml"))
    assert cited <= set(CLAUSES)
