"""What a leader's page shows of a case: the sheet in short and as a whole, the time left, what silence means."""

from __future__ import annotations

from typing import Any

from api.casework import people
from api.casework.names import Names
from api.context import House
from api.leading.standing import Asked, deciders, held_by
from api.pages import translate
from complaints.case import State, clocks_view
from complaints.instants import Instant
from complaints.papers import handlers, hidden
from records.values import CaseRecord


def _(text: str) -> str:
    return text


async def sheet(the: House, asked: Asked, chosen: str) -> dict[str, Any]:
    """What the page shows: the time left, what silence means, the sheet in short and as a whole."""
    rules, now = asked.case.rules, the.now()
    texts = await latest_texts(the, asked.case)
    short = [(translate(chosen, _SHEET[name]), texts[name]) for name in _SHEET if name in texts]
    names = Names.of(the, asked.case, chosen)
    if asked.state.unit:
        short.append((translate(chosen, "Handled by"), names.unit(asked.state.unit)))
    form = people.paper_of(names)
    filled = await the.records.form(asked.case.case_id, form) if form else {}
    whole = people.sheet(names, filled, form, await _unnamed(the, asked))
    due: dict[str, Instant] = {}
    for line in clocks_view(rules, asked.state):
        if line["due"] and _of_ballot(asked.state, line):
            due.setdefault(line["kind"], line["due"])
    end = due.get("limit") or due.get("vote") or due.get("silence")
    return {
        "number": asked.case.number,
        "left": left(end - now, chosen) if end else "",
        "end": end,
        "late": bool(end and end <= now),
        "deemed_at": due.get("silence"),
        "zone": rules.procedure.calendar.zone,
        "sheet": short,
        "whole": whole,
    }


def _of_ballot(state: State, line: dict[str, Any]) -> bool:
    mine = state.ballot is not None and line["owner"] == state.ballot.role
    return line["kind"] in ("silence", "vote") or (line["kind"] == "limit" and mine)


_SHEET = {
    "about": _("Complaint"), "place": _("Place"), "demand": _("What is asked for"), "cause": _("Cause"),
    "measures": _("Measures"), "corrective": _("Against recurrence"), "finding": _("Finding"),
    "opinion": _("Opinion"), "result": _("Result"),
}  # fmt: skip


async def latest_texts(the: House, case: CaseRecord) -> dict[str, str]:
    """The words written last under each field of the case."""
    contents = await the.records.contents(case.case_id)
    found: dict[str, str] = {}
    for event in await the.records.events(case.case_id):
        if event.content is not None and event.event not in ("returned", "approved"):
            found |= contents.get(event.content.id, {})
    return found


async def _unnamed(the: House, asked: Asked) -> bool:
    """Whether the complainant is not for this reader to know."""
    known = await the.records.complainant(asked.case.case_id)
    procedure = asked.case.rules.procedure
    roles = held_by(asked.state, asked.link.person, (*deciders(asked.case.rules, asked.state), *handlers(procedure)))
    return bool(hidden(procedure, asked.state, anonymous=known.anonymous, roles=roles))


def left(seconds: int, chosen: str) -> str:
    """The time left in words: days and hours, then hours and minutes."""
    if seconds <= 0:
        return translate(chosen, "The time for a decision has passed; it can still be made.")
    days, hours, minutes = seconds // 86_400, seconds % 86_400 // 3600, seconds % 3600 // 60
    if days:
        return translate(chosen, "Time left: %(days)s d %(hours)s h", days=days, hours=hours)
    return translate(chosen, "Time left: %(hours)s h %(minutes)s min", hours=hours, minutes=minutes)
