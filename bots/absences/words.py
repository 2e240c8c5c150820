"""What somebody says of an absence: who, which days, who takes their place; whatever else is left (pure)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bots.absences.kind import Days, days_of
from bots.assistant.talk.question import Question
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold
from bots.assistant.words.doubts import doubtful
from bots.assistant.words.people import Nobody, Person, Several, find, is_mention
from bots.when import finding
from bots.when.values import Doubt, Locale, When, rest
from config.identifiers import UserId

_AWAY: Final = frozenset({"absent", "absente", "absents", "absentes", "away", "out"})
_IS: Final = frozenset({"est", "sera", "is", "will", "serait"})
_BE: Final = frozenset({"be"})
_BY: Final = frozenset(
    {"remplace", "remplacee", "remplacant", "remplacante", "suppleant", "suppleante", "suppleance", "voir", "par"}
    | {"replaced", "by", "deputy", "see", "et", "and", "assure", "contacter", "contact"}
)
_SMALL: Final = re.compile(
    r"(?:^|\s)(?:je|j'|suis|serai|de|du|le|la|pour|et|and|i|am|will|be|from|on|,|;|:)(?=\s|$)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Said:
    """An absence that somebody tells of. *more*: words that nobody noted, and that may say why."""

    days: Days | None = None
    person: UserId | None = None
    deputy: UserId | None = None
    unclear: tuple[Several | Nobody, ...] = ()
    doubt: Question | None = None
    more: bool = False


def of_another(words: Sequence[str]) -> list[str] | None:
    """Return the name and what follows in ``@dgs est absente demain``; None where that is not what *words* say."""
    said = [fold(word.strip(",;:")) for word in words[:4]]
    if len(said) < 3 or not is_mention(words[0]) or said[1] not in _IS:
        return None
    at = 3 if said[2] in _BE else 2
    return [words[0], *words[at + 1 :]] if len(said) > at and said[at] in _AWAY else None


def absence(words: Sequence[str], request: Request, language: Locale) -> Said:
    """Return what *words* tell: a name behind ``remplacé par`` is the deputy's, another one who is away."""
    people: list[tuple[UserId, bool]] = []
    unclear: list[Several | Nobody] = []
    kept: list[str] = []
    for place, word in enumerate(words):
        if not is_mention(word):
            kept.append(word)
            continue
        following = [fold(each.strip(",;:.")) for each in words[place + 1 : place + 3]]
        stands_in = following[:1] in (["me"], ["le"], ["la"]) and following[1:] in (["remplace"], ["remplacera"])
        behind = stands_in or (bool(kept) and fold(kept[-1].strip(",;:")) in _BY)
        while kept and fold(kept[-1].strip(",;:")) in _BY:
            kept.pop()
        match find(word, request):
            case Person(user):
                people.append((user, behind))
            case missing:
                unclear.append(missing)
    person = next((user for user, behind in people if not behind), None)
    deputy = next((user for user, behind in people if behind), None)
    text = re.sub(r"\b(?:me|le|la)\sremplacer?a?\b", "", " ".join(kept)).strip(" ,;:")
    match finding.find(text, request.here, request.zone, language):
        case When() as when:
            left = _SMALL.sub(" ", _SMALL.sub(" ", rest(text, when.spans))).strip(" ,;:.!")
            return Said(days_of(when, request.here.date()), person, deputy, tuple(unclear), None, bool(left))
        case Doubt() as doubt:
            return Said(None, person, deputy, tuple(unclear), doubtful(request, text, doubt))
        case _:
            return Said(None, person, deputy, tuple(unclear))
