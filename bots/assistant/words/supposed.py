"""What a statement or an order that nobody understood leans to: done, cancelled, when, for whom (pure).

It is read for offers only: whoever is offered something says which of it was meant.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import islice
from typing import Final

from bots.assistant.talk.markup import Rich, fill, short, strong, text
from bots.assistant.talk.question import Candidate
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold, unaccented
from bots.assistant.words.asides import bare
from bots.assistant.words.dates.halves import only_hour
from bots.assistant.words.names.people import Person, find, somebody
from bots.assistant.words.objects.titled import telling
from bots.assistant.words.questions import ASKED_OF_US, QUESTION
from bots.when import finding
from bots.when.lengths import AMOUNT
from bots.when.saying import say_bound
from bots.when.values import Doubt, When, rest, understood
from config.identifiers import UserId


class Lean(Enum):
    """What is said of a thing."""

    DONE = auto()
    CANCELLED = auto()
    MOVED = auto()
    GIVEN = auto()
    NOTED = auto()
    REOPENED = auto()


@dataclass(frozen=True, slots=True)
class Supposed:
    """What a message says of something, where no command reads it."""

    words: tuple[str, ...]
    """Without politeness."""
    leans: tuple[Lean, ...]
    """What they lean to, the likeliest first; never none."""
    telling: tuple[str, ...]
    """Words by which something may be called, folded."""
    when: str = ""
    """The time that is said, as it was typed."""
    hour: bool = False
    """It names an hour."""
    who: UserId | None = None
    """The one person that is named."""
    outright: bool = False
    """The deed itself is said, not only something about it."""
    anew: bool = False
    """Something else is to be done or made: « une autre commission », « préviens-les la veille »."""
    changes: bool = False
    """It speaks of what is there: « celle du 4 », « décale le mien »."""
    typed: tuple[str, ...] = ()
    """All words, as they were typed."""


_MOST: Final = 40
_LONGEST: Final = 400
_QUESTION: Final = QUESTION | {"qu'est-ce", "est-ce"}
_ASKS_WITHIN: Final = frozenset({"koi", "combien", "comment", "pourquoi", "est-ce", "qu'est-ce"})
_LOOKS: Final = re.compile(
    r"(?:montr|affich|list|cherch|retrouv|trouv|consult|ressor|expliqu|resum|historique)(?:e[rsz]?|s|tir)?\b"
    r"|(?:fai[st]|faire|laisse)[- ](?:moi )?voir|(?:re)?dis[- ](?:moi|nous)|(?:re)?dites[- ]|me (?:re)?dire"
    r"|donne[rz]?[- ](?:moi|nous)|ou en |(?:a )?savoir |sai[st] |rappelle(?:r|z)?[- ]moi ce "
    r"|bilan|mes |ma journee|ma semaine"
    r"|show|list|find|search|tell me"
)
_BIDS: Final = re.compile(
    rf"\b(?:{ASKED_OF_US}|(?:voudrais|veux)[- ]tu|(?:voulez|voudriez|auriez)[- ]vous|aurais[- ]tu"
    r"|(?:serait-il|est-il|est-ce) possible|merci de"
    r"|tu (?:me |nous |lui |leur |l'|le |la |les )*(?!sais|dis|as\b|es\b|vois|crois|penses|connais|veux|vas)"
    r"[a-z]{3,}s)\b"
)
"""What asks for a deed, also with a question mark behind it."""
_CANCELLED: Final = re.compile(
    r"\b(?:annul(?:e[rsz]?|ee?s?)|laiss(?:e[rz]?|ons) tomber|(?:plus|pas) (?:besoin|la peine|necessaire|d'actualite)"
    r"|(?:ne )?pas tenir compte|(?:ne )?tene[rz] pas compte|oublie[rz]?|oublions|supprim(?:e[rz]?|ee?s?)"
    r"|abandonn(?:e[rz]?|ee?s?|ons)|tombee? a l'eau|enleve[rz]?|retire[rz]?|vire[rz]?|ignore[rz]?|sous-trait\w+"
    r"|stop|sans objet|ne se f(?:ait|era) (?:pas|plus)|cancel|drop|forget)\b"
)
_STAYS: Final = re.compile(
    r"\b(?:ne |n')(?:pas |rien )?"
    r"(?:(?:l'|la |le |les |y |en )*|(?:est |a |sont |ont |sera |seront |ete |pas |plus |jamais |rien |encore )+)"
    r"(?:annul|supprim|abandonn|enlev|retir)[a-z]*"
)
"""« Ne l'annule pas », « elle n'est pas annulée »."""
TELLS_OF_NOTHING: Final = re.compile(
    r"^(?:que |qu')?(?:tout|tous|toutes|rien|personne|aucune?|everything|nothing|nobody)\b"
)
"""« Tout est annulé », « personne n'annule rien »: of no one thing."""
_NOTES: Final = re.compile(r"(?:^|[ ,:!])(?:notez?|sachez?) (?:bien )?(?:que |qu')(?P<what>.+)")
_REOPENED: Final = re.compile(
    r"\b(?:rouvr(?:e[rz]?|ir)|remet[sz]?[- ](?:la|le|les)|recommence[rz]?"
    r"|pas (?:encore |vraiment )?(?:fait|fini|termine|regle|envoye|affiche|rendu|prete?)e?s?|reopen)\b"
)
_ANEW: Final = re.compile(
    r"^(?:rappel|previe|prevenir|inform|avert|propos|demand|envo|partag|class|rang|cree[rz]? |ouvr|imprim|invers|reserv"
    r"|prevoi|prevoy|planif|programm|inscri|organis|trouv)|\b(?:une? (?:autre|nouvel(?:le)?)|l'autre)\b"
)
_CHANGES: Final = re.compile(
    r"(?:decal|deplac|report|repouss|avanc|chang|modifi|corrig|remet|remett|pass|retard|prolong)[a-z]*\b|[a-z]+-l(?:e|a|es)\b"
)
_NOTED: Final = re.compile(
    r"\b(?:precise[rz]?|commentaire|remarque|mentionne[rz]?|indique[rz]?|note[rz]? (?:que|qu'|dessus|a cote|dans)"
    r"|(?:un|le) (?:petit )?mot (?:a cote|dessus|sur|pour)|ajoute[rz]? (?:que|qu'))"
)
_DONE: Final = re.compile(
    r"\b(?:ok|fait|faites?|faits|c'est bon|fini[es]*|regle[es]*|boucle[es]*|au clair|en ligne|a jour|clos|close"
    r"|mise?|pris|relue?s?|recue?s?|rendue?s?|ecrite?s?|transmise?s?|partie?s?|lue?s?|vue?s?|ouverte?s?|done|finished|sent)\b"
)
_PARTICIPLE: Final = re.compile(r"[^\W\d]{2,}ée?s?")
_NOUNS: Final = re.compile(
    r"(?:.*it[ée]s?|.*t[ée]s|.*ann[ée]es?|.*journ[ée]es?|.*soir[ée]es?|arr[êe]t[ée]s?|comit[ée]s?|march[ée]s?|soci[ée]t[ée]s?|sant[ée]"
    r"|.*aut[ée]s?|libert[ée]s?|mus[ée]es?|entr[ée]es?|id[ée]es?|employ[ée]s?|d[ée]put[ée]s?|caf[ée]s?|pr[ée]s?|[ée]t[ée]s?"
    r"|cur[ée]s?|c[ôo]t[ée]s?|cl[ée]s?|degr[ée]s?|cong[ée]s?|lyc[ée]es?|invit[ée]s?|retrait[ée]s?|a[îi]n[ée]s?|.*administr[ée]s?"
    r"|trait[ée]s?|relev[ée]s?|communiqu[ée]s?|expos[ée]s?|[ée]lus?|d[ée]g[ée]s?)",
    re.IGNORECASE,
)
"""What ends as a participle does, and is none."""
_NOT_DONE: Final = re.compile(
    r"\b(?:pas|jamais|sauf|presque|faut|faudrait|faudra|reste|doit|dois|devra|va|vais|sera|seront|a faire|not|peux|peut"
    r"|pourriez|pourrais|voudrais|souhaiterais)\b"
)
_MINE: Final = re.compile(
    r"\b(?:c'est (?:pour )?moi|pour moi|je (?:la |le |les |l'|m'en |m')"
    r"(?:prends?|fais|ferai|occupe(?:rai)?|charge(?:rai)?|vois)"
    r"|a (?:moi|mon nom)|sur moi)\b"
)
_LATER: Final = re.compile(
    rf"(?:\+ ?|\b(?:de |d'|encore |donne[rz]? |repousse[rz]? (?:de |d')|dans )?)(?P<by>{AMOUNT})"
    r"(?= (?:de plus|de rab|plus tard|plus t[oô]t|earlier|supplementaires?)\b|$)|\+ ?(?P<more>" + AMOUNT + ")"
)
_SOONER: Final = re.compile(r"(?<!d')(?<!l')(?<!en )\bavance[rz]?\b|\bplus tot\b|\bearlier\b|\bbring\b.* forward\b")
_TO: Final = frozenset({"a", "au", "pour", "par", "pr", "->", "→", "=>", ">", "sur", "avec", "to", "for"})
_LITTLE: Final = frozenset(
    {"est", "sont", "ok", "c'est", "c", "plus", "pas", "fait", "ca", "cela", "je", "tu", "il", "elle", "on", "nous"}
    | {"vous", "ils", "ne", "se", "qui", "dans", "par", "tout", "tous", "toute", "toutes", "bien", "deja", "enfin"}
    | {"mettre", "mets", "mettez", "met", "donner", "donne"}
    | {"tache", "taches", "rappel", "evenement", "besoin", "compte"}
    | {"demande", "concernant", "propos", "sujet", "tenir", "laisse", "tomber", "annule", "annuler", "ai", "as", "ont"}
    | {"etre", "ete", "avoir", "faut", "faire", "moi", "lui", "leur", "celui", "celle", "ceux", "ma", "si", "mais"}
    | {"effet", "journee", "matin", "aprem", "autre", "heure", "semaine", "jour", "jours", "mois", "an", "annee"}
    | {"finalement", "plutot", "aussi", "encore", "meme", "date", "echeance", "reunion", "rdv", "rendez-vous", "mairie"}
)
OTHERS: Final = re.compile(
    r"(?:^|\b(?:le|la|les|l'|ce|cet|cette|mon|ma|mes|un|une|du|des|au|aux|d'un|dans) ?)"
    r"(?:objectif|projet|sondage|rappel|absence|lien|depot|serie|agenda|etiquette|dossier|fichier|echeance|tache)s?\b"
    r"|\b(?:celui|celle|ceux|celles)\b"
)
"""It names a kind of thing that we keep, or one that was shown before."""
_HOUR: Final = re.compile(r"\d ?h(?:eures?)?(?: ?[0-5]\d)?(?!\w)|\b(?:midi|minuit|noon)\b|\d:\d\d")


