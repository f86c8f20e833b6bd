"""What tests of the API do often: file, sign in, act, drive a case by its record alone."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from httpx import AsyncClient, Response

from api.context import House
from complaints.case import Actor, Message, apply, questions, settle
from complaints.fields import shape_action
from records.sealing import seal

PROCEDURE = "property-developer"
COMPLAINT: dict[str, Any] = {
    "procedure": PROCEDURE,
    "channel": "telephone",
    "category": "repair",
    "about": "Rain comes in at the window.",
    "complainant": {"name": "Example Person", "email": "person@example.org", "language": "en"},
}


def at(text: str) -> int:
    """The instant of a time in China."""
    return int(datetime.fromisoformat(f"{text}+08:00").timestamp())


@dataclass(slots=True)
class Door:
    """A client of the API, and the parts behind it."""

    client: AsyncClient
    the: House

    def clock(self, text: str) -> None:
        """Set the API's clock to a time in China."""
        now = at(text)
        self.the.now = lambda: now

    def bearer(self, person: str, *roles: str, procedure: str = PROCEDURE) -> dict[str, str]:
        """The header of somebody's token."""
        token = self.the.tokens.issue(person, roles, procedure, now=self.the.now())
        return {"Authorization": f"Bearer {token}"}

    async def file(self, key: str | None = None, **fields: Any) -> Response:
        """File the example complaint, with other fields where given."""
        headers = {"Idempotency-Key": key} if key else {}
        return await self.client.post("/api/complaints", json=COMPLAINT | fields, headers=headers)

    async def filed(self, **fields: Any) -> str:
        """File it and give its number."""
        answer = await self.file(**fields)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["number"])

    async def happens(self, number: str, do: str, person: str, roles: tuple[str, ...], **given: Any) -> None:
        """Let the case take an action as its workflow would, straight in the record."""
        case = await self.the.records.case(number=number)
        data, texts = shape_action(case.rules, do, given)
        content = None
        if texts:
            content = await self.the.records.put_sealed(case.case_id, seal(texts), person, uuid.uuid4().hex)
        await self.take(number, Message(do, self.the.now(), Actor(person, roles), data, content, uuid.uuid4().hex))

    async def delivered(self, number: str, role: str, person: str) -> None:
        """Let every letter owed to a role reach that person."""
        case = await self.the.records.case(number=number)
        for notice in [n for n in case.state.owed.values() if n.to == role]:
            told = {"notice": notice.id, "person": person, "channel": notice.channel}
            await self.take(number, Message("notified", self.the.now(), Actor("system"), told, key=uuid.uuid4().hex))

    async def time_passes(self, number: str, until: str) -> None:
        """Let the clocks run up to a time in China, with nobody acting; silence counts as fairly offered."""
        self.clock(until)
        case = await self.the.records.case(number=number)
        moved = settle(case.rules, case.state, self.the.now(), inclusive=True)
        await self.the.records.append(case.case_id, moved.events)
        for question in questions(case.rules, moved.state, self.the.now()):
            facts = {"key": question.key, "due": question.due}
            await self.take(number, Message("facts", self.the.now(), Actor("system"), facts))

    async def take(self, number: str, message: Message) -> None:
        """Let the case take a message, straight in the record."""
        case = await self.the.records.case(number=number)
        moved = apply(case.rules, case.state, message)
        await self.the.records.append(case.case_id, moved.events)
