"""What the commands print, and the only place that prints."""

from __future__ import annotations

import json
import shutil
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import RenderableType


def say(text: str = "") -> None:
    """A line for people, on standard output, at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def warn(text: str) -> None:
    """A line for people about something that went wrong, on standard error."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def show(value: Any, *, indent: int | None = 2) -> None:
    """One JSON document on standard output; on one line when `indent` is None."""
    say(json.dumps(value, ensure_ascii=False, indent=indent, default=str))


def terminal() -> tuple[bool, int]:
    """Whether standard output shows colours, and how wide it is; a readable width where it is no terminal."""
    if not sys.stdout.isatty():
        return False, 160
    return True, shutil.get_terminal_size().columns


def draw(what: RenderableType) -> None:
    """A table for people: as wide as the terminal, and never narrower than a readable line where there is none."""
    # Loaded where something is drawn: commands that only print begin sooner.
    from rich.console import Console

    shown, width = terminal()
    Console(file=sys.stdout, width=None if shown else width, highlight=False).print(what)
