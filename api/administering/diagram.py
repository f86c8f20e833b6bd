"""A procedure as a picture: the stages of a path from top to bottom, beside each the clocks that end in it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from complaints.calendar import CalendarSpec, Limit
from complaints.procedure.clocks import Clock
from complaints.procedure.common import Patterns
from complaints.procedure.stages import Entry, Path
from complaints.vocabulary import ACTIONS, OPEN
from templates.columns import Columns
from templates.engine import word
from templates.languages import pick
from templates.limits import limit, plain

WIDTH, LEFT, RIGHT = 760, 300, 20
"""Of the picture, in its own units: all of it, the words at the left, the margin at the right."""

_LINE, _HEAD, _GAP, _TOP = 26, 40, 14, 40
_LEAST, _MOST = 0.25, 1000.0
"""Working hours at the left and at the right end of the scale, which is logarithmic."""

DONE = {
    "assessment": "dispatched", "investigation": "proposed", "approval": "approved", "implementation": "implemented",
    "reply": "replied", "revisit": "revisited",
}  # fmt: skip
MARKS = {"remind": "○", "chase": "◆", "escalate": "▲", "reclassify": "■", "substitute": "■", "reopen": "■"}
"""Signs of what a clock's ladder does; everything else is a square too."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One step of a clock's ladder, before, at or after its end."""

    x: float
    sign: str
    words: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One clock: its line, what it is called, how long it lasts, from the shortest to the longest that it may be."""

    y: float
    name: str
    length: str
    x: float
    shortest: float
    kind: str
    marks: tuple[Mark, ...]


@dataclass(slots=True)
class Block:
    """One stage: where it begins, what it is called, who owns it, what leads elsewhere, its clocks."""

    y: float
    name: str
    owner: str
    turns: tuple[str, ...]
    bars: list[Bar] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Diagram:
    """A picture ready to be drawn; `ticks` are places of the scale with their words."""

    height: float
    blocks: tuple[Block, ...]
    ticks: tuple[tuple[float, str], ...]


def draw(path: Path, words: Columns) -> Diagram:
    """The picture of one path."""
    procedure, language = words.procedure, words.language
    own_start = path.stages[0].stage == "registration"
    day = _day(procedure.calendar)
    places = {clock.id: _place(clock, path.stages) for clock in procedure.clocks}
    if own_start:
        places = {clock: max(place, 0) for clock, place in places.items()}
    heads: list[tuple[int, str, str, tuple[str, ...]]] = [
        (place, name_of(entry, language), words.role(entry.owner) if entry.owner else "", _turns(entry, path, language))
        for place, entry in enumerate(path.stages)
    ]
    if not own_start:
        heads.insert(0, (-1, word("stage", "registration", language=language), words.role("csd"), ()))
    heads.append((len(path.stages), word("diagram", "whole", language=language), "", ()))
    y, blocks = float(_TOP), []
    for place, name, owner, turns in heads:
        clocks = [clock for clock in procedure.clocks if places[clock.id] == place]
        if place == len(path.stages) and not clocks:
            continue
        block = Block(y, name, owner, turns)
        y += _HEAD + (_LINE * 0.6 if turns else 0)
        for clock in clocks:
            block.bars.append(_bar(clock, y, day, words))
            y += _LINE
        y += _GAP
        blocks.append(block)
    scale = ((1.0, "1h"), (day, "1d"), (3 * day, "3d"), (10 * day, "10d"), (30 * day, "30d"), (90 * day, "90d"))
    ticks = tuple((_x(at), word("scale", text, language=language)) for at, text in scale)
    return Diagram(y, tuple(blocks), ticks)


def name_of(entry: Entry, language: str) -> str:
    """What a stage entry is called."""
    return pick(entry.name, language) or word("stage", entry.stage, language=language)


