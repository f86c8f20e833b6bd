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


@dataclass(frozen=True, slots=True)
class Difference:
    """One rule that is new, gone or another: in which part, which rule and field, by which clause, before and after.

    `before` and `after` are plain JSON values, None where there is nothing.
    """

    part: str
    rule: str
    what: Literal["new", "gone", "changed"]
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
    elif _has_ids(old) or _has_ids(new):
        yield from _listed(part, _by_id(old or []), _by_id(new or []))
    elif isinstance(old, dict) and isinstance(new, dict):
        yield from _listed(part, old, new)
    else:
        what: Literal["new", "gone", "changed"] = "new" if old is None else "gone" if new is None else "changed"
        yield Difference(part, "", what, "", old, new)


def _listed(part: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Difference]:
    for rule in dict.fromkeys((*old, *new)):
        a, b = old.get(rule), new.get(rule)
        clause = str(next((one["clause"] for one in (b, a) if isinstance(one, dict) and one.get("clause")), ""))
        if a == b:
            continue
        if a is None or b is None:
            yield Difference(part, rule, "new" if a is None else "gone", "", a, b, clause)
        elif isinstance(a, dict) and isinstance(b, dict):
            for field in dict.fromkeys((*a, *b)):
                if a.get(field) != b.get(field):
                    yield Difference(part, rule, "changed", field, a.get(field), b.get(field), clause)
        else:
            yield Difference(part, rule, "changed", "", a, b, clause)


def _has_ids(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) and "id" in one for one in value)


def _by_id(rules: list[dict[str, Any]]) -> dict[str, Any]:
    """Rules by id; of several with one id, each further one by its place among them."""
    out: dict[str, Any] = {}
    for rule in rules:
        times = sum(one["id"] == rule["id"] for one in rules[: rules.index(rule)])
        out[f"{rule['id']} ({times + 1})" if times else rule["id"]] = rule
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
