"""A case's dossier as one file that can be verified without this system."""

from __future__ import annotations

import hashlib
import tempfile
import zipfile
from collections.abc import Mapping
from typing import IO, Any

from api.looks import joined
from records.bundles import EVIDENCE, SUMS
from records.evidence import text_of

IN_MEMORY = 8 * 1024 * 1024
"""Bytes that a bundle takes in memory before it goes to a temporary file."""


def bundled(html: str, evidence: Mapping[str, Any]) -> IO[bytes]:
    """A zip of the document, its style, the evidence, and the checksums of all; read from its beginning."""
    parts = {
        "dossier.html": html.encode(),
        "style.css": joined("style", "css").encode(),
        EVIDENCE: text_of(evidence).encode(),
    }
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(parts.items()))
    made = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  # whoever reads it closes it
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in (*parts.items(), (SUMS, sums.encode())):
            archive.writestr(name, data)
    made.seek(0)
    return made
