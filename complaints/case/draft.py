"""A transition under way: a copy of the state, and the events that were written so far."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from complaints.case.evolve import copy_state, evolve
from complaints.case.model import Content, Data, Event, State, Transition
from complaints.case.rules import Rules
from complaints.errors import BrokenChain, NotFound
from complaints.instants import Instant
from complaints.vocabulary import CLOCK, MOVES, SYSTEM

_dumps = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode


def canonical(value: Any) -> str:
    """JSON text that is the same for equal values, on every machine."""
    return _dumps(value)


def hash_of(event: Event) -> str:
    """The hash that an event must carry: over all of it but the hash itself."""
    content = event.content
    parts = [
        event.prev, event.seq, event.at, event.event, event.by, event.role, event.key, event.data,
        [content.id, content.hash, list(content.fields)] if content is not None else None,
    ]  # fmt: skip
    return hashlib.sha256(_dumps(parts).encode()).hexdigest()


class Draft:
    """Writes events one after another, folding each into its own copy of the state."""

    __slots__ = ("_began", "events", "rules", "state")

    def __init__(self, rules: Rules, state: State) -> None:
        self.rules = self._began = rules
        self.state = copy_state(state)
        self.events: list[Event] = []

    def emit(
        self,
        name: str,
        at: Instant,
        data: Data,
        *,
        by: str = "",
        role: str = SYSTEM,
        content: Content | None = None,
        key: str = "",
    ) -> Event:
        """Writes one event, not earlier than the last, and folds it in."""
        state = self.state
        bare = Event(state.seq + 1, max(at, state.at), name, by, role, data, content, key, state.head)
        event = Event(bare.seq, bare.at, name, by, role, data, content, key, bare.prev, hash_of(bare))
        evolve(self.rules, state, event)
        self.events.append(event)
        return event

    def tick(self, name: str, at: Instant, data: Data) -> Event:
        """Writes an event of the clock."""
        return self.emit(name, at, data, role=CLOCK)

    def done(self) -> Transition:
        """The transition as it stands."""
        return Transition(self.state, tuple(self.events), rules=self.rules if self.rules is not self._began else None)


Find = Callable[[str, str], Rules]
"""Gives rules by the names (`Rules.names`) of their procedure and their calendar."""


class Watch(Protocol):
    """Looks on while events are folded: at the state before each event, and at the same state after it."""

    def before(self, state: State) -> None:
        """Called before an event; the state is about to be changed in place."""

    def after(self, state: State, event: Event) -> None:
        """Called when the event is folded in."""

    def under(self, rules: Rules) -> None:
        """Called after an event by which the case goes on under other rules."""


def fold(
    rules: Rules, state: State, events: Sequence[Event], find: Find | None = None, watch: Watch | None = None
) -> State:
    """The state after these events, each folded under the rules that were in force; `find` gives those of a move.

    `rules` are in force at the first event. Raises `BrokenChain` where an event does not follow the one before.
    """
    after = copy_state(state)
    for event in events:
        if event.seq != after.seq + 1 or event.prev != after.head or hash_of(event) != event.hash:
            raise BrokenChain(event.seq, f"event {event.seq} does not follow event {after.seq} of the chain")
        if watch is not None:
            watch.before(after)
        moves = event.event in MOVES and (names := rules_of(event)) != rules.names
        if moves:
            if find is None:
                raise NotFound(f"At event {event.seq} the case goes on under rules that are not at hand.")
            rules = find(*names)
        evolve(rules, after, event)
        if watch is not None:
            watch.after(after, event)
            if moves:
                watch.under(rules)
    return after


def rules_of(event: Event) -> tuple[str, str]:
    """The names of the rules from that move on."""
    return str(event.data["procedure"]), str(event.data["calendar"])


def rules_before(event: Event) -> tuple[str, str]:
    """The names of the rules up to that move."""
    return str(event.data["from_procedure"]), str(event.data["from_calendar"])


def check_chain(events: Sequence[Event]) -> None:
    """Raises `BrokenChain` at the first event that does not follow the one before, or whose hash is not its own."""
    seq, head = 0, ""
    for event in events:
        if event.seq != seq + 1 or event.prev != head or hash_of(event) != event.hash:
            raise BrokenChain(event.seq, f"event {event.seq} does not follow event {seq} of the chain")
        seq, head = event.seq, event.hash
