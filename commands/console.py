"""What the commands print, and the only place that prints."""

from __future__ import annotations

import json
import sys
from typing import Any

from rich.console import Console, RenderableType


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


def draw(what: RenderableType) -> None:
    """A table for people: as wide as the terminal, and never narrower than a readable line where there is none."""
    wide = Console(file=sys.stdout)
    Console(file=sys.stdout, width=None if wide.is_terminal else 160, highlight=False).print(what)
