"""How people ask, as one table: the words that ask, and « peux-tu … ? », which wants something done (pure)."""

from typing import Final

QUESTION: Final = frozenset(
    {"qui", "quoi", "koi", "ki", "quand", "combien", "comment", "pourquoi", "quel", "quelle", "quels", "quelles"}
    | {"lequel", "laquelle", "lesquels", "lesquelles", "who", "what", "when", "where", "which", "how", "why"}
)
"""Words, folded, that ask."""
AT_HEAD: Final = QUESTION | {"que", "qu", "ou", "est-ce"}
"""Words that ask where a question begins; elsewhere they join."""
_WHOM: Final = (("tu", ("peux", "pourrais")), ("vous", ("pouvez", "pourriez")))
CAN_YOU: Final = (
    *(f"{verb}{joint}{you}" for you, verbs in _WHOM for verb in verbs for joint in "- "),
    *(f"{lead}{you} {verb}" for you, verbs in _WHOM for verb in verbs for lead in ("est-ce que ", "est ce que ", "")),
    *("can you", "could you", "would you"),
)
"""What only asks for what follows, folded, each as it is said."""
ASKED_OF_US: Final = f"(?:{'|'.join(CAN_YOU)})"
"""The same as a pattern of plain letters."""
