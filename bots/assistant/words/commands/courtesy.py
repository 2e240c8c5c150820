"""What of a message is only courtesy, greeting, thanks, « s'il te plaît », and what it says without that (pure)."""

import re
from collections.abc import Sequence
from typing import Final

from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold, has_words, words_of
from bots.assistant.words.commands.asking import Phrases, opening
from bots.assistant.words.objects.articles import POLITE
from bots.assistant.words.questions import ASKED_OF_US

_IF_IT_PLEASES: Final[Phrases] = (
    *(("s'il", "te", "plait"), ("s'il", "vous", "plait"), ("merci", "d'avance"), ("merci", "par", "avance")),
    *(("merci", "bcp"), ("merci", "beaucoup"), ("merci", "bien"), ("thanks", "a", "lot"), ("thank", "you")),
    *(("du", "coup"), ("il", "y", "en", "a"), ("il", "y", "en", "a", "ou", "pas")),
    *(("je", "vous", "prie"), ("je", "te", "prie"), ("je", "vous", "en", "prie"), ("je", "t'en", "prie")),
    *(("svp", "merci"), ("stp", "merci"), ("svp",), ("stp",), ("please",)),
)
_PARTING: Final[Phrases] = (
    *(("merci",), ("thanks",), ("bonne", "journee"), ("bonne", "soiree"), ("bonne", "fin", "de", "journee")),
    *(("bon", "week-end"), ("cordialement",), ("bien", "cordialement"), ("a", "bientot"), ("bien", "a", "vous")),
    *(("je", "vous", "remercie"), ("je", "te", "remercie"), ("je", "vous", "en", "remercie"), ("merci", "a", "vous")),
    *(("je", "vous", "en", "remercie", "par", "avance"), ("je", "vous", "remercie", "par", "avance")),
)
"""Said behind a stop or a question; without one it may be the end of a title."""
_OPENING: Final = frozenset({"ok", "voila", "bon", "c'est", "cest", "it's", "its", "merci", "thanks"})


GREETINGS: Final = frozenset({"bonjour", "bonsoir", "salut", "coucou", "hello", "hi", "hey", "good", "morning"})
_I_AM: Final = (*(("moi", "c'est"), ("ici",), ("je", "m'appelle"), ("my", "name", "is"), ("i", "am", "called")),)
_NAMED: Final = 7
"""Words by which somebody says who they are."""
_LEADING_UP: Final[Phrases] = (
    *(("alors",), ("donc",), ("sinon",), ("bon",), ("so",), ("well",), ("ok",), ("okay",), ("d'accord",), ("parfait",)),
    *(("oh",), ("oui",), ("puis",), ("ensuite",), ("bref",), ("tiens",), ("par", "contre")),
    *(("super",), ("voila",), ("ah",), ("euh",), ("oups",), ("zut",), ("mince",), ("aussi",)),
    *(("du", "coup"), ("au", "fait"), ("et",), ("et", "aussi"), ("et", "puis"), ("ah", "oui"), ("oups", "non")),
    *(("trop", "tot"), ("trop", "tard"), ("finalement",), ("en", "fait")),
    *((verb, "que") for verb in ("note", "notez", "sache", "sachez")),
    *((verb, "bien", "que") for verb in ("note", "notez", "sache", "sachez")),
)
"""Said before what is asked, and no part of it."""
_MOST_AHEAD: Final = 30
"""Words ahead of what is asked, however polite."""
_MOST_LEADING: Final = 3
_THANKING: Final = frozenset(
    {"merci", "beaucoup", "bien", "a", "toi", "vous", "thanks", "thank", "you", "ok", "super", "parfait", "d'accord"}
)


_WISHES: Final = frozenset(
    {"bcp", "bonne", "journee", "soiree", "infiniment", "mille", "fois", "fin", "bon", "d'avance", "pour", "tout"}
    | {"demain", "bientot", "tard", "plus", "toute", "tous", "toutes", "au", "revoir", "week-end"}
    | {"c'est", "lot", "very", "much", "so", "many"}
)
_THANKS: Final = frozenset({"merci", "remercie", "remercions", "thanks", "thank"})
_KINDLY: Final = frozenset(
    {"tres", "trop", "vraiment", "etes", "es", "aimable", "gentil", "gentille", "sympa", "un", "grand", "votre", "ton"}
    | {"aide", "je", "te", "t'en", "en", "nous", "nickel", "genial", "remercie", "remercions", "soyez"}
)
"""What is said beside thanks: « merci bien, vous êtes très aimable »."""
_AT_END: Final = frozenset(
    {"merci", "beaucoup", "bcp", "stp", "svp", "please", "thanks", "thank", "you", "d'avance", "bonne", "journee"}
)
_AT_HEAD: Final = GREETINGS | {"stp", "svp", "please", "ah", "euh", "bon", "alors", "dsl", "oups"}
_ASKED: Final = re.compile(
    rf"^(?:{ASKED_OF_US}|(?:est[- ]ce que )?on peut|merci de|il faut|il faudrait)(?: stp| svp| please)? (?=\S)"
)


