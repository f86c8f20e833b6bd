"""What Temporal stores is compressed, then sealed: the engine and its disk never see a word of a case.

AES-256-GCM with the key's id as associated data. A payload that was sealed by a key of ours comes out marked
`sealed`; the mark is taken off everything else, so code behind the codec can tell an authenticated message from one
that somebody typed on Temporal's own command line. Decoding never raises: a payload that cannot be opened goes on
as it is, since an error here would park the case that holds it.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from google.protobuf.message import DecodeError
from temporalio.api.common.v1 import Payload
from temporalio.converter import PayloadCodec

from runtime.keys import Keyring

ENCODING = b"binary/encrypted"
SEALED = "sealed"
MARK = b"1"
_NONCE = 12
_LEVEL = 6
# Far above any payload the engine takes (2 MB); a forged one that unpacks to more is left unread.
_MOST = 16 * 1024 * 1024


class SealingCodec(PayloadCodec):
    """Seals with the ring's newest key and opens with any key of the ring."""

    def __init__(self, ring: Keyring) -> None:
        self._key = ring.current.id.encode()
        self._ciphers = {key.id.encode(): AESGCM(key.secret) for key in ring.keys}

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [self.seal(payload) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [self.open(payload) for payload in payloads]

    def seal(self, payload: Payload) -> Payload:
        """The payload as the engine may keep it."""
        plain = Payload()
        plain.CopyFrom(payload)
        plain.metadata.pop(SEALED, None)
        nonce = os.urandom(_NONCE)
        packed = zlib.compress(plain.SerializeToString(), _LEVEL)
        sealed = nonce + self._ciphers[self._key].encrypt(nonce, packed, self._key)
        return Payload(metadata={"encoding": ENCODING, "key": self._key}, data=sealed)

    def open(self, payload: Payload) -> Payload:
        """What was sealed, marked; anything else unchanged and without the mark."""
        opened = self._opened(payload)
        if opened is not None:
            opened.metadata[SEALED] = MARK
            return opened
        bare = Payload()
        bare.CopyFrom(payload)
        bare.metadata.pop(SEALED, None)
        return bare

    def _opened(self, payload: Payload) -> Payload | None:
        if payload.metadata.get("encoding") != ENCODING:
            return None
        key = payload.metadata.get("key", b"")
        cipher = self._ciphers.get(key)
        if cipher is None or len(payload.data) <= _NONCE:
            return None
        try:
            packed = cipher.decrypt(payload.data[:_NONCE], payload.data[_NONCE:], key)
            unpacking = zlib.decompressobj()
            plain = unpacking.decompress(packed, _MOST)
            if unpacking.unconsumed_tail:
                return None
            return Payload.FromString(plain)
        except (InvalidTag, zlib.error, DecodeError):
            return None


def is_sealed(payload: Payload) -> bool:
    """Whether this payload, as it came out of the codec, was sealed by a key of ours."""
    return payload.metadata.get(SEALED) == MARK


def all_sealed(payloads: Iterable[Payload]) -> bool:
    """Whether each of them was; false for none at all."""
    marks = [is_sealed(payload) for payload in payloads]
    return bool(marks) and all(marks)
