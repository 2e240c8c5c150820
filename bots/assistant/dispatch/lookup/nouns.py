"""What kinds are called in a question, and which of their nouns are words of a title (pure)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from bots.assistant.dispatch.commands.unclear import FILES
from bots.assistant.talk.offers.finding import Finder

_ABOUT: Final = frozenset(
    {"sur", "sujet", "propos", "concernant", "concerne", "concernent", "parle", "parlent", "about"}
)
"""What leads to what something else is called: « on a quoi sur le dépôt ? »."""
_UNFOUND: Final = {
    **dict.fromkeys(
        (
            *("version", "versions", "photo", "photos", "image", "images", "document", "documents", "doc", "docs"),
            *("pdf", "fichier", "fichiers", "dossier", "dossiers", "corbeille", "mot", "mots", "passe", "mdp"),
            *("telechargement", "telechargements", "formulaire", "formulaires", "inscription", "inscriptions"),
            *("inscrit", "inscrits", "reponse", "reponses", "lien", "liens", "partage", "partages", "depot", "depots"),
            *("etiquette", "etiquettes", "picture", "pictures", "file", "files", "folder", "folders", "password"),
            *("passwords", "download", "downloads", "form", "forms", "link", "links", "share", "shares", "tag", "tags"),
        ),
        FILES,
    ),
    **dict.fromkeys(("droit", "droits", "acces", "membre", "membres", "salon", "salons", "rights", "access"), ""),
}
"""Nouns that no finder knows, folded, and the topic of the help that they name."""


def topic(words: Collection[str]) -> str | None:
    """Return the topic of *words* that are nothing but such nouns, "" for none; None where they say more."""
    if not words or not all(word in _UNFOUND for word in words):
        return None
    return next((_UNFOUND[word] for word in words if _UNFOUND[word]), "")


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
