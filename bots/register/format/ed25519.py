"""What a good Ed25519 signature is (FORMAT.md §3), in one place; as a program, for many of them on another core.

It imports nothing of ours, so that the program is small and quick to start: ``python ed25519.py`` reads batches from
its standard input until that ends, and answers each. Both sides are of one version and one machine, so they speak
``marshal``.
"""

import marshal
import os
import signal
import sys
from collections.abc import Iterable, Sequence
from typing import BinaryIO

from nacl.bindings import crypto_sign_open
from nacl.exceptions import CryptoError

Question = tuple[bytes, tuple[bytes, ...]]
"""A signature (64 bytes) with the message behind it, and the public keys (32 bytes each) of which one must fit."""

LENGTH = 4
"""Bytes, big-endian, before a batch of questions: how long it is. An answer has a byte, 0 or 1, for each of them."""


def is_signed(question: Question) -> bool:
    """Tell whether one of the keys has signed the message, as libsodium judges it."""
    signed, keys = question
    return any(_fits(signed, key) for key in keys)


def answers(questions: Iterable[Question]) -> bytes:
    """Return a byte for each of *questions*: 1 where the signature holds, else 0."""
    return bytes(map(is_signed, questions))


def written(questions: Sequence[Question]) -> bytes:
    """Return a batch as the program reads it."""
    batch = marshal.dumps([*questions])
    return len(batch).to_bytes(LENGTH, "big") + batch


def answer(source: BinaryIO, sink: BinaryIO) -> None:
    """Answer each batch in *source*."""
    while len(head := source.read(LENGTH)) == LENGTH:
        batch = source.read(int.from_bytes(head, "big"))
        questions: list[Question] = marshal.loads(batch)  # noqa: S302 - from whoever started us, who wrote it
        sink.write(answers(questions))
        sink.flush()


def _fits(signed: bytes, key: bytes) -> bool:
    try:
        crypto_sign_open(signed, key)
    except (CryptoError, ValueError):
        return False
    return True


if __name__ == "__main__":
    # A terminal interrupts all of its programs at once; this one ends when whoever asks does.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # The homeserver on the same machine goes first.
    os.nice(5)
    answer(sys.stdin.buffer, sys.stdout.buffer)
