"""Edits of what has no event id yet: they name its transaction, and learn the id when they are sent (pure)."""

from collections.abc import Mapping
from typing import Any

from bots.matrix.port import Raw

_OF_EDITS = ("m.relates_to", "m.new_content")


def awaited(body: Mapping[str, Any]) -> str | None:
    """Return the transaction id of what *body* edits, where that stands in place of the event id."""
    relation = body.get("m.relates_to")
    if not isinstance(relation, Mapping) or relation.get("rel_type") != "m.replace":
        return None
    target = relation.get("event_id")
    return target if isinstance(target, str) and not target.startswith("$") else None


def addressed(body: Raw, event_id: str | None) -> Raw:
    """Return *body* as an edit of *event_id*; where there is none (it was refused), as a message of its own."""
    if event_id is not None:
        return {**body, "m.relates_to": {**body["m.relates_to"], "event_id": event_id}}
    words = body.get("m.new_content")
    rest = {name: value for name, value in body.items() if name not in _OF_EDITS}
    return {**rest, **words} if isinstance(words, dict) else rest