def supposed(request: Request, words: Sequence[str]) -> Supposed | None:
    """Return what *words*, said to us and no command, lean to; None for a question, a wish to see, or a story."""
    if not words or len(words) > _MOST or asks(words):
        return None
    said = bare(words)
    text = " ".join(said)
    plain = unaccented(text)
    if not said or not plain or len(text) > _LONGEST or _LOOKS.match(plain):
        return None
    notes = _NOTES.search(unaccented(" ".join(words)))
    if notes is not None and TELLS_OF_NOTHING.match(notes["what"]):
        return None
    left, when = _time(request, text)
    who, named = person_in(request, said)
    leans = tuple(_leans(text, plain, when, who))
    called = tuple(part for part in telling(left) if part not in _LITTLE and part not in named)
    changes = OTHERS.search(plain) is not None or _CHANGES.match(plain) is not None
    outright = leans[0] is not Lean.NOTED or _NOTED.search(plain) is not None
    return Supposed(
        tuple(said),
        leans,
        called,
        when,
        bool(_HOUR.search(unaccented(when))),
        who,
        outright,
        _ANEW.search(plain) is not None,
        changes,
        tuple(words),
    )


def asks(words: Sequence[str]) -> bool:
    """Tell whether *words* ask for an answer in words: « qui …? »; « peux-tu … ? » and « tu le notes ? » are orders."""
    said = bare(words)
    if not said:
        return True
    folded = [fold(word).strip(" ?!.,") for word in said]
    if folded[0] in _QUESTION or _ASKS_WITHIN & {*folded} or folded[-1] in _QUESTION:
        return True
    return any(word.endswith("?") for word in words) and not bids(words)


