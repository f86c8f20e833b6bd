"""The tool that changes rules: every change is one rule's, and is undone."""

from __future__ import annotations

import copy
from typing import Any

from tests.scenarios.mutants import mutants

CHASED = [{"do": "chase", "clause": "X-02"}, {"do": "escalate", "after": "1 working_days", "clause": "X-02"}]
TREE: dict[str, Any] = {
    "roles": {"csd": {}, "leader": {}},
    "clocks": [
        {"id": "dispatch", "clause": "X-01", "owner": "csd", "until": ["dispatched", "resolved"],
         "limit": {"by": "kind", "loud": "2 days", "else": "1 hours"}, "ladder": CHASED},
        {"id": "reply", "owner": "csd", "until": "replied", "limit": "1 days", "ladder": CHASED},
    ],
}  # fmt: skip


def test_rules_that_cite_a_clause_are_changed_in_every_part() -> None:
    assert {one.name for one in mutants(copy.deepcopy(TREE))} == {
        "clocks[dispatch]: dropped",
        "clocks[dispatch].owner: another role",
        "clocks[dispatch].until[dispatched]: dropped",
        "clocks[dispatch].until[resolved]: dropped",
        "clocks[dispatch].limit.loud: longer",
        "clocks[dispatch].limit.loud: shorter",
        "clocks[dispatch].limit.else: longer",
        "clocks[dispatch].limit.else: shorter",
        "clocks[dispatch].ladder[0 chase]: dropped",
        "clocks[dispatch].ladder[1 escalate]: dropped",
        "clocks[dispatch].ladder[1 escalate].after: longer",
        "clocks[dispatch].ladder[1 escalate].after: shorter",
        "recusal: of nobody",
    }


def test_what_is_written_once_is_changed_wherever_it_is_used() -> None:
    tree = copy.deepcopy(TREE)
    chase = next(one for one in mutants(tree) if one.name == "clocks[dispatch].ladder[0 chase]: dropped")
    with chase.made():
        assert [step["do"] for step in tree["clocks"][1]["ladder"]] == ["escalate"]


def test_a_change_is_undone() -> None:
    tree = copy.deepcopy(TREE)
    found = mutants(tree)
    before = copy.deepcopy(tree)
    for one in found:
        with one.made():
            assert tree != before
        assert tree == before
