"""`huiyin`: registers the commands; what they do is in `commands`."""

from __future__ import annotations

import os

import typer

from commands import services
from commands.account import account
from commands.backup import backup, restore
from commands.bench.command import bench
from commands.calendar import calendar
from commands.chaos.command import chaos
from commands.check import check
from commands.erase import erase, retain
from commands.forecast import forecast
from commands.keys import keys
from commands.move import move
from commands.rebuild import rebuild
from commands.reconcile import reconcile
from commands.rollout import rollout
from commands.sbom import sbom
from commands.simulate import simulate
from commands.token import token
from commands.up import up
from commands.verify import verify
from commands.whatif import whatif
from runtime.telemetry import start_logging

app = typer.Typer(
    name="huiyin",
    help="Runs an institution's complaint procedure so that every complaint gets its answer in time.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def prepare() -> None:
    """Logs go to standard error, and a command says only what went wrong: its answer alone is on standard output.

    What a command or a part of the system writes is for its owner alone.
    """
    os.umask(0o077)
    start_logging("huiyin", "error")


for command in (
    up,
    services.worker,
    services.api,
    services.inbox,
    services.migrate,
    services.setup,
    token,
    check,
    simulate,
    whatif,
    forecast,
    move,
    calendar,
    verify,
    rebuild,
    reconcile,
    backup,
    restore,
    erase,
    retain,
    sbom,
    rollout,
    bench,
    chaos,
):
    app.command()(command)
app.add_typer(account, name="account")
app.add_typer(keys, name="keys")

if __name__ == "__main__":
    app()
