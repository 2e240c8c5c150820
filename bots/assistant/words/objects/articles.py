"""Little words, folded, that say nothing of what is meant: each capability adds its own nouns (pure)."""

from typing import Final

ARTICLES: Final = frozenset(
    {"le", "la", "les", "un", "une", "des", "du", "de", "a", "au", "aux", "ce", "cette", "the", "of"}
    | {"mon", "ma", "mes", "notre", "nos", "my", "our"}
)
"""Articles, what merges with them, and whose something is."""
LINKING: Final = frozenset({"avec", "en", "et", "pour"})
"""What links words, and may as well stand in a name."""
POLITE: Final = frozenset({"merci", "svp", "stp", "please", "thanks"})
"""What may stand beside anything that is asked."""
RATHER: Final = frozenset({"finalement", "plutot", "actually", "rather"})
"""What leads to another value than the one before."""
ALSO: Final = frozenset({"aussi", "egalement", "encore", "also"})
