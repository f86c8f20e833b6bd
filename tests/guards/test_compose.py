"""docker-compose.yml agrees with itself, with the command line, with the settings and with its documentation.

No container engine is needed here, so nothing is started: what can be wrong on paper is found.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from sqlalchemy import make_url
from typer.main import get_command

from cli import app
from runtime.settings import Settings
from tests.guards.sources import HOUSE, PACKAGES, ROOTS

FILE = HOUSE / "docker-compose.yml"
ONCE = "service_completed_successfully"


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """The file as YAML, with its anchors and merges resolved."""
    read: dict[str, Any] = YAML(typ="safe", pure=True).load(FILE)
    return read


def services(compose: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = compose["services"]
    return found


def ours(compose: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {name: one for name, one in services(compose).items() if one["image"].startswith("huiyin:")}


def settings() -> set[str]:
    return {f"HUIYIN_{field.upper()}" for field in Settings.model_fields}


def test_images_are_pinned_and_come_without_a_registrys_name(compose: dict[str, Any]) -> None:
    images = {name: one["image"] for name, one in services(compose).items()}
    assert [i for i in images.values() if not re.fullmatch(r"[a-z0-9-]+(/[a-z0-9-]+)?:v?\d+\.\d+[\w.-]*", i)] == []
    bases = re.findall(r"(?m)^FROM (\S+)", (HOUSE / "Dockerfile").read_text(encoding="utf-8"))
    assert bases and all(re.fullmatch(r"python:3\.11\.\d+-slim-\w+", base) for base in bases)


def test_server_and_schema_tools_are_of_one_version(compose: dict[str, Any]) -> None:
    tags = {
        one["image"].split(":")[1] for one in services(compose).values() if re.match("temporalio/(s|a)", one["image"])
    }
    assert len(tags) == 1


def test_whatever_is_waited_for_can_become_ready(compose: dict[str, Any]) -> None:
    wrong = []
    for name, one in services(compose).items():
        for other, how in one.get("depends_on", {}).items():
            target = services(compose)[other]
            ends = how["condition"] == ONCE
            if ends != target["restart"].startswith("on-failure") or (not ends and "healthcheck" not in target):
                wrong.append(f"{name} waits for {other}")
    assert wrong == []


def test_everything_that_runs_on_has_a_health_check(compose: dict[str, Any]) -> None:
    lasting = {name: one for name, one in services(compose).items() if one["restart"] == "unless-stopped"}
    assert [name for name, one in lasting.items() if "healthcheck" not in one] == []
    assert set(lasting) == {"postgres", "temporal", "temporal-ui", "api", "worker", "mail"}


def test_intake_does_not_wait_for_the_engine(compose: dict[str, Any]) -> None:
    seen: set[str] = set()
    waiting = ["api"]
    while waiting:
        name = waiting.pop()
        seen.add(name)
        waiting += [other for other in services(compose)[name].get("depends_on", {}) if other not in seen]
    assert seen == {"api", "migrate", "postgres"}


def test_our_containers_run_commands_that_exist(compose: dict[str, Any]) -> None:
    there = get_command(app).commands  # type: ignore[attr-defined]  # the group that Typer builds
    assert {name: one["command"][0] for name, one in ours(compose).items()} == dict.fromkeys(ours(compose), "huiyin")
    assert {one["command"][1] for one in ours(compose).values()} <= set(there)


def test_every_setting_that_is_handed_over_exists(compose: dict[str, Any]) -> None:
    for one in ours(compose).values():
        given = {name for name in one["environment"] if name.startswith("HUIYIN_")}
        given |= {name for name in one["secrets"] if name.startswith("HUIYIN_")}
        assert given - settings() == set()
        assert {"HUIYIN_DATABASE_URL", "HUIYIN_SMTP_URL", "HUIYIN_PUBLIC_URL", "HUIYIN_KEYS_DIR"} <= given


def test_every_variable_of_the_file_is_documented() -> None:
    used = set(re.findall(r"(?<!\$)\$\{([A-Z_]+)", FILE.read_text(encoding="utf-8")))
    operations = (HOUSE / "docs" / "operations.md").read_text(encoding="utf-8").split("## Production")[1]
    assert [name for name in sorted(used) if f"`{name}`" not in operations] == []


def test_no_secret_stands_in_the_file(compose: dict[str, Any]) -> None:
    for one in services(compose).values():
        secret = {name: value for name, value in one.get("environment", {}).items() if re.search("PASS|PWD|KEY$", name)}
        assert [value for value in secret.values() if not str(value).startswith("/run/secrets/")] == []
    assert not re.search(r"://\w+:\w+@(?!mail\.example)", FILE.read_text(encoding="utf-8"))


def test_secrets_configs_and_volumes_are_those_that_are_used(compose: dict[str, Any]) -> None:
    of_services: dict[str, set[str]] = {"secrets": set(), "configs": set(), "volumes": set()}
    for one in services(compose).values():
        of_services["secrets"] |= set(one.get("secrets", ()))
        of_services["configs"] |= {config["source"] for config in one.get("configs", ())}
        of_services["volumes"] |= {v.split(":")[0] for v in one.get("volumes", ()) if not v.startswith(".")}
    assert of_services == {kind: set(compose[kind]) for kind in of_services}


def test_our_containers_cannot_change_themselves(compose: dict[str, Any]) -> None:
    for one in ours(compose).values():
        assert one["read_only"] and one["cap_drop"] == ["ALL"]
        assert any(mount.startswith(("data:", "/data")) for mount in (*one.get("volumes", ()), *one["tmpfs"]))


def test_each_worker_has_a_sign_of_life_of_its_own(compose: dict[str, Any]) -> None:
    worker = services(compose)["worker"]
    assert not any(volume.endswith(":/data") for volume in worker["volumes"])
    assert "/data/run/worker.alive" in " ".join(worker["healthcheck"]["test"])
    assert "container_name" not in worker and "ports" not in worker


def test_nothing_is_open_to_the_world_unless_somebody_says_so(compose: dict[str, Any]) -> None:
    ports = [port for one in services(compose).values() for port in one.get("ports", ())]
    assert ports and [port for port in ports if not re.match(r"127\.0\.0\.1:|\$\{\w+:-127\.0\.0\.1\}:", port)] == []


def test_the_image_holds_every_part_of_the_house_and_no_more() -> None:
    lines = (HOUSE / ".dockerignore").read_text(encoding="utf-8").splitlines()
    kept = {line[1:] for line in lines if line.startswith("!")}
    assert "*" in lines
    assert kept == {
        *PACKAGES,
        *(f"{root}.py" for root in ROOTS),
        "procedures",
        "requirements.lock",
        "scripts/with-secrets",
    }


def made(folder: Path, *arguments: str) -> Path:
    """The secrets that the script makes in a folder of its own."""
    script = folder / "scripts" / "make-secrets"
    script.parent.mkdir(exist_ok=True)
    script.write_bytes((HOUSE / "scripts" / "make-secrets").read_bytes())
    subprocess.run(["sh", script, *arguments], check=True, capture_output=True)
    return folder / "secrets"


def test_the_script_makes_every_secret_that_the_file_names(compose: dict[str, Any], tmp_path: Path) -> None:
    folder = made(tmp_path)
    files = {Path(one["file"]).name for one in compose["secrets"].values()}
    assert {path.name for path in folder.iterdir()} == {*files, ".gitignore"}
    assert folder.stat().st_mode & 0o777 == 0o700
    url = make_url((folder / "HUIYIN_DATABASE_URL").read_text(encoding="utf-8"))
    assert (url.host, url.username, url.database) == ("postgres", "huiyin", "huiyin")
    assert url.password == (folder / "records_password").read_text(encoding="utf-8")
    assert len({path.read_bytes() for path in folder.glob("*_password")}) == 3


def test_the_script_keeps_what_is_there(tmp_path: Path) -> None:
    folder = made(tmp_path)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    made(tmp_path, "smtps://elsewhere.example")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_command_gets_the_settings_of_the_secret_files(tmp_path: Path) -> None:
    folder = made(tmp_path, "smtp://user:p$w'd@mail.example:587?starttls=1")
    shown = subprocess.run(
        [HOUSE / "scripts" / "with-secrets", "printenv", "HUIYIN_SMTP_URL", "HUIYIN_DATABASE_URL"],
        env={"SECRETS_DIR": str(folder), "PATH": "/usr/bin:/bin"},
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    assert shown[0] == "smtp://user:p$w'd@mail.example:587?starttls=1"
    assert shown[1].startswith("postgresql://huiyin:")
