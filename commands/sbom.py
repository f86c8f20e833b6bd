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
                _component(name, dist.version, licence(dist), "library") for name, dist in sorted(found.items())
            ],
        }
    )


def _component(name: str, version: str, licence: str, kind: str) -> dict[str, object]:
    purl = f"pkg:pypi/{name}@{version}"
    told: dict[str, object] = {"type": kind, "name": name, "version": version, "purl": purl, "bom-ref": purl}
    return told | ({"licenses": [{"license": {"name": licence}}]} if licence else {})


def licence(dist: metadata.Distribution) -> str:
    """What a package says of its licence, in one line; empty where it says nothing."""
    about = dist.metadata.json
    if expression := about.get("license_expression"):
        return str(expression)
    classed = [kind.rpartition(" :: ")[2] for kind in about.get("classifier") or [] if kind.startswith("License ::")]
    told = str(about.get("license") or "").strip()
    # Some packages put the licence's whole text there.
    return " OR ".join(kind for kind in classed if kind != "OSI Approved") or told.partition("\n")[0][:100]
