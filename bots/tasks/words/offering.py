"""What somebody says to us that is no command, and sounds like something to do: a task is offered, or added (pure)."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold, has_words, unaccented, words_of
from bots.assistant.words.charged import with_charge
from bots.assistant.words.questions import AT_HEAD
from bots.assistant.words.supposed import TELLS_OF_NOTHING
from bots.tasks.words.drafting import draft
from bots.tasks.words.listed import is_to_do, listed

_MUST: Final = tuple(
    tuple(each.split())
    for each in (
        *("il faut que je", "il faut que l'on", "il faut que nous", "il faut qu'on", "il faudrait que je"),
        *("il faudrait", "il va falloir", "il faut", "faut", "je dois", "nous devons", "on doit", "je devrais"),
        *("penser à", "pense à", "ne pas oublier de", "ne pas oublier d'", "n'oublions pas de", "à faire"),
        *("i must", "we must", "i have to", "we have to", "i need to", "we need to", "i should", "we should"),
        *("don't forget to", "do not forget to", "to do", "todo"),
    )
)
_SUBJUNCTIVES: Final = {
    **{"fasse": "faire", "aille": "aller", "prenne": "prendre", "mette": "mettre", "ecrive": "écrire"},
    **{"envoie": "envoyer", "appelle": "appeler", "achete": "acheter", "vienne": "venir", "tienne": "tenir"},
    **{"recoive": "recevoir", "rende": "rendre", "reponde": "répondre", "voie": "voir", "lise": "lire", "dise": "dire"},
    **{"complete": "compléter", "regle": "régler", "paie": "payer", "sois": "être", "aie": "avoir", "jette": "jeter"},
}
_JE: Final = re.compile(r"(?<![\w'’])j['’](?=\w)", re.IGNORECASE)
_ASKING: Final = (
    AT_HEAD
    | {"montre", "affiche", "donne", "dis", "liste", "cherche", "explique", "as-tu", "sais-tu"}
    | {"can", "show", "list", "give", "tell", "find", "explain"}
)
OURS: Final = frozenset(
    {"inviter", "convier", "convoquer", "reporter", "repousser", "decaler", "deplacer", "avancer", "annuler", "fixer"}
    | {"supprimer", "abandonner", "modifier", "changer", "partager", "trouver", "retrouver", "chercher", "rechercher"}
    | {"montrer", "afficher", "lister", "rappeler", "creer", "ajouter", "planifier", "programmer", "caler", "poser"}
    | {"noter", "ouvrir", "fermer", "renommer", "ranger", "deposer", "telecharger", "exporter", "importer", "classer"}
    | {"savoir", "voir", "avoir", "dire", "redire", "resumer", "expliquer", "aider", "assigner", "attribuer", "confier"}
    | {"terminer", "finir", "clore", "rouvrir", "restaurer", "retirer", "enlever", "effacer", "commenter", "donner"}
    | {"preciser", "inscrire", "mentionner", "indiquer", "taguer", "etiqueter", "coller", "attacher", "virer"}
    | {"marquer", "prolonger", "cocher", "cloturer", "repeter", "desinviter", "reassigner", "desassigner"}
    | {"bloquer", "reserver", "organiser", "prevoir", "rencontrer", "assister", "participer", "retablir", "remettre"}
)
"""Verbs that may ask something else of us."""
_MEETING: Final = re.compile(
    r"(?:l'|d')?(?:reunion|rdv|rendez|entretien|visite|conseil|commission|formation|ceremonie|mariage|permanence|conge"
    r"|absen|vacance|fete|repas|apero|seance|assemblee|bureau|visio|point|rappel|atelier|spectacle|concert)"
)
"""What takes place, and is not done."""
_FEWEST: Final = 2
_MOST: Final = 40
_NOTED: Final = re.compile(
    r"(?:^|[\s,:!])notez?\s(?:bien\s)?(?:que\s|qu['’])(?P<what>\S.*\S)", re.IGNORECASE | re.DOTALL
)


def offered(request: Request, words: list[str]) -> list[str] | None:
    """Return the last of *words* that may be a task; None for what does not sound like one."""
    said = [each for each in words if has_words([each])]
    noted = noted_that(" ".join(words_of(request)))
    if noted is not None:
        return None if TELLS_OF_NOTHING.search(unaccented(noted)) else noted.split()
    if not said or "?" in words[-1] or fold(said[0]) in _ASKING:
        return None
    rest = after_duty(words)
    if rest is not None or not request.direct:
        # Where others read along, only what says that it must be done, and what somebody is to do.
        if rest is None:
            return words if _is_given(request, words) else None
        return rest if len(rest) >= _FEWEST else None
    if request.quoted is not None and request.quoted.attached is not None:
        # A photo with a few words: whoever sends that wants something done about it.
        return words if len(said) >= _FEWEST else None
    found = draft([words], request)
    dated = found.span is not None or found.rule is not None or found.doubt is not None
    return words if dated and len(found.title.split()) >= _FEWEST else None


def noted_that(spoken: str) -> str | None:
    """Return what *spoken* wants noted: « note que le chauffage est en panne »."""
    found = _NOTED.search(spoken)
    return None if found is None else found["what"]


def _is_given(request: Request, words: list[str]) -> bool:
    """Tell whether *words* are what is to be done with who does it or how it comes back: ``saler lundi @dgs``."""
    if len(words) > _MOST or listed(" ".join(words)):
        return len(words) <= _MOST
    found = draft([with_charge(" ".join(words), request).split()], request)
    given = bool(found.assignees or found.unclear) or found.rule is not None
    dated = found.span is not None and len(found.title.split()) >= _FEWEST
    return found.doubt is None and ((given and (dated or is_to_do(found.title))) or is_wanted(found.title))


_OF_IT: Final = re.compile(r"[a-z]+[- ](?:la|le|les|ca|lui)(?:$|[\s,;.]+(?:et|en|a|au|pour|puis|avec|sur)\b)")
"""What is said of something that is there: « mets la à vendredi »; « vois le maire » names whom to see."""


def is_wanted(title: str) -> bool:
    """Tell whether *title* says what is to be done, and by a verb that we do not know: ``commander les ramettes``."""
    return is_to_do(title) and fold(title.split(maxsplit=1)[0]) not in OURS


def surely(request: Request, words: Sequence[str]) -> bool:
    """Tell whether *words*, which are no command, are a task: what is to be done, or what, by whom and on which day."""
    asks = any("?" in word for word in words)
    if not words or len(words) > _MOST or asks or after_duty(words) is not None:
        return False
    found = draft([with_charge(" ".join(words), request).split()], request)
    due = None if found.span is None else found.span.due
    if found.doubt is not None or found.unclear or found.rule is not None or isinstance(due, datetime):
        return False
    said = found.title.split()
    if _OF_IT.match(unaccented(found.title)):
        return False
    given = bool(found.assignees) and due is not None and len(said) >= _FEWEST
    return is_wanted(found.title) or (given and not any(_MEETING.match(fold(word)) for word in said))


def after_duty(words: Sequence[str]) -> list[str] | None:
    """Return what *words* say must be done: « relire » of « il faut relire »; None where they begin otherwise."""
    words = _JE.sub("je ", " ".join(words)).split()
    folded = [fold(each) for each in words[: max(map(len, _MUST))]]
    duty = next((each for each in _MUST if folded[: len(each)] == [fold(word) for word in each]), None)
    if duty is None:
        return None
    behind = [*words[len(duty) :]]
    return _of_oneself(behind) if duty[-1] in ("je", "j'") and behind else behind


def _of_oneself(words: Sequence[str]) -> list[str]:
    """Return « prépare les convocations », said behind « il faut que je », as what whoever says so is to do."""
    verb, *rest = words
    return [infinitive(verb), *rest, "pour", "moi"]


def infinitive(verb: str) -> str:
    """Return the infinitive of *verb*, a subjunctive: ``prépare``, ``fasse``, ``finisse``."""
    folded = fold(verb)
    known = next((ending for ending in _SUBJUNCTIVES if folded.endswith(ending)), None)
    if known is not None:
        return verb[: len(verb) - len(known)] + _SUBJUNCTIVES[known]
    if folded.endswith("isse"):
        return f"{verb[:-4]}ir"
    return f"{verb}r" if folded.endswith("e") else verb
