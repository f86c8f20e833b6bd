"""Each rule is held by a scenario, and each clause that a scenario cites: change the rule, and the scenario fails."""

from __future__ import annotations

import pytest
from ruamel.yaml import YAML

from tests.scenarios.files import FILES, HERE
from tests.scenarios.proving import proof_of

PROCEDURES = sorted({file.parent.name for file in FILES})
UNPROVED: dict[str, list[str]] = YAML(typ="safe").load(HERE.parent / "unproved.yaml")
"""By procedure: the rules that no scenario proves yet."""

TOGETHER = [pytest.param(one, marks=pytest.mark.xdist_group(f"rules of {one}")) for one in PROCEDURES]


@pytest.mark.parametrize("procedure", TOGETHER)
def test_a_scenario_fails_when_a_rule_of_a_clause_that_it_cites_is_changed(procedure: str) -> None:
    assert proof_of(procedure).false_citations() == []


@pytest.mark.parametrize("procedure", TOGETHER)
def test_a_changed_rule_fails_a_scenario_that_cites_its_clause(procedure: str) -> None:
    # A rule that is proved now is taken out of `tests/unproved.yaml`; none is put in.
    assert proof_of(procedure).unproved() == UNPROVED.get(procedure, [])
