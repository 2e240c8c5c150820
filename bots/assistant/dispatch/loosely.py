"""A choice called by some of what its label says: « plutôt mardi », « la deuxième, celle du 10 » (pure)."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from bots.assistant.talk.question import Candidate, Question
from bots.assistant.talk.wording import fold
from bots.assistant.words.dates.times import AROUND
from bots.assistant.words.objects.articles import POLITE
from bots.assistant.words.objects.places import place_of
from bots.when.language.phrases import ENGLISH, FRENCH

_MOST: Final = 100
"""Characters: who says more says something else."""
_PARTS: Final = re.compile(r"[,;()]|\s(?:donc|enfin)\s")
_MONTHS: Final = "|".join(map(fold, (*FRENCH.months, *ENGLISH.months)))
_DAY: Final = re.compile(
    rf"(?<!\w)(\d{{1,2}})(?:er)?\s(?={_MONTHS})|(?<!\w)(?:le|du|au|the)\s(\d{{1,2}})(?:er)?(?![\w:]|\sh\b)"
)
_HOUR: Final = re.compile(r"(?<!\w)(\d{1,2})\s?(?:h|heures?|:)\s?([0-5]\d)?(?!\w)")
_WORD: Final = re.compile(r"[\w@-]+")
_LITTLE: Final = AROUND | POLITE | {"un", "une", "a", "an", "l", "d", "c", "est", "donc"}


def called_loosely(words: Sequence[str], question: Question) -> Candidate | None:
    """Return the one candidate that all of *words* fit; None where it is not sure, or what it does destroys."""
    said, offered = " ".join(words), question.offered
    if question.by_word or len(offered) < 2 or len(said) > _MOST:
        return None
    labels = [{*_words(" ".join((each.label.plain, *each.names)))} for each in offered]
    meant = {_one(part, labels) for part in _PARTS.split(said) if part.strip(" .!?")}
    at = next(iter(meant)) if len(meant) == 1 else None
    return None if at is None else offered[at]


def _one(part: str, labels: Sequence[set[str]]) -> int | None:
    """Return which of *labels* has all the words of *part*, or stands where it says."""
    bare = " ".join(word for word in fold(part).strip(" .!?").split() if word not in _LITTLE)
    place = place_of(bare, len(labels)) if bare else None
    if place is not None:
        return place
    own = [word for word in _words(part) if word not in _LITTLE]
    fitting = [at for at, label in enumerate(labels) if own and label.issuperset(own)]
    return fitting[0] if len(fitting) == 1 else None


def _words(text: str) -> Iterator[str]:
    """Yield the words of *text*, folded; a day of the month and an hour are said as such: ``jour10`` and ``10h00``."""
    said = " ".join(fold(word) for word in text.split())
    said = _DAY.sub(lambda day: f" jour{int(day[1] or day[2])} ", said)
    said = _HOUR.sub(lambda hour: f" {int(hour[1])}h{hour[2] or '00'} ", said)
    yield from _WORD.findall(said)
