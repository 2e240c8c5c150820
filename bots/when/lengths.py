"""How long something lasts, or how long before it one is reminded, as people write it (pure)."""

import re
from datetime import timedelta
from typing import Final

_NUMBERS: Final = {
    **{word: count for count, word in enumerate("un deux trois quatre cinq six sept huit neuf dix".split(), 1)},  # noqa: SIM905 - as words they can be read
    **{word: count for count, word in enumerate("one two three four five six seven eight nine ten".split(), 1)},  # noqa: SIM905
    **{"une": 1, "a": 1, "an": 1, "douze": 12, "twelve": 12, "quinze": 15, "fifteen": 15},
    **{"vingt": 20, "twenty": 20, "trente": 30, "thirty": 30, "quarante": 40, "forty": 40, "quarante-cinq": 45},
}
_UNITS: Final = {
    **dict.fromkeys(("minute", "minutes", "min", "mn"), timedelta(minutes=1)),
    **dict.fromkeys(("heure", "heures", "h", "hour", "hours"), timedelta(hours=1)),
    **dict.fromkeys(("jour", "jours", "j", "day", "days"), timedelta(days=1)),
    **dict.fromkeys(("semaine", "semaines", "week", "weeks"), timedelta(weeks=1)),
}
_COUNT: Final = rf"\d{{1,3}}|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))}"
_UNIT: Final = "|".join(sorted(_UNITS, key=len, reverse=True))
AMOUNT: Final = (
    r"(?:\d{1,2}\s?h\s?[0-5]\d(?!\w)|(?:trois quarts|(?:un )?quart) d['’]heure|(?:une )?demi[- ]heure|half an hour"
    rf"|(?:{_COUNT})\s?(?:{_UNIT})(?!\w)(?:\s(?:et demie?|and a half))?(?:\s\d{{1,2}}\s?(?:min|mn)(?!\w))?)"
)
"""A pattern without groups."""
_CLOCK = re.compile(r"(\d{1,2})\s?h\s?([0-5]\d)", re.IGNORECASE)
_COUNTED = re.compile(
    rf"(?P<count>{_COUNT})\s?(?P<unit>{_UNIT})(?P<half>\s(?:et demie?|and a half))?"
    r"(?:\s(?P<more>\d{1,2})\s?(?:min|mn))?",
    re.IGNORECASE,
)


def amount(words: str) -> timedelta:
    """Return how long *words* say, all of them a match of :data:`AMOUNT`; raises ValueError for others."""
    said = " ".join(words.lower().replace("’", "'").split())
    if said.endswith("d'heure"):
        return timedelta(minutes=45 if said.startswith("trois") else 15)
    if said.endswith(("demi-heure", "demi heure", "half an hour")):
        return timedelta(minutes=30)
    clock = _CLOCK.fullmatch(said)
    if clock is not None:
        return timedelta(hours=int(clock[1]), minutes=int(clock[2]))
    found = _COUNTED.fullmatch(said)
    if found is None:
        raise ValueError(words)
    unit = _UNITS[found["unit"]]
    count = int(found["count"]) if found["count"].isdecimal() else _NUMBERS[found["count"]]
    half = unit / 2 if found["half"] else timedelta()
    return count * unit + half + timedelta(minutes=int(found["more"] or 0))