def bids(words: Sequence[str]) -> bool:
    """Tell whether *words* want something done, as « peux-tu … ? » does, also where a question mark ends them."""
    return _BIDS.search(unaccented(" ".join(words))) is not None


def _time(request: Request, text: str) -> tuple[str, str]:
    match finding.find(text, request.here, request.zone, request.language):
        case When(spans) | Doubt(spans):
            return rest(text, spans), " ".join(understood(text, spans))
        case _:
            pass
    later = _LATER.search(text)
    if later is None:
        return text, ""
    by = later["by"] or later["more"]
    earlier = " earlier" if request.language == "en" else " plus tôt"
    sooner = earlier if _SOONER.search(unaccented(text)) else ""
    return f"{text[: later.start()]} {text[later.end() :]}", f"de {by}{sooner}"


def _leans(text: str, plain: str, when: str, who: UserId | None) -> Iterator[Lean]:
    if _REOPENED.search(plain):
        yield Lean.REOPENED
    if _CANCELLED.search(_STAYS.sub("", plain)):
        yield Lean.CANCELLED
    noted = _NOTED.search(plain) is not None
    if noted:
        yield Lean.NOTED
    if not _NOT_DONE.search(plain) and (_DONE.search(plain) or _is_told(text)):
        yield Lean.DONE
    if when:
        yield Lean.MOVED
    if who is not None:
        yield Lean.GIVEN
    if not noted:
        yield Lean.NOTED


