"""What people press below messages, and what clients make of it (pure)."""

from typing import Final

KEYCAPS: Final = (*(f"{each}\ufe0f\u20e3" for each in range(1, 10)), "\U0001f51f")
"""1️⃣ … 9️⃣ 🔟."""
YES: Final = "✅"


def bare_emoji(key: str) -> str:
    """Return *key* without variation selectors and skin tones: clients differ in what they send for ✅ or ✔️."""
    return "".join(each for each in key[:32] if each not in "\ufe0e\ufe0f" and not 0x1F3FB <= ord(each) <= 0x1F3FF)


def keycap(key: str) -> int | None:
    """Return the number on a keycap, however a client writes it; None for anything else."""
    return _NUMBERS.get(bare_emoji(key))


_NUMBERS: Final = {bare_emoji(each): number for number, each in enumerate(KEYCAPS, 1)}
