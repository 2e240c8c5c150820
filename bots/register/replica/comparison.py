"""What two assistants of a room hold, compared by what each says of it (FORMAT.md §9)."""

from enum import StrEnum

from bots.register.format.frontier import Frontier


class Comparison(StrEnum):
    """How another assistant's register stands to ours. ``DIVERGED`` must never be: the fold gave two results."""

    SAME = "same"
    BEHIND = "behind"
    """It had not yet heard all that we hold when it last said what it holds."""
    AHEAD = "ahead"
    """It holds what we do not."""
    APART = "apart"
    """Each holds what the other does not."""
    DIVERGED = "diverged"


def compare(own: Frontier, own_hash: str, other: Frontier, other_hash: str) -> Comparison:
    """Tell how *other* stands to *own*; hashes are comparable only where both hold the same."""
    more, less = _lacks(own, other), _lacks(other, own)
    if more and less:
        return Comparison.APART
    if more or less:
        return Comparison.AHEAD if more else Comparison.BEHIND
    return Comparison.SAME if own_hash == other_hash else Comparison.DIVERGED


def _lacks(one: Frontier, other: Frontier) -> bool:
    """Tell whether *one* does not reach as far as *other* somewhere."""
    return any(
        seq > one.get(sender, {}).get(src, 0) for sender, sources in other.items() for src, seq in sources.items()
    )
