"""Where a kind of object names those who have it: how one capability tells it to another (pure)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bots.register.replica.state import Object


def _never(_thing: Object, _now: datetime) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Holding:
    """Where a *kind* of object names those who have it: in *field*, an add/remove set where *many*."""

    kind: str
    field: str
    many: bool
    counted: tuple[str, str]
    """Says how many there are, one and several, as ``marks("{count} task ({numbers})", …)``."""
    over: Callable[[Object, datetime], bool] = _never
    """Tells of what is past although nobody has ended it: nobody takes that over."""