def without_courtesy(words: Sequence[str]) -> list[str]:
    """Return *words* without what is only courtesy: ``bonjour, décale à 15h stp merci``."""
    said = [*without_closing(words)]
    while len(said) > 1 and (fold(said[-1]) in _AT_END or not has_words(said[-1:])):
        if said[-1].strip() == "?":
            break
        del said[-1]
    start = 0
    while start < len(said) - 1 and (fold(said[start]) in _AT_HEAD or not has_words(said[start : start + 1])):
        start += 1
    return said[start:]


def answered(request: Request) -> str:
    """Return what *request*, an answer to a card, says: one line, with its accents, without courtesy."""
    return " ".join(without_courtesy(words_of(request)))


def as_order(said: str) -> str:
    """Return *said*, in plain letters, as an order: ``tu peux clore ?`` is ``clore``."""
    bare = _ASKED.sub("", said.strip())
    return bare.rstrip(" ?!.") if bare != said.strip() else said.strip().rstrip(" !.")


def essence(words: Sequence[str]) -> Sequence[str]:
    """Return *words* without the politeness around them: ``c'est fait, merci !``, ``ok done``."""
    words = without_closing(words)
    start, end = 0, len(words)
    while end > start and (fold(words[end - 1]) in POLITE or not has_words(words[end - 1 : end])):
        end -= 1
    while start < end and (fold(words[start]) in _OPENING or not has_words(words[start : start + 1])):
        start += 1
    return words[start:end]


def thanks_somebody(words: Sequence[str], said: Sequence[str]) -> bool:
    """Tell whether *words*, of which *said* is no politeness, thank those whom they name: ``@dgs merci beaucoup``."""
    folded = {fold(word).strip(".,!") for word in words}
    return all(word.startswith("@") for word in said) and bool(folded & {"beaucoup", "bcp", "lot"})


def without_closing(words: Sequence[str]) -> Sequence[str]:
    """Return *words* without what is only polite at their end: ``… s'il te plaît !``, ``…, merci``.

    A lone ``merci`` without a comma before it may be the last word of a title, and stays.
    """
    end = len(words)
    while end and not has_words(words[end - 1 : end]):
        end -= 1
    folded = tuple(fold(each) for each in words[:end])
    for phrase in _IF_IT_PLEASES:
        if len(folded) > len(phrase) and folded[-len(phrase) :] == phrase:
            return without_closing([*words[: end - len(phrase) - 1], words[end - len(phrase) - 1].rstrip(",;")])
    for phrase in _PARTING:
        before = words[end - len(phrase) - 1 : end - len(phrase)]
        if folded[-len(phrase) :] == phrase and before and before[0][-1] in ",.;!?":
            # What asks a question goes on asking it.
            return without_closing([*words[: end - len(phrase) - 1], before[0].rstrip(",.;!")])
    return words


def asked(words: Sequence[str], *, widely: bool = False) -> Sequence[str]:
    """Return what *words* ask, without greeting and ``peux-tu … ?`` around it; *widely*: nor ``je voudrais voir …``."""
    start, end, asking = 0, len(words), False
    while start < min(end, _MOST_AHEAD):
        polite = opening(words[start:], wished=asking, widely=widely)
        named = 0 if polite else _introduced(words[start:])
        led = 0 if polite or named else _leads(words[start:])
        if not (polite or named or led) and has_words(words[start : start + 1]):
            break
        start, asking = start + (polite or named or led or 1), asking or polite > 0
    while asking and end > start and words[end - 1].strip("?") == "":
        end -= 1
    said = list(words[start:end])
    return [*said[:-1], said[-1].rstrip("?")] if asking and said else said


def _leads(words: Sequence[str]) -> int:
    """Return how many of *words* only lead up to the others: a greeting, « et aussi »; 0 for none."""
    folded = tuple(fold(word).rstrip(",:!") for word in words[:_MOST_LEADING])
    if folded[0] in GREETINGS:
        return 1
    return max((len(lead) for lead in _LEADING_UP if folded[: len(lead)] == lead), default=0)


def _introduced(words: Sequence[str]) -> int:
    """Return how many of *words* say who speaks, « moi c'est Martine, … », and are no request; 0 for none."""
    folded = [fold(word) for word in words[:_NAMED]]
    led = next((len(lead) for lead in _I_AM if tuple(folded[: len(lead)]) == lead), 0)
    return next((at + 1 for at in range(led, len(folded)) if led and words[at][-1] in ",.;:!"), 0)


def greets(words: Sequence[str], name: str) -> bool:
    """Tell whether *words* are a greeting and nothing else, but perhaps our *name*."""
    said = {fold(each) for each in words if has_words([each])} - {fold(name)}
    return bool(said) and said <= GREETINGS


def thanks(words: Sequence[str]) -> bool:
    """Tell whether *words* are thanks, or consent, and nothing else: nobody waits for an answer."""
    said = {fold(each) for each in words if has_words([each])}
    around = _WISHES | (_KINDLY if said & _THANKS else frozenset())
    return bool(said & (_THANKING | _THANKS)) and said <= _THANKING | around


def only_thanks(words: Sequence[str]) -> bool:
    """Tell whether *words* thank, and say nothing else: « merci beaucoup » chooses nothing, and asks nothing."""
    return thanks(words) and bool({fold(word).strip(".,;:!") for word in words} & {"merci", "thanks", "thank"})
