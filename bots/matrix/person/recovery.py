"""What a person types to prove that an account is theirs: a recovery key, or a passphrase (pure).

Source: Matrix specification v1.18 §11.12.7 "Secrets", "Key representation" and "Deriving keys from passphrases".
"""

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from bots.matrix.person.errors import WrongRecoveryKey

KEY_BYTES: Final = 32
_ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_PREFIX: Final = b"\x8b\x01"
_LONGEST: Final = 200
_MOST_ROUNDS: Final = 10_000_000
"""PBKDF2 rounds that we are willing to do: clients ask for half a million."""


def key_of(typed: str) -> bytes:
    """Return the 32 bytes of a recovery key as people copy it (spaces do not count); raise `WrongRecoveryKey`."""
    letters = "".join(typed.split())
    if not letters or len(letters) > _LONGEST or not set(letters) <= set(_ALPHABET):
        raise WrongRecoveryKey("not base58")
    number = 0
    for letter in letters:
        number = number * 58 + _ALPHABET.index(letter)
    size = len(_PREFIX) + KEY_BYTES + 1
    if number.bit_length() > 8 * size:
        raise WrongRecoveryKey("too long")
    whole = number.to_bytes(size, "big")
    parity = 0
    for byte in whole:
        parity ^= byte
    if whole[: len(_PREFIX)] != _PREFIX or parity:
        raise WrongRecoveryKey("mistyped")
    return whole[len(_PREFIX) : -1]


def key_from_passphrase(typed: str, description: Mapping[str, Any]) -> bytes:
    """Return the key that *description* (``m.secret_storage.key.…``) derives of a passphrase; raise `WrongRecoveryKey`.

    Takes about a second: PBKDF2 with as many rounds as the account's client has chosen.
    """
    how = description.get("passphrase")
    if not isinstance(how, dict) or how.get("algorithm") != "m.pbkdf2":
        raise WrongRecoveryKey("no passphrase belongs to this key")
    salt, rounds, bits = how.get("salt"), how.get("iterations"), how.get("bits", 8 * KEY_BYTES)
    if not isinstance(salt, str) or not isinstance(rounds, int) or not 0 < rounds <= _MOST_ROUNDS:
        raise WrongRecoveryKey("the passphrase's settings make no sense")
    if bits != 8 * KEY_BYTES:
        raise WrongRecoveryKey("another size of key")
    return hashlib.pbkdf2_hmac("sha512", typed.encode(), salt.encode(), rounds, KEY_BYTES)
