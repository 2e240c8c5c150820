"""What is said of alerts, and when: one message each, edited when it has passed. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bridge.watch.rules import Alert

CALM_MS: Final = 300_000
"""So long it must be well again before that is said."""
AGAIN_MS: Final = 3_600_000
"""What comes again within this time takes up the message that it had."""


@dataclass(frozen=True, slots=True)
class Known:
    """An alert as it is remembered, all times in ms.

    *since* when it is so, *said* when that was said (None: not yet), *calm* since when it is well again, *passed* when
    that was said. *last* is how it was said last, *edits* how often since.
    """

    since: int
    said: int | None = None
    calm: int | None = None
    passed: int | None = None
    last: str = ""
    edits: int = 0


@dataclass(frozen=True, slots=True)
class Say:
    """Say it: *alert* is new, or (*again*) back within the hour."""

    key: str
    alert: Alert
    again: bool


@dataclass(frozen=True, slots=True)
class Settle:
    """Say of the message *last* that it has passed, after *lasted* ms."""

    key: str
    last: str
    lasted: int


Action = Say | Settle
Memory = Mapping[str, Known]


def decide(known: Memory, alerts: Sequence[Alert], now: int) -> tuple[Memory, list[Action]]:
    """Return what is known from now on, and what is to be said of it."""
    firing = {alert.key: alert for alert in alerts}
    memory: dict[str, Known] = {}
    actions: list[Action] = []
    for key in {**known, **firing}:
        if key in firing:
            memory[key] = _firing(known.get(key), firing[key], now, actions)
        elif (left := _quiet(known[key], key, now, actions)) is not None:
            memory[key] = left
    return memory, actions


def _firing(known: Known | None, alert: Alert, now: int, actions: list[Action]) -> Known:
    known = Known(now) if known is None else replace(known, calm=None)
    if known.passed is not None:
        actions.append(Say(alert.key, alert, again=True))
        return replace(known, since=now, passed=None, edits=known.edits + 1)
    if known.said is not None or now - known.since < alert.rule.patience_s * 1000:
        return known
    actions.append(Say(alert.key, alert, again=False))
    return replace(known, said=now)


def _quiet(known: Known, key: str, now: int, actions: list[Action]) -> Known | None:
    if known.said is None:
        return None
    if known.passed is not None:
        return None if now - known.passed > AGAIN_MS else known
    if known.calm is None:
        return replace(known, calm=now)
    if now - known.calm < CALM_MS:
        return known
    actions.append(Settle(key, known.last, known.calm - known.since))
    return replace(known, passed=now, edits=known.edits + 1)
