"""The cases that run while things break: the plain way and the difficult ones."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from commands.chaos.machine import Machine
from commands.chaos.people import People, Stuck, Told

KINDS = {
    "plain": 5, "returned": 2, "silent": 3, "refused": 2, "withdrawn": 1, "late": 2, "reopened": 1, "joint": 2,
    "panel": 2,
}  # fmt: skip
"""The ways that cases go, by weight: see `tell`."""

SEVERITIES = {"refused": "major", "panel": "grave"}
COUNCIL = 3
LATE = (65, 110)
"""Seconds that the head of the unit lets pass in a case that is late; a minute is the limit."""


@dataclass(slots=True)
class Crowd:
    """Everybody around all cases; `filed` holds what was promised by a 201, by number, `stuck` what went wrong."""

    machine: Machine
    seed: int
    say: Callable[[str], None]
    filed: dict[str, Told] = field(default_factory=dict)
    stuck: list[str] = field(default_factory=list)
    closed: int = 0

    async def run(self, until: float, lanes: int) -> None:
        """New cases, `lanes` at once, until the clock shows `until`; then those under way to their ends."""
        numbers = iter(range(1_000_000))

        async def lane() -> None:
            while time.time() < until:
                place = next(numbers)
                try:
                    await self._case(People(self.machine, self.seed, place, Random(f"{self.seed} {place}")))
                    self.closed += 1
                except Stuck as error:
                    self.stuck.append(str(error))
                    self.say(f"  stuck: {error}")

        await asyncio.gather(*(lane() for _ in range(lanes)))

    async def _case(self, people: People) -> None:
        (kind,) = people.random.choices(list(KINDS), list(KINDS.values()))
        await people.file(SEVERITIES.get(kind, "general"), "joint" if kind == "joint" else "plain")
        self.filed[people.number] = people.told
        await tell(kind, people)


async def tell(kind: str, people: People) -> None:
    """A case of that kind from its assessment to its end.

    `returned`: the leader wants other measures first. `silent`: nobody decides, and silence counts. `refused`: the
    approver's address is no good, so a substitute decides. `late`: the head is chased. `reopened`: the complainant is
    not content. `joint`: two offices are asked. `panel`: a council votes, and a window is open after the closing.
    """
    await people.act("assess", "x-desk", admissible=True)
    if kind == "withdrawn":
        await people.act("withdraw", "x-desk", reason="settled between them")
        return
    await people.act("dispatch", "x-desk", unit="works")
    if kind == "joint":
        await asyncio.gather(*(people.act("opine", f"x-{who}", step=who, opinion="no objection") for who in OFFICES))
    if kind == "late":
        await asyncio.sleep(people.random.uniform(*LATE))
    await _decided(kind, people)
    await _done(people, "not" if kind == "reopened" else "fully")
    if kind == "reopened":
        await _decided("plain", people)
        await _done(people, "fully")
    await people.until_stage("closed")


OFFICES = ("law", "safety")


async def _decided(kind: str, people: People) -> None:
    await _propose(people)
    if kind == "panel":
        await people.vote("vote_yes", COUNCIL)
    elif kind == "returned":
        if await people.decide("return"):
            await _propose(people)
            await people.decide("approve")
    elif kind != "silent":
        await people.decide("approve")
    await people.until_stage("implementation")


async def _propose(people: People) -> None:
    await people.act("propose", "x-head", cause="worn out", measures="replace it")


async def _done(people: People, satisfied: str) -> None:
    await people.act("implement", "x-head", done="mended")
    await people.act("reply", "x-desk", reply="it is mended")
    await people.act("revisit", "x-desk", satisfied=satisfied)
