"""Which Ed25519 signatures count: everybody must draw the line at the same place, or the same set folds differently."""

import base64
from typing import Any

import pytest

from bots.register.format.errors import Reason, Rejected
from bots.register.format.signature import Signer, signed_bytes, unpadded, verify
from config.identifiers import RoomId, UserId

ROOM, SENDER = RoomId("!room"), UserId("@beffroi:valbourg.fr")
SIGNER = Signer(b"v" * 32)
ORDER = 2**252 + 27742317777372353535851937790883648493
"""Of the group (RFC 8032 §5.1)."""
PRIME = 2**255 - 19
ENVELOPE: dict[str, Any] = {"v": 1, "src": "source01", "seq": 1}


def little(number: int) -> bytes:
    return number.to_bytes(32, "little")


NEUTRAL, NEUTRAL_TOO, SECOND = little(1), little(PRIME + 1), little(PRIME - 1)
"""Points of small order: the neutral one, the same written with a number beyond the field's, and one of order two."""


def judged(signature: bytes, *keys: str, **more: Any) -> str:
    return verify({**ENVELOPE, **more, "sig": unpadded(signature)}, ROOM, SENDER, keys)


def signature() -> bytes:
    return base64.b64decode(SIGNER.sign(ENVELOPE, ROOM, SENDER)["sig"] + "==")


def test_what_was_signed_counts_under_any_of_the_listed_keys() -> None:
    other = Signer(b"o" * 32).public_key
    assert judged(signature(), other, SIGNER.public_key) == judged(signature(), SIGNER.public_key)


@pytest.mark.parametrize("at", [0, 31, 32, 63])
def test_no_bit_may_differ(at: int) -> None:
    forged = bytearray(signature())
    forged[at] ^= 1
    with pytest.raises(Rejected) as caught:
        judged(bytes(forged), SIGNER.public_key)
    assert caught.value.reason is Reason.BAD_SIGNATURE


def test_what_is_signed_may_not_differ() -> None:
    with pytest.raises(Rejected):
        judged(signature(), SIGNER.public_key, seq=2)


def test_there_is_one_signature_and_not_a_second_one_made_of_it() -> None:
    """S and S + L satisfy the same equation: the digest covers the signature, so the second would be another one."""
    first, second = signature()[:32], int.from_bytes(signature()[32:], "little") + ORDER
    assert second < 2**256
    with pytest.raises(Rejected):
        judged(first + little(second), SIGNER.public_key)


@pytest.mark.parametrize("key", [NEUTRAL, NEUTRAL_TOO, SECOND])
@pytest.mark.parametrize("point", [NEUTRAL, NEUTRAL_TOO])
def test_a_key_of_small_order_has_signed_nothing(key: bytes, point: bytes) -> None:
    """Under the neutral point as key, R neutral and S = 0 would sign everything that anybody ever says."""
    with pytest.raises(Rejected):
        judged(point + little(0), unpadded(key))


@pytest.mark.parametrize("key", ["", "x", "é", "A" * 42, "A" * 44, "!" * 43, SIGNER.public_key + "="])
def test_what_is_no_key_has_signed_nothing(key: str) -> None:
    with pytest.raises(Rejected):
        judged(signature(), key)


def test_an_envelope_is_bound_to_its_room_and_its_sender() -> None:
    assert signed_bytes(ENVELOPE, ROOM, SENDER) != signed_bytes(ENVELOPE, RoomId("!other"), SENDER)
    assert signed_bytes(ENVELOPE, ROOM, SENDER) != signed_bytes(ENVELOPE, ROOM, UserId("@beffroi:rivemont.fr"))
