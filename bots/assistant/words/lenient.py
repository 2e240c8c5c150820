"""Reading what another server signed, which may hold anything: what makes no sense is as if nobody had written it."""

from collections.abc import Callable
from typing import Any, TypeVar

from bots.assistant.talk.wording import clean
from config.errors import MalformedId

_Id = TypeVar("_Id")


def line(raw: object, most: int) -> str:
    """Return *raw* as one line of at most *most* characters; empty when it is no text."""
    return " ".join(clean(raw[: 2 * most]).split())[:most].rstrip() if isinstance(raw, str) else ""


def identifier(parse: Callable[[Any], _Id], raw: object) -> _Id | None:
    """Return the identifier that *parse* finds in *raw*; None when it is none."""
    try:
        return parse(raw)
    except MalformedId:
        return None
