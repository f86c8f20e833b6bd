"""`huiyin verify` on a real data directory."""

from __future__ import annotations

import json
import re
import sqlite3
from pathlib import Path

import httpx

from tests.runtime.system import System
from tests.runtime.test_whole_system import COMPLAINT
from tests.support import uploads

PROCEDURE = str(COMPLAINT["procedure"])


def test_an_untouched_case_is_unbroken_and_a_changed_one_is_named(tmp_path: Path) -> None:
    system = System(tmp_path / "data")
    assert system.run("verify").returncode == 2, "there are no records yet"
    assert system.run("migrate").returncode == 0
    # The pages alone: a complaint is taken without an engine.
    with system.serving() as url:
        answer = httpx.post(f"{url}/api/complaints", json=COMPLAINT, timeout=30, trust_env=False)
        assert answer.status_code == 201, answer.text
        number = answer.json()["number"]

    whole = system.run("verify", number)
    assert whole.returncode == 0, whole.stderr
    assert system.run("verify", "no-such-number").returncode == 2

    with sqlite3.connect(system.data_dir / "huiyin.db") as database:
        database.execute("UPDATE cases SET category = 'quality', stage = 'reply'")
    database.close()
    assert system.run("verify").returncode == 1
    anew = system.run("rebuild")
    assert (anew.returncode, anew.stdout) == (0, "Cases made anew: 1.\n")
    assert system.run("verify").returncode == 0, "what was read off the events stands as they say"

    with sqlite3.connect(system.data_dir / "huiyin.db") as database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {name}")
        database.execute("UPDATE events SET body = replace(body, 'registered', 'Registered') WHERE seq = 2")
    database.close()
    broken = system.run("verify", "--json")
    assert broken.returncode == 1
    found = json.loads(broken.stdout)
    assert found["unbroken"] is False
    assert found["problems"][0]["case_id"]


def test_a_dossier_is_verified_without_any_records(tmp_path: Path) -> None:
    system = System(tmp_path / "data")
    assert system.run("migrate").returncode == 0
    with system.serving() as url:
        answer = httpx.post(f"{url}/api/complaints", json=COMPLAINT, timeout=30, trust_env=False)
        bearer = system.run("token", "--role", "csd", "--procedure", PROCEDURE).stdout.strip()
        page = f"{url}/cases/{answer.json()['number']}/dossier.zip"
        given = httpx.get(page, headers={"Authorization": f"Bearer {bearer}"}, timeout=30, trust_env=False)
    file = tmp_path / "dossier.zip"
    file.write_bytes(given.content)
    elsewhere = System(tmp_path / "elsewhere")
    whole = elsewhere.run("verify", "--dossier", str(file))
    assert (whole.returncode, whole.stdout.strip()) == (0, "The dossier is unbroken.")
    file.write_bytes(given.content[:100])
    assert elsewhere.run("verify", "--dossier", str(file)).returncode == 2


def test_the_bytes_of_attached_files_are_compared_when_asked(tmp_path: Path) -> None:
    system = System(tmp_path / "data")
    assert system.run("migrate").returncode == 0
    with system.serving() as url:
        page = httpx.get(f"{url}/file", params={"procedure": PROCEDURE}, timeout=30, trust_env=False)
        hidden = dict(re.findall(r'name="(key|nonce)" value="([^"]+)"', page.text.split("<main")[1]))
        given = {"procedure": PROCEDURE, "about": "The window leaks.", "category": "repair", "c_phone": "138 0000 1234"}
        photo = {"files": ("window.png", uploads.png(), "image/png")}
        answer = httpx.post(f"{url}/file", data=given | hidden, files=photo, timeout=30, trust_env=False)
        assert answer.status_code == 303, answer.text
    assert system.run("verify", "--files").returncode == 0
    (stored,) = (path for path in (system.data_dir / "attachments").rglob("*") if path.is_file())
    stored.write_bytes(b"another picture")
    assert system.run("verify").returncode == 0, "the records themselves are whole"
    changed = json.loads(system.run("verify", "--files", "--json").stdout)
    assert [problem["code"] for problem in changed["problems"]] == ["file_changed"]
    stored.unlink()
    gone = system.run("verify", "--files")
    assert gone.returncode == 1 and "file_missing" in gone.stdout
