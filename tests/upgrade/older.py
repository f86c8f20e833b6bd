"""Running the older house's own programs, with the libraries of today."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

FILL = Path(__file__).parent / "fill.py"


@dataclass(frozen=True, slots=True)
class Made:
    """A case that the older house wrote: what a person would know of it."""

    case: str
    number: str
    procedure: str
    name: str
    phone: str
    category: str
    texts: dict[str, str]
    received_at: int
    events: int
    letters: int
    closed: bool
    erased: bool


def filled(house: Path, url: str) -> list[Made]:
    """Let the older house make records there and fill them."""
    done = subprocess.run(
        [sys.executable, str(FILL), str(house), url], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    return [Made(**one) for one in json.loads(done.stdout)["cases"]]
