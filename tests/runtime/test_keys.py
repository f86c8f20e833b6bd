from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from runtime.keys import PURPOSES, KeyringError, keyring, retire, rotate, use


def test_a_keyring_is_made_at_the_first_start_and_kept(tmp_path: Path) -> None:
    first = keyring(tmp_path / "keys", "payloads")
    assert len(first.current.secret) == 32
    assert keyring(tmp_path / "keys", "payloads") == first
    assert keyring(tmp_path / "keys", "links") != first


def test_no_two_installations_and_no_two_purposes_share_a_secret(tmp_path: Path) -> None:
    rings = [keyring(tmp_path / house, purpose) for house in ("one", "two") for purpose in PURPOSES]
    assert len({ring.current.secret for ring in rings}) == 2 * len(PURPOSES)


def test_only_its_owner_may_read_a_keyring(tmp_path: Path) -> None:
    keyring(tmp_path / "keys", "links")
    assert stat.S_IMODE((tmp_path / "keys" / "links.keys").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700


def test_parts_that_start_together_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        rings = list(pool.map(lambda _: keyring(tmp_path, "tokens"), range(32)))
    assert len(set(rings)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["tokens.keys"]


def test_a_new_key_goes_before_the_old_one_which_still_opens(tmp_path: Path) -> None:
    old = keyring(tmp_path, "payloads").current
    ring = rotate(tmp_path, "payloads")
    assert ring.current != old
    assert ring.find(old.id) == old
    assert keyring(tmp_path, "payloads") == ring
    assert ring.oldest_first == [old.secret, ring.current.secret]


def test_a_prepared_key_opens_everywhere_before_anybody_seals_with_it(tmp_path: Path) -> None:
    old = keyring(tmp_path, "payloads").current
    prepared = rotate(tmp_path, "payloads", prepare=True)
    assert (prepared.current, len(prepared.keys)) == (old, 2)
    new = prepared.keys[-1]
    assert use(tmp_path, "payloads", new.id).keys == (new, old)
    assert retire(tmp_path, "payloads", old.id).keys == (new,) == keyring(tmp_path, "payloads").keys


def test_the_key_in_use_is_never_taken_away_and_an_unknown_one_is_named(tmp_path: Path) -> None:
    current = keyring(tmp_path, "links").current
    for change, id, words in ((retire, current.id, "in use"), (retire, "none", current.id), (use, "none", current.id)):
        with pytest.raises(KeyringError, match=words):
            change(tmp_path, "links", id)
    assert keyring(tmp_path, "links").keys == (current,)


@pytest.mark.parametrize("text", ["", "\n", "no key at all\n", "ab:c2hvcnQ=\n"])
def test_a_damaged_keyring_is_named_and_never_replaced(tmp_path: Path, text: str) -> None:
    path = tmp_path / "payloads.keys"
    path.write_text(text)
    with pytest.raises(KeyringError, match=r"payloads\.keys"):
        keyring(tmp_path, "payloads")
    assert path.read_text() == text
