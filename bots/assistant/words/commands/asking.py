"""How people ask politely: « je voudrais voir … », « est-ce que je peux avoir … ? », « montre-moi … » (pure)."""

import re
from collections.abc import Sequence
from typing import Final

from bots.assistant.talk.wording import fold
from bots.assistant.words.questions import CAN_YOU

Phrases = tuple[tuple[str, ...], ...]


def _phrases(said: str) -> Phrases:
    """Return phrases, written with strokes between them, as their words."""
    return tuple(tuple(phrase.split()) for phrase in said.split("/"))


_ASKING: Final = _phrases(
    f"{'/'.join(CAN_YOU)}/merci de/merci d'/montre-moi"
    "/montre moi/montrez-moi/me montrer/donne-moi/donne moi/me donner/show me"
    "/s'il te plait/s'il vous plait/svp/stp/please/veuillez/veuillez bien/priere de/merci de bien vouloir"
    "/je vous prie de/je vous prie de bien vouloir/je te prie de/je vous prie/je te prie"
    "/je vous remercie de/je te remercie de"
    "/auriez-vous l'obligeance de/auriez-vous l'amabilite de/auriez-vous la gentillesse de/auriez-vous la bonte de"
    "/aurais-tu la gentillesse de/voudriez-vous/voudriez-vous bien/voudrais-tu/serait-il possible de"
    "/vous serait-il possible de/te serait-il possible de"
)
"""Nothing else is ever meant by these."""
_WISHES: Final = _phrases(
    "je voudrais/je voudrais bien/je veux/j'aimerais/j'aimerais bien/je souhaite/je souhaiterais/nous voudrions"
    "/on voudrait/nous souhaitons/on aimerait/il me faudrait/il me faut/il nous faut/il nous faudrait/j'ai besoin de"
    "/j'aurais besoin de/on a besoin de/puis-je/pourrais-je/est-ce que je peux/est-ce que je pourrais/est-ce qu'on peut"
    "/est-ce qu'on pourrait/est-il possible de/est-ce possible de"
    "/can i/could i/may i/can we/could we/i'd like/i'd like to/i would like/i would like to/i want/i want to/i need"
    "/i need to/we need/let me"
)
_LOOKS: Final = _phrases(
    "montre-nous/nous montrer/donnez-moi/donne-nous/nous donner/affiche-moi/affiche moi/affichez-moi/m'afficher"
    "/fais voir/fais-moi voir/fais moi voir/envoie-moi/envoie moi/envoyez-moi/m'envoyer/rappelle-moi/me rappeler"
    "/me ressortir/ressors-moi/liste-moi/give me/send me"
)
_MAYBE: Final = _phrases("on peut/on pourrait/peut-on/pourrait-on/je peux/je pourrais/il faudrait/tu veux bien")
"""Ask where one is to see something: « on peut voir … ? »; else they speak of other things."""
_SEES: Final = _phrases("voir/avoir/revoir/consulter/regarder/recevoir/obtenir/see/have/get/look at")
"""The same behind a wish; alone they are other things: `voir 3`."""
_HAVING: Final = frozenset({"avoir", "have"})
_DONE: Final = re.compile(
    r"\w+(?:ée?s?|ed)|(?:re)?(?:fait|mis|pris)e?s?|(?:fini|ouvert|inscrit|re[çc]u|rendu|vu|lu)e?s?|done", re.IGNORECASE
)
"""« Avoir terminé la tâche 4 » is no order to end it, as « avoir mes tâches » is one to show them."""
_MOST: Final = 7
"""Words of the longest phrases that are looked for."""


def opening(words: Sequence[str], *, wished: bool, widely: bool) -> int:
    """Return how many of *words* ask politely for what follows; 0 for none.

    *wished*: what stands before them asks. *widely*: also in ways that may be part of what is asked.
    """
    folded = tuple(fold(word).strip(",") for word in words[:_MOST])
    if not widely:
        return _longest(folded, _ASKING)
    maybe = _longest(folded, _MAYBE)
    if maybe and (_longest(folded[maybe:], _SEES) or _longest(folded[maybe:], (*_LOOKS, *_ASKING))):
        return maybe
    if _is_having_done(words, folded):
        return 0
    return _longest(folded, (*_ASKING, *_WISHES, *_LOOKS, *(_SEES if wished else ())))


def _is_having_done(words: Sequence[str], folded: Sequence[str]) -> bool:
    return len(words) > 1 and folded[0] in _HAVING and _DONE.fullmatch(words[1]) is not None


def _longest(folded: Sequence[str], known: Phrases) -> int:
    return max((len(phrase) for phrase in known if tuple(folded[: len(phrase)]) == phrase), default=0)
