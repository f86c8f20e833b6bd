"""When a case's timers run, what it does when they could not run in time, and the facts that silence is judged by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from complaints.case import Message, Question, State, next_due
from complaints.case.model import Actor, Data
from complaints.instants import Instant
from complaints.vocabulary import SYSTEM

LATE = 300
"""Seconds after a due instant from which on the case first asks whether the system was down meanwhile."""


@dataclass(slots=True)
class Lookout:
    """What a case knows of the time behind it: up to `looked` it has asked whether the system was down."""

    looked: Instant = 0

    def overslept(self, state: State, at: Instant) -> Instant:
        """The instant of what fell due long before `at`, about which nobody has asked yet; 0 when there is none."""
        due = next_due(state)
        return due if due is not None and self.looked <= due <= at - LATE else 0


def spread(case: str) -> int:
    """Seconds after a due instant at which this case's timers run: a thousand limits at 18:00 do not fall on one."""
    try:
        return 1 + int(case[:8], 16) % 59
    except ValueError:
        return 1


def unknown(state: State, spans: Iterable[tuple[Instant, Instant]], now: Instant) -> list[Message]:
    """The outages that the case has not been told yet, as messages, oldest first; a few minutes more are no other."""
    out = []
    for since, end in sorted(spans):
        until = min(end, now)
        known = any(begun <= since and until <= ended + LATE for begun, ended in state.outages)
        if since < until and not known:
            out.append(Message("outage", until, Actor(SYSTEM), {"since": since, "until": until}))
    return out


def answer(state: State, question: Question, outages: Iterable[Message], *, bounced: bool, now: Instant) -> Message:
    """The facts about a silence, as a message."""
    spans = [[message.data["since"], message.data["until"]] for message in outages]
    data: Data = {"key": question.key, "due": question.due, "outages": spans}
    if bounced:
        role = state.ballot.role if state.ballot else ""
        held = state.assigned.get(role)
        data["bounced"] = {
            "notice": question.notice, "letter": "approval_request", "role": role, "code": "bounced",
            "person": held.person if held else "",
        }  # fmt: skip
    return Message("facts", now, Actor(SYSTEM), data)
