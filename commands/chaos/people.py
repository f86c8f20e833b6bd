"""One case's people over HTTP: they file, act and decide, and try again with the same key until they are heard."""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any
from urllib.parse import urlsplit

import httpx

from commands.chaos.machine import Machine
from complaints.vocabulary import ACTIONS
from runtime.keys import keyring
from runtime.tokens import Tokens

WAITS = 300.0
"""Seconds that somebody goes on trying before the case counts as stuck."""


class Stuck(Exception):
    """A case did not go on; says where."""


@dataclass(slots=True)
class Told:
    """What people were told of their case: its tracking code, and how often each thing was done or will be."""

    code: str = ""
    done: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class People:
    """Those around the case in a place of the crowd; `told` is there once its number was promised by a 201."""

    machine: Machine
    seed: int
    place: int
    random: Random
    number: str = ""
    told: Told = field(default_factory=Told)
    steps: int = 0
    decided: set[str] = field(default_factory=set)

    async def file(self, severity: str, category: str) -> None:
        """The complaint, until it is accepted."""
        body = {
            "procedure": "chaos", "channel": "web", "severity": severity, "category": category,
            "about": f"complaint {self.place}",
            "complainant": {"name": "X Complainant", "email": f"c{self.place}@chaos.example", "language": "en"},
        }  # fmt: skip
        head = {"Idempotency-Key": f"file-{self.seed}-{self.place}"}
        answer = (await self._send("POST", "/api/complaints", {201}, json=body, headers=head)).json()
        self.number, self.told.code = str(answer["number"]), str(answer["tracking_code"])

    async def act(self, action: str, person: str, **given: Any) -> None:
        """One action, until it is done."""
        await asyncio.sleep(self.random.uniform(0, 1.5))
        self.steps += 1
        head = self._bearer(person) | {"Idempotency-Key": f"{self.place}-{self.steps}-{action}"}
        path = f"/api/complaints/{self.number}/actions/{action}"
        await self._send("POST", path, {200}, json=given, headers=head)
        self.told.done[ACTIONS[action].event] += 1

    async def decide(self, decision: str) -> bool:
        """By the link of the newest letter; False when silence had counted before that."""
        until = time.monotonic() + WAITS
        while not (new := [x for x in self._links() if x not in self.decided]):
            if time.monotonic() > until:
                raise Stuck(f"{self.number}: no letter asks for the decision")
            await asyncio.sleep(0.3)
        return await self._by_link(new[-1], decision)

    async def vote(self, decision: str, members: int) -> None:
        """By the links of all members of a panel, once each has a letter; those that come too late are told so."""
        until = time.monotonic() + WAITS
        while len(new := [x for x in self._links() if x not in self.decided]) < members:
            if time.monotonic() > until:
                raise Stuck(f"{self.number}: only {len(new)} letters ask for a vote")
            await asyncio.sleep(0.3)
        await asyncio.gather(*(self._by_link(link, decision) for link in new))

    async def until_stage(self, stage: str) -> None:
        """Waits until the case is there."""
        until, head = time.monotonic() + WAITS, self._bearer("x-desk")
        while True:
            answer = await self._send("GET", f"/api/complaints/{self.number}", {200}, headers=head)
            if answer.json()["stage"] == stage:
                return
            if time.monotonic() > until:
                raise Stuck(f"{self.number}: never came to {stage}, is in {answer.json()['stage']}")
            await asyncio.sleep(1)

    async def _by_link(self, link: str, decision: str) -> bool:
        self.decided.add(link)
        path = urlsplit(link).path
        page = await self._send("GET", path, {200, 410}, params={"decision": decision})
        if page.status_code == 410:
            return False
        nonce = re.search(r'name="nonce" value="([^"]+)"', page.text)
        if nonce is None:
            raise Stuck(f"{self.number}: the link's page asks for no confirmation")
        form = {"decision": decision, "text": "as it should be", "nonce": nonce[1]}
        event = {"approve": "approved", "return": "returned"}.get(decision, "voted")
        answer = await self._send("POST", path, {200, 202, 409, 410}, data=form)
        self.told.done[event] += answer.status_code in (200, 202)
        if answer.status_code == 202:
            # It counts from now, people are told: whatever comes of it, the record must hold it.
            answer = await self._send("POST", path, {200, 409, 410}, data=form)
        return answer.status_code == 200

    def _links(self) -> list[str]:
        return self.machine.box.links(self.number)

    def _bearer(self, person: str) -> dict[str, str]:
        tokens = Tokens(keyring(self.machine.settings.keys_dir, "tokens"))
        return {"Authorization": f"Bearer {tokens.issue(person, (), 'chaos', lasts=timedelta(days=1))}"}

    async def _send(self, method: str, path: str, wanted: Iterable[int], **given: Any) -> httpx.Response:
        """Sends the same request until the answer is one of those wanted; only what may pass by itself is borne."""
        until, last = time.monotonic() + WAITS, ""
        while time.monotonic() < until:
            try:
                answer = await self.machine.http.request(method, path, **given)
            except httpx.TransportError as error:
                last = type(error).__name__
            else:
                if answer.status_code in wanted:
                    return answer
                last = f"{answer.status_code} {answer.text[:300]}"
                if answer.status_code < 500 and answer.status_code not in (202, 429):
                    break
            await asyncio.sleep(self.random.uniform(0.2, 0.8))
        raise Stuck(f"{self.number or self.place}: {method} {path.split('/')[-1][:20]} was answered by {last}")
