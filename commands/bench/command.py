"""`huiyin bench`: measures and judges; figures are ratios or counts of one run, medians of several rounds."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from commands.console import say, warn

PARTS = ("core", "cost", "cases", "intake", "pages")


def bench(
    part: Annotated[list[str] | None, typer.Option(help=f"Only these of {', '.join(PARTS)}.")] = None,
    rounds: Annotated[int, typer.Option(min=1, max=20, help="Rounds; the median counts.")] = 3,
    count: Annotated[int, typer.Option(min=8, max=2000, help="Cases a round.")] = 60,
    at_once: Annotated[int, typer.Option(min=1, max=100, help="Cases under way at once.")] = 40,
    kept: Annotated[int, typer.Option(min=100, max=1_000_000, help="Cases in the records for the pages.")] = 200_000,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """Measure speed and cost on this machine.

    Exit code 0: every figure is within its target; 1: one is not; 2: there is no such part.
    """
    chosen = tuple(part or PARTS)
    unknown = set(chosen) - set(PARTS)
    if unknown:
        warn(f"There is no part {', '.join(sorted(unknown))}: use {', '.join(PARTS)}.")
        raise typer.Exit(2)
    # The measurements stand on the whole house; other commands should not wait for it to be loaded.
    from commands.bench.measure import measure

    figures = measure(chosen, rounds, count, at_once, kept, warn if as_json else say)
    if as_json:
        say(json.dumps(figures, indent=2))
    else:
        _print(figures)
    if not all(f["met"] for f in figures.values()):
        raise typer.Exit(1)


def _print(figures: dict[str, Any]) -> None:
    for name, figure in figures.items():
        verdict = "ok  " if figure["met"] else "MISS"
        say(f"{verdict} {name:<8} {figure['value']:>10} (at {figure['at']} {figure['target']})  {figure['what']}")
        extra = {k: v for k, v in figure.items() if k not in ("what", "value", "target", "at", "met")}
        if extra:
            say(f"     {json.dumps(extra)}")
