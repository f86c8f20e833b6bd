"""`huiyin sbom` names what is installed."""

from __future__ import annotations

import json
from importlib import metadata
from pathlib import Path

from tests.runtime.system import System


def test_every_package_that_runs_here_is_named_with_its_version(tmp_path: Path) -> None:
    done = System(tmp_path / "data").run("sbom")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    versions = {part["name"]: part["version"] for part in told["components"]}
    assert (told["bomFormat"], told["metadata"]["component"]["name"]) == ("CycloneDX", "huiyin")
    for name in ("temporalio", "fastapi", "sqlalchemy"):
        assert versions[name] == metadata.version(name)
