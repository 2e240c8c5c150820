"""What a town says of a deposit: that it has it, signed, with hashes; and how far it is. Pure. DEPOSITS.md §5."""

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, Self, cast, get_args

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bots.links.box.deposit import DepositedFile, number_of
from bots.links.box.keys import VERSION
from bots.links.format.encoding import decode, encode
from bots.links.format.errors import Altered, MalformedLink

State = Literal["received", "processed", "refused"]
_NONCE: Final = 12
_CONTEXT: Final = b"beffroi/deposit/1/said"


@dataclass(frozen=True, slots=True)
class TownStatement:
    """What the town says: *state* since *at* (ms); *statement* is what it has received, with its *signature*."""

    state: State
    at: int
    statement: str
    signature: bytes
    note: str = ""

    def sealed(self, reply: bytes, box: str, deposit: str) -> bytes:
        """Return it as only whoever made the deposit reads it (key *reply*); another ciphertext each time."""
        said = {
            "v": 1,
            "state": self.state,
            "at": self.at,
            "statement": self.statement,
            "signature": encode(self.signature),
            "note": self.note,
        }
        nonce = secrets.token_bytes(_NONCE)
        plaintext = json.dumps(said, ensure_ascii=False).encode()
        return VERSION + nonce + AESGCM(reply).encrypt(nonce, plaintext, _bound(box, deposit))

    @classmethod
    def open(cls, sealed: bytes, reply: bytes, box: str, deposit: str) -> Self:
        """Return what was said; raises :class:`Altered`, :class:`MalformedLink`."""
        try:
            opened = AESGCM(reply).decrypt(sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :], _bound(box, deposit))
        except (InvalidTag, ValueError):
            raise Altered("what was said") from None
        said = json.loads(opened)
        if said.get("v") != 1 or said.get("state") not in get_args(State):
            raise MalformedLink("version")
        return cls(
            cast(State, said["state"]), int(said["at"]), said["statement"], decode(said["signature"], 64), said["note"]
        )


def statement_of(
    box: str, deposit: str, kept: int, answers: Sequence[tuple[str, str]], files: Sequence[DepositedFile]
) -> str:
    """Return what is signed of a deposit that the server has had since *kept* (ms): names, sizes, SHA-256 of files.

    Of the answers the SHA-256: a receipt is shown to others. One spelling, JSON with sorted keys.
    """
    said = {
        "beffroi": "receipt/1",
        "box": box,
        "deposit": deposit,
        "number": number_of(box, deposit),
        "kept": kept,
        "answers": digest_of(answers),
        "files": [{"name": file.name, "size": file.size, "sha256": file.sha256.hex()} for file in files],
    }
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(answers: Sequence[tuple[str, str]]) -> str:
    """Return the SHA-256, in hexadecimal, of questions and answers in the one spelling that is signed."""
    spelt = json.dumps([list(pair) for pair in answers], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(spelt.encode()).hexdigest()


def signed(statement: str, key: Ed25519PrivateKey) -> bytes:
    """Return the signature (RFC 8032) of *statement*."""
    return key.sign(statement.encode())


def is_signed(statement: str, signature: bytes, key: bytes) -> bool:
    """Tell whether the holder of *key* (Ed25519, 32 bytes) has signed *statement*."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, statement.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def _bound(box: str, deposit: str) -> bytes:
    return _CONTEXT + box.encode() + deposit.encode()
