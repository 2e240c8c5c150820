"""So much time from now."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from bots.when.feasts import add_working_days
from bots.when.language.grammar import Node
from bots.when.scene import Scene, months_on
from bots.when.values import Code, Unclear

_MONTHS_OF: Final[Mapping[str, int]] = {"month": 1, "quarter": 3, "half": 6, "year": 12}
# Eight days are a week and fifteen are two, both ends counted, as French has done since Rome.
_IDIOMS: Final[Mapping[int, int]] = {8: 7, 15: 14}


def amount(
    scene: Scene, unit: str, n: int = 1, more: int = 0, idiom: bool = False, ago: bool = False, **_: Any
) -> date:
    """``dans 3 jours``, ``dans une heure et demie``, ``sous huit jours``, ``sous 5 jours ouvrés``."""
    sign = -1 if ago else 1
    if unit in ("hour", "minute"):
        return _elapsed(scene, sign * (n * (60 if unit == "hour" else 1) + more))
    if unit in ("working", "weekdays"):
        return add_working_days(scene.today, n, saturdays=unit == "weekdays")
    try:
        if unit in _MONTHS_OF:
            return months_on(scene.today, sign * n * _MONTHS_OF[unit])
        days = _IDIOMS.get(n, n) if idiom and unit == "day" else n
        return scene.today + timedelta(days=sign * days * (7 if unit == "week" else 1))
    except (OverflowError, ValueError) as exc:
        raise Unclear(Code.IMPOSSIBLE) from exc


def amount_days(scene: Scene, days: int) -> date:
    """``sous huitaine``, ``dans une quinzaine``."""
    return scene.today + timedelta(days=days)


def amount_clock(scene: Scene, clock: Node, more: int = 0, ago: bool = False) -> datetime:
    """``dans 1h30``, ``sous 48h``, ``d'ici 2 heures et demie``."""
    minutes = int(clock.facts["hour"]) * 60 + int(clock.facts.get("minute") or clock.facts.get("minutes") or 0)
    return _elapsed(scene, -minutes if ago else minutes + more)


def _elapsed(scene: Scene, minutes: int) -> datetime:
    """Return the moment after so much real time, whatever the clocks do meanwhile."""
    start = scene.now.astimezone(UTC).replace(second=0, microsecond=0)
    return (start + timedelta(minutes=minutes)).astimezone(scene.zone)
