from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from temporalio.api.common.v1 import Payload
from temporalio.converter import DataConverter

from runtime.codec import SEALED, SealingCodec, all_sealed, is_sealed
from runtime.keys import Key, Keyring, keyring, new_key, rotate
from runtime.temporal import data_converter

RING = Keyring((Key("one", b"1" * 32),))
WORDS = "the window leaks again"


def json_payload(text: str = WORDS) -> Payload:
    return Payload(metadata={"encoding": b"json/plain"}, data=f'"{text}"'.encode())


@given(st.binary(max_size=2000), st.dictionaries(st.text(max_size=9), st.binary(max_size=20), max_size=4))
def test_what_was_sealed_comes_out_as_it_went_in(data: bytes, metadata: dict[str, bytes]) -> None:
    codec = SealingCodec(RING)
    metadata.pop(SEALED, None)
    opened = codec.open(codec.seal(Payload(metadata=metadata, data=data)))
    assert is_sealed(opened)
    del opened.metadata[SEALED]
    assert opened == Payload(metadata=metadata, data=data)


def test_the_engine_sees_neither_the_words_nor_how_they_repeat() -> None:
    codec = SealingCodec(RING)
    one, two = codec.seal(json_payload()), codec.seal(json_payload())
    assert WORDS.encode() not in one.SerializeToString()
    assert one.data != two.data


def test_long_payloads_are_stored_shorter_than_they_are() -> None:
    long = json_payload("approval reminder approval reminder " * 100)
    assert len(SealingCodec(RING).seal(long).data) < len(long.data) / 10


def test_a_message_typed_on_a_command_line_never_counts_as_sealed() -> None:
    codec = SealingCodec(RING)
    forged = json_payload()
    forged.metadata[SEALED] = b"1"
    opened = codec.open(forged)
    assert not is_sealed(opened)
    assert opened == json_payload()
    assert not all_sealed([codec.open(codec.seal(json_payload())), opened])
    assert not all_sealed([])


@given(st.data())
def test_a_payload_with_one_changed_byte_is_passed_on_unread(data: st.DataObject) -> None:
    codec = SealingCodec(RING)
    sealed = codec.seal(json_payload())
    place = data.draw(st.integers(0, len(sealed.data) - 1))
    changed = bytearray(sealed.data)
    changed[place] ^= data.draw(st.integers(1, 255))
    sealed.data = bytes(changed)
    opened = codec.open(sealed)
    assert opened == sealed
    assert not is_sealed(opened)


@given(st.binary(max_size=60), st.binary(max_size=8))
def test_decoding_never_raises_whatever_comes(data: bytes, key: bytes) -> None:
    codec = SealingCodec(RING)
    for id in (key, b"one"):
        strange = Payload(metadata={"encoding": b"binary/encrypted", "key": id}, data=data)
        assert codec.open(strange) == strange


def test_after_a_new_key_old_histories_can_still_be_read(tmp_path: Path) -> None:
    before = SealingCodec(keyring(tmp_path, "payloads")).seal(json_payload())
    codec = SealingCodec(rotate(tmp_path, "payloads"))
    assert is_sealed(codec.open(before))
    assert codec.seal(json_payload()).metadata["key"] != before.metadata["key"]


def test_what_another_installation_sealed_stays_sealed() -> None:
    foreign = SealingCodec(Keyring((new_key(),))).seal(json_payload())
    assert SealingCodec(RING).open(foreign) == foreign


@pytest.fixture
def converter() -> DataConverter:
    return data_converter(RING)


async def test_failures_are_stored_without_their_words(converter: DataConverter) -> None:
    from temporalio.api.failure.v1 import Failure
    from temporalio.exceptions import ApplicationError

    failure = Failure()
    await converter.encode_failure(ApplicationError(WORDS, type="Refused"), failure)
    assert WORDS.encode() not in failure.SerializeToString()
    again = await converter.decode_failure(failure)
    assert isinstance(again, ApplicationError)
    assert again.message == WORDS
