"""`huiyin keys`: another key takes over, and old ones go when nothing needs them."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Annotated

import typer

from commands.asking import agreed
from commands.console import say, show, warn
from complaints.errors import HuiyinError
from runtime.keys import PURPOSES, Keyring, keyring, retire, rotate
from runtime.keys import use as put_above
from runtime.settings import Settings

keys = typer.Typer(help="Keys: which there are, new ones, another in use, old ones away.", no_args_is_help=True)

Purpose = Enum("Purpose", {name: name for name in PURPOSES}, type=str)  # type: ignore[misc]  # made of what there is

Whose = Annotated[Purpose, typer.Argument(help="What the key guards.")]
Id = Annotated[str, typer.Argument(help="The key's id, as `huiyin keys list` shows it.")]

_TAKEN_UP = "Start all processes again: they read their keys when they start."


@keys.command("list")
def listed(as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """List the keys by id, the one in use first; secrets are never shown."""
    settings = Settings()
    found = {name: [key.id for key in keyring(settings.keys_dir, name).keys] for name in PURPOSES}
    if as_json:
        show(found)
        return
    for name, ids in found.items():
        say(f"{name:<9} {ids[0]} in use" + (f"; opens too: {', '.join(ids[1:])}" if ids[1:] else ""))


@keys.command("rotate")
def new(
    purpose: Whose,
    prepare: Annotated[
        bool, typer.Option(help="It only opens for now: `huiyin keys use` when every process knows it.")
    ] = False,
) -> None:
    """Make a new key, which seals and signs from the next start of the processes; old ones still open.

    Exit code 1: the keyring cannot be read.
    """
    ring = _done(lambda settings: rotate(settings.keys_dir, purpose.value, prepare=prepare))
    say(f"{ring.keys[-1].id if prepare else ring.current.id}: a new key for {purpose.value}. {_TAKEN_UP}")


@keys.command("use")
def take(purpose: Whose, key: Id) -> None:
    """Let a key that is there seal and sign from the next start of the processes.

    Exit code 1: there is no such key.
    """
    ring = _done(lambda settings: put_above(settings.keys_dir, purpose.value, key))
    say(f"{ring.current.id} is in use for {purpose.value}. {_TAKEN_UP}")


@keys.command("retire")
def remove(purpose: Whose, key: Id, yes: Annotated[bool, typer.Option(help="Do not ask.")] = False) -> None:
    """Take an old key away for good: what it sealed is read by nobody any more.

    Exit code 1: there is no such key, it is the one in use, or nobody agreed.
    """

    def carry_out(settings: Settings) -> Keyring:
        ring = keyring(settings.keys_dir, purpose.value)
        if ring.current.id != key and not agreed(f"Nothing that {key} sealed will be read again. Go on?", yes):
            raise HuiyinError("Nothing was changed.")
        return retire(settings.keys_dir, purpose.value, key)

    ring = _done(carry_out)
    say(f"{key} is gone. Left for {purpose.value}: {', '.join(one.id for one in ring.keys)}.")


def _done(work: Callable[[Settings], Keyring]) -> Keyring:
    try:
        return work(Settings())
    except HuiyinError as error:
        warn(error.text)
        raise typer.Exit(1) from error
