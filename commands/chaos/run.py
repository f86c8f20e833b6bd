"""One run of the crash harness: cases and faults at once, then rest, then the proof."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Any

from commands.chaos.cases import Crowd
from commands.chaos.faults import Faults
from commands.chaos.letters import Post
from commands.chaos.machine import Machine, machine
from commands.chaos.proof import Proof, prove
from complaints.case import alive
from records import Records
from records.values import CaseRecord
from runtime.temporal import connect

LANES = 16
"""Cases under way at once."""
RESTS = 300.0
"""Seconds after the last fault in which everything must come to rest."""
WRONG = ("lost", "stuck", "diverged", "unfair", "missed", "duplicates")
"""Figures that must be 0."""


@dataclass(frozen=True, slots=True)
class Result:
    """The figures, as they are printed, and what was found wrong, in words."""

    figures: dict[str, Any]
    wrong: list[str]

    @property
    def sound(self) -> bool:
        """Whether nothing was lost, stuck, diverged, unfair or too late, and no letter came twice for no reason."""
        return not any(self.figures[name] for name in WRONG)


async def chaos(data_dir: Path, minutes: float, seed: int, say: Callable[[str], None]) -> Result:
    """Breaks a system in `data_dir` for so many minutes, lets it come to rest, and proves what came of it."""
    say(f"seed {seed}: starting a system in {data_dir}")
    async with machine(data_dir) as made:
        crowd, faults = Crowd(made, seed, say), Faults(made, Random(seed), say)
        until = time.time() + minutes * 60
        say(f"cases and faults for {minutes:g} minutes")
        breaking = asyncio.create_task(faults.run(until))
        await crowd.run(until, LANES)
        await breaking
        for part in made.fell:
            say(f"  {part} and was started again")
        say(f"{len(crowd.filed)} cases, {len(faults.windows)} faults; coming to rest")
        records = Records(made.settings.database_url)
        await asyncio.to_thread(_note, data_dir / "promises.json", crowd, faults)
        try:
            await _rest(records, crowd)
            proof = await _proved(made, records, crowd, faults)
        finally:
            await records.close()
        return _result(seed, crowd, faults, proof)


def _note(file: Path, crowd: Crowd, faults: Faults) -> None:
    """What was promised and what was broken, beside the data that it is to be compared with."""
    filed = {number: {"code": told.code, "done": dict(told.done)} for number, told in crowd.filed.items()}
    broken = [asdict(window) for window in faults.windows]
    file.write_text(json.dumps({"filed": filed, "stuck": crowd.stuck, "broken": broken}, indent=1), encoding="utf-8")


async def _rest(records: Records, crowd: Crowd) -> None:
    until = time.monotonic() + RESTS
    left = list(crowd.filed)
    while left and time.monotonic() < until:
        left = [number for number in left if not _done(await records.case(number=number))]
        await asyncio.sleep(0.5)
    await asyncio.sleep(1)  # the last answers of the engine are on their way


def _done(case: CaseRecord) -> bool:
    return not alive(case.rules, case.state)


async def _proved(made: Machine, records: Records, crowd: Crowd, faults: Faults) -> Proof:
    client = await connect(made.settings, patience=30)
    dropped = made.dropped.read_text(encoding="utf-8").split() if made.dropped.exists() else []
    post = Post(made.box.arrivals(), Counter(dropped), faults.windows)
    return await prove(records, client, crowd.filed, post)


def _result(seed: int, crowd: Crowd, faults: Faults, proof: Proof) -> Result:
    stuck = [*crowd.stuck, *proof.stuck]
    kills, others = faults.counted()
    figures = {
        "seed": seed, "cases": len(crowd.filed), "closed": crowd.closed, "kills": kills, "faults": others,
        "letters": proof.letters, "duplicates": len(proof.duplicates), "in_the_gap": proof.in_the_gap,
        "lost": len(proof.lost), "stuck": len(stuck), "diverged": len(proof.diverged), "unfair": len(proof.unfair),
        "missed": len(proof.missed), "lateness": round(proof.lateness, 1), "fell": len(crowd.machine.fell),
    }  # fmt: skip
    wrong = [*proof.lost, *stuck, *proof.diverged, *proof.unfair, *proof.missed, *proof.duplicates]
    return Result(figures, wrong)
