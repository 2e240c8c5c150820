"""What is said to us of drop boxes and is no command: « combien de réponses ? », « ferme-le maintenant » (pure)."""

import re
from collections.abc import Sequence
from functools import partial
from itertools import dropwhile
from typing import Final

from bots.assistant.talk.errand import Errand
from bots.assistant.talk.markup import Rich
from bots.assistant.talk.reply import Reply, ask, leave_to
from bots.assistant.talk.request import NOTHING, Needs, Request
from bots.assistant.words.unnamed import KEPT, NEVER, PROLONGED, SPAN, UNTIL, Form, is_any, of_one, unnamed
from bots.boxes.talk import errands, saying, telling
from bots.boxes.talk.box import KIND, NAME, Box, boxes, numbers
from bots.boxes.talk.boxing import later, made_of, open_box, read_wish
from bots.boxes.talk.dealing import process
from bots.boxes.talk.wish import LONGEST
from bots.when.finding import find

_BOX: Final = r"(?:boites?(?: de depots?)?|depots?|drop box(?:es)?)"
_WHAT: Final = rf"(?:{_BOX}|retours?|reponses?|inscriptions?|inscrits?|deposits?|answers?)"
_HAVE: Final = (
    r"(?:on a|y a-t-il|il y a|y a|y'a|y avait|a-t-on|as-tu|tu as|est-ce qu'on a|est-ce qu'il y a|a-t-on recu|on a recu"
    r"|tu as recu|y'a eu|il y a eu|y a-t-il eu|y a eu|are there|have we)"
)
_COUNT: Final = re.compile(
    rf"(?:combien (?:de |d'|on a (?:de |d'|recu de ))|{_HAVE} (?:eu )?(?:des |de nouvelles |de nouveaux |any )"
    r"|nombre de )"
    rf"{_WHAT}\b.*|des retours (?:sur|pour) .+"
    rf"|combien (?:(?:de |d'){_WHAT} )?(?:ne sont |restent |sont |reste )?"
    r"(?:pas encore|non|a) (?:traite|traiter)(?:e?s)?"
    rf"|(?:lesquel(?:le)?s|quel(?:le)?s {_BOX}|quelles inscriptions) ferment\b.*"
)
_WHO: Final = re.compile(rf"qui (?:a|s'est|est) (?:deja )?(?:depose|repondu|inscrit|envoye (?:un|son) {_BOX})\b.*")
_STATE: Final = re.compile(
    rf"(?:(?:est-ce que )?(?:la |le ){_BOX}(?: .{{1,60}})? (?:est |reste )?(?:encore |toujours )ouverte?"
    rf"|(?:encore |toujours )ouverte? (?:la |le ){_BOX}(?: .{{1,60}})?"
    r"|(?:quand|jusqu'a quand|quel jour) (?:ferme|se ferme|fermera|est ouverte?|finit|se termine) "
    rf"(?:la |le ){_BOX}\b.*"
    rf"|(?:echeance|cloture|fermeture|date limite|fin) (?:de la |du ){_BOX}\b.*)"
)
_CLOSE: Final = re.compile(
    r"(?:ferm|clotur|arret|stopp)(?:e|er|ez)[ -](?:le|la)|(?:on |il faut )?(?:le |la )(?:fermer|ferme|clore)"
)
_KEEP: Final = rf"{KEPT}(?: ouverte?| open)? "
_LONGER: Final = re.compile(rf"(?:{_KEEP})?{SPAN}")
_UNTIL: Final = re.compile(rf"(?:{_KEEP})?{UNTIL}")
_ENDS: Final = re.compile(
    r"(?:(?:repousse|recule|decale|reporte|avance|mets|fixe)[rz]? )?(?:la )?(?:cloture|fermeture|date limite)"
    r"(?: (?:a|au|le|pour le|jusqu'au) )(?P<day>.+)|(?:a )?(?:fermer|cloturer|clore) le (?P<on>.+)"
)
_FORM: Final = re.compile(
    r"(?:r?ajoute|enleve|retire|vire|supprime|change|modifie|renomme|mets)[rz]? "
    r"(?:un |une |le |la |l'|les |des )?(?:autre )?(?:champs?|questions?)\b(?! (?:de |du |des |d'|divers))"
    rf"(?:(?! (?:a|au|aux|dans|sur) (?!(?:la |le |l')?(?:{_BOX}|formulaire|form)\b)).)*"
    r"|.{1,40} (?:=|:) ?(?:liste|choix|menu)(?: deroulante?)? ?:.+"
)
"""What would change the form of a box that is open."""
_OPTIONAL: Final = r"(?:obligatoires?|facultati(?:f|ve)s?|optionnel(?:le)?s?)"
_PEOPLE: Final = r"(?:inscrit|inscription|depot|reponse|personne|participant|place)s?"
_AS_MADE: Final = re.compile(
    rf".*\b(?:(?:est|c'est|soit|sont|rends?|mets) (?:pas |plus )?(?:le |la )?{_OPTIONAL}"
    rf"|(?:s'arrete|limite[rz]?|max(?:imum)?|pas plus de|au plus|complet) (?:a )?\d+ {_PEOPLE}"
    r"|(?:que|seulement|uniquement) (?:des |les )?(?:pdf|photos?|images?|word)"
    r"|\d+ ?(?:mo|go) (?:maxi?|maximum|au plus))\b.*"
)
_ADDRESS: Final = re.compile(
    r"(?:(?:donne|redonne|montre|envoie|rappelle)[rz]?(?:[ -](?:moi|nous))? |(?:c'est )?quoi |quelle? est |ou est )?"
    rf"(?:l'adresse|le lien|l'url)(?: (?:de la |du |pour (?:le |la )?){_BOX})?(?: (?:a mettre|pour|sur|a donner)\b.*)?"
)
_PUBLISHED: Final = re.compile(rf"\b(?:{_BOX}|a mettre|affiches?|site)\b")
"""An address is a box's where these stand: « le lien » alone may be anything's."""
_TOLD: Final = re.compile(
    r"(?:.* )?(?:je|on|nous) (?:serai|sera|suis|est|serons) (?:prevenu|averti|notifi|inform)\w*\b.*"
)
_DEALT: Final = re.compile(
    r"(?:marque|note|mets|passe|classe)[rz]? (?:celui|celle|le depot|la demande|le dossier|la reponse) "
    r"(?:de |d'|du |n° ?)?(?P<whose>.+?) (?:comme |en )?(?:traitee?|faite?|clos|close|vue?)"
)
_ANOTHER: Final = re.compile(
    r"(?:ouvre|cree|fais|ouvrez|faites)[ -](?:m'en|moi[ -]en|nous[ -]en|en) une?,? [\"«“].+",
    re.IGNORECASE,
)
_NEW: Final = re.compile(rf"(?:une? )?(?:nouvelle |nouveau )?{_BOX} ?:? [\"«“].+")
"""« dépôt "Devis élagage", 15j »: a title, and no verb."""
_NAMED: Final = re.compile(rf"\b{_BOX}\b")
_ANSWERS: Final = re.compile(
    rf"\b(?:{_BOX}|reponses?|inscri\w+|deposits?|answers?|depose|repondu|envoye|traiter?|traitee?s?|ferment)\b"
)
"""What comes in boxes; « des retours » come from anybody."""
_DEPOSIT: Final = re.compile(r"\b(?:depot|n°)\b")
_NEEDS: Final = Needs(last=True, kept=frozenset({NAME}))


