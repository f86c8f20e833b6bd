"""Keeps a house as it once was, for the tests of upgrades: `python -m tests.upgrade.keep COMMIT`.

The tests run that house's own commands, so that what they upgrade was really made by it. It stands beside the tests,
packed, because a clone need not hold its past. Keep a later one once nobody runs this one any more, or once it
no longer runs with the libraries that are locked today.
"""

from __future__ import annotations

import io
import lzma
import subprocess
import sys
import tarfile
from pathlib import Path

PACKED = Path(__file__).parent / "older-house.tar.xz"
HOUSE = Path(__file__).resolve().parents[2]
WHAT = (
    *("activities", "api", "commands", "complaints", "records", "runtime", "templates", "workflows"),
    *("procedures", "tests/scenarios", "cli.py", "worker.py"),
)


def unpack(into: Path) -> Path:
    """Lay the older house into a folder; gives the folder."""
    with tarfile.open(PACKED) as packed:
        packed.extractall(into, filter="data")
    return into


def keep(commit: str) -> int:
    """Pack the house of a commit; gives the size."""
    made = subprocess.run(["git", "archive", commit, *WHAT], cwd=HOUSE, capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(made)) as given:
        assert given.getnames()
    PACKED.write_bytes(lzma.compress(made, preset=9 | lzma.PRESET_EXTREME))
    return PACKED.stat().st_size


if __name__ == "__main__":
    print(f"{PACKED.name}: {keep(sys.argv[1])} bytes")
