"""`huiyin sbom`: what this installation is made of, for whoever has to know."""

from __future__ import annotations

from importlib import metadata

from commands.console import show


def sbom() -> None:
    """Print the software bill of materials (CycloneDX 1.5, JSON): every installed package with version and licence."""
    found = {dist.metadata["Name"].lower().replace("_", "-"): dist for dist in metadata.distributions()}
    own = found.pop("huiyin", None)
    show(
        {
            "bomFormat": "CycloneDX",
            "specVersion": "1.5",
            "version": 1,
            "metadata": {"component": _component("huiyin", own.version if own else "0", "", "application")},
            "components": [
                _component(name, dist.version, _licence(dist), "library") for name, dist in sorted(found.items())
            ],
        }
    )


def _component(name: str, version: str, licence: str, kind: str) -> dict[str, object]:
    purl = f"pkg:pypi/{name}@{version}"
    told: dict[str, object] = {"type": kind, "name": name, "version": version, "purl": purl, "bom-ref": purl}
    return told | ({"licenses": [{"license": {"name": licence}}]} if licence else {})


def _licence(dist: metadata.Distribution) -> str:
    about = dist.metadata.json
    told = str(about.get("license_expression") or about.get("license") or "").strip()
    # Some packages put the licence's whole text there.
    return told.splitlines()[0][:100] if told else ""
