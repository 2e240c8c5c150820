"""The media of a federation, and snapshots that nobody may believe."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field, replace
from itertools import count
from random import Random
from typing import Any

from bots.envelope.cipher import Decryptor, Encryptor
from bots.envelope.file import Attachment as File
from bots.envelope.file import EncryptedFile
from config.identifiers import MxcUri
from tests.model.known import Attachment

REFUSED = "wrong_hash", "wrong_clock", "incomplete", "unproven_frontier", "repeated", "bad_operation"


@dataclass(slots=True)
class Library:
    """Sealed attachments, by their address."""

    _ciphertexts: dict[str, bytes] = field(default_factory=dict)
    _numbers: Any = field(default_factory=lambda: count(1))

    def seal(self, data: bytes) -> EncryptedFile:
        encryptor = Encryptor()
        ciphertext = encryptor.update(data)
        url = MxcUri(f"mxc://media.fr/{next(self._numbers)}")
        self._ciphertexts[url] = ciphertext
        return encryptor.finish(url)

    def open(self, file: EncryptedFile, *, flip: int | None = None) -> bytes:
        """Return what is in *file*, perhaps with one bit (of one of its bytes) that the server has turned round."""
        ciphertext = bytearray(self._ciphertexts[file.url])
        if flip is not None:
            ciphertext[flip % len(ciphertext)] ^= 1
        decryptor = Decryptor(file)
        data = decryptor.update(bytes(ciphertext))
        decryptor.finish()
        return data

    async def upload(self, data: bytes, *, content_type: str, encrypted: bool) -> File:
        assert encrypted
        return self.seal(data)


def forge(good: Attachment, flaw: str, number: int) -> Attachment:
    """Return *good* with *flaw*."""
    header, entries = deepcopy(good.header), [deepcopy(each) for each in good.entries]
    dice = Random(number)
    return _FORGERIES[flaw](replace(good, header=header, entries=tuple(entries)), dice)


def _wrong_hash(good: Attachment, dice: Random) -> Attachment:
    good.header["hash"] = f"{dice.randrange(16):x}" * 64
    return good


def _wrong_clock(good: Attachment, dice: Random) -> Attachment:
    good.header["clock"] += 1 + dice.randrange(9)
    return good


def _incomplete(good: Attachment, dice: Random) -> Attachment:
    at = dice.randrange(len(good.entries))
    return replace(good, entries=good.entries[:at] + good.entries[at + 1 :])


def _unproven_frontier(good: Attachment, dice: Random) -> Attachment:
    sources = dice.choice([*good.header["frontier"].values()])
    sources[dice.choice([*sources])] += 1_000
    return good


def _repeated(good: Attachment, dice: Random) -> Attachment:
    good.header["lines"] += 1
    return replace(good, entries=(*good.entries, dice.choice(good.entries)))


def _bad_operation(good: Attachment, dice: Random) -> Attachment:
    chosen = dice.choice([each for each in good.entries if "ops" in each])
    chosen["ops"]["ts"] += 1
    return good


_FORGERIES: dict[str, Callable[[Attachment, Random], Attachment]] = {
    "wrong_hash": _wrong_hash,
    "wrong_clock": _wrong_clock,
    "incomplete": _incomplete,
    "unproven_frontier": _unproven_frontier,
    "repeated": _repeated,
    "bad_operation": _bad_operation,
}
