"""People who file, act and decide over HTTP whatever breaks, and try again with the same key until they are heard."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any
from urllib.parse import urlsplit

import httpx

from commands.chaos.machine import Machine
from runtime.keys import keyring
from runtime.tokens import Tokens

KINDS = {"plain": 5, "returned": 2, "silent": 3, "refused": 2, "withdrawn": 1}
"""The ways that cases go, by weight: `refused` is one whose approver's address is no good, so a substitute decides."""

WAITS = 240.0
"""Seconds that somebody goes on trying before the case counts as stuck."""


class Stuck(Exception):
    """A case did not go on; says where."""


@dataclass(slots=True)
class Crowd:
    """Everybody around all cases; `filed` holds the numbers that were promised by a 201, `stuck` what went wrong."""

    machine: Machine
    seed: int
    filed: dict[str, str] = field(default_factory=dict)
    stuck: list[str] = field(default_factory=list)
    closed: int = 0

    async def run(self, until: float, lanes: int) -> None:
        """New cases, `lanes` at once, until the clock shows `until`; then those under way to their ends."""
        numbers = iter(range(1_000_000))

        async def lane() -> None:
            while time.time() < until:
                place = next(numbers)
                try:
                    await Story(self, place, Random(f"{self.seed} {place}")).tell()
                    self.closed += 1
                except Stuck as error:
                    self.stuck.append(str(error))

        await asyncio.gather(*(lane() for _ in range(lanes)))

    def bearer(self, person: str) -> dict[str, str]:
        """The head of a request that proves who sends it."""
        tokens = Tokens(keyring(self.machine.settings.keys_dir, "tokens"))
        token = tokens.issue(person, (), "chaos", lasts=timedelta(days=1))
        return {"Authorization": f"Bearer {token}"}


@dataclass(slots=True)
class Story:
    """One case and the people around it."""

    crowd: Crowd
    place: int
    random: Random
    number: str = ""
    steps: int = 0
    decided: set[str] = field(default_factory=set)

    async def tell(self) -> None:
        """The case from its filing to its end."""
        (kind,) = self.random.choices(list(KINDS), list(KINDS.values()))
        await self._file("major" if kind == "refused" else "general")
        await self._act("assess", "x-desk", {"admissible": True})
        if kind == "withdrawn":
            await self._act("withdraw", "x-desk", {"reason": "settled between them"})
            return
        await self._act("dispatch", "x-desk", {"unit": "works"})
        await self._propose()
        if kind == "returned" and await self._decide("return"):
            await self._propose()
            await self._decide("approve")
        elif kind not in ("returned", "silent"):
            await self._decide("approve")
        await self._until_stage("implementation")
        await self._act("implement", "x-head", {"done": "mended"})
        await self._act("reply", "x-desk", {"reply": "it is mended"})
        await self._act("revisit", "x-desk", {"satisfied": "fully"})
        await self._until_stage("closed")

    async def _propose(self) -> None:
        await self._act("propose", "x-head", {"cause": "worn out", "measures": "replace it"})

    async def _file(self, severity: str) -> None:
        body = {
            "procedure": "chaos", "channel": "web", "severity": severity, "about": f"complaint {self.place}",
            "complainant": {"name": "X Complainant", "email": f"c{self.place}@chaos.example", "language": "en"},
        }  # fmt: skip
        head = {"Idempotency-Key": f"file-{self.crowd.seed}-{self.place}"}
        answer = await self._send("POST", "/api/complaints", {201}, json=body, headers=head)
        self.number = str(answer.json()["number"])
        self.crowd.filed[self.number] = str(answer.json()["tracking_code"])

    async def _act(self, action: str, person: str, given: dict[str, Any]) -> None:
        await asyncio.sleep(self.random.uniform(0, 1.5))
        self.steps += 1
        head = self.crowd.bearer(person) | {"Idempotency-Key": f"{self.place}-{self.steps}-{action}"}
        await self._send(
            "POST", f"/api/complaints/{self.number}/actions/{action}", {200}, json=given, headers=head
        )  # fmt: skip

    async def _decide(self, decision: str) -> bool:
        """By the link of the newest letter; False when silence had counted before that."""
        until = time.monotonic() + WAITS
        while not (new := [x for x in self._links() if x not in self.decided]):
            if time.monotonic() > until:
                raise Stuck(f"{self.number}: no letter asks for the decision")
            await asyncio.sleep(0.3)
        self.decided.add(new[-1])
        path = urlsplit(new[-1]).path
        page = await self._send("GET", path, {200, 410}, params={"decision": decision})
        if page.status_code == 410:
            return False
        nonce = re.search(r'name="nonce" value="([^"]+)"', page.text)
        if nonce is None:
            raise Stuck(f"{self.number}: the link's page asks for no confirmation")
        form = {"decision": decision, "text": "as it should be", "nonce": nonce[1]}
        return (await self._send("POST", path, {200, 409, 410}, data=form)).status_code == 200

    def _links(self) -> list[str]:
        return self.crowd.machine.box.links(self.number)

    async def _until_stage(self, stage: str) -> None:
        until, head = time.monotonic() + WAITS, self.crowd.bearer("x-desk")
        while True:
            answer = await self._send("GET", f"/api/complaints/{self.number}", {200}, headers=head)
            if answer.json()["stage"] == stage:
                return
            if time.monotonic() > until:
                raise Stuck(f"{self.number}: never came to {stage}, is in {answer.json()['stage']}")
            await asyncio.sleep(1)

    async def _send(self, method: str, path: str, wanted: Iterable[int], **given: Any) -> httpx.Response:
        """Sends the same request until the answer is one of those wanted; only what may pass by itself is borne."""
        until, last = time.monotonic() + WAITS, ""
        while time.monotonic() < until:
            try:
                answer = await self.crowd.machine.http.request(method, path, **given)
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
