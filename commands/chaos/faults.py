"""What goes wrong, at moments that a seed decides: parts are killed, the database is held by another process or the
disk takes no more, the mail server fails.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from commands.chaos.machine import Machine
from records.sqlite import BUSY_SECONDS, held

KINDS = {
    "kill worker": 4, "kill api": 3, "kill temporal": 2, "kill inbox": 2, "kill all": 1, "database locked": 2,
    "database locked long": 1, "database refuses": 3, "mail refuse": 2, "mail stall": 1, "mail drop": 2, "mail cut": 1,
}  # fmt: skip
"""How often each happens, by weight."""

LASTS = {"database locked long": (BUSY_SECONDS + 1, BUSY_SECONDS + 4)}
"""Seconds that a fault lasts, where that is not the usual time: longer than a writer waits for the lock."""
USUALLY = (0.2, 4.0)


@dataclass(frozen=True, slots=True)
class Window:
    """A fault from its beginning until everything was there again (seconds)."""

    kind: str
    since: float
    until: float


@dataclass(slots=True)
class Faults:
    """Breaks a machine until it is told to stop; what was broken when stays in `windows`."""

    machine: Machine
    random: Random
    say: Callable[[str], None]
    windows: list[Window] = field(default_factory=list)

    def counted(self) -> tuple[dict[str, int], dict[str, int]]:
        """How often each part was killed, and how often each other fault happened."""
        kills: Counter[str] = Counter()
        others: Counter[str] = Counter()
        for window in self.windows:
            what, _, name = window.kind.partition(" ")
            if what == "kill":
                kills.update(list(self.machine.running) if name == "all" else [name])
            else:
                others[window.kind] += 1
        return dict(sorted(kills.items())), dict(sorted(others.items()))

    async def run(self, until: float) -> None:
        """One fault after another, with a breath between them, until the clock shows `until`."""
        while time.time() < until:
            await asyncio.sleep(self.random.uniform(1, 5))
            (kind,) = self.random.choices(list(KINDS), list(KINDS.values()))
            lasts = self.random.uniform(*LASTS.get(kind, USUALLY))
            since = time.time()
            await self._break(kind, lasts)
            self.windows.append(Window(kind, since, time.time()))
            self.say(f"  {kind}, {time.time() - since:.1f} s")

    async def _break(self, kind: str, lasts: float) -> None:
        what, _, name = kind.partition(" ")
        if what == "kill":
            names = list(self.machine.running) if name == "all" else [name]
            for one in names:
                await self.machine.kill(one)
            await asyncio.sleep(lasts)
            await asyncio.gather(*map(self.machine.start, names))
        elif kind == "database refuses":
            with self.machine.full():
                await asyncio.sleep(lasts)
        elif what == "database":
            await asyncio.to_thread(self._hold, lasts)
        else:
            await asyncio.to_thread(self.machine.fault.write_text, name, encoding="ascii")
            await asyncio.sleep(lasts)
            await asyncio.to_thread(self.machine.fault.unlink)

    def _hold(self, lasts: float) -> None:
        with held(self.machine.settings.database_url):
            time.sleep(lasts)
