"""The words of the house: stages, actions and the events they cause, outcomes.

Procedure files, events, API, Temporal UI, database, pages and tests use these ids; people read the labels of the
catalogues. The order of `STAGES` is that of ISO 10002, clause 7.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Stage = Literal[
    "registration", "assessment", "investigation", "approval", "implementation", "reply", "revisit", "closed"
]
STAGES: tuple[Stage, ...] = (
    "registration",
    "assessment",
    "investigation",
    "approval",
    "implementation",
    "reply",
    "revisit",
    "closed",
)
OPEN: tuple[Stage, ...] = STAGES[:-1]

Outcome = Literal["resolved", "unfounded", "inadmissible", "withdrawn", "referred", "merged"]
OUTCOMES: tuple[Outcome, ...] = ("resolved", "unfounded", "inadmissible", "withdrawn", "referred", "merged")

SYSTEM = "system"
CLOCK = "clock"
STAFF = "staff"
COMPLAINANT = "complainant"
OPERATOR = "operator"

COMMON_ROLES = ("complainant", "first_receiver", "csd", "responsible", "handler", "leader")
"""Roles usable in every procedure; a procedure adds its own."""


@dataclass(frozen=True, slots=True)
class Action:
    """What a person may do: the event it causes, and by default who may do it when and what it must carry."""

    event: str
    by: tuple[str, ...]
    stages: tuple[Stage, ...] = OPEN
    requires: tuple[str, ...] = ()


_DESK = ("csd",)
_UNIT = ("responsible", "handler")
_BEFORE_DECISION: tuple[Stage, ...] = ("registration", "assessment")

ACTIONS: dict[str, Action] = {
    "acknowledge": Action("acknowledged", ("csd", "first_receiver")),
    "inform": Action("informed", ("csd", "first_receiver", *_UNIT)),
    "ask": Action("asked", ("csd", "first_receiver", *_UNIT), requires=("question",)),
    "report": Action("reported", (*_DESK, *_UNIT), requires=("medium",)),
    "instruct": Action("instructed", ("leader",), requires=("instruction",)),
    "assess": Action("assessed", _DESK, _BEFORE_DECISION),
    "resolve": Action("resolved", ("csd", "first_receiver"), _BEFORE_DECISION, ("reply",)),
    "dispatch": Action("dispatched", _DESK, ("assessment", "investigation"), ("unit",)),
    "decline": Action("declined", ("responsible",), ("investigation",), ("reason",)),
    "sign_for": Action("signed_for", ("responsible",), ("investigation",)),
    "appoint": Action("appointed", ("responsible",), ("investigation", "implementation"), ("person",)),
    "contact": Action("contacted", _UNIT, ("investigation", "implementation")),
    "opine": Action("opined", (STAFF,), requires=("step",)),
    "propose": Action("proposed", _UNIT, ("investigation",), ("cause", "measures")),
    "endorse": Action("endorsed", ("responsible",), ("investigation",)),
    "approve": Action("approved", (STAFF,), ("approval",)),
    "return": Action("returned", (STAFF,), ("approval",), ("reason",)),
    "revoke": Action("revoked", (STAFF,), ("implementation", "reply"), ("reason",)),
    "vote": Action("voted", (STAFF,), ("approval",), ("vote",)),
    "consent": Action("consented", ("complainant", "csd"), requires=("accepted",)),
    "object": Action("objected", ("complainant", "csd", "responsible"), requires=("reason",)),
    "implement": Action("implemented", _UNIT, ("implementation",), ("done",)),
    "verify": Action("verified", _DESK, ("implementation", "reply", "revisit", "closed")),
    "reply": Action("replied", _DESK, ("reply",)),
    "revisit": Action("revisited", ("csd", "complainant"), ("revisit",), ("satisfied",)),
    "reopen": Action("reopened", ("csd", "leader"), ("reply", "revisit"), ("reason",)),
    "escalate": Action("escalated", (STAFF,), requires=("reason",)),
    "refer": Action("referred", _DESK, requires=("to",)),
    "answer": Action("answered", ("csd", "complainant", "legal")),
    "serve": Action("served", _DESK, STAGES, ("what",)),
    "promise": Action("promised", ("csd", *_UNIT), STAGES, ("until",)),
    "open_case": Action("linked", ("csd", "complainant"), STAGES, ("relation",)),
    "correct": Action("corrected", (STAFF,), STAGES, ("event", "reason")),
    "explain": Action("explained", (STAFF,), STAGES, ("overdue", "reason")),
    "reclassify": Action("reclassified", ("csd", "leader")),
    "extend": Action("extended", (STAFF,), STAGES, ("clock", "reason")),
    "pause": Action("paused", ("csd", *_UNIT), requires=("reason",)),
    "resume": Action("resumed", ("csd", *_UNIT)),
    "recuse": Action("recused", (STAFF,), requires=("reason",)),
    "substitute": Action("substituted", (STAFF,)),
    "merge": Action("merged", _DESK, requires=("into",)),
    "withdraw": Action("withdrawn", ("complainant", "csd")),
    "note": Action("noted", (STAFF, "complainant"), STAGES, ("text",)),
    "attach": Action("attached", (STAFF, "complainant"), STAGES),
    "close": Action("closed", _DESK, ("reply", "revisit"), ("outcome", "reason")),
}
"""Every action by its id."""

TEXTS = frozenset(
    {
        "about", "demand", "place", "question", "message", "instruction", "reply", "reason", "text", "opinion", "cause",
        "measures", "corrective", "requirements", "done", "apology", "correction", "explanation", "unreachable",
        "comment", "result", "answer", "finding", "promise",
    }
)  # fmt: skip
"""Fields of actions that people write in their own words: they go to the records, and events carry their hash only."""

MOVES = ("calendar_changed", "moved")
"""Events from which on a case goes by other rules: a new calendar, another version of its procedure."""

HAPPENINGS = ("notified", "notice_failed", "facts", "absent", "outage", "assigned", *MOVES)
"""Messages of the shell about things that happened; no person does them."""

UNAUTHENTICATED = frozenset({"note", "pause", "resume", "escalate"})
"""All that a signal without authentication (an operator's command line) may ask for."""