def plain_needs(_: Request, words: Sequence[str]) -> Needs:
    """Return what :func:`plainly` must be given for *words*."""
    return _NEEDS if is_any(words, _FORMS) else NOTHING


def _only(request: Request) -> Box | None:
    """Return the box that somebody means who names none: the one that is open here, or the last that they opened."""
    called = numbers(request.state)
    known = sorted(boxes(request), key=lambda box: called.get(box.object_id, 0))
    at = unnamed(request, [((KIND, box.object_id), box.author) for box in known], newest=True)
    return None if at is None else known[at]


def _counted(request: Request, matched: "re.Match[str]", _: Sequence[str]) -> Reply | None:
    # « combien de réponses à l'invitation ? » is about something else, where nothing is open here.
    speaks = _NAMED.search(matched[0]) is not None
    return leave_to(request, Errand(errands.LOOK, str(request.event_id))) if speaks or boxes(request) else None


def _closed(request: Request, _: "re.Match[str]", __: Sequence[str]) -> Reply | None:
    box = _only(request)
    return None if box is None else ask(request, saying.close_it(request, box, numbers(request.state)))


def _longer(request: Request, matched: "re.Match[str]", _: Sequence[str]) -> Reply | None:
    return _extended(request, matched["span"]) if matched["more"] else None


