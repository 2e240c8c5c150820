"""What people write below a task's card, by patterns: to whom it goes, when, that it is dropped or done (pure)."""

import re
from typing import Final

from bots.assistant.talk.wording import unaccented

_TRAIL: Final = re.compile(
    r"(?:[\s,;.!]+(?:finalement|plutot|du coup|en fait|stp|svp|merci|instead|please|actually))+$"
)
LONGEST: Final = 160
"""Characters: who says more tells people something."""
_LEAD: Final = re.compile(
    r"^(?:(?:et|puis|non|nan|finalement|en fait|enfait|du coup|plutot|bon|alors|ah|euh|oups|pardon"
    r"|mince|au final|mais|donc|actually|sorry|no|rather)\b[\s,:.!]*)+(?=\S)"
)
_REASON: Final = re.compile(
    r"[\s,;.:(–-]+(?:vu qu|car\b|parce qu|puisqu|etant donne qu|comme (?:il|elle|on)\b|because\b|since\b"
    r"|(?<=[,;.(] )(?:il|elle|ils|elles) (?!faut|faudr)\S+).*$"
)
_MISTAKEN: Final = re.compile(
    r"[\s,;.!:-]*(?:ce n'est|c'?est|c est) (?:pas|plus) (?:du tout )?(?:ca|cela|bon|la bonne|le bon|juste)\b.*$"
    r"|[\s,;.!:-]*(?:c'?est une erreur|je me suis trompee?).*$"
)
_WISH: Final = r"(?:(?:il )?(?:faut|faudrait)|tu peux|on peut|vous pouvez|merci de|je veux|je voudrais|on va|on doit)"
_BE: Final = r"(?:c'?est|ce sera|ca sera|ce serait|elle est|il est|elle sera|il sera)"
_DO: Final = (
    r"(?:fai[ts]|ferai?|faire|fasse|occupe(?:r|ra|rai)?|charge(?:r|ra|rai)?|gere(?:r|ra|rai)?|prend(?:s|ra|rai|re)?"
    r"|prenne|sui[ts]|suivre|traite(?:r|ra|rai)?)"
)
_IT: Final = r"(?:s'en |m'en |le |la |l'|y )"
_NAME: Final = r"(?:@\S+|[^,;:.!?]{2,40}?)"
_WHO: Final = rf"(?P<who>{_NAME})"
DROPS: Final = (
    re.compile(
        rf"(?:{_WISH} )?(?:la |le |l')?(?:supprim|annul|abandonn)(?:e|er|ez)?"
        r"(?:[- ](?:la|le|ca|cela|tout))?(?: (?:cette|la) tache)?"
    ),
    re.compile(rf"(?:{_WISH} )?(?:enlev|retir|vir)(?:e|er|ez)? (?:cette|la) tache"),
    re.compile(
        r"(?:ce n'|c'?|n'|il )?(?:est |y a |on a )?(?:plus|pas) (?:la peine|besoin|necessaire|utile|d'actualite)"
        r"(?: de (?:le |la )?faire)?"
    ),
    re.compile(r"(?:on |nous )?laiss(?:e|es|er|ez|ons)(?: ca| cela)? tomber|(?:c'?est )?tombee? a l'eau|sans objet"),
)
DROPS_BECAUSE: Final = tuple(re.compile(rf"(?:{each.pattern})\s*[,;.!:(–](?P<why>.+)") for each in DROPS[2:])
MAY_DROP: Final = re.compile(
    rf"(?:{_WISH} )?(?:la |le |l')?(?:enlev|retir|vir)(?:e|er|ez)?(?:[- ](?:la|le|ca|cela|tout))?"
)
"""They drop the task, or take off whoever was just put there: « enlève-le »."""
URGENT: Final = re.compile(
    r"(?:(?P<what>[^,;:.!?]{2,60}?),? )??(?:(?:c'?est|est|devient|is|it's) )?(?:tres |vraiment |super |very )?"
    r"(?:a (?:faire|traiter) )?(?:urgent|urgente|prioritaire|en urgence|d'urgence)"
)
IS_WHO: Final = (
    re.compile(rf"(?:{_BE} )?(?:a |pour )?{_WHO} qui (?:doit |dois |devra |va |vais )?{_IT}{_DO}"),
    re.compile(rf"(?:{_BE} )?(?P<who>(?:a|au) {_NAME}) (?:de |d'){_IT}?{_DO}"),
    re.compile(rf"(?:il )?(?:faut|faudrait) que {_WHO} {_IT}{_DO}"),
    re.compile(
        r"(?:donn|pass|confi|attribu|assign|refil)(?:e|er|ez)?[- ](?:la|le|ca) (?:plutot )?"
        rf"(?P<who>(?:a|au) {_NAME})"
    ),
    re.compile(rf"(?:donn|confi|attribu|assign|refil|fil)(?:e|er|ez)? (?P<who>(?:a|au) {_NAME})"),
)
"""They say who it is: a name that nobody has is asked about."""
MAYBE_WHO: Final = (
    re.compile(rf"{_WHO} (?:va |vais |doit |dois |devra )?(?:s'en |m'en ){_DO}"),
    re.compile(rf"{_WHO} (?:va |vais |doit |dois |devra )(?:le |la ){_DO}"),
    re.compile(rf"{_WHO} (?:le |la )(?:fait|fera|gere|gerera|prend|prendra)"),
    re.compile(rf"met[sz]?(?:tez|tre)?[- ](?:la|le|ca) (?P<who>(?:a|au|pour|sur) {_NAME})"),
    re.compile(rf"{_BE} {_WHO}"),
    re.compile(rf"(?P<who>pour {_NAME}|moi)"),
)
"""They may say who it is, or something else: « pour le conseil »."""
_MOVES: Final = r"(?:met[sz]?|mettez|mettre|remets|remettre|passer?|repousser?|reporter?|decaler?|deplacer?|avancer?)"
_NOT_BEFORE: Final = (
    r"(?:je |j'|on )?(?:ne |n')?(?:(?:le |la )?(?:peux|peut|pourrai|pourra|pourrais|pourrait) pas|aurai pas le temps)"
    r"(?: (?:le|la) faire)? avant|(?:pas|impossible|jamais|rien) avant"
    r"|(?:j'|je |on )?(?:n')?(?:aurai|aura|ai|a) pas le temps(?: aujourd'hui| ce matin)?(?:,| plutot|,? mais)"
)
WHEN: Final = re.compile(
    rf"(?:(?:{_WISH} )?(?:la |le |l')?{_MOVES}(?:[- ](?:la|le|ca))?"
    rf"|(?:{_BE} )?(?:reporte|repousse|decale|deplace|avance)e?s?|{_BE}|on dit|disons|on (?:la|le) fait|on fait ca"
    rf"|{_NOT_BEFORE}|pour)(?: plutot| finalement)?[\s:]+(?P<when>\S.*)"
)
CHANGING: Final = re.compile(r"\b(?:repouss|report|decal|deplac|avanc)(?:e[rs]?|ez|ee?s?)\b")
DROPPING: Final = re.compile(r"\b(?:supprime[rz]?|annule[rz]?|abandonne[rz]?)(?:[- ](?:la|le|ca))?\b")
_ONE_MORE: Final = re.compile(
    r"(?:[,;.]\s*(?:(?:et|donc|alors|puis) )?\b{verb}[- ]|\b{verb}-)(?:la|le|ca)\b".replace(
        "{verb}",
        r"(?:repouss|report|decal|deplac|avanc|supprim|annul|abandonn|donn|confi|attribu|assign|refil|met)"
        r"(?:e[rz]?|s|tez|tre)?",
    )
)
HALF: Final = frozenset(
    {"mais", "sauf", "presque", "reste", "manque", "pas", "non", "plus", "sinon"}
    | {"but", "except", "almost", "not", "missing", "no", "longer", "until"}
)
"""What says of a thing that is called done that it is not, or not wholly."""
HELD_BACK: Final = re.compile(r"\b(?:pas|plus|jamais|peut-etre|ou pas|si|not|maybe|n'\w+)\b")


