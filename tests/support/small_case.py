"""A small procedure and cases of it, made by the real core: for tests that are about something else."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from complaints.calendar.source import build_calendar
from complaints.case import Submission, apply, receive
from complaints.case.model import Actor, Content, Event, Message, State
from complaints.case.rules import Rules, digest
from complaints.procedure.load import freeze
from complaints.procedure.model import Procedure
from records import Records, seal
from records.attachments import told
from records.values import Accepted, Complainant, Intake, StoredFile

ZONE = ZoneInfo("Asia/Shanghai")
DESK = Actor("p-desk", ("csd",))
HEAD = Actor("p-head", ("responsible",))


def label(text: str) -> dict[str, str]:
    """The same label in both languages."""
    return {"zh-CN": text, "en": text}


PROCEDURE: dict[str, Any] = {
    "id": "small",
    "name": label("Small"),
    "channels": {"web": label("web"), "telephone": label("telephone")},
    "intake": {"fields": {"about": {"type": "text", "required": True, "label": label("about")}}},
    "classification": {
        "category": {"values": {"repair": label("repair"), "noise": label("noise")}},
        "severity": {"values": {"general": label("general"), "urgent": label("urgent")}, "default": "general"},
    },
    "numbering": {"pattern": "S%Y%m%d-{serial:04}", "restart": "daily"},
    "roles": {
        "csd": {"name": label("desk"), "shared": True},
        "responsible": {"name": label("head")},
        "leader": {"name": label("leader")},
    },
    "paths": [{"stages": ["assessment", "investigation", "implementation", "reply", "closed"]}],
    "clocks": [
        {
            "id": "dispatch",
            "owner": "csd",
            "from": "received",
            "until": "dispatched",
            "limit": "0.5 working_days",
            "clause": "S-1",
        },
        {
            "id": "reply",
            "owner": "csd",
            "from": "received",
            "until": "replied",
            "limit": "5 working_days",
            "clause": "S-2",
        },
    ],
    "forms": {
        "register": {
            "name": label("register"),
            "columns": {
                name: label(name)
                for name in (
                    "number", "received_at", "channel", "category", "complainant", "phone", "about", "unit",
                    "dispatched_at", "dispatched_by", "replied_at", "reply", "outcome",
                )
            },
        },
        "handling_sheet": {
            "name": label("sheet"),
            "columns": {name: label(name) for name in ("number", "cause", "measures", "proposed_at", "done")},
        },
    },
}  # fmt: skip


def rules_texts(**changes: Any) -> tuple[str, str]:
    """The frozen texts of the small procedure (with top-level changes) and of its calendar."""
    procedure = Procedure.model_validate(PROCEDURE | changes)
    calendar = build_calendar(procedure.calendar, 2026)
    return freeze(procedure), json.dumps(calendar.freeze(), sort_keys=True, separators=(",", ":"))


def at(local: str) -> int:
    """The instant of a local time such as `2026-11-23T09:30`."""
    return int(datetime.fromisoformat(local).replace(tzinfo=ZONE).timestamp())


@dataclass
class Play:
    """A case being played: its rules, its state, and the events that it made."""

    rules: Rules
    accepted: Accepted
    events: list[Event]
    state: State
    unsent: list[Event] = field(default_factory=list)

    def act(
        self, when: str, do: str, by: Actor, data: dict[str, Any] | None = None, content: Content | None = None
    ) -> None:
        """Apply an action; its events wait in `unsent`."""
        message = Message(do, at(when), by, data or {}, content, secrets.token_hex(8))
        done = apply(self.rules, self.state, message)
        self.state = done.state
        self.events += done.events
        self.unsent += done.events


async def submission(
    records: Records,
    *,
    key: str = "",
    when: str = "2026-11-23T09:00",
    about: str = "water comes in",
    place: str = "",
    texts: tuple[str, str] | None = None,
    files: tuple[StoredFile, ...] = (),
    **facts: Any,
) -> Intake:
    """A complaint ready to be accepted; the same arguments with one key are the same complaint."""
    procedure_json, calendar_json = texts or rules_texts()
    ref = await records.save_rules(procedure_json, calendar_json)
    rules = await records.rules(ref)
    sealed = seal({"about": about, **({"place": place} if place else {}), **told(files)})
    case = secrets.token_hex(16)
    key = key or secrets.token_hex(16)
    given = Submission(
        case=case, number="", received_at=at(when), at=at(when),
        facts={"channel": "web", "category": "repair", **facts},
        content=sealed.content, by=Actor("", ("complainant",)), recused={}, key=key,
    )  # fmt: skip
    return Intake(
        case=case,
        rules=ref,
        local=datetime.fromtimestamp(at(when), ZONE),
        key=key,
        fingerprint=digest(repr((about, sorted(facts.items())))),
        build=lambda number: receive(rules, replace(given, number=number)),
        sealed=sealed,
        complainant=Complainant("Complainant A", "000", "a@example.org", "", "en"),
        files=files,
    )


async def accepted(records: Records, **given: Any) -> Play:
    """A case accepted by the records, ready to be played on."""
    intake = await submission(records, **given)
    answer = await records.accept(intake)
    rules = await records.rules(intake.rules)
    return Play(rules, answer, await records.events(answer.case), answer.state)
