"""Opening a second case that belongs to a first one: filed like any complaint, then linked both ways."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import BackgroundTasks

from api.context import House
from api.keys import scoped
from api.performing import Performed, perform
from api.permissions import opened
from api.security import Principal
from api.submissions import file
from complaints.case import apply
from complaints.case.model import Actor, Message
from complaints.errors import BadInput, Forbidden, NotFound, Refused
from complaints.fields import COMPLAINT, shape_action
from complaints.papers import hidden
from complaints.vocabulary import COMPLAINANT
from records.sealing import seal
from records.values import CaseRecord

BACK = "opened_from"
"""The relation by which the new case names the one that it was opened from."""

_OF_THE_COMPLAINT = frozenset(COMPLAINT) - {"kind", "category", "severity", "validity"} | {"complainant"}


async def perform_or_open(
    the: House,
    case: CaseRecord,
    who: Principal | None,
    actor: Actor,
    action: str,
    body: Mapping[str, Any],
    key: str,
    background: BackgroundTasks,
) -> Performed:
    """As `perform`; and `open_case` without the number of another case files a new one first.

    Filing and both links have keys made of `key`, so a repeat after a failure goes on where it stopped.
    """
    if action == "merge" and who is not None and body.get("into"):
        await _other_case(the, case, who, str(body["into"]))
    if action != "open_case" or body.get("case"):
        return await perform(the, case, actor, action, body, key)
    own = {name: value for name, value in body.items() if name not in _OF_THE_COMPLAINT}
    if not _allowed(the, case, actor, own):
        return await perform(the, case, actor, action, own, key)  # refused, and kept among the attempts
    complaint = await _complaint(the, case, actor, body)
    filed = await file(the, case.procedure_id, complaint, who, scoped(key, "opened"), background)
    number = filed.accepted.number
    done = await perform(the, case, actor, action, own | {"case": number}, key)
    new = await the.records.case(number=number)
    back = {"relation": BACK, "case": case.number}
    await perform(the, new, actor, action, back, scoped(key, "back"))
    return done


async def _other_case(the: House, case: CaseRecord, who: Principal, number: str) -> None:
    """Raises BadInput where the case would be joined to none, to one of other people's, or to itself."""
    try:
        found = await opened(the, number, who)
    except (NotFound, Forbidden) as error:
        raise BadInput("into", "there is no such case here") from error
    if found.case_id == case.case_id:
        raise BadInput("into", "a case cannot be joined to itself")


def _allowed(the: House, case: CaseRecord, actor: Actor, own: Mapping[str, Any]) -> bool:
    data, texts = shape_action(case.rules, "open_case", {**own, "case": "new"})
    content = seal(texts).content if texts else None
    try:
        apply(case.rules, case.state, Message("open_case", the.now(), actor, data, content))
    except Refused:
        return False
    return True


async def _complaint(the: House, case: CaseRecord, actor: Actor, body: Mapping[str, Any]) -> dict[str, Any]:
    """The new complaint: the complainant, channel and fields of the first one, with what was given for this one.

    Who opens it receives it, and so handles it: somebody who is not told who complains in the first case is not told
    by this one either, where the complainant is anonymous.
    """
    known = await the.records.complainant(case.case_id)
    contact = {name: getattr(known, name) for name in ("name", "phone", "email", "address", "language")}
    complainant: dict[str, Any] = {name: value for name, value in contact.items() if value}
    mine = COMPLAINANT in actor.roles
    if not mine and hidden(case.rules.procedure, case.state, anonymous=known.anonymous, roles=actor.roles):
        complainant["anonymous"] = True
    fields = case.rules.procedure.intake.fields
    first = (await the.records.events(case.case_id))[0]
    said = (await the.records.contents(case.case_id)).get(first.content.id, {}) if first.content else {}
    words = {name: text for name, text in said.items() if name != "about"}
    facts = {n: _plain(fields[n].type, v, case) for n, v in first.data["facts"].items() if n in fields}
    kept = {name: case.state.facts[name] for name in ("channel", "category") if name in case.state.facts}
    own = ("about", "demand", "place", "subject", "channel", "unit", "category", "severity", "kind", *fields)
    given = {name: body[name] for name in own if body.get(name)}
    if body.get("person"):
        given["subject"] = body["person"]
    return kept | words | facts | given | {"complainant": body.get("complainant") or complainant}


def _plain(kind: str, value: Any, case: CaseRecord) -> Any:
    return case.rules.calendar.at_local(value).isoformat() if kind == "instant" else value
