"""`huiyin rollout`: lets all cases go on under a new build of the workers, and says when the old ones may go."""

from __future__ import annotations

import asyncio
import time
from typing import Annotated

import typer

from commands.console import say, warn
from complaints.errors import HuiyinError
from runtime.settings import Settings

BETWEEN = 1.0
"""Seconds between two looks at the engine."""


class NoDeployment(HuiyinError):
    """The setting that names the deployment is missing."""

    code = "no_deployment"


def rollout(
    build: Annotated[str, typer.Option(help="This build instead of this house's own; an earlier one to go back.")] = "",
    patience: Annotated[int, typer.Option(min=1, help="Seconds to wait for workers to come, and to be free.")] = 900,
) -> None:
    """Let all cases go on under the workers of this house, once these run; then wait until the old ones are free.

    Exit code 0: done, the old workers may be stopped. 1: no worker of that build came, nothing was changed. 2: no
    deployment is set, or the engine cannot be reached. 3: the new build is current, but an old one is not free yet.
    """
    try:
        raise typer.Exit(asyncio.run(_roll_out(Settings(), build, patience)))
    except HuiyinError as error:
        warn(error.text)
        raise typer.Exit(2) from error


async def _roll_out(settings: Settings, build: str, patience: int) -> int:
    from runtime.temporal import connect  # other commands begin sooner without the engine's client
    from runtime.versioning import build_id, builds, make_current

    if not settings.deployment:
        raise NoDeployment("HUIYIN_DEPLOYMENT is not set: workers without it take whatever comes; just restart them.")
    build = build or build_id(settings)
    client = await connect(settings)
    latest = time.monotonic() + patience
    while not await make_current(client, settings.deployment, build):
        if time.monotonic() > latest:
            known = ", ".join(f"{one.id} ({one.status})" for one in await builds(client, settings.deployment))
            warn(f"No worker of build {build} takes cases yet; nothing was changed. Known builds: {known or 'none'}.")
            return 1
        await asyncio.sleep(BETWEEN)
    say(f"All cases go on under build {build}.")
    while busy := [one.id for one in await builds(client, settings.deployment) if one.status == "draining"]:
        if time.monotonic() > latest:
            warn(f"Leave the workers of {', '.join(busy)} running: the engine may still need them. Ask again later.")
            return 3
        await asyncio.sleep(BETWEEN)
    say("Workers of all other builds may be stopped.")
    return 0