def _is_told(text: str) -> bool:
    words = (word.strip('.,;:!?()«»"') for word in text.split())
    return any(_PARTICIPLE.fullmatch(word) and not _NOUNS.fullmatch(word) for word in words)


def person_in(request: Request, words: Sequence[str]) -> tuple[UserId | None, frozenset[str]]:
    """Return the one person whom *words* name somewhere, and by which of them, folded; None for nobody, or several."""
    if _MINE.search(unaccented(" ".join(words))):
        return request.sender, frozenset()
    names = {part for user, shown in request.members.items() for part in telling(f"{shown or ''} {user.localpart}")}
    found: dict[UserId, frozenset[str]] = {}
    for at, word in enumerate(words):
        parts = telling(word.lstrip("@").partition(":")[0])
        if parts and parts[-1] in names:
            user = _named(request, words, at)
            if user is not None and user not in (request.served_by, *request.partners):
                found[user] = found.get(user, frozenset()) | {*parts}
    return next(iter(found.items())) if len(found) == 1 else (None, frozenset())


def _named(request: Request, words: Sequence[str], at: int) -> UserId | None:
    """Return who is named by the words that end at *at*: « M. Martin », « au DGS », « Paul », « @dgs »."""
    for length in (3, 2):
        user = somebody(words[at + 1 - length : at + 1], request) if at + 1 >= length else None
        if user is not None:
            return user
    word = words[at].strip(".,;:!?()")
    before = fold(words[at - 1]) if at else ""
    apart = before in _TO or (at > 0 and words[at - 1][-1] in ",:") or word[:1].isupper() or word[:1] == "@"
    found = find(word if word[:1] == "@" else f"@{word}", request) if apart and word else None
    return found.user if isinstance(found, Person) else None


def deed(nouns: Iterable[str], number: str, title: str, sentence: str, puts: str, **facts: Rich) -> Candidate:
    """Return the offer that *sentence* makes of what has this *number* and *title*; by its *nouns* it is meant, too."""
    label = fill(sentence, number=strong(number), title=text(short(title)), **facts)
    return Candidate(label, puts, words=(*(f"{noun} {number}" for noun in nouns), label.plain))


def likeliest(of_each: Sequence[Iterator[Candidate]], most: int) -> tuple[Candidate, ...]:
    """Return what may be meant of one thing, *most* at most; of several what is likeliest of each."""
    if len(of_each) == 1:
        return tuple(islice(of_each[0], most))
    return tuple(found for deeds in of_each if (found := next(deeds, None)) is not None)


def say_when(request: Request, when: str) -> Rich:
    """Return the time that *when* says, as we say it; an hour alone, and by how much, as it was typed."""
    found = None if only_hour(when.split()) else finding.find(when, request.here, request.zone, request.language)
    return text(say_bound(found.value, found.bound, request.language) if isinstance(found, When) else when)
