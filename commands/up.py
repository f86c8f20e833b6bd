"""`huiyin up`: the whole system on one machine."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, Any

import typer

from commands import standing
from commands.console import say, warn
from commands.processes import end_left_over
from commands.supervisor import Supervisor
from complaints.errors import HuiyinError
from runtime.directories import Directories
from runtime.keys import PURPOSES, keyring
from runtime.settings import HOUSE, Settings
from runtime.tokens import HOUSE_ROLES


def up(
    data_dir: Annotated[Path | None, typer.Option(help="Where everything is kept (HUIYIN_DATA_DIR).")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Pages and API (HUIYIN_PORT).")] = None,
    temporal_port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Temporal (HUIYIN_TEMPORAL_PORT).")
    ] = None,
    ui_port: Annotated[int | None, typer.Option(min=1, max=65535, help="Temporal UI itself (HUIYIN_UI_PORT).")] = None,
    mail_port: Annotated[int | None, typer.Option(min=1, max=65535, help="Embedded inbox (HUIYIN_MAIL_PORT).")] = None,
) -> None:
    """Start the whole system here and keep it running until Ctrl-C.

    Exit code 1: it already runs, a port is taken, or a part could not be started.
    """
    options: dict[str, Any] = {
        "data_dir": data_dir,
        "port": port,
        "temporal_port": temporal_port,
        "ui_port": ui_port,
        "mail_port": mail_port,
    }
    settings = Settings(**{name: value for name, value in options.items() if value is not None})
    try:
        with standing.hold(settings):
            ended = end_left_over(standing.left_over(settings))
            if ended:
                say(f"Ended what an earlier start had left running: {', '.join(ended)}.")
            standing.clear(settings)
            standing.check_ports(settings)
            for purpose in PURPOSES:
                keyring(settings.keys_dir, purpose)
            say(f"Starting Huiyin on {settings.data_dir} …")
            asyncio.run(Supervisor(settings).run(lambda: say(_welcome(settings))))
            say("Stopped.")
    except HuiyinError as error:
        warn(error.text)
        raise typer.Exit(1) from error


def _welcome(settings: Settings) -> str:
    lines = ["", "Huiyin runs. Ctrl-C stops it.", ""]
    lines += [f"  {name:<12} {address}" for name, address in standing.addresses(settings).items()]
    lines += ["", f"Sign in at {settings.public_url}/sign-in with the token that this prints:"]
    command = _command(settings)
    folder = Directories(settings.procedures_dir)
    lines += [f"  {command} --role ROLE --procedure {id}   ROLE: {_roles(folder, id)}" for id in folder.ids()[:5]]
    lines += [
        f"The Temporal UI wants an operator: {command} --role operator   (also: {', '.join(HOUSE_ROLES[1:])})",
        f"With the API, send it as `Authorization: Bearer TOKEN`. Logs: {settings.data_dir / 'logs'}",
    ]
    return "\n".join(lines)


def _command(settings: Settings) -> str:
    program = HOUSE / ".venv" / "bin" / "huiyin"
    shown = "huiyin" if not program.exists() else ".venv/bin/huiyin" if Path.cwd() == HOUSE else str(program)
    usual = Settings.model_fields["data_dir"].default
    place = "" if settings.data_dir == Path(usual).absolute() else f"HUIYIN_DATA_DIR={settings.data_dir} "
    return f"{place}{shown} token"


def _roles(folder: Directories, id: str) -> str:
    try:
        directory = folder.of(id)
    except HuiyinError:
        return "(no directory of people)"
    held = {role for person in directory.people for role in person.roles}
    return ", ".join(sorted(held | ({"responsible"} if any(unit.head for unit in directory.units) else set())))
