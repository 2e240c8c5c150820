"""What stands before an order only for politeness, in whatever shape: « il serait bien que vous ajoutiez … » (pure).

One pattern of its parts instead of a list of phrases. It is generous: what is left counts only where it is a command.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from bots.assistant.talk.wording import unaccented
from bots.assistant.words.commands.asking import opening

_MOST: Final = 4
_LONGEST: Final = 400
_YOU: Final = r"(?:tu|vous|on)"
_PLEASE: Final = r"(?: (?:stp|svp|s'il te plait|s'il vous plait|bien|vouloir|gentiment|donc|aussi|juste|please))*"
_THAT: Final = rf"(?: que {_YOU}| de bien vouloir| de| d'|)"
_ASIDE: Final = (
    r"(?:excuse[zr]?[- ](?:moi|nous)|pardon(?:ne[zr]?[- ]moi)?|desolee?)"
    r"(?: (?:de|pour) (?:te |vous )?(?:deranger|le derangement))?"
    r"|dis(?:[- ]moi| donc)?|dites(?:[- ]moi| donc)?|si possible|s'il te plait|s'il vous plait|stp|svp|au passage"
    r"|a l'occasion|des que possible|(?:en|dans) ce cas|quand (?:tu|vous) (?:peux|pourras|pouvez|pourrez"
    r"|(?:as|auras|avez|aurez) (?:un moment|le temps|une? minutes?|deux minutes|5 minutes))"
    r"|(?:tant|pendant) que j'y pense|avant que j'oublie|j'oubliais|petite (?:demande|question)"
)
_CAN: Final = r"(?:peu[xt]|pouvez|pourrai[st]|pourriez|voudrai[st]|voudriez|veu[xt]|voulez)"
_KIND: Final = r"(?:l'obligeance|l'amabilite|la gentillesse|la bonte|le temps|la possibilite)"
_GOOD: Final = r"(?:bien|bon|possible|gentil|utile|souhaitable|sympa|preferable)"
_WISH: Final = (
    r"(?:voudrais|voudrions|souhaite|souhaitons|souhaiterais|souhaiterions|veux|demande|demanderais|prie|saurais gre"
    r"|serais (?:tres )?(?:reconnaissante?|obligee?|gre)|remercie|remercierais)"
)
_ASKS: Final = (
    rf"(?:est[- ]ce )?(?:que |qu')?{_YOU} {_CAN}{_PLEASE}|{_CAN}[- ](?:tu|vous){_PLEASE}"
    rf"|(?:auriez[- ]vous|aurais[- ]tu|vous auriez|tu aurais) {_KIND} (?:de |d')"
    rf"|(?:il |ce |cela |ca )?(?:vous |te )?(?:serait|est)(?:[- ]il|[- ]ce)? {_GOOD}{_THAT}"
    rf"|(?:je|nous) (?:te |vous )?{_WISH}{_PLEASE}{_THAT}|j'aimerais{_PLEASE}{_THAT}|nous aimerions{_THAT}"
    rf"|j'(?:ai|aurais) besoin{_THAT}|merci(?: d'avance)? (?:de |d')(?:bien vouloir)?|veuillez(?: bien)?"
    r"|priere (?:de |d')|(?:would|could|can) you"
)
_DUTY: Final = (
    rf"(?:il )?(?:faut|faudrait|faudra|conviendrait){_THAT}|(?:pense[rz]?|songe[rz]?) (?:bien )?a "
    r"|n'oublie[rz]? pas (?:de |d')"
)
_LEAD: Final = re.compile(rf"(?:{_ASIDE}|(?P<asks>{_ASKS})|(?P<duty>{_DUTY}))[ ,:]*(?<=[ ,:'])(?=[a-z'@])")
_NAMES_IT: Final = re.compile(
    r"\S+ (?:une? |la |le |les |mes |l')(?:taches?|reunion|evenement|rappel|rdv|rendez-vous|objectif|projet"
    r"|sondage|absence|task|event|meeting|reminder|poll)\b"
)
"""Behind « il faudrait », what names the thing that is wanted: « ajouter du sel » is to be done by people."""
_SUBJUNCTIVE: Final = re.compile(r"^(?P<stem>[^\W\d]{3,}?)(?:(?P<tu>es)|(?P<vous>iez))$", re.IGNORECASE)
_THANKS: Final = re.compile(
    r"(?:(?:je|nous|on) (?:vous |te |t')?)?(?:en )?(?:merci|remercie\w*)(?: (?!de )[a-z]+){0,3}"
    r" (?:d'|de (?:m'|t'|nous |l'|les? |la )?)(?:avoir|etre)\b"
)
"""What was done already: « merci d'avoir annulé » wants nothing."""
_MORE: Final = re.compile(r"[,;:.?!\n]|\b(?:et|mais|puis|and)\b")
_FOR_ME: Final = re.compile(r"^(?:m['’]|nous |me )", re.IGNORECASE)


def thanks_for(words: Sequence[str]) -> bool:
    """Tell whether *words* thank for what was done, and say nothing else: « merci d'avoir annulé »."""
    said = " ".join(words).strip(" .!")
    plain = unaccented(said) if len(said) <= _LONGEST else ""
    return _THANKS.match(plain) is not None and _MORE.search(plain) is None


def politely(words: Sequence[str], *, asking: bool = False) -> Iterator[list[str]]:
    """Yield what *words* may order, without what stands before it for politeness; nothing where nothing does.

    *asking*: « peux-tu » or the like stood before *words*; « m'ajouter une tâche » is an order then.
    """
    said = " ".join(words)
    plain = unaccented(said) if len(said) <= _LONGEST else ""
    start, duty = 0, False
    for _ in range(_MOST):
        found = _LEAD.match(plain, start) if plain else None
        if found is None or found.end() == start:
            break
        start, duty = found.end(), found["duty"] is not None or duty
    rest = said[start:].rstrip(" ?").split()
    if not (start or asking) or not rest or (duty and _NAMES_IT.match(plain[start:]) is None):
        return
    yield rest
    yield _ordered(rest)
    sees = opening(rest, wished=True, widely=True)
    if sees:
        yield rest[sees:]
    whole = _FOR_ME.sub("", " ".join(rest))
    if whole != " ".join(rest):
        yield _ordered(whole.split())


def _ordered(words: list[str]) -> list[str]:
    """Return « ajoutes une tâche », said behind « que tu », as an order."""
    found = _SUBJUNCTIVE.match(words[0])
    if found is None:
        return words
    return [f"{found['stem']}{'e' if found['tu'] else 'ez'}", *words[1:]]
