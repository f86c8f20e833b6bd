"""What a form brought, read back into what the core takes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from api.casework.inputs import Input, Sent
from complaints.case.model import State

ELSE = "+"
"""What the list of an open field holds for "another one"."""


def body(shown: Iterable[Input], sent: Sent, state: State) -> dict[str, Any]:
    """The fields of an action as the core takes them; what was left empty is left out."""
    found: dict[str, Any] = {}
    for one in shown:
        value = _set(one, sent, state.facts) if one.kind == "group" else _value(one, sent)
        if value not in ("", [], {}, None):
            found[one.name] = value
    return found


def unasked(action: str, sent: Sent) -> dict[str, Any]:
    """What goes with an action without being asked: the round that was looked at, the step of the opinion."""
    hidden: dict[str, Any] = {}
    if action in ("approve", "return", "vote") and (seen := first(sent, "round")).isdigit():
        hidden["round"] = int(seen)
    if action == "opine" and first(sent, "step"):
        hidden["step"] = first(sent, "step")
    return hidden


def first(sent: Sent, name: str) -> str:
    """The first value of a name, stripped; empty where there is none."""
    return next(iter(sent.get(name, ())), "").strip()


def unchanged(name: str, value: Any, facts: Mapping[str, Any]) -> bool:
    """Whether a field says what the case knows already."""
    return name in facts and facts[name] == value


def _value(one: Input, sent: Sent) -> Any:
    given = first(sent, f"f_{one.name}")
    if one.kind == "checks":
        return [value for value in sent.get(f"f_{one.name}", ()) if value]
    if one.kind == "limit":
        amount = first(sent, f"f_{one.name}_n")
        return f"{amount} {given}" if amount else ""
    if one.open and (given in ("", ELSE)):
        return _code(first(sent, f"f_{one.name}_other"))
    if one.kind == "bool":
        return {"yes": True, "no": False}.get(given)
    if one.kind == "number":
        return _number(given)
    return given


def _set(group: Input, sent: Sent, facts: Mapping[str, Any]) -> dict[str, Any]:
    changed = {}
    for one in group.within:
        value, name = _value(one, sent), one.name.removeprefix("set_")
        if value not in ("", None) and not unchanged(name, value, facts):
            changed[name] = value
    return changed


def _number(given: str) -> int | float | str:
    plain = given.replace(",", "").replace("，", "")
    for kind in (int, float):
        try:
            return kind(plain)
        except ValueError:
            continue
    return given


def _code(given: str) -> str:
    """What somebody wrote for an office or a paper, as a code: blanks and signs become dashes."""
    return re.sub(r"[^\w.:/@-]+", "-", given).strip("-")[:64]
