"""The time limits of a case as its page shows them, with the days that led to each, and what comes if nobody acts."""

from __future__ import annotations

from typing import Any

from api.casework.names import Names
from complaints.calendar import DayLine
from complaints.case import clocks_view
from complaints.case.model import Event, State
from complaints.explain import Explanation, explain
from complaints.forecast import forecast
from complaints.instants import Instant
from templates.dates import short, until, weekday_of

MOST = 12
"""So many coming events are shown; what lies further off is worth little."""


def _(text: str) -> str:
    return text


_REASONS = {
    "event_day": _("the day it happened, not counted"),
    "elapsed": _("counted"),
    "working_day": _("working day"),
    "make_up_day": _("make-up working day"),
    "rest_day": _("rest day"),
    "holiday": _("holiday"),
    "closing_day": _("closed on that day"),
    "outside_hours": _("outside office hours"),
    "paused": _("the limit was stopped"),
    "outage": _("the system was out of use"),
    "rolled": _("moved on to a working day"),
}
"""What a day gave to a limit, by the calendar's code."""


def clocks(names: Names, state: State, events: list[Event], now: Instant) -> list[dict[str, Any]]:
    """The running clocks, due first: name, due, how far off, how it stands, and why it is due then."""
    found = []
    for line in clocks_view(names.rules, state):
        due, overdue = line["due"], bool(line["overdue"])
        soon = due is not None and not overdue and (due - now) * 4 < due - line["from"]
        reason = why(names, explain(names.rules, state, line["key"], events))
        found.append({
            "key": line["key"],
            "name": names.clock(line["clock"]),
            "owner": names.role(line["owner"]) if line["owner"] else "",
            "due": due,
            "relative": until(due, now, names.language) if due is not None else "",
            "mood": "late" if overdue else "soon" if soon else "",
            "paused": line["paused"],
            "provisional": line["provisional"],
            "window": line["kind"] in ("window", "silence", "vote"),
            "limit": reason["limit"],
            "clause": line["clause"],
            "ours": line["default"],
            "why": reason,
        })  # fmt: skip
    return found


def why(names: Names, found: Explanation) -> dict[str, Any]:
    """The explanation in words: from what, by which limit, then day by day."""
    zone = names.rules.procedure.calendar.zone

    def when(at: Instant) -> str:
        return short(at, zone, names.language)

    notes = []
    for gap in found.pauses:
        ended = when(gap.until) if gap.until is not None else names.say(_("still stopped"))
        notes.append(names.say(_("Stopped from %(since)s to %(until)s."), since=when(gap.since), until=ended))
    for out in found.outages:
        if out.until is not None:
            said = _("The system was out of use from %(since)s to %(until)s.")
            notes.append(names.say(said, since=when(out.since), until=when(out.until)))
    for more in found.extensions:
        said = _("Extended by %(limit)s, from %(was)s to %(due)s.")
        notes.append(names.say(said, limit=names.limit(more.limit), was=when(more.was), due=when(more.due)))
    if found.not_before is not None:
        notes.append(names.say(_("Not before %(at)s, so that a reminder leaves time."), at=when(found.not_before)))
    return {
        "from": names.event(found.origin.event) if found.origin.event else "",
        "since": found.since,
        "limit": names.limit(found.limit),
        "given": found.given,
        "days": [_day(names, line) for line in found.lines],
        "notes": notes,
    }


def _day(names: Names, line: DayLine) -> dict[str, Any]:
    reason = names.say(_REASONS[line.reason])
    if line.name:
        reason = f"{reason} · {line.name}"
    if line.counted and line.seconds is not None:
        reason = f"{reason} · {round(line.seconds / 3600, 1):g} h"
    return {"date": weekday_of(line.date, names.language), "counted": line.counted, "reason": reason}


def coming(names: Names, state: State, now: Instant) -> list[dict[str, Any]]:
    """What happens if nobody acts: when, what, by which clock, to whom, and where the case is then."""
    return [
        {
            "at": line.at,
            "event": names.event(line.event),
            "clock": names.clock(line.clock) if line.clock else "",
            "role": names.role(line.role) if line.role else "",
        }
        for line in forecast(names.rules, state, now, most=MOST)
    ]
