"""A dossier that was handed out as a file, proved by itself: checksums, chain, texts, rules."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from pathlib import Path
from typing import Any

from complaints.errors import HuiyinError
from records.attachments import FIELD
from records.evidence import prove
from records.values import Problem

SUMS = "SHA256SUMS"
"""The member that names every other one with its SHA-256, as `sha256sum -c` reads it."""

EVIDENCE = "dossier.json"
"""The member that holds the case's evidence."""

_TOLD = re.compile(r"sha256 ([0-9a-f]{64})\)$")

_BLOCK = 1 << 20


def check_bundle(file: Path) -> list[Problem]:
    """Everything wrong with a dossier's file, or nothing; raises HuiyinError when it is no such file."""
    try:
        with zipfile.ZipFile(file) as bundle:
            return _check(bundle)
    except (OSError, zipfile.BadZipFile, KeyError, UnicodeDecodeError, ValueError) as error:
        raise HuiyinError(f"{file} cannot be read as a dossier: {error}") from error


def _check(bundle: zipfile.ZipFile) -> list[Problem]:
    lines = [line.partition("  ") for line in bundle.read(SUMS).decode().splitlines()]
    stated = {name: digest for digest, _, name in lines}
    there = set(bundle.namelist()) - {SUMS}
    problems = [
        Problem("file_missing", "", 0, f"{name} is named, but is not there.") for name in sorted(stated.keys() - there)
    ]
    for name in sorted(there):
        if name not in stated:
            problems.append(Problem("file_added", "", 0, f"{name} is there, but is not named."))
        elif _digest(bundle, name) != stated[name]:
            problems.append(Problem("file_changed", "", 0, f"{name} is not what its checksum was taken of."))
    evidence = json.loads(bundle.read(EVIDENCE))
    problems += prove(evidence)
    return problems or _attached(evidence, {stated[name] for name in there})


def _attached(evidence: dict[str, Any], sums: set[str]) -> list[Problem]:
    """Files that the case's sealed texts tell of, and that are not there."""
    case = str(evidence.get("case", ""))
    named = {event["content"]["id"] for event in evidence.get("events", ()) if event.get("content")}
    told = [c["texts"].get(FIELD, "") for c in evidence.get("contents", ()) if c["texts"] and c["id"] in named]
    return [
        Problem("attachment_missing", case, 0, f"The file that the case tells of is not there: {line}")
        for text in told
        for line in text.splitlines()
        if (found := _TOLD.search(line)) and found[1] not in sums
    ]


def _digest(bundle: zipfile.ZipFile, name: str) -> str:
    taken = hashlib.sha256()
    with bundle.open(name) as part:
        while block := part.read(_BLOCK):
            taken.update(block)
    return taken.hexdigest()
