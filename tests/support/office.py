"""A case that waits for the leader's decision, and everything that tells people of it, real but for the clock."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from temporalio.testing import ActivityEnvironment

from activities.escalation import Escalation
from activities.mail import Mailer
from activities.messages import Deliver, Delivered
from activities.notifications import Gateways, Notifications
from complaints.case import Actor, Message, Notice, apply
from complaints.people import Directory
from records import Records
from records.values import Complainant
from tests.support.mail import Inbox, inbox
from tests.support.small_case import DESK, HEAD, PROCEDURE, at, label, rules_texts, submission

STORY = "water comes in behind the bath"
NOW = at("2026-11-24T10:00")

PEOPLE = Directory.model_validate(
    {
        "units": [{"id": "works", "name": {"zh-CN": "工程部", "en": "Works"}, "head": "p-head"}],
        "people": [
            {"id": "p-desk", "name": "Desk Holder", "email": "desk@example.org", "roles": ["csd"], "language": "en"},
            {"id": "p-head", "name": "Head Holder", "email": "head@example.org", "unit": "works", "language": "en"},
            {
                "id": "p-leader", "name": "Leader Holder", "email": "leader@example.org", "phone": "+86-100",
                "roles": ["leader"], "deputy": "p-deputy", "language": "en",
            },
            {"id": "p-deputy", "name": "Deputy Holder", "email": "deputy@example.org", "language": "zh-CN"},
            {"id": "p-top", "name": "Top Holder", "email": "top@example.org", "roles": ["top"], "language": "en"},
            {"id": "p-silent", "name": "Silent Holder", "roles": ["mute"]},
        ],
    }
)  # fmt: skip

CHANGES: dict[str, Any] = {
    "roles": PROCEDURE["roles"] | {"top": {"name": label("top")}},
    "paths": [
        {"stages": ["assessment", "investigation", {"id": "approval", "approval": "measures"}, "implementation"]}
    ],
    "approvals": [{"id": "measures", "levels": [{"by": "leader"}]}],
    "clocks": [
        *PROCEDURE["clocks"],
        {"id": "approval", "owner": "leader", "from": "proposed", "until": ["approved", "returned"],
         "limit": "1 working_days", "approval": "measures"},
        {"id": "deemed_approval", "kind": "silence", "approval": "measures", "limit": "2 working_days",
         "from": {"event": "notified", "where": {"letter": "approval_request"}}, "until": ["approved", "returned"]},
    ],
    "notifications": [
        {"on": "registered", "to": "complainant", "letter": "acknowledgement"},
        {"entered": "approval", "to": "@approver", "letter": "approval_request"},
    ],
    "forms": PROCEDURE["forms"] | {"handling_sheet": {"name": label("sheet"), "columns": {
        name: label(name)
        for name in ("number", "complainant", "phone", "about", "category", "unit", "cause", "measures")
    }}},
    "confidential": {"category": "noise"},
}  # fmt: skip


class Links:
    """Links that can be read in a letter."""

    def approval(self, case_id: str, person: str, approval: str, round: int) -> str:
        return f"https://example.org/approvals/{person}.{approval}.{round}"

    def tracking(self, number: str, code: str) -> str:
        return f"https://example.org/track?number={number}&code={code}"


class Directories:
    """One institution whose directory a test may change."""

    def __init__(self) -> None:
        self.people = PEOPLE

    def of(self, procedure: str) -> Directory:
        assert procedure == "small"
        return self.people


@dataclass
class Office:
    """A case waiting for the leader's decision, and everything that tells people of it."""

    records: Records
    box: Inbox
    mailer: Mailer
    directories: Directories
    case: str
    number: str
    request: Notice
    clock: int = NOW
    gateways: Gateways = Gateways()  # noqa: RUF009

    def notifications(self) -> Notifications:
        return Notifications(
            self.records, self.directories, self.mailer, Links(), self.gateways, lambda: self.clock,
            public_url="https://example.org/",
        )  # fmt: skip

    async def deliver(self, **changes: Any) -> Delivered:
        """The activity, run as the engine runs it, from new objects as after a restart."""
        given = Deliver(self.case, replace(self.request, **changes))
        told = await ActivityEnvironment().run(self.notifications().deliver, given)
        assert isinstance(told, Delivered)
        return told

    async def escalate(self, **changes: Any) -> Delivered:
        given = Deliver(self.case, replace(self.request, **changes))
        told = await ActivityEnvironment().run(Escalation(self.notifications()).escalate, given)
        assert isinstance(told, Delivered)
        return told

    def change(self, person: str, **changes: Any) -> None:
        """Change somebody in the directory."""
        people = self.directories.people
        new = tuple(p.model_copy(update=changes) if p.id == person else p for p in people.people)
        self.directories.people = people.model_copy(update={"people": new})

    def away(self, person: str) -> None:
        """Let somebody be away now."""
        spans = [{"person": person, "since": "2026-11-23T00:00:00+08:00", "until": "2026-12-01T00:00:00+08:00"}]
        data = self.directories.people.model_dump()
        self.directories.people = Directory.model_validate(data | {"absences": spans})


@asynccontextmanager
async def opened(
    records: Records, folder: Path, *, complainant: Complainant | None = None, **facts: Any
) -> AsyncIterator[Office]:
    intake = await submission(records, about=STORY, texts=rules_texts(**CHANGES), **facts)
    if complainant is not None:
        intake = replace(intake, complainant=complainant)
    accepted = await records.accept(intake)
    rules = (await records.case(id=accepted.case)).rules
    state = accepted.state

    async def act(when: str, do: str, by: Actor, texts: dict[str, str] | None = None, **data: Any) -> None:
        nonlocal state
        content = await records.put_content(accepted.case, texts, by.person, f"{do}-{when}") if texts else None
        done = apply(rules, state, Message(do, at(when), by, data, content, f"{do}-{when}"))
        state = done.state
        await records.append(accepted.case, done.events)

    await act("2026-11-23T09:10", "assess", DESK, admissible=True)
    await act("2026-11-23T09:20", "dispatch", DESK, unit="works")
    await act("2026-11-24T09:30", "propose", HEAD, {"cause": "seal aged", "measures": "replace the seal"})
    (request,) = [n for n in state.owed.values() if n.letter == "approval_request"]
    async with inbox(folder / "inbox") as box:
        mailer = Mailer(box.url, "Huiyin <huiyin@example.org>")
        yield Office(records, box, mailer, Directories(), accepted.case, accepted.number, request)
        await mailer.close()