def ladder(clock: Clock, words: Columns) -> list[str]:
    """What a clock's ladder does, in words."""
    found = []
    for step in clock.ladder:
        when = word("diagram", "at", language=words.language)
        if step.before is not None or step.after is not None:
            side = "before" if step.before is not None else "after"
            template = word("diagram", side, language=words.language)
            when = template.replace("…", limit(step.before or step.after or "", words.language))
        does = word("does", step.do, language=words.language)
        to = ", ".join(words.role(role) for role in step.to)
        found.append(f"{when}: {does}{f' → {to}' if to else ''}")
    return found


def lengths(clock: Clock, language: str) -> str:
    """How long a clock may last, from the shortest to the longest."""
    found = sorted(plain(clock.limit), key=lambda one: _hours(one, 8.0))
    if not found:
        return word("diagram", "given", language=language)
    first, last = limit(found[0], language), limit(found[-1], language)
    return first if first == last else f"{first} – {last}"


def _bar(clock: Clock, y: float, day: float, words: Columns) -> Bar:
    found = sorted(_hours(one, day) for one in plain(clock.limit)) or [day]
    end = found[-1]
    marks = []
    for step, told in zip(clock.ladder, ladder(clock, words), strict=True):
        moved = _hours(step.after, day) if step.after is not None else 0.0
        moved -= _hours(step.before, day) if step.before is not None else 0.0
        marks.append(Mark(_x(max(end + moved, _LEAST)), MARKS.get(step.do, "■"), told))
    name = clock_name(clock.id, words.language)
    return Bar(y, name, lengths(clock, words.language), _x(end), _x(found[0]), clock.kind, tuple(marks))


def clock_name(clock: str, language: str) -> str:
    """What a clock is called; its id in words where the house has no name for it."""
    label = word("clock", clock, language=language)
    return label.replace("_", " ") if label == clock else label


def _place(clock: Clock, stages: Sequence[Entry]) -> int:
    """The stage in which the clock ends: -1 for registration, as many as there are stages for the whole case."""
    for pattern in clock.until:
        for place, entry in enumerate(stages):
            if pattern.event in ({one.event for one in entry.done} or {DONE.get(entry.stage, "")}):
                return place
        own = next((action.stages for action in ACTIONS.values() if action.event == pattern.event), OPEN)
        if pattern.event != "closed" and len(own) < len(OPEN):
            return next((place for place, entry in enumerate(stages) if entry.stage in own), len(stages))
        if pattern.event != "closed" and _begins(clock.from_):
            return -1
    return len(stages)


def _begins(patterns: Patterns) -> bool:
    return any(pattern.event in ("received", "registered") for pattern in patterns)


def _turns(entry: Entry, path: Path, language: str) -> tuple[str, ...]:
    names = {one.id: name_of(one, language) for one in path.stages}
    found = []
    if entry.stage == "approval" or entry.returns_to:
        before = path.stages[: path.stages.index(entry)]
        last = next((one.id for one in reversed(before) if one.stage == "investigation"), "")
        back = entry.returns_to or last
        if back:
            found.append(f"{word('event', 'returned', language=language)} → {names.get(back, back)}")
    for turn in entry.turns:
        events = ", ".join(word("event", pattern.event, language=language) for pattern in turn.on)
        found.append(f"{events} → {names.get(turn.go, word('stage', turn.go, language=language))}")
    return tuple(found)


def _day(spec: CalendarSpec) -> float:
    return 24.0 if spec.round_the_clock else sum(shuts - opens for opens, shuts in spec.slots()) / 3600


def _hours(length: Limit, day: float) -> float:
    amount = float(length.amount)
    per = {
        "minutes": 1 / 60, "hours": 1.0, "working_hours": 1.0, "working_days": day, "days": day * 5 / 7,
        "weeks": day * 5, "months": day * 22, "same_day": day, "next_working_day": day,
    }  # fmt: skip
    return amount * per[length.unit]


def _x(hours: float) -> float:
    share = math.log(min(max(hours, _LEAST), _MOST) / _LEAST) / math.log(_MOST / _LEAST)
    return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)
