"""`huiyin chaos`: breaks a whole system at random, then proves that nothing was lost."""

from __future__ import annotations

import asyncio
import json
import secrets
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from commands.console import say, warn


def chaos(
    minutes: Annotated[float, typer.Option(min=0.1, max=24 * 60, help="How long things are broken.")] = 3.0,
    seed: Annotated[int | None, typer.Option(help="Which faults, when, and which cases; a new one each time.")] = None,
    keep: Annotated[Path | None, typer.Option(help="Keep the broken system's data here, for looking at.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """Kill and hinder the parts of a system of its own while cases run, then prove that nothing was lost.

    Touches nothing of the installation. Exit code 0: nothing lost, stuck, diverged, unfair or sent twice for no
    reason; 1: something was, and is named.
    """
    # The harness stands on the whole house; other commands should not wait for it to be loaded.
    from commands.chaos.run import chaos as run

    chosen = seed if seed is not None else secrets.randbelow(1_000_000)
    with tempfile.TemporaryDirectory(prefix="huiyin-chaos-") as temporary:
        result = asyncio.run(run(keep or Path(temporary), minutes, chosen, warn if as_json else say))
    for line in result.wrong:
        warn(line)
    if as_json:
        say(json.dumps(result.figures, indent=2))
    else:
        for name, figure in result.figures.items():
            say(f"{name:<11} {figure}")
    if not result.sound:
        raise typer.Exit(1)
