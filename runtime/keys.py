"""Keyrings: secrets made at the first start, one file a purpose, readable by their owner only.

A file holds one `id:secret` a line, the newest first. The first key seals and signs; every key still opens and
verifies, so a key is retired by adding a new one above it and removing the old line once nothing needs it.
"""

from __future__ import annotations

import base64
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from complaints.errors import HuiyinError

PURPOSES = ("payloads", "links", "tokens", "sessions")
SECRET_BYTES = 32


class KeyringError(HuiyinError):
    """A keyring file cannot be read; names the file and the line."""

    code = "keyring"


@dataclass(frozen=True, slots=True)
class Key:
    """One secret of 32 bytes and the id that what it sealed carries."""

    id: str
    secret: bytes


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys of one purpose, newest first; never empty."""

    keys: tuple[Key, ...]

    @property
    def current(self) -> Key:
        """The key that seals and signs from now on."""
        return self.keys[0]

    def find(self, id: str) -> Key | None:
        """The key of that id, if it is still kept."""
        return next((key for key in self.keys if key.id == id), None)

    @property
    def oldest_first(self) -> list[bytes]:
        """The secrets in the order that signers take them (the last one signs)."""
        return [key.secret for key in reversed(self.keys)]


def new_key() -> Key:
    """A fresh random key."""
    return Key(secrets.token_hex(4), secrets.token_bytes(SECRET_BYTES))


def keyring(keys_dir: Path, purpose: str) -> Keyring:
    """The keyring of that purpose; makes the file when there is none. Safe when several processes start at once."""
    path = keys_dir / f"{purpose}.keys"
    if not path.exists():
        keys_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        _create(path, (new_key(),))
    return _read(path)


def rotate(keys_dir: Path, purpose: str, *, prepare: bool = False) -> Keyring:
    """Puts a new key above the others; processes take it up when they start again.

    With `prepare` it goes below: everybody opens with it, and nobody seals with it before `use`.
    """
    kept = keyring(keys_dir, purpose).keys
    return _written(keys_dir, purpose, (*kept, new_key()) if prepare else (new_key(), *kept))


def use(keys_dir: Path, purpose: str, id: str) -> Keyring:
    """Puts a key that is there above the others, so that it seals from now on; raises KeyringError."""
    ring = keyring(keys_dir, purpose)
    wanted = _known(ring, purpose, id)
    return _written(keys_dir, purpose, (wanted, *(key for key in ring.keys if key != wanted)))


def retire(keys_dir: Path, purpose: str, id: str) -> Keyring:
    """Takes a key away for good: what it sealed is read by nobody any more; raises KeyringError for the one in use."""
    ring = keyring(keys_dir, purpose)
    gone = _known(ring, purpose, id)
    if gone == ring.current:
        raise KeyringError(f"{purpose}: {id} is the key in use. Rotate first, and retire it when nothing needs it.")
    return _written(keys_dir, purpose, tuple(key for key in ring.keys if key != gone))


def _known(ring: Keyring, purpose: str, id: str) -> Key:
    found = ring.find(id)
    if found is None:
        raise KeyringError(f"{purpose}: there is no key {id!r}. There are: {', '.join(key.id for key in ring.keys)}.")
    return found


def _written(keys_dir: Path, purpose: str, keys: tuple[Key, ...]) -> Keyring:
    path = keys_dir / f"{purpose}.keys"
    _draft(path, keys).replace(path)
    return Keyring(keys)


def _create(path: Path, keys: tuple[Key, ...]) -> None:
    draft = _draft(path, keys)
    try:
        # A link fails when another process was first: then that one's keys hold, and never half a file is seen.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _draft(path: Path, keys: tuple[Key, ...]) -> Path:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.writelines(f"{key.id}:{base64.urlsafe_b64encode(key.secret).decode()}\n" for key in keys)
        file.flush()
        os.fsync(file.fileno())
    return draft


def _read(path: Path) -> Keyring:
    keys = []
    for number, line in enumerate(path.read_text(encoding="ascii").splitlines(), 1):
        if not line.strip():
            continue
        id, _, encoded = line.strip().partition(":")
        try:
            secret = base64.urlsafe_b64decode(encoded)
        except ValueError:
            secret = b""
        if len(secret) != SECRET_BYTES or not id:
            raise KeyringError(f"{path}:{number}: not a key. A line is an id, a colon and 32 bytes in base64.")
        keys.append(Key(id, secret))
    if not keys:
        raise KeyringError(f"{path}: holds no key. Restore it from the backup: what it sealed cannot be read without.")
    return Keyring(tuple(keys))
