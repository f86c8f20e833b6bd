"""Messages of the shell: notices that arrived or failed, facts about silence, absences, outages, new calendars."""

from __future__ import annotations

from collections.abc import Callable

from complaints.case import clockwork, moving
from complaints.case.draft import Draft
from complaints.case.model import Data, Message
from complaints.case.notices import asks
from complaints.case.react import react
from complaints.case.settle import settle_until, stamp


def _notified(draft: Draft, message: Message) -> None:
    """A notice was accepted for delivery to a person; who that is becomes the assignment of its role."""
    _settled(draft, message)
    data = message.data
    notice = draft.state.owed.get(str(data["notice"]))
    if notice is None:
        return
    before = len(draft.events)
    person, role = str(data.get("person", "")), notice.to
    held = draft.state.assigned.get(role)
    people = [str(p) for p in data.get("people", ())]
    shared = role in draft.rules.procedure.roles and draft.rules.procedure.roles[role].shared
    personal = role != "complainant" and not shared
    known = held is not None and (tuple(people) == held.people if people else held.people or held.person == person)
    # A letter under way may reach somebody who has stepped aside meanwhile: that gives nobody a role back.
    if personal and person and person not in draft.state.recused and not known:
        found: Data = {"role": role, "person": person}
        found |= {k: data[k] for k in ("deputy_of", "why") if data.get(k)}
        if data.get("role") and data["role"] != role:
            found["as"] = data["role"]
        if people:
            found["people"] = people
        draft.emit("assigned", message.at, found)
    told: Data = {
        "notice": notice.id,
        "letter": notice.letter,
        "role": role,
        "channel": data.get("channel", notice.channel),
    }
    if notice.clock:
        told["clock"] = notice.clock
    if notice.round:
        told["round"] = notice.round
    if personal and person:
        told["person"] = person
    draft.emit("notified", message.at, told, key=message.key)
    if notice.counts_as and told["channel"] != "task":
        draft.emit(notice.counts_as, message.at, {"medium": told["channel"], "automatic": True})
    react(draft, before)


def _notice_failed(draft: Draft, message: Message) -> None:
    """A notice was refused, or bounced after it had been accepted."""
    _settled(draft, message)
    data = message.data
    notice = draft.state.owed.get(str(data["notice"]))
    if notice is None and data["notice"] not in draft.state.sent.values():
        return
    before = len(draft.events)
    told: Data = {k: data[k] for k in ("notice", "letter", "role", "person", "code") if data.get(k)}
    if notice is not None:
        told |= {"letter": notice.letter, "role": notice.to, "person": data.get("person") or notice.person}
        told |= {"channel": notice.channel}
    draft.emit("notice_failed", message.at, told, key=message.key)
    ballot = draft.state.ballot
    if data.get("code") == "nobody" and ballot is not None and asks(told):
        # Nobody is left to be asked: silence never counts, higher authority must see to it.
        draft.emit("escalated", message.at, {"to": _top(draft), "does": "inform", "why": "nobody_left"})
    react(draft, before)


def _top(draft: Draft) -> str:
    rungs = draft.rules.procedure.ladder.rungs
    return rungs[-1].role if rungs else "csd"


def _facts(draft: Draft, message: Message) -> None:
    """The facts about a silence: it is deemed approval, or runs on because the say was not fairly offered."""
    key = str(message.data["key"])
    running = draft.state.clocks.get(key)
    if running is None or running.due != message.data["due"] or draft.state.ballot is None:
        return
    before = len(draft.events)
    for since, until in message.data.get("outages", ()):
        if (since, until) not in draft.state.outages:
            draft.emit("outage", max(until, draft.state.at), {"since": since, "until": until})
    if message.data.get("bounced"):
        _notice_failed(draft, Message("notice_failed", running.due, message.by, dict(message.data["bounced"])))
        return
    again = clockwork.due_of(draft.rules, draft.state, running)
    if again > running.due:
        data = {"key": key, "clock": running.clock, "was": running.due, "due": again, "why": "fairness"}
        draft.emit("recounted", stamp(draft.state, running.due), data)
    else:
        ballot = draft.state.ballot
        clause = draft.rules.clocks[running.rule].clock.clause
        draft.tick("deemed_approved", stamp(draft.state, running.due), {
            "approval": ballot.approval, "round": ballot.round, "clock": running.clock, "key": key, "step": 0,
            "role": ballot.role, **({"clause": clause} if clause else {}),
        })  # fmt: skip
    react(draft, before)
    settle_until(draft, message.at)


def _absent(draft: Draft, message: Message) -> None:
    _settled(draft, message)
    before = len(draft.events)
    draft.emit("absent", message.at, {"person": message.data["person"], "until": message.data["until"]})
    react(draft, before)


def _outage(draft: Draft, message: Message) -> None:
    """Nothing ran from `since` to `until`: what fell due meanwhile is seen at the end."""
    since, until = int(message.data["since"]), int(message.data["until"])
    settle_until(draft, since, inclusive=True)
    draft.emit("outage", until, {"since": since, "until": until})
    for change in _unfair(draft):
        draft.emit("recounted", until, change)
    settle_until(draft, until, inclusive=True)


def _unfair(draft: Draft) -> list[Data]:
    """Silences that the outage makes longer."""
    out: list[Data] = []
    for key, running in draft.state.clocks.items():
        if draft.rules.clocks[running.rule].clock.kind == "silence":
            again = clockwork.due_of(draft.rules, draft.state, running)
            if again > running.due:
                out.append({"key": key, "clock": running.clock, "was": running.due, "due": again, "why": "fairness"})
    return out


def _assigned(draft: Draft, message: Message) -> None:
    _settled(draft, message)
    draft.emit("assigned", message.at, dict(message.data))


def _settled(draft: Draft, message: Message) -> None:
    settle_until(draft, message.at)


HAPPEN: dict[str, Callable[[Draft, Message], None]] = {
    "notified": _notified, "notice_failed": _notice_failed, "facts": _facts, "absent": _absent, "outage": _outage,
    "assigned": _assigned, "calendar_changed": moving.calendar_changed, "moved": moving.moved,
}  # fmt: skip
