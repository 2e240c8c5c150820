"""What kinds are called in a question, and which of their nouns are words of a title (pure)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from bots.assistant.talk.offers.finding import Finder

_ABOUT: Final = frozenset(
    {"sur", "sujet", "propos", "concernant", "concerne", "concernent", "parle", "parlent", "about"}
)
"""What leads to what something else is called: « on a quoi sur le dépôt ? »."""


@dataclass(frozen=True, slots=True)
class Nouns:
    """The kind of each noun, folded; *everyday* ones are words of titles, too, and *asides* are said of their kinds."""

    kinds: Mapping[str, str] = field(default_factory=dict)
    everyday: Mapping[str, str] = field(default_factory=dict)
    asides: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, finders: Iterable[Finder]) -> "Nouns":
        """Return those of *finders*."""
        known = [*finders]
        return cls(
            {noun: finder.kind for finder in known if not finder.everyday for noun in finder.nouns},
            {noun: finder.kind for finder in known if finder.everyday for noun in finder.nouns},
            {finder.kind: finder.asides for finder in known},
        )

    def silent(self, folded: Sequence[str]) -> frozenset[str]:
        """Return the words of a question that say nothing of what is asked after."""
        said = {self.everyday[word] for word in folded if word in self.everyday}
        return frozenset(self.kinds).union(*(self.asides[kind] for kind in said))

    def called(self, folded: Sequence[str]) -> frozenset[str]:
        """Return the kinds that are surely named."""
        return frozenset(self.kinds[word] for word in folded if word in self.kinds)

    def alone(self, telling: Collection[str], folded: Sequence[str]) -> frozenset[str]:
        """Return the kinds of the everyday nouns that *telling*, all that a question tells, are; of no other one."""
        if not telling or self.called(folded) or _ABOUT & {*folded} or {*telling} - {*self.everyday}:
            return frozenset()
        return frozenset(self.everyday[word] for word in telling)