def core(said: str) -> tuple[int, int, bool]:
    """Return where in *said* that begins and ends which asks, and whether a reason stands behind it."""
    folded = unaccented(said)
    end = len(said)
    reason = _REASON.search(folded)
    if reason is not None and reason.start():
        end = reason.start()
    for pattern in (_MISTAKEN, _TRAIL):
        behind = pattern.search(folded[:end])
        if behind is not None and behind.start():
            end = behind.start()
    lead = _LEAD.match(folded[:end])
    return (lead.end() if lead is not None else 0), end, reason is not None and reason.start() > 0


def takes_back(asked: str, reason: str) -> bool:
    """Tell whether what looks like a *reason* has one more order, or says that what is told done is not."""
    half = FINISHED.fullmatch(asked) is not None and not HALF.isdisjoint(re.findall(r"[\w-]+", reason))
    return half or _ONE_MORE.search(reason) is not None


FINISHED: Final = re.compile(
    r"(?:(?:c'est |voila )?bon,? |voila,? |ca y est,? )?"
    r"(?:(?:je viens|on vient) (?:juste )?de (?:la |le )?(?:finir|faire|terminer|boucler|regler|l'envoyer)"
    r"|(?:je|on) l'(?:ai|a) (?:enfin |deja |bien )?(?:fini|fait|termine|boucle|regle|envoye|rendu)e?)"
)
ON_IT: Final = re.compile(
    rf"(?:met[sz]?|mettez|mettre|rajoute[rz]?|ajoute[rz]?) {_WHO} (?:dessus|la-dessus)(?P<me>,? (?:avec|et) moi)?"
)
