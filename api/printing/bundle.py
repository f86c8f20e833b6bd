"""A case's dossier as one file that can be verified without this system."""

from __future__ import annotations

import hashlib
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO, Any

from api.looks import joined
from records.bundles import EVIDENCE, SUMS
from records.evidence import text_of

IN_MEMORY = 8 * 1024 * 1024
"""Bytes that a bundle takes in memory before it goes to a temporary file."""


def bundled(html: str, evidence: Mapping[str, Any], attached: Iterable[tuple[Path, str]] = ()) -> IO[bytes]:
    """A zip of the document, its style, the evidence, the attached files, and the checksums of all.

    `attached` are files on disk, each with its name in the zip; the zip is read from its beginning.
    """
    parts = {
        "dossier.html": html.encode(),
        "style.css": joined("style", "css").encode(),
        EVIDENCE: text_of(evidence).encode(),
    }
    sums = {name: hashlib.sha256(data).hexdigest() for name, data in parts.items()}
    made = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  # whoever reads it closes it
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
        for path, name in attached:
            # Photos and films do not grow smaller, and are too large to be held.
            archive.write(path, name, zipfile.ZIP_STORED)
            with path.open("rb") as file:
                sums[name] = hashlib.file_digest(file, "sha256").hexdigest()
        archive.writestr(SUMS, "".join(f"{sums[name]}  {name}\n" for name in sorted(sums)))
    made.seek(0)
    return made
