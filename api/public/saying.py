"""What a complainant may say to a case now: which actions, with what they carry, taken from the page's form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from complaints.case import Actor, Rules, State, apply
from complaints.case.model import Content, Data, Message
from complaints.errors import Refused
from complaints.instants import Instant
from complaints.vocabulary import COMPLAINANT

WHO = Actor(COMPLAINANT, (COMPLAINANT,))

SATISFIED = ("yes", "partly", "not")

_TRIES: dict[str, tuple[str, Data, str]] = {
    "revisit": ("revisit", {"satisfied": "yes", "of": COMPLAINANT}, "comment"),
    "answer": ("answer", {}, "answer"),
    "consent": ("consent", {"accepted": True}, ""),
    "object": ("object", {}, "reason"),
    "add": ("note", {}, "text"),
    "attach": ("attach", {}, "text"),
    "ask": ("note", {"what": "question"}, "text"),
    "withdraw": ("withdraw", {}, "reason"),
}
"""By what the page calls it: the action, what it carries, the field of the words."""


def possible(rules: Rules, state: State, now: Instant, *, asked: bool) -> frozenset[str]:
    """What the page offers: all that the case would take now, and of consent and objection only what it waits for."""
    found = {name for name in _TRIES if _taken(rules, state, now, name)}
    if not asked:
        found.discard("answer")
    entry = rules.entry(state.path, state.entry)[2]
    if "consented" not in {pattern.event for pattern in entry.done}:
        found.discard("consent")
    clocks = rules.procedure.clocks
    if "object" not in rules.procedure.actions and not any(p.event == "objected" for c in clocks for p in c.until):
        found.discard("object")
    return frozenset(found)


def _taken(rules: Rules, state: State, now: Instant, name: str) -> bool:
    do, data, words = _TRIES[name]
    content = Content("", "", (words,)) if words else None
    try:
        apply(rules, state, Message(do, max(now, state.at), WHO, dict(data), content))
    except Refused:
        return False
    return True


def said(name: str, given: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
    """The action and its body for what a form says; KeyError for a name that is none."""
    do, data, field = _TRIES[name]
    body: dict[str, Any] = dict(data)
    words = given.get("text", "").strip()
    if words and (field or name == "consent"):
        body[field or "comment"] = words
    if name == "revisit":
        body["satisfied"] = given.get("satisfied", "")
    if name == "consent":
        body["accepted"] = given.get("accepted") == "yes"
    return do, body
