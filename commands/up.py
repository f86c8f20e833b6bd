"""`huiyin up`: the whole system on one machine."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, Any

import typer

from commands import account, standing
from commands.console import draw, say, warn
from commands.processes import end_left_over
from commands.supervisor import Supervisor
from complaints.errors import HuiyinError
from runtime.directories import Directories
from runtime.keys import PURPOSES, keyring
from runtime.settings import HOUSE, Settings

REFERENCE = "property-developer"
"""The procedure whose people get accounts at the first start; where it is not there, the first one."""


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
            asyncio.run(Supervisor(settings).run(lambda: _greet(settings)))
            say("Stopped.")
    except HuiyinError as error:
        warn(error.text)
        raise typer.Exit(1) from error


async def _greet(settings: Settings) -> None:
    from records import Records  # other commands begin sooner without it

    folder = Directories(settings.procedures_dir)
    known = folder.ids()
    shown = REFERENCE if REFERENCE in known else next(iter(known), "")
    records = Records(settings.database_url)
    try:
        given = await account.first(records, folder, shown)
    finally:
        await records.close()
    if given:
        say("\nThe first accounts. Each password is shown this once and must be changed at the first sign-in:\n")
        draw(account.table(given, folder))
    say(_welcome(settings, len(known) > 1))


def _welcome(settings: Settings, several: bool) -> str:
    command = _command(settings)
    lines = ["", "Huiyin runs. Ctrl-C stops it.", ""]
    lines += [f"  {name:<12} {address}" for name, address in standing.addresses(settings).items()]
    lines += ["", f"Sign in at {settings.public_url}/sign-in with account and password."]
    lines += [f"  another password:  {command} account reset PERSON --procedure PROCEDURE"]
    if several:
        lines += [f"  other procedures:  {command} account add --everybody --procedure PROCEDURE"]
    lines += [
        f"  for scripts:       {command} token --role ROLE --procedure PROCEDURE",
        "                     sent as `Authorization: Bearer TOKEN`",
        f"Logs: {settings.data_dir / 'logs'}",
    ]
    return "\n".join(lines)


def _command(settings: Settings) -> str:
    program = HOUSE / ".venv" / "bin" / "huiyin"
    shown = "huiyin" if not program.exists() else ".venv/bin/huiyin" if Path.cwd() == HOUSE else str(program)
    usual = Settings.model_fields["data_dir"].default
    place = "" if settings.data_dir == Path(usual).absolute() else f"HUIYIN_DATA_DIR={settings.data_dir} "
    return f"{place}{shown}"
