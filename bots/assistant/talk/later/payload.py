"""What we have put into the payload of an errand, read again: who wrote it was ourselves (pure)."""

from collections.abc import Mapping

from bots.register.format.canonical import Json


def as_number(raw: Json) -> int:
    """Return a number."""
    assert isinstance(raw, int)
    return raw


def as_object(raw: Json) -> Mapping[str, Json]:
    """Return an object."""
    assert isinstance(raw, dict)
    return raw


def as_texts(raw: Json) -> list[str]:
    """Return a list of texts; empty for anything else."""
    return [str(text) for text in raw] if isinstance(raw, list) else []
