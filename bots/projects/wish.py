"""From the words after ``!projet créer`` to all that they say: name, people, template (pure)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold
from bots.assistant.words.names.people import TITLES, Nobody, Person, Several, called_so, find, is_mention
from bots.projects.federation import Partners
from config.errors import MalformedId
from config.identifiers import UserId

MOST_PEOPLE: Final = 50
_TEMPLATE: Final = frozenset({"modele", "template"})
_BETWEEN: Final = frozenset({"avec", "with", "et", "and", "&", ",", ";", "+", "pour", "for", ":", "-", "–"})
_BESIDE: Final = frozenset({"avec", "with"})
_CALLED: Final = frozenset(
    {"appele", "nomme", "intitule", "denomme", "pour", "sur", "called", "named", "for", ":", "nom", "s'appelant", "qui"}
    | {"s'appelle", "concernant", "about"}
)
"""What stands between « un projet » and its name."""
_AROUND: Final = ".,;:!?()«»\"'"
_QUOTES: Final = (("«", "»"), ("“", "”"), ('"', '"'))


@dataclass(frozen=True, slots=True)
class ProjectWish:
    """A project that somebody wants.

    ``template`` is as it was typed, "" where none was. ``unclear`` are names that fit nobody here, or several,
    ``unlisted`` belong to servers outside the federation, ``strange`` are words where only names make sense.
    """

    name: str
    template: str = ""
    people: tuple[UserId, ...] = ()
    unclear: tuple[Several | Nobody, ...] = ()
    unlisted: tuple[UserId, ...] = ()
    strange: tuple[str, ...] = ()


def wish(words: Sequence[str], request: Request, partners: Partners, templates: Collection[str]) -> ProjectWish:
    """Return the project that *words* describe; *templates* are the names that there are."""
    kept, template = _template([*words], templates)
    kept = _by_function(kept, request)
    start = next((at for at, each in enumerate(kept) if at and (is_mention(each) or _titled(kept, at))), len(kept))
    return _Guests(request, partners).read(_name(kept[:start]), template, kept[start:])


def _template(words: list[str], templates: Collection[str]) -> tuple[list[str], str]:
    """Take ``modèle marchés`` out: where it ends the command, or names one that there is."""
    for at in range(len(words) - 2, 0, -1):
        if fold(words[at]) not in _TEMPLATE:
            continue
        typed = words[at + 1].strip(_AROUND)
        if not is_mention(words[at + 1]) and (at + 2 == len(words) or fold(typed) in templates):
            return words[:at] + words[at + 2 :], typed
    return words, ""


def _titled(words: Sequence[str], at: int) -> bool:
    """Tell whether a guest that nobody here is called begins there: « avec Mme Lemoine »."""
    return fold(words[at]) in TITLES and fold(words[at - 1]) in _BESIDE


def _by_function(words: list[str], request: Request) -> list[str]:
    """Return *words* with the ids of those whom « avec le dgs et Sophie Lemoine » names."""
    at = next((at for at, word in enumerate(words) if at and fold(word) in _BESIDE), len(words)) + 1
    while at < len(words):
        count, who = called_so(words[at:], request)
        if not isinstance(who, Person):
            break
        words = [*words[:at], str(who.user), *words[at + count :]]
        at += 2 if words[at + 1 : at + 2] and fold(words[at + 1]) in _BETWEEN else 1
    return words


def _name(words: list[str]) -> str:
    while words and (fold(words[-1]) in _BETWEEN or not words[-1].strip(_AROUND)):
        if words[-1] in ("»", "”", '"'):
            break
        words = words[:-1]
    words = _uncalled(words)
    name = " ".join(words).strip(" ,;:")
    for left, right in _QUOTES:
        if len(name) > 2 and name[0] == left and name[-1] == right:
            return name[1:-1].strip()
    return name


def _uncalled(words: list[str]) -> list[str]:
    """Return *words* without what leads to a name: « appelé … », « nommé … », « pour … », a colon."""
    while len(words) > 1 and fold(words[0]).rstrip(",:") in _CALLED:
        words = words[1:]
    while words and words[0] in (":", "-", "–", ","):
        words = words[1:]
    return words


@dataclass(frozen=True, slots=True)
class _Guests:
    request: Request
    partners: Partners

    def read(self, name: str, template: str, words: Sequence[str]) -> ProjectWish:
        people: dict[UserId, None] = {}
        unlisted: dict[UserId, None] = {}
        unclear: list[Several | Nobody] = []
        strange: list[str] = []
        for word in words[: 4 * MOST_PEOPLE]:
            if not is_mention(word):
                strange += [] if fold(word) in _BETWEEN or not word.strip(_AROUND) else [word]
                continue
            match self._meant(word):
                case Person(user) if not self.partners.lists(user, self.request.served_by.server):
                    unlisted[user] = None
                case Person(user):
                    # Assistants come with their people, and whoever asks is there anyway.
                    if user not in (self.request.sender, self.request.served_by, *self.partners.assistants()):
                        people[user] = None
                case missing:
                    unclear.append(missing)
        return ProjectWish(name, template, tuple(people), tuple(unclear), tuple(unlisted), tuple(strange))

    def _meant(self, word: str) -> Person | Several | Nobody:
        """Return whom *word* means: a name somebody in the room, a whole id anybody."""
        bare = word.strip(_AROUND)
        if ":" not in bare:
            return find(word, self.request)
        try:
            return Person(UserId.parse(bare))
        except MalformedId:
            return Nobody(bare)
