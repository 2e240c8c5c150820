"""The counter beyond every width at which others have broken, and what is said of the wrong bytes."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.envelope.cipher import Decryptor, Encryptor, cipher_at
from bots.envelope.errors import Corrupt, TooLong, Trailing, Truncated
from config.identifiers import MxcUri

VECTORS = json.loads((Path(__file__).parent / "cases" / "ctr-vectors.json").read_text())
KEY, IV = bytes.fromhex(VECTORS["key"]), bytes.fromhex(VECTORS["iv"])


@pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda vector: f"2^{vector['offset'].bit_length()}")
def test_the_key_stream_is_right_at_every_place(vector: dict[str, str | int]) -> None:
    """A client with 32-bit arithmetic is wrong from 2³¹, 2³² or 2³⁶ bytes on (cases/files, F12)."""
    offset = int(vector["offset"])

    assert cipher_at(KEY, IV, offset).update(bytes(16)).hex() == vector["keystream_16"]


@given(st.binary(min_size=1, max_size=200), st.integers(0, 199))
def test_a_file_can_be_read_from_any_byte_on(plaintext: bytes, offset: int) -> None:
    whole = cipher_at(KEY, IV, 0).update(plaintext)

    assert cipher_at(KEY, IV, offset).update(whole[offset:]) == plaintext[offset:]


def test_no_counter_is_used_twice() -> None:
    """The low half of the block ends at 2⁶⁴ blocks; going on would begin the same key stream again."""
    last = (1 << 68) - 1

    assert len(cipher_at(KEY, IV, last).update(b"x")) == 1
    for offset in (last + 1, -1):
        with pytest.raises(TooLong) as caught:
            cipher_at(KEY, IV, offset)
        assert caught.value.offset == offset


@pytest.mark.parametrize(("change", "error"), [("shorter", Truncated), ("longer", Trailing), ("bit", Corrupt)])
@pytest.mark.parametrize("size", [1, 100])
def test_what_is_wrong_is_named(change: str, error: type[Corrupt], size: int) -> None:
    encryptor = Encryptor()
    ciphertext = encryptor.update(b"\0" * size)
    wrong = {
        "shorter": ciphertext[:-1],
        "longer": ciphertext + b"x",
        "bit": bytes([ciphertext[0] ^ 1]) + ciphertext[1:],
    }[change]
    decryptor = Decryptor(encryptor.finish(MxcUri("mxc://valbourg.fr/a")), size)
    decryptor.update(wrong)

    with pytest.raises(Corrupt) as caught:
        decryptor.finish()

    assert type(caught.value) is error


def test_a_size_that_was_misstated_is_no_corruption() -> None:
    """The hash is the truth: what an event says of the size beside it may be anything."""
    encryptor = Encryptor()
    ciphertext = encryptor.update(b"twelve bytes")
    decryptor = Decryptor(encryptor.finish(MxcUri("mxc://valbourg.fr/a")), 5)

    assert decryptor.update(ciphertext) == b"twelve bytes"
    decryptor.finish()
