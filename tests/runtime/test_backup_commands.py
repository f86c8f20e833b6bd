"""`huiyin backup` and `huiyin restore`: an installation that is gone comes back whole and goes on."""

from __future__ import annotations

import gzip
import re
import stat
import tarfile
from pathlib import Path

import httpx
import pytest

from commands import archive
from runtime.keys import keyring
from runtime.links import Links
from tests.runtime.system import System
from tests.runtime.test_whole_system import COMPLAINT
from tests.support.uploads import png


def taken(url: str) -> tuple[str, str]:
    """Number and code of a new complaint."""
    answer = httpx.post(f"{url}/api/complaints", json=COMPLAINT, timeout=30, trust_env=False)
    assert answer.status_code == 201, answer.text
    return answer.json()["number"], answer.json()["tracking_code"]


def taken_with_a_photo(url: str) -> None:
    """A complaint with a file, by the page."""
    with httpx.Client(base_url=url, timeout=30, trust_env=False) as client:
        page = client.get("/file", params={"procedure": "property-developer"}).text
        given = {"procedure": "property-developer", "about": "Rain."}
        for name in ("nonce", "key"):
            found = re.search(rf'name="{name}" value="([^"]+)"', page)
            assert found
            given[name] = found[1]
        answer = client.post("/file", data=given, files=[("files", ("window.png", png(), "image/png"))])
        assert answer.status_code == 303, answer.text


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str, str]:
    """A backup that was taken while complaints came in; number, code and a letter's link of a case in it."""
    home = tmp_path_factory.mktemp("kept")
    system, file = System(home / "data"), home / "kept.tar.gz"
    assert system.run("migrate").returncode == 0
    with system.serving() as url:
        number, code = taken(url)
        taken_with_a_photo(url)
        link = Links(keyring(system.data_dir / "keys", "links"), url).approval("c" * 32, "zhou", "leader", 1)
        done = system.run("backup", str(file))
    assert done.returncode == 0, done.stderr
    return file, number, code, link.rpartition("/")[2]


def test_what_was_kept_comes_back_into_an_empty_directory_and_goes_on(
    kept: tuple[Path, str, str, str], tmp_path: Path
) -> None:
    file, number, code, link = kept
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    system = System(tmp_path / "data")
    done = system.run("restore", str(file), "--data-dir", str(system.data_dir))
    assert done.returncode == 0, done.stderr
    assert system.run("migrate").returncode == 0
    assert system.run("verify").returncode == 0
    readable = [path for path in system.data_dir.rglob("*") if path.is_file() and path.stat().st_mode & 0o077]
    assert {path.suffix for path in readable} <= {".db-wal", ".db-shm", ".log", ".pyc"}
    assert len([path for path in (system.data_dir / "attachments").rglob("*") if path.is_file()]) == 1
    with system.serving() as url:
        found = httpx.get(f"{url}/api/track", params={"number": number, "code": code}, timeout=30, trust_env=False)
        assert found.status_code == 200, found.text
        later, _ = taken(url)
        assert later == f"{number[:-1]}{int(number[-1]) + 2}", "numbers go on where they were"
        opened = Links(keyring(system.data_dir / "keys", "links"), url).read_approval(link)
        assert opened.person == "zhou", "links of letters that went out still open"
    assert system.run("verify").returncode == 0


def test_nothing_is_restored_over_what_is_there(kept: tuple[Path, str, str, str], tmp_path: Path) -> None:
    system = System(tmp_path / "data")
    assert system.run("migrate").returncode == 0
    before = sorted(system.data_dir.rglob("*"))
    refused = system.run("restore", str(kept[0]), "--data-dir", str(system.data_dir))
    assert refused.returncode == 2 and "not empty" in refused.stderr
    assert sorted(system.data_dir.rglob("*")) == before
    assert system.run("backup", str(kept[0])).returncode == 2, "nor is a backup written over another"


def test_a_damaged_backup_is_refused_before_anything_is_written(
    kept: tuple[Path, str, str, str], tmp_path: Path
) -> None:
    plain = bytearray(gzip.decompress(kept[0].read_bytes()))
    place = plain.index(b"SQLite format 3") + 5000
    plain[place] ^= 1
    broken = {"changed": gzip.compress(bytes(plain)), "short": kept[0].read_bytes()[:20_000], "none": b"a letter"}
    system = System(tmp_path / "data")
    for name, content in broken.items():
        file = tmp_path / f"{name}.tar.gz"
        file.write_bytes(content)
        refused = system.run("restore", str(file), "--data-dir", str(tmp_path / name))
        assert refused.returncode == 2, name
        assert not (tmp_path / name).exists()


def test_a_made_up_archive_leads_nowhere_else(tmp_path: Path) -> None:
    (tmp_path / "evil").write_text("x", encoding="utf-8")
    for name in ("../evil", "/etc/passwd", "keys/../../evil.keys", "attachments/aa/x"):
        file = tmp_path / "made-up.tar.gz"
        with tarfile.open(file, "w:gz") as made:
            made.add(tmp_path / "evil", name)
        with pytest.raises(archive.BadArchive):
            archive.check(file)


def test_records_on_a_server_are_left_to_its_own_tools_and_that_is_said(tmp_path: Path, postgresql_url: str) -> None:
    system = System(tmp_path / "data")
    keyring(system.data_dir / "keys", "links")
    file = tmp_path / "kept.tar.gz"
    done = system.run("backup", str(file), HUIYIN_DATABASE_URL=postgresql_url)
    assert done.returncode == 0, done.stderr
    assert "pg_dump" in done.stdout
    names = set(archive.check(file)["files"])
    assert "keys/links.keys" in names and archive.RECORDS not in names
