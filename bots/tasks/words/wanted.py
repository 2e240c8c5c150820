"""The task that a statement or an order nobody understood may ask for, as it would be typed (pure).

« Je souhaiterais que M. Martin s'occupe de prévenir les porte-drapeaux », « CR CODIR > mercredi »: it is offered only.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold, unaccented
from bots.assistant.words.asides import bare
from bots.assistant.words.charged import with_charge
from bots.assistant.words.names.people import somebody
from bots.assistant.words.supposed import OTHERS, Lean, Supposed
from bots.tasks.words.listed import is_to_do
from bots.tasks.words.offering import OURS, after_duty, noted_that, offered
from bots.tasks.words.someone import bidden

_FEWEST: Final = 2
_ENDED: Final = frozenset({Lean.CANCELLED, Lean.DONE, Lean.REOPENED})
_LED: Final = re.compile(
    r"^(?:(?:(?:en|dans) ce cas|ensuite|puis|alors|(?:premiere|deuxieme|troisieme|derniere|prochaine) (?:etape|chose)"
    r"|pour (?:y arriver|commencer|finir)|d'abord|a savoir)[ ,:]+)+"
)
_ARROWS: Final = frozenset({">", "->", "→", "=>", "-->", "—", "–", "-"})
_NOTE: Final = re.compile(
    r"(?:prevoi[rst]|prevoyez|planifi|not|inscri|ajout|rajout|met|mett|programm)[a-z]*(?:[- ](?:moi|nous))?(?: aussi)?"
    r"(?: (?:en|dans (?:les|mes)|aux) taches?)?[ :]+"
    r"(?!(?:un|le) (?:petit )?(?:mot|rappel|commentaire)|plutot|fin |[a-z]+ en |le projet|dessus"
    r"|(?:la|le|les|ca)\b(?! \w+)"
    r"|.*\b(?:a la place|en pause|a cote)\b)(?P<what>\S.*)"
)
"""« Prévois la désinfection des jouets »: what is only to be written down."""
_GIVES: Final = re.compile(
    r"(?:donn|confi|refil|demand|attribu|assign)(?:e[rz]?|s)? (?P<who>(?:a |au |@)[^:,]{2,40}?)"
    r"(?: ?: ?| de | d')(?P<what>\S.*)"
)
_HAVE: Final = re.compile(r"(?:moi,? )?j'ai (?P<what>.*\b(?:a|de) [a-z]{2,}(?:er|ir|re)\b.*)")
_TO_DO: Final = re.compile(r"(?:^|\s)a [a-z]{2,}(?:er|ir|re)\b")
"""« Nid de poule à reboucher »."""
_TELLS: Final = re.compile(
    r"^(?:je|j'\w+|il|elle|ils|elles|on|ca|cela|tu|vous|nous|y|ya|non|nan|oui|c|jai|jpose|jprends)\b"
    r"|[a-z]-(?:le|la|les|lui|moi|nous|leur)\b|\b(?:fai[st]|faites) l[ea]\b|\bnous l[ea]\b"
    r"|(?<!qui )\b(?:c'est|c'etait|c'|j'ai|j'aurai|j'avais|je (?:la|le|les|l')"
    r"|est|sont|sera|seront|etait|a ete|ont ete|vient|viennent|disent|dit)\b"
)
"""It says how something is, and what is to be done only in a clause of its own."""
_BIDS: Final = frozenset(
    {"mets", "mettez", "met", "remets", "remettez", "remet", "fais", "faites", "tiens", "tenez", "dis", "dites"}
    | {"inverse", "inversez", "exclus", "exclure", "excepter", "reprends", "reprenez", "rouvre", "rouvrez", "sauf"}
    | {"laisse", "laissez", "previens", "prevenez", "previens-les", "idem", "pareil", "jpose", "regle", "decoupe"}
)
_MUST: Final = re.compile(
    r"(?:il )?(?:faut|faudrait|faudra|va falloir)\b|(?:je|on|nous) (?:dois|doit|devons|devrais)\b"
)
_ORDERS: Final = re.compile(r"[a-z]-(?:le|la|les|lui|moi|nous|leur)\b")
_CLAUSE: Final = re.compile(r"(?:[,;.]\s+(?:mais |et |donc )?|\s(?:mais|donc) )")


def wanted(request: Request, said: Supposed) -> list[str] | None:
    """Return the words of the task that *said* may ask for, whoever is named behind them; None where it is none."""
    noted = noted_that(" ".join(said.typed))
    words = _without_lead([*said.words] if noted is None else bare(noted.split()))
    meant = _told(request, words) or (words if _is_task(request, words, said) else None)
    if meant is None:
        return None
    kept = [word for word in meant if word not in _ARROWS]
    return _apart(request, kept) if len(kept) >= _FEWEST else None


def _without_lead(words: list[str]) -> list[str]:
    said = " ".join(words)
    found = _LED.match(unaccented(said))
    return words if found is None else said[found.end() :].split()


def _told(request: Request, words: Sequence[str]) -> list[str] | None:
    """Return what is wished, noted, given or had to do; None where nothing is said so."""
    whole = " ".join(words)
    folded = unaccented(whole)
    wish = bidden(request, words)
    if wish is not None:
        return wish
    for clause in _clauses(whole):
        # « …, à faire avant fin mars » says when, behind what is to be done.
        head = whole[: len(whole) - len(clause)]
        if _ORDERS.search(unaccented(head)) is not None:
            break
        duty = after_duty(clause.split()) if clause == whole or _MUST.match(unaccented(clause)) else None
        if duty is not None and len(duty) >= _FEWEST:
            return bidden(request, clause.split()) or duty
    gives, has, notes = (pattern.fullmatch(folded) for pattern in (_GIVES, _HAVE, _NOTE))
    if gives is not None:
        name = whole[gives.start("who") : gives.end("who")]
        user = somebody(name.split(), request)
        return None if user is None else [*whole[gives.start("what") :].split(), str(user)]
    if has is not None:
        return [*whole[has.start("what") :].split(), "pour", "moi"]
    return None if notes is None else whole[notes.start("what") :].split()


def _clauses(whole: str) -> Iterator[str]:
    """Yield *whole*, and what stands behind each sign or « mais » in it."""
    yield whole
    yield from (whole[found.end() :] for found in _CLAUSE.finditer(whole))


def _is_task(request: Request, words: Sequence[str], said: Supposed) -> bool:
    """Tell whether *words* say what is to be done: by an infinitive, or with a day or somebody beside a few words."""
    whole = " ".join(words)
    folded, first = unaccented(whole), fold(words[0]) if words else ""
    if not words or first in _BIDS | OURS or f"{first}r" in OURS or OTHERS.search(folded) is not None:
        return False
    if is_to_do(whole):
        return True
    if _TELLS.search(unaccented(" ".join(said.typed))) is not None or _ENDED & {*said.leans}:
        return False
    if any(is_to_do(clause) for clause in re.split(r"[,;:]\s*", whole)) or _TO_DO.search(folded) is not None:
        return True
    named = len(said.telling) >= _FEWEST and (
        (bool(said.when) and not said.hour) or with_charge(whole, request) != whole
    )
    return named or offered(request, [*words]) is not None


def _apart(request: Request, words: Sequence[str]) -> list[str]:
    """Return *words* with the id of somebody for a last clause that is nothing but their name: « …, secrétariat »."""
    head, comma, last = " ".join(words).rpartition(",")
    user = somebody(last.split(), request) if comma and head else None
    if user is None and comma and head and len(last.split()) == 1:
        user = somebody(["le", last.strip(" .!")], request)
    return [*words] if user is None else [*head.split(), str(user)]
