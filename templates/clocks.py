"""What a time limit is called: by the house, else by the opinion or the action that has to be given within it."""

from __future__ import annotations

from complaints.procedure.common import Pattern
from complaints.procedure.model import Procedure
from complaints.vocabulary import ACTIONS
from templates.catalogues import catalogue
from templates.engine import word
from templates.languages import pick

_DOES = {action.event: name for name, action in ACTIONS.items()}


def clock_name(procedure: Procedure, clock: str, language: str) -> str:
    """The name of a procedure's clock; one that the house has no word for is called by what ends it."""
    known = catalogue(language)
    if known.knows(clock, "clock"):
        return known.pgettext("clock", clock)
    mine = [one for one in procedure.clocks if one.id == clock]
    if not mine:  # the time after which a rule of classification acts by itself
        return word("action", "reclassify", language=language)
    opinions = [step for one in mine for pattern in one.until for step in _steps(pattern)]
    if opinions and (name := step_name(procedure, opinions[0], language)):
        return name
    ends = [pattern.event for one in mine for pattern in one.until]
    does = [step.do for one in mine for step in one.ladder]
    actions = [_DOES[event] for event in ends if event in _DOES] + [name for name in does if name in ACTIONS]
    if actions:
        return word("action", actions[0], language=language)
    return word("event", ends[0], language=language) if ends else clock.replace("_", " ")


def step_name(procedure: Procedure, step: str, language: str) -> str:
    """What an opinion of the procedure's paths is called: by its own name, else by who gives it; empty if unknown."""
    for path in procedure.paths:
        for one in (one for entry in path.stages for one in entry.steps if one.id == step):
            return pick(one.name, language) or " · ".join(_role(procedure, role, language) for role in one.by)
    return ""


def _steps(pattern: Pattern) -> tuple[str, ...]:
    wanted = pattern.where.get("step")
    return tuple(wanted) if isinstance(wanted, list | tuple) else (wanted,) if isinstance(wanted, str) else ()


def _role(procedure: Procedure, role: str, language: str) -> str:
    own = procedure.roles.get(role)
    return pick(own.name, language) if own is not None else word("role", role, language=language)
