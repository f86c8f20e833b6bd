"""Each rule of the reference procedure is held by some scenario: change the rule, and a scenario fails."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.scenarios.files import FILES, story, told, under

STORIES = [story(f) for f in FILES if f.parent.name == "property-developer"]
PROCEDURE: dict[str, Any] = json.loads(STORIES[0].frozen.procedure)
LONGER = {"0.5 working_days": "5 working_hours"}

SHARED = [f"ladder {clock} {rung}" for clock in ("acknowledgement", "legal_opinion", "promise", "reply", "revisit")
          for rung in (1, 2)]  # fmt: skip
RESTATED = ["owner deemed_approval", "action dispatch", "action refer", "action answer", "action implement",
            "action verify"]  # fmt: skip
UNSEEN = {*SHARED, *RESTATED}
"""Rungs written once for all clocks, which other clocks' stories prove; and rules that only add a clause."""


def changes() -> Iterator[tuple[str, dict[str, Any]]]:
    """Each rule, changed alone: a limit made longer, a rung, a letter or an opening left out, another role asked."""
    for place, clock in enumerate(PROCEDURE["clocks"]):
        limit = clock["limit"].get("limit") or clock["limit"].get("else", {}).get("limit", "")
        longer = copy.deepcopy(PROCEDURE)
        more = LONGER.get(limit) or f"{int(limit.split()[0]) + 1} {limit.split()[1]}"
        longer["clocks"][place]["limit"] = {"limit": more}
        yield f"limit {clock['id']}", longer
        for rung in range(len(clock.get("ladder", ()))):
            less = copy.deepcopy(PROCEDURE)
            del less["clocks"][place]["ladder"][rung]
            yield f"ladder {clock['id']} {rung}", less
        if clock.get("owner"):
            other = copy.deepcopy(PROCEDURE)
            other["clocks"][place]["owner"] = "legal" if clock["owner"] != "legal" else "gm"
            yield f"owner {clock['id']}", other
    for place, note in enumerate(PROCEDURE["notifications"]):
        less = copy.deepcopy(PROCEDURE)
        del less["notifications"][place]
        yield f"letter {place} {note['letter']} to {' '.join(note['to'])}", less
    for place, rung in enumerate(PROCEDURE["ladder"]["rungs"]):
        less = copy.deepcopy(PROCEDURE)
        del less["ladder"]["rungs"][place]
        yield f"rung {rung['role']}", less
    for name in PROCEDURE["actions"]:
        less = copy.deepcopy(PROCEDURE)
        del less["actions"][name]
        yield f"action {name}", less
    for name in ("urgent", "admissibility"):
        yield name, {**PROCEDURE, name: []}


CHANGES = dict(changes())


@pytest.mark.parametrize("rule", [name for name in CHANGES if name not in UNSEEN])
def test_a_changed_rule_fails_a_scenario(rule: str) -> None:
    assert any(not told(under(one, CHANGES[rule])).passed for one in STORIES)
