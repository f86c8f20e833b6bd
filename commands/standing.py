"""What runs where: the data directory's lock, `up.json`, the ports, and the words about them."""

from __future__ import annotations

import fcntl
import json
import os
import socket
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from commands.processes import Running, birth
from complaints.errors import HuiyinError
from runtime.settings import OPTIONS, Settings

PORTS = {
    "port": "pages and API",
    "temporal_port": "Temporal",
    "ui_port": "Temporal UI",
    "mail_port": "embedded inbox",
}
"""Every port of the one-machine system: its setting, and what answers there."""


class AlreadyRunning(HuiyinError):
    """The system already runs on this data directory; the text says where."""

    code = "already_running"


class PortTaken(HuiyinError):
    """A port is in use by something else; the text names it and the option that changes it."""

    code = "port_taken"


def hold(settings: Settings) -> IO[str]:
    """Takes the data directory for this process until the returned file is closed; AlreadyRunning when it is taken."""
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    # The kernel gives the lock back however the holder ends, so it never goes stale.
    lock = (settings.data_dir / "up.lock").open("a+", encoding="ascii")
    os.set_inheritable(lock.fileno(), False)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise AlreadyRunning(_already(settings)) from None
    return lock


def _already(settings: Settings) -> str:
    standing = read(settings)
    where = f"Huiyin already runs on {settings.data_dir}"
    if not standing:
        return f"{where}: it is just starting, or stopping. Wait a moment."
    lines = [f"{where} (process {standing['pids'].get('up', '?')}):"]
    lines += [f"  {name:<12} {address}" for name, address in standing["addresses"].items()]
    lines.append("Stop it with Ctrl-C in its terminal, or give this one a --data-dir and ports of its own.")
    return "\n".join(lines)


def check_ports(settings: Settings) -> None:
    """Raises PortTaken unless every port is free and different."""
    wrong: list[str] = []
    taken: dict[int, str] = {}
    for name, what in PORTS.items():
        port: int = getattr(settings, name)
        change = f"choose another with {OPTIONS[name]} or HUIYIN_{name.upper()}"
        if port in taken:
            wrong.append(f"Port {port} is meant for {taken[port]} and for {what}: {change}.")
        elif not _free(settings.host if name == "port" else "127.0.0.1", port):
            wrong.append(f"Port {port} ({what}) is taken by another program: {change}.")
        taken.setdefault(port, what)
    if wrong:
        raise PortTaken("\n".join(wrong))


def _free(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        # As servers do: a port in TIME_WAIT after the last stop is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError:
            return False
    return True


def addresses(settings: Settings) -> dict[str, str]:
    """Where each part answers."""
    url = settings.public_url
    return {
        "pages": f"{url}/",
        "api": f"{url}/api",
        "openapi": f"{url}/openapi.json",
        "inbox": f"{url}/inbox",
        "temporal_ui": f"{url}/temporal/",
        "temporal": settings.temporal_address,
        "smtp": f"127.0.0.1:{settings.mail_port}",
    }


def write(settings: Settings, running: Mapping[str, Running]) -> None:
    """Writes `up.json` whole: addresses, process ids, and what tells these processes from others of the same id."""
    pids = {"up": os.getpid(), **{name: one.pid for name, one in running.items()}}
    births = {"up": birth(os.getpid()), **{name: one.started for name, one in running.items()}}
    content = {
        "addresses": addresses(settings),
        "pids": pids,
        "births": births,
        "data_dir": str(settings.data_dir),
        "written_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    draft = _path(settings).with_suffix(".json.new")
    draft.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    draft.replace(_path(settings))


def read(settings: Settings) -> dict[str, Any]:
    """What `up.json` says; empty when there is none that can be read."""
    try:
        content = json.loads(_path(settings).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    complete = isinstance(content, dict) and {"addresses", "pids", "births"} <= content.keys()
    return content if complete else {}


def left_over(settings: Settings) -> dict[str, tuple[int, str]]:
    """The children that `up.json` names: id and birth by name."""
    standing = read(settings)
    pids = standing.get("pids", {})
    return {name: (pid, standing["births"].get(name, "")) for name, pid in pids.items() if name != "up"}


def clear(settings: Settings) -> None:
    """Takes `up.json` away: nothing runs."""
    _path(settings).unlink(missing_ok=True)


def _path(settings: Settings) -> Path:
    return settings.data_dir / "up.json"
