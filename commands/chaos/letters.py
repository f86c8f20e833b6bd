"""Which letters a case should have brought, which arrived, and why one may have come twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from commands.chaos.faults import Window
from complaints.case import Event
from complaints.vocabulary import CLOCK
from records.values import NoticeRow

NOTED = 5.0
"""Seconds after a letter's acceptance within which its row says so, when nothing breaks."""
SPREAD = 60
"""Seconds over which timers of one instant are spread."""
PANEL = 3

_BY_EVENT = {
    "registered": ("acknowledgement",), "dispatched": ("handling_sheet",), "reopened": ("handling_sheet",),
    "proposed": ("approval_request",), "approved": ("decision",), "returned": ("decision",),
    "deemed_approved": ("deemed_approval", "deemed_approval"), "replied": ("reply", "revisit_question"),
    "chased": ("chaser",), "escalated": ("escalation",),
}  # fmt: skip
"""What the harness's procedure says, once more and by hand: an engine of letters that is wrong is not its own judge."""

_UNHEARD = ("kill worker", "kill inbox", "kill all")
"""What can come between a letter's acceptance and the row that says so: the death of who accepts or of who notes."""


@dataclass(frozen=True, slots=True)
class Post:
    """All that reached the mailbox: instants of arrival by Message-ID; `dropped` counts those kept without a word."""

    arrived: Mapping[str, Sequence[float]]
    dropped: Counter[str]
    windows: Sequence[Window]

    def doubled(self, message: str) -> tuple[int, int]:
        """How many further copies of a letter came for a known reason, and how many for none."""
        spare, known, unknown = self.dropped[message], 0, 0
        for arrived in self.arrived.get(message, ())[:-1]:
            if any(w.kind in _UNHEARD and arrived <= w.since <= arrived + NOTED for w in self.windows):
                known += 1
            elif spare:
                spare, known = spare - 1, known + 1
            else:
                unknown += 1
        return known, unknown


def expected(events: Iterable[Event], *, panel: bool) -> Counter[str]:
    """How many letters of each kind the events should have brought by mail; `panel`: a council decides."""
    out: Counter[str] = Counter()
    for event in events:
        for letter in _BY_EVENT.get(event.event, ()):
            out[letter] += PANEL if panel and letter == "approval_request" else 1
    return out


def late(events: Iterable[Event], rows: Iterable[NoticeRow], windows: Sequence[Window]) -> float:
    """The most seconds from what caused a letter to its going out, those in which something was broken left out."""
    causes = {event.seq: event for event in events}
    most = 0.0
    for row in rows:
        cause = causes.get(row.cause)
        if row.sent_at is not None and cause is not None:
            begins = cause.at + (SPREAD if cause.role == CLOCK else 0)
            most = max(most, row.sent_at - begins - _broken(windows, cause.at, row.sent_at))
    return most


def _broken(windows: Iterable[Window], since: float, until: float) -> float:
    return sum(max(0.0, min(until, w.until) - max(since, w.since)) for w in windows)
