"""Everything that waits for a leader who is signed in: approvals, votes, endorsements and instructions."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from api import views
from api.context import House
from api.leading.decide import choices_for
from api.leading.standing import Asked, deciders, standing
from api.security import Principal, actor
from complaints.case import Actor, Rules, State, awaited, permitted
from complaints.instants import Instant
from records.values import CaseRecord, WorkFilter
from runtime.links import ApprovalLink

LOOKED_THROUGH, SHOWN = 200, 30
"""Of so many of the most urgent cases that wait for the person, so many are shown."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that waits: for which decision (approve, vote, endorse, instruct), by when, what is offered."""

    asked: Asked
    actor: Actor
    kind: str
    due: Instant | None
    offered: tuple[str, ...]


async def pile(the: House, who: Principal) -> list[Item]:
    """What waits for this person, most urgent first."""
    page = await the.records.worklist(
        WorkFilter(
            at=the.now(),
            procedures=(who.procedure,) if who.procedure else (),
            person=who.person,
            roles=who.roles,
            limit=LOOKED_THROUGH,
        )
    )
    likely = [
        row for row in page.rows if row.stage in ("approval", "investigation") or _leading(the, row.procedure_id, who)
    ]
    found: list[Item] = []
    for start in range(0, len(likely), SHOWN):
        part = likely[start : start + SHOWN]
        cases = await asyncio.gather(*(the.records.case(id=row.case_id) for row in part))
        found += [item for case in cases if (item := of_case(the, who, case)) is not None]
        if len(found) >= SHOWN:
            break
    return found[:SHOWN]


def _leading(the: House, procedure: str, who: Principal) -> bool:
    """Whether the person holds a role that gives instructions there."""
    if procedure not in the.directories.ids():
        return False
    own = the.directories.procedure(procedure).actions.get("instruct")
    return bool(set(who.roles) & set((own.by if own is not None and own.by else None) or ("leader",)))


def of_case(the: House, who: Principal, case: CaseRecord) -> Item | None:
    """What of this case waits for the person, or None."""
    state = views.as_of(case, the.now())
    acting = actor(the, who, case.procedure_id, state, the.now())
    if state.ballot is not None:
        link = ApprovalLink(
            f"{case.case_id}/{who.person}/{state.ballot.approval}/{state.ballot.round}",
            case.case_id,
            who.person,
            state.ballot.approval,
            state.ballot.round,
        )
        asked = Asked(link, case, state, standing(link, case.rules, state))
        mine = set(acting.roles) & set(deciders(case.rules, state))
        if mine and asked.standing == "open":
            kind = "vote" if asked.panel else "approve"
            return Item(asked, acting, kind, _due(case.rules, state, state.ballot.role), choices_for(asked))
    return _other(case, state, acting)


def _other(case: CaseRecord, state: State, acting: Actor) -> Item | None:
    for one in awaited(case.rules, state):
        for kind in ("endorse", "instruct"):
            mine = one.person == acting.person or (not one.person and one.role in acting.roles)
            if kind in one.actions and mine and kind in permitted(case.rules, state, acting):
                link = ApprovalLink(f"{case.case_id}/{acting.person}/{kind}", case.case_id, acting.person, "", 0)
                return Item(Asked(link, case, state, "open"), acting, kind, one.due or None, (kind,))
    return None


def _due(rules: Rules, state: State, role: str) -> Instant | None:
    return next((one.due for one in awaited(rules, state) if one.role == role and one.due), None)
