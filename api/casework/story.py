"""The one timeline of a case: events with what they carry and say, letters, refused attempts, telephone tasks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from api.casework.codes import REFUSALS
from api.casework.names import Names
from complaints.case.model import Event
from complaints.fields import CODED
from complaints.procedure.intake import CLASSES
from complaints.vocabulary import ACTIONS, CLOCK, COMPLAINANT, SYSTEM
from records.attachments import FIELD
from records.values import Attempt, NoticeRow, Task


def _(text: str) -> str:
    return text


Texts = Mapping[str, Mapping[str, str]]

_INSIDE = frozenset({
    "approval", "case", "event", "into", "overdue", "promise", "role", "round", "set",
    "with_requirements",
})  # fmt: skip
"""Fields that are told in another way, or that the house carries for itself."""

_BESIDE = frozenset({*CODED, *CLASSES, "due", "was"}) - _INSIDE
"""Fields of every procedure that an entry shows; its own are those of its intake."""

_FOLLOWS = frozenset({"assigned", "substituted", "recused", "reminded", "chased", "escalated", "overdue", "lapsed"})
"""Events of which only whom they concern, and by which clock, is told."""

QUIET = frozenset({"assigned", "notified", "reported", "acknowledged", "recounted", "moved", "calendar_changed"})
"""Events that follow of themselves: shown when all is asked for."""

COUNTER: dict[str, str] = {
    "approved": "revoke", "deemed_approved": "revoke", "paused": "resume", "resumed": "pause", "dispatched": "dispatch",
    "appointed": "appoint", "assessed": "reclassify", "reclassified": "reclassify", "replied": "reopen",
}  # fmt: skip
"""What undoes an event, where another action does; anything else that people noted is corrected."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline; `kind` is event, letter, attempt or task, `sign` what stands before it."""

    at: int
    kind: str
    what: str
    order: int = 0
    sign: str = ""
    who: str = ""
    seq: int = 0
    clause: str = ""
    details: tuple[tuple[str, str], ...] = ()
    texts: tuple[tuple[str, str], ...] = ()
    quiet: bool = False
    bad: bool = False
    undo: str = ""
    links: tuple[tuple[str, str], ...] = field(default=())


def story(
    names: Names,
    events: list[Event],
    texts: Texts,
    notices: list[NoticeRow],
    attempts: list[Attempt],
    tasks: list[Task],
    may: list[str],
) -> list[Entry]:
    """Everything that happened, oldest first."""  # fmt: skip
    told = {row.notice for row in notices}
    last = {event.event: event.seq for event in events}
    found = [
        _event(names, event, texts, last, may)
        for event in events
        if not (event.event in ("notified", "notice_failed") and event.data.get("notice") in told)
    ]
    found += [_letter(names, row) for row in notices]
    found += [_attempt(names, attempt) for attempt in attempts]
    found += [_task(names, task) for task in tasks if task.done_at is not None]
    return sorted(found, key=lambda entry: (entry.at, entry.order))


def _event(names: Names, event: Event, texts: Texts, last: dict[str, int], may: list[str]) -> Entry:
    said = texts.get(event.content.id, {}) if event.content is not None else {}
    action = next((name for name, does in ACTIONS.items() if does.event == event.event), "")
    return Entry(
        at=event.at,
        order=event.seq,
        kind="event",
        what=names.event(event.event),
        sign={"overdue": "!", "closed": "■", "received": "●"}.get(event.event, "•"),
        who=_who(names, event),
        seq=event.seq,
        clause=_clause(names, event, action),
        details=_details(names, event, action),
        texts=tuple((names.told(name, action), _plain(name, words)) for name, words in said.items()),
        quiet=event.event in QUIET and not said,
        bad=event.event == "overdue",
        undo=_undo(event, last, may),
        links=_links(names, event),
    )


def _plain(name: str, words: str) -> str:
    """Words as people read them: of files their names; size and checksum are for who proves the record."""
    return re.sub(r" \(\d+ B, sha256 [0-9a-f]{64}\)$", "", words, flags=re.MULTILINE) if name == FIELD else words


def _who(names: Names, event: Event) -> str:
    if event.role == COMPLAINANT:
        return names.role(COMPLAINANT)
    if event.role in (CLOCK, SYSTEM) or not event.by:
        return ""
    return f"{names.person(event.by)} ({names.role(event.role)})"


def _clause(names: Names, event: Event, action: str) -> str:
    clock = event.data.get("clock")
    rule = names.rules.procedure.actions.get(action)
    if rule is not None and rule.clause:
        return rule.clause
    return next((r.clock.clause for r in names.rules.clocks if clock and r.clock.id == clock), "")


