"""What somebody who complains now may expect: who receives it, until when they hear, whether anybody is there now."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from api.context import House
from complaints.case import Actor, Submission, clocks_view, receive
from complaints.case.flow import owner
from complaints.case.model import State
from complaints.case.rules import Rules
from complaints.errors import CalendarEnd
from complaints.instants import Instant
from complaints.procedure.model import Procedure
from complaints.vocabulary import COMPLAINANT
from templates.languages import pick

_HEARD = ("acknowledgement", "contact", "reply", "closure")
_ANSWERED = ("reply", "closure")
_CALL = re.compile(r"(?<!\d)\d{3,5}(?!\d)")


@dataclass(frozen=True, slots=True)
class Expected:
    """Who has a complaint at first, the latest instants for a first word and for the answer (None: not fixed yet).

    `opens` is when work begins again, None while it is open.
    """

    receiver: str
    heard: Instant | None
    answered: Instant | None
    opens: Instant | None
    asked_later: bool


async def expected(the: House, procedure: Procedure, chosen: str) -> Expected:
    """For a complaint that came in by the web at this moment."""
    now = the.now()
    rules, _ = await the.rules(procedure, datetime.fromtimestamp(now, the.zone(procedure)).year)
    facts = {"channel": "web" if "web" in procedure.channels else "", "reachable": "mail", "language": chosen}
    try_it = Submission(
        case="", number="0", received_at=now, at=now, facts=facts, content=None,
        by=Actor(COMPLAINANT, (COMPLAINANT,)), recused={},
    )  # fmt: skip
    return of_state(the, rules, receive(rules, try_it).state, chosen)


def of_state(the: House, rules: Rules, state: State, chosen: str) -> Expected:
    """The same for a case that there is."""
    due = {line["clock"]: line["due"] for line in clocks_view(rules, state) if line["due"]}
    heard = next((due[name] for name in _HEARD if name in due), None)
    answered = next((due[name] for name in _ANSWERED if name in due), None)
    now, opens = the.now(), None
    with suppress(CalendarEnd):
        opens = None if rules.calendar.is_open(now) else rules.calendar.next_open(now)
    role = rules.procedure.roles.get(owner(rules, state))
    asked_later = any(entry.stage == "revisit" for path in rules.procedure.paths for entry in path.stages)
    return Expected(pick(role.name, chosen) if role is not None else "", heard, answered, opens, asked_later)


def calls(emergency: str) -> list[str]:
    """The telephone numbers in a text on emergencies, in their order."""
    return list(dict.fromkeys(_CALL.findall(emergency)))
