"""Little words, folded, that tell no name from another: each capability adds its own nouns (pure)."""

from typing import Final

ARTICLES: Final = frozenset(
    {"le", "la", "les", "un", "une", "des", "du", "de", "a", "au", "aux", "ce", "cette", "the", "of"}
    | {"mon", "ma", "mes", "notre", "nos", "my", "our"}
)
"""Articles, what merges with them, and whose something is."""
LINKING: Final = frozenset({"avec", "en", "et", "pour"})
"""What links words, and may as well stand in a name."""