def _details(names: Names, event: Event, action: str) -> tuple[tuple[str, str], ...]:
    if event.event in _FOLLOWS:
        return tuple(_followed(names, event))
    own, found = names.rules.procedure.intake.fields, []
    for name, value in event.data.items():
        empty = value in ("", None, [], {})
        if empty or name in _INSIDE or (name == "step" and not isinstance(value, str)):
            continue
        if name in _BESIDE or name in own:
            found.append((names.told(name, action), names.value(name, value)))
    if event.event == "notice_failed":
        found.append((names.say(_("Why")), names.say(_FAULTS.get(str(event.data.get("code")), _("It came back.")))))
    found += [(names.told(name), names.value(name, value)) for name, value in event.data.get("set", {}).items()]
    return tuple(found)


def _followed(names: Names, event: Event) -> Iterator[tuple[str, str]]:
    data = event.data
    if event.event == "assigned":
        yield names.role(str(data["role"])), _assigned(names, data)
    elif event.event in ("substituted", "recused"):
        role = str(data.get("role", ""))
        yield names.role(role) if role else names.told("person"), names.person(str(data.get("person", "")))
    elif whom := data.get("to") or data.get("role"):
        yield names.told("to"), names.other(str(whom))
    if data.get("clock"):
        yield names.told("clock"), names.clock(str(data["clock"]))


def _assigned(names: Names, data: dict[str, Any]) -> str:
    people = data.get("people") or [data.get("person", "")]
    said = ", ".join(names.person(str(person)) for person in people if person)
    if data.get("deputy_of"):
        said += names.say(_(" in place of %(name)s"), name=names.person(str(data["deputy_of"])))
    return said


def _links(names: Names, event: Event) -> tuple[tuple[str, str], ...]:
    found = event.data.get("case") if event.event == "linked" else event.data.get("into")
    return ((str(found), f"/cases/{found}"),) if found and event.event in ("linked", "merged") else ()


def _undo(event: Event, last: dict[str, int], may: list[str]) -> str:
    """The action that takes the event back, where this person may take it: the counter-action, else a correction."""
    counter = COUNTER.get(event.event, "")
    if counter in may and last[event.event] == event.seq:
        return counter
    return f"correct?event={event.seq}" if correctable(event) and "correct" in may else ""


def correctable(event: Event) -> bool:
    """Whether a correction can speak of the event: what people brought or noted, not what clocks and letters did."""
    done = any(does.event == event.event for does in ACTIONS.values()) and bool(event.by)
    final = event.event in ("corrected", "closed", "withdrawn", "merged", "linked", "noted", "attached")
    return event.event == "received" or (done and event.role not in (CLOCK, SYSTEM) and not final)


def _letter(names: Names, row: NoticeRow) -> Entry:
    state = {
        "sent": names.say(_("sent")), "failed": names.say(_("failed")), "created": names.say(_("on its way")),
    }[row.status]  # fmt: skip
    whom = names.role(row.role) if row.role == COMPLAINANT or not row.person else names.person(row.person)
    details = [
        (names.say(_("To")), whom),
        (names.say(_("Sent by")), names.say(_WAYS.get(row.channel, _("another way")))),
    ]
    if row.error:
        why = _FAULTS.get(row.error, _("It was not accepted for delivery, or it came back."))
        details.append((names.say(_("Why")), names.say(why)))
    return Entry(
        at=row.sent_at or row.created_at,
        order=row.cause * 1000,
        kind="letter",
        sign="✉" if row.status != "failed" else "✕",
        what=f"{names.letter(row.letter)} · {state}",
        details=tuple(details),
        bad=row.status == "failed",
        quiet=row.status == "sent",
    )


_WAYS = {
    "mail": _("e-mail"), "sms": _("text message"), "chat": _("chat message"), "phone": _("telephone"),
}  # fmt: skip
_FAULTS = {
    "no_address": _("There is no address."),
    "bad_address": _("The address is not valid."),
    "bounced": _("It came back."),
    "refused": _("The mail server refused it."),
    "nobody": _("Nobody holds the role."),
    "not_configured": _("No way to send such messages is set up."),
}


def _attempt(names: Names, attempt: Attempt) -> Entry:
    said = names.say(REFUSALS[attempt.code]) if attempt.code in REFUSALS else names.say(_("It was refused."))
    return Entry(
        at=attempt.at,
        order=10**9,
        kind="attempt",
        sign="✕",
        what=names.say(_("%(action)s: refused"), action=names.action(attempt.action)),
        who=_person(names, attempt),
        details=((names.say(_("Why")), said),),
        quiet=True,
    )


def _person(names: Names, attempt: Attempt) -> str:
    if attempt.role == COMPLAINANT:
        return names.role(COMPLAINANT)
    role = f" ({names.role(attempt.role)})" if attempt.role else ""
    return f"{names.person(attempt.person)}{role}"


def _task(names: Names, task: Task) -> Entry:
    return Entry(
        at=task.done_at or task.created_at,
        order=10**9,
        kind="task",
        sign="☎",
        what=names.say(_("Told by telephone")),
        who=names.person(task.done_by),
        details=((names.say(_("To")), whom(names, task)),),
    )


def whom(names: Names, task: Task) -> str:
    """Whom a telephone task is to reach."""
    role = names.role(task.role)
    return role if not task.person or task.role == COMPLAINANT else f"{names.person(task.person)} ({role})"
