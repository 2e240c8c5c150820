"""Limits that are turned round by a *not* before them: ``ne pas publier avant le 15`` is from the fifteenth on."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from bots.when.language.grammar import Reading
from bots.when.sentence.scanning import Cluster, Hit
from bots.when.values import Bound

_TURNED: Final[Mapping[Bound, Bound]] = {Bound.BEFORE: Bound.FROM, Bound.BY: Bound.FROM, Bound.FROM: Bound.BY}
_ENDS_A_CLAUSE: Final = frozenset({".", ",", ";", ":", "!", "?"})
_FARTHEST: Final = 12
"""Tokens between the denial and the limit."""


def turned(group: Cluster, reading: Reading) -> Cluster:
    """Return *group* with its limits as they are meant."""
    return tuple(_turned(each, reading) for each in group)


def _turned(hit: Hit, reading: Reading) -> Hit:
    if hit.bound is Bound.AT or hit.weak or hit.repeated or not reading.slot("deniable", hit.start):
        return hit
    return replace(hit, facts={**hit.facts, "lead": _TURNED[hit.bound]}) if _is_denied(hit.start, reading) else hit


def _is_denied(at: int, reading: Reading) -> bool:
    tokens = reading.text.tokens
    for start in range(at - 1, max(at - _FARTHEST, 0) - 1, -1):
        if tokens[start].key in _ENDS_A_CLAUSE:
            return False
        # "Pas de travaux" denies where it begins a sentence: "le devis qui n'a pas de prix" does not.
        for name in ("denial", "first_denial") if start == 0 else ("denial",):
            for end, _ in reading.slot(name, start):
                if end <= at:
                    # Who must not forget something must do it.
                    return not reading.slot("heedless", end)
    return False
