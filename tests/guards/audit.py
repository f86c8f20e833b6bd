"""Whether anything locked is known to be vulnerable: `python -m tests.guards.audit [--where-reachable] [LOCK …]`.

pip-audit asks an advisory service for each pinned version (the index's own; another one by pip-audit's variables, such
as PIP_AUDIT_VULNERABILITY_SERVICE and PIP_AUDIT_OSV_URL). What no service answered for is named as NOT AUDITED and
never passes for clean. Exit code 0: all is audited and clean. 1: something is vulnerable. 3: not all could be audited;
0 instead by --where-reachable, still said aloud.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.guards.sources import HOUSE

LOCKS = (HOUSE / "requirements.lock", HOUSE / "requirements-test.lock")
LONGEST = 180
"""Seconds that the service may take altogether."""

BORNE: dict[str, str] = {}
"""Advisories (by id) that do not concern this house, and why."""


@dataclass(slots=True)
class Found:
    """What is known of the locked packages: advisories by package, packages asked about, and what nobody answered."""

    vulnerable: dict[str, list[str]] = field(default_factory=dict)
    audited: set[str] = field(default_factory=set)
    unanswered: dict[str, str] = field(default_factory=dict)


def ask(lock: Path) -> Found:
    """Ask about one lock file; what the service did not answer is among the unanswered, never left out."""
    names = {line.split("==")[0] for line in lock.read_text(encoding="utf-8").splitlines() if "==" in line}
    flags = ("--disable-pip", "--require-hashes", "--progress-spinner", "off", "--timeout", "15", "-f", "json")
    ignored = [word for known in BORNE for word in ("--ignore-vuln", known)]
    command = [str(Path(sys.executable).parent / "pip-audit"), *flags, *ignored, "-r", str(lock)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST, check=False)
    except subprocess.TimeoutExpired:
        return Found(unanswered=dict.fromkeys(names, f"no answer within {LONGEST} seconds"))
    try:
        given = json.loads(done.stdout)
    except ValueError:
        why = done.stderr.strip().splitlines()
        return Found(unanswered=dict.fromkeys(names, why[-1][:200] if why else "pip-audit says nothing"))
    found = read(given)
    for name in names - found.audited - found.unanswered.keys():
        found.unanswered[name] = "pip-audit does not mention it"
    return found


def read(given: dict[str, Any]) -> Found:
    """What pip-audit's JSON says."""
    found = Found()
    for one in given["dependencies"]:
        name = str(one["name"]).lower()
        if "skip_reason" in one:
            found.unanswered[name] = str(one["skip_reason"])
            continue
        found.audited.add(name)
        if one["vulns"]:
            found.vulnerable[f"{name} {one['version']}"] = [
                f"{known['id']} (mended in {', '.join(known['fix_versions']) or 'no version yet'})"
                for known in one["vulns"]
            ]
    return found


def main(words: list[str]) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.guards.audit")
    parser.add_argument("--where-reachable", action="store_true", help="do not fail where no service answers")
    parser.add_argument("locks", nargs="*", type=Path, help="lock files; both of this house by default")
    asked = parser.parse_args(words)
    whole = Found()
    for lock in asked.locks or LOCKS:
        found = ask(lock)
        whole.vulnerable |= found.vulnerable
        whole.audited |= found.audited
        whole.unanswered |= found.unanswered
    for package, known in sorted(whole.vulnerable.items()):
        print(f"VULNERABLE: {package}: {'; '.join(known)}")
    if whole.unanswered:
        name, why = min(whole.unanswered.items())
        print(
            f"NOT AUDITED: no advisory service answered for {len(whole.unanswered)} of"
            f" {len(whole.unanswered) + len(whole.audited)} locked packages ({name}: {why})."
        )
    print(f"Audited against known vulnerabilities: {len(whole.audited)} locked packages.")
    if whole.vulnerable:
        return 1
    return 3 if whole.unanswered and not asked.where_reachable else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
