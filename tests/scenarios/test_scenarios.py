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


COUNTS = {
    "property-developer": ("GT", 15), "bank-outlet": ("BK", 10), "quality-claims": ("QC", 20), "auto-dealer": ("AD", 8),
    "membership": ("MB", 9), "logistics": ("LG", 10), "office-tower": ("OT", 7), "law-firm": ("LF", 8),
    "hospital": ("HO", 8), "retail-chain": ("RC", 7), "pharma": ("PH", 4), "complaints-office": ("CO", 6),
    "property-centre": ("PC", 6), "hotel": ("HT", 6), "public-opinion": ("PO", 9), "procurement": ("PR", 5),
    "fire-hazard": ("FH", 11), "construction-site": ("CS", 3), "wholesale-quality": ("WQ", 7),
    "fuel-station": ("FS", 7), "property-butler": ("PB", 8), "city-estate": ("CE", 7), "management-office": ("MO", 5),
    "property-reception": ("PS", 8), "estate-reception": ("ER", 2), "telecom-network": ("TN", 4),
}  # fmt: skip
"""How many clauses the source of each procedure has, beside the nine common ones."""
COMMON = 9
ELSEWHERE: dict[str, dict[str, list[str]]] = YAML(typ="safe", pure=True).load(HERE.parent / "coverage.yaml")
"""By procedure and clause: the tests that prove what no story in virtual time can show."""


def _known(procedure: str) -> set[str]:
    """The clauses of a procedure's source and the common ones."""
    prefix, count = COUNTS[procedure]
    return {f"{prefix}-{n:02}" for n in range(1, count + 1)} | {f"CM-{n:02}" for n in range(1, COMMON + 1)}


def test_every_procedure_has_its_clauses_counted() -> None:
    assert {f.stem for f in PROCEDURES.glob("*.yaml") if not f.stem.endswith(".directory")} == set(COUNTS)
    assert set(ELSEWHERE) <= set(COUNTS)


@pytest.mark.parametrize("procedure", COUNTS)
def test_every_clause_of_a_procedure_is_proved(procedure: str) -> None:
    scenarios = [story(f).scenario.proves for f in FILES if f.parent.name == procedure]
    proved = {clause for clause, tests in ELSEWHERE.get(procedure, {}).items() if tests}.union(*scenarios)
    assert sorted(_known(procedure) - proved) == [], "not proved"
    assert sorted(proved - _known(procedure)) == [], "no such clause"


@pytest.mark.parametrize("procedure", ELSEWHERE)
def test_the_proofs_that_lie_elsewhere_exist(procedure: str) -> None:
    for test in (test for tests in ELSEWHERE[procedure].values() for test in tests):
        file, _, name = test.partition("::")
        assert f"def {name}(" in (HERE.parents[1] / file).read_text(encoding="utf-8"), test


@pytest.mark.parametrize("procedure", COUNTS)
def test_a_procedure_cites_no_clause_that_is_unknown(procedure: str) -> None:
    cited = _clauses(YAML(typ="safe", pure=True).load(PROCEDURES / f"{procedure}.yaml"))
    assert sorted(cited - _known(procedure)) == []
