"""Decisions by one, by all or by a panel; and objections, which take a decision one level higher."""

from __future__ import annotations

from typing import Any

from complaints.case.draft import Draft
from complaints.case.flow import level_of
from complaints.case.flow import mode_of as mode_of
from complaints.case.model import Data, Event, Message, State
from complaints.case.notices import asks
from complaints.case.rules import Rules
from complaints.errors import Refused
from complaints.instants import Instant
from complaints.procedure.people import Panel
from complaints.vocabulary import ACTIONS, CLOCK, SYSTEM

VOTES = ("yes", "no", "abstain")


def decide(draft: Draft, message: Message, role: str) -> None:
    """Writes a decision or a vote; with the last vote that was needed, the decision too."""
    ballot = draft.state.ballot
    assert ballot is not None
    mode = mode_of(draft.rules, ballot)
    asked = message.data.get("round")
    if asked is not None and asked != ballot.round:
        raise Refused("other_round", f"that was asked in round {asked}; now it is round {ballot.round}")
    named = {"approval": ballot.approval, "round": ballot.round, "level": ballot.level}
    if mode == "one":
        if message.do == "vote":
            raise Refused("no_vote", "this decision is not put to the vote")
        _write(draft, message, role, {**message.data, **named})
        return
    if mode == "panel" and message.do != "vote":
        raise Refused("vote_instead", "this decision is put to the vote: use vote with yes, no or abstain")
    vote = message.data.get("vote", {"approve": "yes", "return": "no"}.get(message.do))
    if vote not in VOTES:
        raise Refused("missing", f"vote is one of {', '.join(VOTES)}", fields=("vote",))
    for name in (draft.rules.approvals[ballot.approval].panel or Panel()).questions:
        if message.data.get(name, "abstain") not in VOTES:
            raise Refused("missing", f"{name} is one of {', '.join(VOTES)}", fields=(name,))
    key = message.by.person if mode == "panel" else role
    if key in ballot.votes:
        raise Refused("voted", "this vote has been cast already")
    draft.emit(
        "voted", message.at, {**message.data, **named, "vote": vote, "as": key},
        by=message.by.person, role=role, content=message.content, key=message.key,
    )  # fmt: skip
    _count(draft, message.at)


def asked_anew(draft: Draft, event: Event) -> None:
    """A panel was asked, perhaps in another composition: counts, where all its members have voted already."""
    ballot = draft.state.ballot
    if ballot is not None and ballot.votes and event.data["role"] == ballot.role and asks(event.data):
        _count(draft, event.at)


def end_of_voting(draft: Draft, at: Instant, data: Data) -> None:
    """The time to vote is over: the votes cast by now are counted. `data` names the clock."""
    _count(draft, at, data, ended=True)


def _count(draft: Draft, at: Instant, data: Data | None = None, *, ended: bool = False) -> None:
    ballot = draft.state.ballot
    assert ballot is not None
    result = result_of(draft.rules, draft.state, ended=ended)
    if result is not None:
        named = {"approval": ballot.approval, "round": ballot.round, "level": ballot.level}
        draft.emit(result.pop("event"), at, {**named, **result, **(data or {})}, role=CLOCK if ended else SYSTEM)


def result_of(rules: Rules, state: State, *, ended: bool = False) -> dict[str, Any] | None:
    """What the votes decide, or None while votes are awaited; `ended` counts those that were cast."""
    ballot = state.ballot
    assert ballot is not None
    approval = rules.approvals[ballot.approval]
    level = approval.levels[ballot.level]
    cast = list(ballot.votes.values())
    votes = [str(v["vote"]) for v in cast]
    if mode_of(rules, ballot) == "all":
        if "no" in votes:
            return {"event": "returned", "why": "not_all"}
        return {"event": "approved"} if len(votes) >= len(level.by) else None
    panel = approval.panel or Panel()
    held = state.assigned.get(ballot.role)
    eligible = len(held.people) if held is not None else 0
    if not ended and (not eligible or len(votes) < eligible):
        return None  # while the panel has not been asked, nobody knows how many votes there will be
    counts = {"yes": votes.count("yes"), "no": votes.count("no"), "abstain": votes.count("abstain")}
    if len(votes) < _quorum(panel, eligible):
        return {"event": "returned", "why": "no_quorum", **counts}
    answers = {q: _majority(panel, [str(v.get(q, "abstain")) for v in cast]) for q in panel.questions}
    event = {"event": "approved"} if _majority(panel, votes) else {"event": "returned", "why": "voted_down"}
    return {**event, **counts, **answers}


def objection(draft: Draft, message: Message, role: str) -> None:
    """Takes the last decision one level higher; refused at the top."""
    state, rules = draft.state, draft.rules
    decided = state.decided
    ident = str(decided.get("approval", "")) if decided else ""
    if not ident or decided["event"] == "returned":
        raise Refused("nothing_decided", "there is no decision to object to")
    approval = rules.approvals[ident]
    now = level_of(approval, state, int(state.facts.get(f"lift_{ident}", 0)))
    if now >= len(approval.levels) - 1:
        raise Refused("top", "the highest level has decided; there is none above it")
    lift = int(state.facts.get(f"lift_{ident}", 0)) + 1
    data = {**message.data, "approval": ident, "lift": lift, "to": decided["entry"]}
    _write(draft, message, role, data)


def _write(draft: Draft, message: Message, role: str, data: dict[str, Any]) -> None:
    event = ACTIONS[message.do].event
    draft.emit(event, message.at, data, by=message.by.person, role=role, content=message.content, key=message.key)


def _quorum(panel: Panel, eligible: int) -> int:
    """More than the share: of four, half is more than two, so three. The share 1 means all of them."""
    return min(int(eligible * panel.quorum) + 1, max(eligible, 1))


def _majority(panel: Panel, votes: list[str]) -> bool:
    cast = [v for v in votes if v in ("yes", "no")]
    yes = cast.count("yes")
    if cast and yes == len(cast) * panel.majority == len(cast) / 2:
        return panel.tie == "approved"
    return bool(cast) and yes > len(cast) * panel.majority
