"""What a time limit is called: by the house, else by what has to be done within it."""

from __future__ import annotations

from complaints.procedure.model import Procedure
from complaints.vocabulary import ACTIONS
from templates.catalogues import catalogue
from templates.engine import word

_DOES = {action.event: name for name, action in ACTIONS.items()}


def clock_name(procedure: Procedure, clock: str, language: str) -> str:
    """The name of a procedure's clock; one that the house has no word for is called by the action that ends it."""
    known = catalogue(language)
    if known.knows(clock, "clock"):
        return known.pgettext("clock", clock)
    mine = [one for one in procedure.clocks if one.id == clock]
    if not mine:  # the time after which a rule of classification acts by itself
        return word("action", "reclassify", language=language)
    ends = [pattern.event for one in mine for pattern in one.until]
    does = [step.do for one in mine for step in one.ladder]
    actions = [_DOES[event] for event in ends if event in _DOES] + [name for name in does if name in ACTIONS]
    if actions:
        return word("action", actions[0], language=language)
    return word("event", ends[0], language=language) if ends else clock.replace("_", " ")
