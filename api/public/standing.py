"""Where a complaint stands, in the words of the one who complained: what was done, who has it, what comes by when."""

from __future__ import annotations

from typing import Any

from api import views
from api.context import House
from api.pages import translate
from api.tracking import TOLD, WORDS
from complaints.case import awaited, clocks_view
from complaints.case.flow import owner
from complaints.case.match import case_is
from complaints.case.model import Event, State
from complaints.case.rules import Rules
from complaints.instants import Instant
from complaints.vocabulary import COMPLAINANT
from records.values import CaseRecord
from templates.catalogues import catalogue
from templates.languages import pick

_UNITS = ("responsible", "handler")


def _(text: str) -> str:
    return text


_OWN = {
    "noted": _("You added something"), "attached": _("You sent files"), "answered": _("You answered"),
    "consented": _("You gave your consent, or not"), "objected": _("You objected"), "withdrawn": _("You withdrew"),
}  # fmt: skip


async def standing(the: House, case: CaseRecord, events: list[Event], now: Instant, chosen: str) -> dict[str, Any]:
    """The case as its complainant sees it: no person is named, and nobody else's words but those meant for them."""
    state, rules = views.as_of(case, now), case.rules
    texts = await the.records.contents(case.case_id)
    return {
        "number": case.number,
        "stage": _stage(rules, state, chosen),
        "outcome": state.outcome,
        "received_at": case.received_at,
        "with": "" if state.outcome else _with(the, case, state, chosen),
        "next": _next(rules, state, now, chosen),
        "answer_by": _answer_by(rules, state, now),
        "done": [line for event in events if (line := _told(event, chosen)) is not None],
        "to_come": _to_come(rules, state, chosen),
        "replies": _replies(events, texts),
        "question": _question(events, texts),
    }


def _stage(rules: Rules, state: State, chosen: str) -> str:
    if state.outcome:
        return catalogue(chosen).pgettext("stage", "closed")
    entry = rules.entry(state.path, state.entry)[2]
    return pick(entry.name, chosen) or catalogue(chosen).pgettext("stage", entry.stage)


def _with(the: House, case: CaseRecord, state: State, chosen: str) -> str:
    """The unit or office whose turn it is."""
    role = owner(case.rules, state)
    directory = the.directory(case.procedure_id)
    unit = directory.unit(state.unit) if directory is not None and state.unit else None
    if role in _UNITS and unit is not None:
        return pick(unit.name, chosen)
    found = case.rules.procedure.roles.get(role)
    return pick(found.name, chosen) if found is not None else catalogue(chosen).pgettext("role", role)


def _next(rules: Rules, state: State, now: Instant, chosen: str) -> dict[str, Any] | None:
    """The step that is awaited first: its words, until when, whether that has passed, whether it is the reader's."""
    line = next((one for one in awaited(rules, state) if one.actions), None)
    if line is None:
        return None
    first = line.actions[0]
    # How it will be decided is not told beforehand.
    words = catalogue(chosen).pgettext(*(("step", "approval") if first in ("approve", "vote") else ("action", first)))
    return {"words": words, "due": line.due, "late": 0 < line.due <= now, "yours": line.role == COMPLAINANT}


def _answer_by(rules: Rules, state: State, now: Instant) -> Instant | None:
    due = {line["clock"]: line["due"] for line in clocks_view(rules, state) if line["due"] and line["due"] > now}
    return due.get("reply") or due.get("closure")


def _told(event: Event, chosen: str) -> dict[str, Any] | None:
    if event.role == COMPLAINANT and event.event in _OWN:
        words = translate(chosen, _OWN[event.event])
    elif event.event in TOLD:
        words = catalogue(chosen).pgettext("event", event.event)
    else:
        return None
    return {"at": event.at, "words": words}


def _to_come(rules: Rules, state: State, chosen: str) -> list[dict[str, Any]]:
    """The stages from the present one on, as they are expected now; the first is where the case stands."""
    if state.outcome:
        return []
    path, place, _entry = rules.entry(state.path, state.entry)
    found: list[dict[str, Any]] = []
    for number, entry in enumerate(path.stages[place:]):
        words = pick(entry.name, chosen) or catalogue(chosen).pgettext("stage", entry.stage)
        if (number == 0 or case_is(entry.when, state)) and words not in [line["words"] for line in found]:
            found.append({"words": words, "now": number == 0})
    return found


def _replies(events: list[Event], texts: dict[str, dict[str, str]]) -> list[dict[str, Any]]:
    """What was written to the complainant, the newest first."""
    found = [
        {"at": event.at, "words": words}
        for event in events
        if event.content is not None and event.event in TOLD and event.role != COMPLAINANT
        for name, words in texts.get(event.content.id, {}).items()
        if name in WORDS
    ]
    return found[::-1]


def _question(events: list[Event], texts: dict[str, dict[str, str]]) -> str:
    """The question that the complainant has not answered yet, "" when there is none."""
    asked = next((event for event in reversed(events) if event.event == "asked"), None)
    if asked is None or any(event.seq > asked.seq and event.event == "answered" for event in events):
        return ""
    return texts.get(asked.content.id, {}).get("question", "") if asked.content is not None else ""
