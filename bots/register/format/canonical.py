"""Canonical JSON (Matrix spec v1.18, appendices) and the bounds that we put on what others send."""

from collections.abc import Mapping
from typing import TypeAlias

from canonicaljson import encode_canonical_json

from bots.register.format.errors import Reason, Rejected

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"

MAX_INTEGER = 2**53 - 1
MAX_DEPTH = 10
MAX_BYTES = 40_000
"""Of one signed operation: base64 and the event around it must fit the 65,536 bytes of an event, encrypted."""


def encode(value: Mapping[str, object] | list[object]) -> bytes:
    """Return the canonical JSON of *value*, which has passed :func:`check`."""
    encoded: bytes = encode_canonical_json(value)
    return encoded


def check(value: object) -> None:
    """Raise :class:`Rejected` unless *value* has a canonical form: 53-bit integers, whole characters, ten levels.

    Level by level and without recursion, and all texts at once: this is done for each operation that arrives.
    """
    level, texts = [value], list[str]()
    for _ in range(MAX_DEPTH + 1):
        level = _below(level, texts)
        if not level:
            break
    else:
        raise Rejected(Reason.MALFORMED, f"nested deeper than {MAX_DEPTH}")
    try:
        "".join(texts).encode()
    except UnicodeEncodeError as exc:
        raise Rejected(Reason.MALFORMED, "half a surrogate pair") from exc
    except TypeError as exc:
        raise Rejected(Reason.MALFORMED, "a key is not a string") from exc


def _below(level: list[object], texts: list[str]) -> list[object]:
    """Return what the values of one *level* hold, and put their strings into *texts*."""
    below = list[object]()
    for value in level:
        kind = type(value)
        if kind is str:
            texts.append(value)  # type: ignore[arg-type] # it is one
        elif kind is int:
            if not -MAX_INTEGER <= value <= MAX_INTEGER:  # type: ignore[operator] # it is one
                raise Rejected(Reason.MALFORMED, "an integer of more than 53 bits")
        elif isinstance(value, dict):
            texts += value
            # An empty one is a level too.
            below += value.values() or (None,)
        elif isinstance(value, list):
            below += value or (None,)
        elif isinstance(value, str):
            texts.append(value)
        elif value is not None and kind is not bool:
            raise Rejected(Reason.MALFORMED, f"{kind.__name__} has no canonical form")
    return below
