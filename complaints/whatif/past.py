"""A case as it was: what came in, and what people did when. What clocks and letters did follows from the rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from complaints.case.model import Actor, Content, Data, Event
from complaints.errors import BadInput
from complaints.instants import Instant
from complaints.vocabulary import ACTIONS, CLOCK, COMPLAINANT, SYSTEM


@dataclass(frozen=True, slots=True)
class Act:
    """Something that somebody did, or that happened (`absent`, `outage`); `by` nobody is whoever it is then."""

    do: str
    at: Instant
    by: Actor | None
    data: Data = field(default_factory=dict)
    content: Content | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """A case's complaint and the acts on it, in order of time; `until` is how far time is known to have run."""

    name: str
    received_at: Instant
    at: Instant
    facts: Data
    content: Content | None
    by: Actor
    recused: dict[str, str]
    acts: tuple[Act, ...]
    until: Instant


_ACTIONS = {action.event: name for name, action in ACTIONS.items()}
_HAPPENED = ("absent", "outage")
_BALLOT = ("approval", "round", "level", "as")
_ADDED: dict[str, tuple[str, ...]] = {
    "assessed": ("severity_was",), "reclassified": ("severity_was",), "approved": _BALLOT, "returned": _BALLOT,
    "voted": _BALLOT, "revoked": ("to", "approval"), "objected": ("approval", "lift", "to"), "promised": ("promise",),
    "explained": ("remaining",), "extended": ("key", "was", "due"), "paused": ("clocks",), "resumed": ("clocks",),
    "recused": ("role",), "substituted": ("why",), "escalated": ("rung", "does"), "closed": ("unexplained",),
}  # fmt: skip
"""What the core itself adds to what somebody said; under other rules it is added anew."""


def past_of(name: str, events: Sequence[Event], until: Instant) -> Past:
    """The past of a recorded case from its events; raises `BadInput` where these do not begin with the complaint."""
    if not events or events[0].event != "received":
        raise BadInput("case", f"The record of {name} does not begin with a complaint.")
    received = events[0]
    facts = {k: v for k, v in received.data["facts"].items() if k != "received_by"}
    registered = next((event.at for event in events if event.event == "registered"), received.at)
    acts = tuple(act for event in events[1:] if (act := _act(event)) is not None)
    role = received.role or COMPLAINANT
    return Past(
        name, received.at, registered, facts, received.content, Actor(received.by or COMPLAINANT, (role,)),
        dict(received.data.get("recused", {})), acts, max(until, events[-1].at),
    )  # fmt: skip


def _act(event: Event) -> Act | None:
    if event.event in _HAPPENED:
        at = int(event.data["since"]) if event.event == "outage" else event.at
        return Act(event.event, at, Actor(SYSTEM), dict(event.data))
    name = _ACTIONS.get(event.event)
    if name is None or event.role in (SYSTEM, CLOCK):
        return None
    data = {k: v for k, v in event.data.items() if k not in _ADDED.get(event.event, ())}
    if name == "extend":
        data["clock"] = event.data["key"]
    person = event.by or (COMPLAINANT if event.role == COMPLAINANT else "")
    return Act(name, event.at, Actor(person, (event.role,)), data, event.content)
