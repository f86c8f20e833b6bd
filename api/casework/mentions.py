"""Which codes a procedure itself speaks of in the `where` of its event patterns: the choices of an open field."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from complaints.procedure.common import Pattern
from complaints.procedure.model import Procedure


def mentioned(procedure: Procedure, event: str, name: str) -> tuple[str, ...]:
    """The codes of field `name` that patterns of `event` ask for, in the order in which they first stand."""
    found: dict[str, None] = {}
    for pattern in _patterns(procedure):
        if pattern.event == event:
            found |= dict.fromkeys(_codes(pattern.where.get(name)))
    return tuple(found)


def _codes(test: Any) -> Iterator[str]:
    if isinstance(test, str) and test:
        yield test
    elif isinstance(test, list | tuple):
        for one in test:
            yield from _codes(one)
    elif isinstance(test, dict):
        yield from _codes(test.get("not"))


def _patterns(part: Any) -> Iterator[Pattern]:
    if isinstance(part, Pattern):
        yield part
    elif isinstance(part, dict):
        for one in part.values():
            yield from _patterns(one)
    elif isinstance(part, list | tuple):
        for one in part:
            yield from _patterns(one)
    elif hasattr(part, "model_fields_set"):
        for name in type(part).model_fields:
            yield from _patterns(getattr(part, name))
