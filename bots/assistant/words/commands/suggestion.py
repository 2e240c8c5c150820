"""What somebody may have meant."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

Form = tuple[str, ...]
"""The folded words of one way to call a command."""
Heads = Mapping[str, Sequence[tuple[int, Form]]]
"""Forms by their first words, each with its place among all of them."""


def distance(left: str, right: str) -> int:
    """Return the Damerau-Levenshtein distance (optimal string alignment): each slip of the finger counts one."""
    before: list[int] = []
    above = list(range(len(right) + 1))
    for row, letter in enumerate(left, 1):
        here = [row]
        for column, other in enumerate(right, 1):
            cost = min(above[column] + 1, here[-1] + 1, above[column - 1] + (letter != other))
            swapped = row > 1 and column > 1 and letter == right[column - 2] and left[row - 2] == other
            here.append(min(cost, before[column - 2] + 1) if swapped else cost)
        before, above = above, here
    return above[-1]


@lru_cache(maxsize=8_192)  # the first words of messages are compared with all our verbs, three times a message
def near(typed: str, known: str) -> int | None:
    """Return the distance when *typed* may be a slip for *known*, else None.

    A word of up to four letters is within one slip of half the dictionary: it must at least begin alike.
    """
    most = 1 if len(known) <= 5 else 2
    if abs(len(typed) - len(known)) > most or (len(known) <= 4 and typed[:1] != known[:1]):
        return None
    found = distance(typed, known)
    return found if found <= most else None


def nearest(typed: Sequence[str], forms: Iterable[Form]) -> Form | None:
    """Return the form whose words *typed* most likely begins with, slips allowed; the first one wins a tie."""
    return next(iter(by_nearness(typed, by_head(forms))), None)


def by_head(forms: Iterable[Form]) -> Heads:
    """Return *forms* by the word that they begin with: of thousands, few begin as what is typed does."""
    heads: dict[str, list[tuple[int, Form]]] = {}
    for place, form in enumerate(forms):
        heads.setdefault(form[0], []).append((place, form))
    return heads


def by_nearness(typed: Sequence[str], heads: Heads) -> list[Form]:
    """Return all forms whose words *typed* may begin with, slips allowed, the likeliest first."""
    seen: dict[tuple[str, str], int | None] = {}
    alike = (placed for head, placed in heads.items() if typed and _nearly(typed[0], head, seen) is not None)
    slips = ((_slips(typed, form, seen), place, form) for placed in alike for place, form in placed)
    return [form for _, _, form in sorted((total, place, form) for total, place, form in slips if total is not None)]


def _slips(typed: Sequence[str], form: Form, seen: dict[tuple[str, str], int | None]) -> int | None:
    if len(typed) < len(form):
        return None
    total = 0
    for pair in zip(typed, form, strict=False):
        slips = _nearly(*pair, seen)
        if slips is None:
            return None
        total += slips
    return total


def _nearly(typed: str, known: str, seen: dict[tuple[str, str], int | None]) -> int | None:
    pair = typed, known
    if pair not in seen:
        seen[pair] = 0 if typed == known else near(typed, known)
    return seen[pair]
