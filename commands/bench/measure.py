"""The measurements: each figure is a ratio or a count of one run, the median of several rounds."""

from __future__ import annotations

import asyncio
import shutil
import statistics
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import uvloop

from commands.bench import core
from commands.bench.bare import Shape
from commands.bench.cases import bare_case, rate, real_case
from commands.bench.history import Cost, cost_of, shape_of
from commands.bench.intake import Door, bare_start
from commands.bench.pages import measure as pages
from commands.bench.system import System, system
from runtime.settings import Settings

TRANSITIONS = 20_000
CASES = 0.6
INTAKE = 0.75
SIZE = 60 * 1024


def measure(
    chosen: tuple[str, ...], rounds: int, count: int, at_once: int, kept: int, tell: Callable[[str], None]
) -> dict[str, Any]:
    """The figures of the chosen parts by name: value, target, whether it is met, and what else was counted."""
    figures: dict[str, Any] = {}
    if "core" in chosen:
        tell("core …")
        found = [core.transitions_a_second(Settings().procedures_dir, 2.0) for _ in range(rounds)]
        figures["core"] = _figure(statistics.median(found), TRANSITIONS, "transitions a second of one process")
    if "pages" in chosen:
        with tempfile.TemporaryDirectory(prefix="huiyin-bench-") as home:
            figures |= asyncio.run(pages.measure(Path(home), kept, tell))
    if set(chosen) - {"core", "pages"}:
        folder = Path(tempfile.mkdtemp(prefix="huiyin-bench-"))
        try:
            figures |= uvloop.run(_on_the_engine(folder, chosen, rounds, count, at_once, tell))
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    return figures


async def _on_the_engine(
    folder: Path, chosen: tuple[str, ...], rounds: int, count: int, at_once: int, tell: Callable[[str], None]
) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    if "intake" in chosen:
        # A system of its own: what it takes in and nobody carries on would keep the next measurement's worker busy.
        async with system(_folder(folder, "intake"), tell) as its:
            figures["intake"] = await _intake(its, rounds, count * 5, min(at_once, 16), tell)
    if {"cost", "cases"} & set(chosen):
        async with system(_folder(folder, "cases"), tell) as its, its.process("worker"), its.process("bare"):
            cost = await _cost(its)
            if "cost" in chosen:
                figures |= _costs(cost)
            if "cases" in chosen:
                figures["cases"] = await _cases(its, cost, rounds, count, at_once, tell)
    return figures


def _folder(folder: Path, name: str) -> Path:
    found = folder / name
    found.mkdir()
    return found


async def _cost(its: System) -> Cost:
    return await cost_of(its.client.get_workflow_handle(await real_case(its)))


async def _cases(
    its: System, cost: Cost, rounds: int, count: int, at_once: int, tell: Callable[[str], None]
) -> dict[str, Any]:
    shape = Shape(*shape_of(cost))
    ratios, real, bare = [], [], []
    await rate(lambda: real_case(its), 8, 8)
    await rate(lambda: bare_case(its, shape), 8, 8)
    for place in range(rounds):
        bare.append(await rate(lambda: bare_case(its, shape), count, at_once))
        real.append(await rate(lambda: real_case(its), count, at_once))
        ratios.append(real[-1] / bare[-1])
        tell(f"cases, round {place + 1}: real {real[-1]:.1f}/s, bare {bare[-1]:.1f}/s, ratio {ratios[-1]:.2f}")
    more = {"real_a_second": round(statistics.median(real), 2), "bare_a_second": round(statistics.median(bare), 2)}
    return _figure(statistics.median(ratios), CASES, "full cases, real to bare") | more


async def _intake(its: System, rounds: int, count: int, at_once: int, tell: Callable[[str], None]) -> dict[str, Any]:
    ratios, real, bare = [], [], []
    async with its.process("api"):
        door = Door(its)
        await _until_open(door)
        for place in range(rounds):
            bare.append(await rate(lambda: bare_start(its), count, at_once))
            real.append(await rate(door.file, count, at_once))
            await door.close()
            ratios.append(real[-1] / bare[-1])
            tell(f"intake, round {place + 1}: real {real[-1]:.0f}/s, bare {bare[-1]:.0f}/s, ratio {ratios[-1]:.2f}")
        waiting = len(await its.house.records.unstarted(100_000))
    more = {"real_a_second": round(statistics.median(real), 1), "bare_a_second": round(statistics.median(bare), 1)}
    return _figure(statistics.median(ratios), INTAKE, "intake over HTTP to bare starts") | more | {"unstarted": waiting}


async def _until_open(door: Door) -> None:
    # Another process: there is no event of its to await.
    for _ in range(300):
        try:
            await door.file()
        except OSError:
            await asyncio.sleep(0.1)
        else:
            await door.close()
            return
    raise RuntimeError("the API did not open its port within 30 seconds")


def _costs(cost: Cost) -> dict[str, Any]:
    counted = asdict(cost)
    return {
        "actions": _figure(cost.actions, cost.most_actions, "billable actions a plain case", at_most=True)
        | {"P": cost.people, "M": cost.letters, "S": cost.upserts, "T": cost.timers, "records": cost.records},
        "events": _figure(cost.events, cost.most_events, "history events a plain case", at_most=True)
        | {"kinds": counted["kinds"]},
        "bytes": _figure(cost.size, SIZE, "bytes of history as stored", at_most=True),
    }


def _figure(value: float, target: float, what: str, *, at_most: bool = False) -> dict[str, Any]:
    met = value <= target if at_most else value >= target
    return {"what": what, "value": round(value, 3), "target": target, "at": "most" if at_most else "least", "met": met}
