"""What is different between two versions of a procedure, rule by rule, and what it means for one case."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from complaints.calendar import FAR
from complaints.case import Message, Rules, State, apply, settle
from complaints.case.moving import carried_to
from complaints.case.place import Lack, lacks
from complaints.errors import Refused
from complaints.instants import Instant
from complaints.vocabulary import MOVES

What = Literal["new", "gone", "changed"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One rule, or field of a rule, that is new, gone or another: where, by which clause, before and after.

    `before` and `after` are plain JSON values, None where there is nothing; of lists they hold what only one side has.
    """

    part: str
    rule: str
    what: What
    field: str = ""
    before: Any = None
    after: Any = None
    clause: str = ""


def differences(before: Rules, after: Rules) -> tuple[Difference, ...]:
    """Every difference between two versions, in the order of the file; calendars are not compared."""
    old, new = json.loads(before.frozen[0]), json.loads(after.frozen[0])
    return tuple(found for part in dict.fromkeys((*old, *new)) for found in _part(part, old.get(part), new.get(part)))


def _part(part: str, old: Any, new: Any) -> Iterator[Difference]:
    if old == new:
        return
    if part == "paths":
        yield from _listed("stages", _stages(old or []), _stages(new or []))
    elif _of_rules(old) or _of_rules(new):
        yield from _listed(part, _labelled(old or []), _labelled(new or []))
    elif isinstance(old, dict) and isinstance(new, dict):
        yield from _listed(part, old, new)
    else:
        yield Difference(part, "", _what(old, new), "", old, new)


def _what(old: Any, new: Any) -> What:
    return "new" if old is None else "gone" if new is None else "changed"


def _listed(part: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Difference]:
    for rule in dict.fromkeys((*old, *new)):
        a, b = old.get(rule), new.get(rule)
        clause = str(next((one["clause"] for one in (b, a) if isinstance(one, dict) and one.get("clause")), ""))
        if a is None or b is None:
            yield Difference(part, rule, _what(a, b), "", a, b, clause)
            continue
        for field, before, after in _fields("", a, b):
            yield Difference(part, rule, _what(before, after) if field else "changed", field, before, after, clause)


def _fields(field: str, a: Any, b: Any) -> Iterator[tuple[str, Any, Any]]:
    """The innermost fields that differ; of lists, what only one of the two has."""
    if a == b:
        return
    # A limit is one thing, however it is written; a rule that has one is not.
    if isinstance(a, dict) and isinstance(b, dict) and not (field and "limit" in (*a, *b)):
        for name in dict.fromkeys((*a, *b)):
            yield from _fields(f"{field}.{name}" if field else name, a.get(name), b.get(name))
    elif field and isinstance(a, list) and isinstance(b, list):
        gone, more = [one for one in a if one not in b], [one for one in b if one not in a]
        # Only their order differs where neither has anything of its own.
        yield (field, gone or None, more or None) if gone or more else (field, a, b)
    else:
        yield field, a, b


def _of_rules(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


_NAMED_BY = ("id", "letter", "unit", "to", "set")


def _labelled(rules: list[dict[str, Any]]) -> dict[str, Any]:
    """Rules by id, or by what else names them; of several with one name, each further one by its place among them."""
    out: dict[str, Any] = {}
    for rule in rules:
        name = next((str(rule[field]) for field in _NAMED_BY if rule.get(field)), "rule")
        times = sum(1 for known in out if known == name or known.startswith(f"{name} ("))
        out[f"{name} ({times + 1})" if times else name] = rule
    return out


def _stages(paths: list[dict[str, Any]]) -> dict[str, Any]:
    """The stage entries of all paths, and each path's own fields with the order of its stages."""
    out: dict[str, Any] = {}
    for path in paths:
        ident = path.get("id", "standard")
        order = [entry["id"] for entry in path["stages"]]
        out[f"path {ident}"] = {name: value for name, value in path.items() if name != "stages"} | {"stages": order}
        prefix = f"{ident}/" if len(paths) > 1 else ""
        out |= {f"{prefix}{entry['id']}": entry for entry in path["stages"]}
    return out


@dataclass(frozen=True, slots=True)
class ClockChange:
    """A running limit before and after: its due instants (None while paused), and whether it is overdue afterwards."""

    key: str
    clock: str
    was: Instant | None
    due: Instant | None
    overdue: bool

    @property
    def changed(self) -> bool:
        """Whether its due instant is another one."""
        return self.was != self.due


@dataclass(frozen=True, slots=True)
class Preview:
    """What a move or a new calendar would do to a case: why it cannot be, the clocks, the events that come at once."""

    lacks: tuple[Lack, ...] = ()
    clocks: tuple[ClockChange, ...] = ()
    events: tuple[str, ...] = ()


def preview(rules: Rules, state: State, message: Message) -> Preview:
    """What the message (`moved` or `calendar_changed`) would do to the case now; nothing is changed by asking."""
    before = settle(rules, state, message.at).state
    try:
        done = apply(rules, before, message)
    except Refused as refused:
        new = Rules.thaw(message.data["procedure"], message.data["calendar"]) if message.do == "moved" else rules
        return Preview(lacks(rules, new, before) or (Lack(refused.code, refused.text),))
    names = carried_to(rules, done.rules, before) if done.rules is not None else {}
    clocks = []
    for key, running in before.clocks.items():
        after = done.state.clocks.get(names.get(key, key))
        late = after is not None and after.overdue
        clocks.append(ClockChange(key, running.clock, _shown(running.due), _shown(after.due) if after else None, late))
    own = {event.event for event in done.events if event.event in MOVES}
    return Preview((), tuple(clocks), tuple(e.event for e in done.events if e.event not in (*own, "recounted")))


def _shown(instant: Instant) -> Instant | None:
    return instant if instant < FAR else None
