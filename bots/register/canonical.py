"""Canonical JSON (Matrix spec v1.18, appendices) and the bounds that we put on what others send."""

from collections.abc import Mapping
from typing import TypeAlias

from canonicaljson import encode_canonical_json

from bots.register.errors import Reason, Rejected

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"

MAX_INTEGER = 2**53 - 1
MAX_DEPTH = 10
MAX_BYTES = 40_000
"""Of one signed operation: base64 and the event around it must fit the 65,536 bytes of an event, encrypted."""


def encode(value: Mapping[str, object]) -> bytes:
    """Return the canonical JSON of *value*, which has passed :func:`check`."""
    encoded: bytes = encode_canonical_json(value)
    return encoded


def check(value: object, depth: int = 0) -> None:
    """Raise :class:`Rejected` unless *value* has a canonical form: 53-bit integers, whole characters, ten levels."""
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, int):
        _check_integer(value)
    elif depth >= MAX_DEPTH:
        raise Rejected(Reason.MALFORMED, f"nested deeper than {MAX_DEPTH}")
    elif isinstance(value, list):
        for each in value:
            check(each, depth + 1)
    elif isinstance(value, dict):
        for key, each in value.items():
            _check_text(key)
            check(each, depth + 1)
    else:
        raise Rejected(Reason.MALFORMED, f"{type(value).__name__} has no canonical form")


def _check_text(value: object) -> None:
    if not isinstance(value, str):
        raise Rejected(Reason.MALFORMED, "a key is not a string")
    try:
        value.encode()
    except UnicodeEncodeError as exc:
        raise Rejected(Reason.MALFORMED, "half a surrogate pair") from exc


def _check_integer(value: int) -> None:
    if not -MAX_INTEGER <= value <= MAX_INTEGER:
        raise Rejected(Reason.MALFORMED, "an integer of more than 53 bits")
