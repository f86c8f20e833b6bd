"""A case goes on under other rules: another version of its procedure, or a calendar with newly published holidays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from complaints.calendar import FAR
from complaints.case import clockwork
from complaints.case.draft import Draft
from complaints.case.model import Data, Message, Running, State
from complaints.case.place import behind, lacks, path_in, rung_in, successor
from complaints.case.react import react
from complaints.case.rules import ClockRule, Rules, plain_limit
from complaints.case.settle import settle_until
from complaints.errors import HuiyinError, Refused

SAYS = ("silence", "vote")
"""Kinds of clocks that end somebody's say."""


def moved(draft: Draft, message: Message) -> None:
    """The case goes on under the procedure and calendar (frozen texts) that the message carries."""
    settle_until(draft, message.at)
    target = _thawed(message, str(message.data.get("procedure", "")))
    found = lacks(draft.rules, target, draft.state)
    if found:
        reasons = "; ".join(lack.text for lack in found)
        raise Refused("no_place", f"version {target.names[0][:12]} has no place for the case: {reasons}")
    _go_on(draft, message, target)


def calendar_changed(draft: Draft, message: Message) -> None:
    """The case counts by the calendar (frozen text) that the message carries; its procedure stays."""
    settle_until(draft, message.at)
    if draft.state.outcome and not draft.state.clocks:
        raise Refused("closed", "the case is closed, and no limit of it runs")
    _go_on(draft, message, _thawed(message, draft.rules.frozen[0]))


def carried_to(old: Rules, new: Rules, state: State) -> dict[str, str]:
    """Under which key each running clock goes on in other rules that have a place for the case."""
    return {one.key: one.to for one in _carried(old, new, state)}


def _thawed(message: Message, procedure: str) -> Rules:
    try:
        return Rules.thaw(procedure, str(message.data.get("calendar", "")))
    except (ValueError, HuiyinError) as error:
        raise Refused("unreadable", "the rules that the message carries cannot be read") from error


def _go_on(draft: Draft, message: Message, target: Rules) -> None:
    before, old = len(draft.events), draft.rules
    if target.names == old.names:
        return
    found = _carried(old, target, draft.state)
    data: Data = {"procedure": target.names[0], "calendar": target.names[1]}
    data |= {"from_procedure": old.names[0], "from_calendar": old.names[1], "version": target.version}
    data |= _where(old, target, draft.state, found)
    if message.data.get("asked_by"):
        data["asked_by"] = message.data["asked_by"]
    draft.rules = target
    draft.emit(message.do, message.at, data, key=message.key)
    for change in _recounts(target, draft.state, message, found):
        draft.emit("recounted", message.at, change)
    react(draft, before)
    settle_until(draft, message.at)


@dataclass(frozen=True, slots=True)
class _Carried:
    """A running clock in its new rules: which it is there, under which key, by which limit (as `Running` notes it)."""

    key: str
    to: str
    rule: ClockRule
    fired: int
    limit: str


def _carried(old: Rules, new: Rules, state: State) -> list[_Carried]:
    out = []
    for key, running in state.clocks.items():
        rule = successor(old, new, running)
        assert rule is not None
        to = f"{rule.clock.id}/{running.subject}" if running.subject else rule.clock.id
        was = old.clocks[running.rule]
        out.append(_Carried(key, to, rule, behind(was, rule, running.fired), _limit(was, rule, running, state)))
    return out


def _limit(was: ClockRule, now: ClockRule, running: Running, state: State) -> str:
    """The limit to go on by: the one noted when the clock began, unless the rule itself is another one now."""
    a, b = was.clock.limit, now.clock.limit
    if running.fixed or a == b:
        return running.limit
    found = plain_limit(b, state.facts)
    if b.by and b.by not in state.facts:
        # What the opening event carried chose it: the same choice by the new rule.
        chosen = [name for name, one in a.cases.items() if str(one.limit) == running.limit and a.by == b.by]
        found = b.cases[chosen[0]].limit if len(chosen) == 1 and chosen[0] in b.cases else None
    return str(found) if found is not None else running.limit


def _where(old: Rules, new: Rules, state: State, found: list[_Carried]) -> Data:
    """Where the case stands in its new rules, as far as that is not where it stood: path, rung, clocks."""
    data: Data = {}
    if (path := path_in(new, state)) != state.path:
        data["path"] = path
    if (rung := rung_in(old, new, state)) != state.rung:
        data["rung"] = rung
    clocks: Data = {}
    for one in found:
        running = state.clocks[one.key]
        other: Data = {"clock": one.rule.clock.id} if one.rule.clock.id != running.clock else {}
        if sum(rule.clock.id == one.rule.clock.id for rule in new.clocks) > 1:
            other["rule"] = one.rule.index
        if one.fired != running.fired:
            other["fired"] = one.fired
        if running.due >= FAR and one.limit != running.limit:
            other["limit"] = one.limit  # a paused limit has no due instant that a recount could tell
        if other:
            clocks[one.key] = other
    return {**data, "clocks": clocks} if clocks else data


def _recounts(new: Rules, state: State, message: Message, found: list[_Carried]) -> Iterator[Data]:
    """What changes of the running clocks, as `recounted` carries it."""
    for one in found:
        running, clock = state.clocks[one.to], one.rule.clock
        if running.fixed or running.due >= FAR:
            continue
        start = message.at if clock.recount == "now" and one.limit != running.limit else running.start
        again = clockwork.due_of(new, state, replace(running, start=start, limit=one.limit))
        if message.do == "moved" and clock.kind in SAYS and again < running.due:
            continue  # another version never shortens a say that somebody has already
        if again != running.due:
            yield {
                "key": one.to, "clock": running.clock, "was": running.due, "due": again, "start": start,
                "limit": one.limit, "why": message.do,
            }  # fmt: skip
