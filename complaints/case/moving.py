"""A case goes on under other rules: another version of its procedure, or a calendar with newly published holidays."""

from __future__ import annotations

from complaints.calendar import FAR
from complaints.case.draft import Draft
from complaints.case.model import Data, Message, State
from complaints.case.place import behind, lacks, path_in, rung_in, successor
from complaints.case.react import react, recounts
from complaints.case.rules import Rules, plain_limit
from complaints.case.settle import settle_until
from complaints.errors import HuiyinError, Refused


def moved(draft: Draft, message: Message) -> None:
    """The case goes on under the procedure and calendar (frozen texts) that the message carries."""
    settle_until(draft, message.at)
    target = _thawed(message, str(message.data.get("procedure", "")))
    found = lacks(draft.rules, target, draft.state)
    if found:
        reasons = "; ".join(lack.text for lack in found)
        raise Refused("no_place", f"version {target.names[0][:12]} has no place for the case: {reasons}")
    _go_on(draft, message, target, _where(draft.rules, target, draft.state))


def calendar_changed(draft: Draft, message: Message) -> None:
    """The case counts by the calendar (frozen text) that the message carries; its procedure stays."""
    settle_until(draft, message.at)
    if draft.state.outcome and not draft.state.clocks:
        raise Refused("closed", "the case is closed, and no limit of it runs")
    _go_on(draft, message, _thawed(message, draft.rules.frozen[0]), {})


def _thawed(message: Message, procedure: str) -> Rules:
    try:
        return Rules.thaw(procedure, str(message.data.get("calendar", "")))
    except (ValueError, HuiyinError) as error:
        raise Refused("unreadable", "the rules that the message carries cannot be read") from error


def _where(old: Rules, new: Rules, state: State) -> Data:
    """Where the case stands in its new rules, as far as that is not where it stood: path, rung, clocks."""
    data: Data = {}
    if (path := path_in(new, state)) != state.path:
        data["path"] = path
    if (rung := rung_in(old, new, state)) != state.rung:
        data["rung"] = rung
    clocks: Data = {}
    for key, running in state.clocks.items():
        rule = successor(old, new, running)
        assert rule is not None
        fired = behind(old.clocks[running.rule], rule, running.fired)
        other: Data = {"clock": rule.clock.id} if rule.clock.id != running.clock else {}
        if fired != running.fired:
            other["fired"] = fired
        limit = None if running.fixed else plain_limit(rule.clock.limit, state.facts)
        if running.due >= FAR and limit is not None and str(limit) != running.limit:
            other["limit"] = str(limit)  # a paused limit has no due instant that a recount could tell
        if other:
            clocks[key] = other
    return {**data, "clocks": clocks} if clocks else data


def _go_on(draft: Draft, message: Message, target: Rules, where: Data) -> None:
    before, old = len(draft.events), draft.rules.names
    if target.names == old:
        return
    draft.rules = target
    procedure, calendar = target.names
    asked = {"asked_by": message.data["asked_by"]} if message.data.get("asked_by") else {}
    event = draft.emit(message.do, message.at, {
        "procedure": procedure, "calendar": calendar, "from_procedure": old[0], "from_calendar": old[1],
        "version": target.version, **where, **asked,
    }, key=message.key)  # fmt: skip
    for change in recounts(target, draft.state, event):
        draft.emit("recounted", message.at, {**change, "why": message.do})
    react(draft, before)
    settle_until(draft, message.at)