def _later(request: Request, matched: "re.Match[str]", _: Sequence[str]) -> Reply | None:
    return _extended(request, matched["until"])


def _prolonged(request: Request, matched: "re.Match[str]", _: Sequence[str]) -> Reply | None:
    return _extended(request, matched["span"])


def _ends(request: Request, matched: "re.Match[str]", _: Sequence[str]) -> Reply | None:
    """Ask whether the box that is open ends on another day: « repousse la clôture au 4 janvier »."""
    return _extended(request, f"jusqu'au {matched['day'] or matched['on']}")


def _looked(request: Request, matched: "re.Match[str]", _: Sequence[str]) -> Reply | None:
    # « Fermeture du dépôt municipal le 24 décembre » is to be noted, and asks nothing.
    dated = find(matched[0], request.here, request.zone, request.language) is not None
    if dated or not boxes(request):
        return None
    return leave_to(request, Errand(errands.LOOK, str(request.event_id)))


def _extended(request: Request, when: str) -> Reply | None:
    box, wished = _only(request), read_wish(request, when.split())
    if box is None or not request.own or wished.unread or wished.title:
        return None
    until = later(request, wished, box)
    if until is None:
        return ask(request, saying.too_much(request, "days", str(LONGEST.days)))
    return ask(request, saying.until_then(request, box, until, numbers(request.state)))


def _as_made(request: Request, _: "re.Match[str]", __: Sequence[str]) -> Reply | None:
    box = _only(request)
    return None if box is None else ask(request, saying.as_made(request, box))


def _address(request: Request, _: "re.Match[str]", __: Sequence[str]) -> Reply | None:
    box = _only(request)
    if box is None or not request.own:
        return None
    return leave_to(request, Errand(errands.ADDRESS, box.box_id, {"box": box.box_id}))


def _told(request: Request, _: "re.Match[str]", __: Sequence[str]) -> Reply | None:
    box = _only(request)
    return None if box is None else ask(request, saying.is_told(request, box))


def _dealt(request: Request, matched: "re.Match[str]", _: Sequence[str]) -> Reply | None:
    whose = matched["whose"].strip()
    if whose.isdecimal():
        return process(request, [whose])
    return ask(request, telling.which_deposit(request)) if boxes(request) else None


def _another(request: Request, _: "re.Match[str]", words: Sequence[str]) -> Reply | None:
    titled = _titled(words)
    return None if _only(request) is None or not titled else open_box(request, titled)


def _titled(words: Sequence[str]) -> list[str]:
    """Return *words* from the title in quotation marks on; none where no word begins with one."""
    return [*dropwhile(lambda word: word[:1] not in '"«“', words)]


def _new(request: Request, _: "re.Match[str]", words: Sequence[str]) -> Reply | None:
    """Ask whether a box of that title is to be opened, or say at once what of it is not understood."""
    rest = _titled(words)
    if not rest:
        return None
    if not request.own:
        return ask(request, saying.guests(request))
    made = made_of(request, read_wish(request, rest))
    return ask(request, made if isinstance(made, Rich) else saying.open_it(request, made[0], rest))


_FORMS: Final[tuple[Form, ...]] = (
    (_COUNT, _ANSWERS, _counted),
    (_WHO, _ANSWERS, _counted),
    (_NEW, _NAMED, _new),
    (_STATE, _NAMED, _looked),
    (_CLOSE, _NAMED, _closed),
    (_UNTIL, _NAMED, _later),
    (_LONGER, _NAMED, _longer),
    (PROLONGED, _NAMED, _prolonged),
    (_ENDS, _NAMED, _ends),
    (_FORM, _NAMED, _as_made),
    (_ADDRESS, _PUBLISHED, _address),
    (_TOLD, _NAMED, _told),
    (_DEALT, _DEPOSIT, _dealt),
    (_ANOTHER, NEVER, _another),
    (_AS_MADE, _NAMED, _as_made),
)
plainly: Final = partial(of_one, kind=KIND, forms=_FORMS)
"""Return what comes of words that speak of boxes, or of the only one that is open; None where they do not."""
