"""What is said to us of a link and is no command: « ferme le lien », « qui l'a ouvert ? » (pure)."""

import re
from collections.abc import Sequence
from functools import partial
from typing import Final

from bots.assistant.talk.errand import Errand
from bots.assistant.talk.reply import Reply, ask, leave_to
from bots.assistant.talk.request import Needs, Request
from bots.assistant.words.names.people import whom
from bots.assistant.words.unnamed import ALWAYS, Form, is_any, of_one
from bots.files.library import meant
from bots.files.library.entry import id_of
from bots.files.library.request import library
from bots.files.plain.described import person
from bots.files.sharing import asking, closing, saying
from bots.files.sharing.errands import END, LOOK
from bots.files.sharing.found import FINDER
from bots.files.sharing.share import KIND, NEEDS, Share, shares
from bots.files.sharing.terms import TERMS, may, only

_LINK: Final = r"(?:le|la|ce|leur|son|mon|notre|l'acces au|the|this) (?:lien|partage|link)(?: de partage)?"
_OF: Final = r"(?: (?:de|du|des|vers|pour|a|au|d'|of|to|for) ?(?P<of>.+))?"
_OF_WHOM: Final = r"(?:(?:de|pour|vers|chez) (?:la |le |l'|les )?|du |des |d')"
_VERB: Final = (
    r"(?:ferm|coup|arret|desactiv|supprim|revoqu|annul)(?:e|er|es|ez)|clos|close|revoke|disable|stoppe|stopper"
)
_CLOSE: Final = re.compile(rf"(?:{_VERB}|defai[st]|defaire) {_LINK}{_OF}|(?:{_VERB}) celui {_OF_WHOM}(?P<whose>.+)")
_CLOSE_ALL: Final = re.compile(rf"(?:{_VERB}) {closing.SEVERAL}")
_REOPEN: Final = re.compile(
    rf"(?:re-?ouvre|rouvre|reouvrir|rouvrir|reactive|remets|retablis|reopen)[rsz]? {_LINK}{_OF}"
)
_OPEN: Final = (
    r"(?:(?:sont |encore |qui sont )*(?:ouverts?|actifs?|valides?|en cours))?(?: en ce moment| actuellement)?"
)
_SEEN: Final = r"(?:ouvert|telecharge|vu|clique sur|utilise|recupere)"
_LOOK: Final = re.compile(
    r"(?:quels?|les|mes|lister?(?: les)?|montre(?:[ -]moi)?(?: les)?) (?:sont (?:les )?)?liens? ?(?:de partage ?)?"
    rf"{_OPEN}"
    rf"|.{{1,40}}? (?:a|ont|a-t-il|a-t-elle) (?:deja |bien )?{_SEEN} {_LINK}"
    rf"|(?:est-ce que )?{_LINK} (?:marche|fonctionne|est ouvert|est actif|a ete \w+)(?: encore| toujours)?"
    r"|combien de (?:fois|telechargements|personnes) .*\b(?:lien|partage)\b.*"
    r"|(?:combien|nb|nombre) (?:de |d')(?:consultations?|ouvertures?|telechargements?)(?: du lien)?"
    r"|qui (?:l')?a (?:deja )?(?:ouvert|telecharge|consulte)(?: le lien)?"
    r"|le lien (?:expire|se ferme|ferme|finit) quand|quand (?:expire|se ferme|ferme|finit) le lien"
    r"|quand est-ce que le lien (?:expire|se ferme|ferme|finit)"
    r"|(?:(?:est-ce que )?(?:.{1,30}? )?l'a |(?:il|elle) a ete )(?:deja |bien )?(?:ouverte?|telechargee?|consultee?)"
    r"|(?:(?:est-ce que )?le )?lien (?:\S+ ){0,4}?(?:(?:est|marche|fonctionne) )?(?:encore |toujours )"
    r"(?:valable|valide|ouvert|actif|bon|en cours)"
)
_TAKEN: Final = r"(?:telecharge|ouvert|consulte|recupere)"
_WAS: Final = rf"(?:a|ont)(?:-t-\w+)? (?:deja |bien )?ete {_TAKEN}e?s?"
_OPENED: Final = re.compile(
    r"(?:est-ce qu(?:e |'))?(?:qui|quelqu'un|on|combien de (?:personnes|gens)|who|anybody|somebody)"
    rf"(?: (?:a|ont)(?:-t-\w+)?| has| have)? (?:deja |bien )?(?:{_TAKEN}|downloaded|opened)"
    rf" (?:{_LINK} (?:de |du |des |vers |of ))?(?P<who>.+)"
    rf"|combien de fois (?:est-ce que )?(?P<often>.+?) {_WAS}"
    rf"|(?:est-ce que )?(?P<what>.+?) {_WAS}(?: combien de fois)?"
    r"|combien de telechargements (?:pour |de |du )(?P<count>.+)"
)
"""Who has had a file by a link to it: « qui a téléchargé le devis ? »."""
_NAMED: Final = re.compile(r"\b(?:liens?|partages?|links?)\b")
_LOCKED: Final = re.compile(r"\b(?:liens?|partages?|links?|mot de passe|mdp|dessus)\b")
_LOST: Final = re.compile(
    r".{1,40}? (?:a|ont|ai) (?:perdu|oublie|egare|plus) (?:le |son |leur |mon )?(?:mot de passe|mdp|code)"
    r"(?: du lien| pour le lien)?|(?:mot de passe|mdp)(?: du lien)? (?:perdu|oublie)"
)
_SAY_AGAIN: Final = r"(?:re|r)?(?:donne|dis|envoie|affiche|montre|transmets)[rz]?(?:[ -](?:moi|nous))?"
_TELL: Final = re.compile(rf"{_SAY_AGAIN} (?:le |son )(?:mot de passe|mdp|code)(?: du lien| pour le lien)?")
_ADDRESS: Final = re.compile(
    rf"(?:{_SAY_AGAIN}|quelle est|c'est quoi) (?:l'adresse du (?:lien|partage)|l'url du lien|le lien)"
    r"(?: (?:du|de|vers|pour) .+)?"
)
_SEND: Final = re.compile(
    r"(?:envoie|envoyer|transmets|fais suivre|fais passer|send|forward)[rz]? (?P<file>.+?) "
    r"(?P<person>(?:a la |a l'|aux? |a |to )(?!(?:moi|nous|me|us)\b).+?)(?: (?:en prive|par mail|stp|svp))?"
)
_OFF: Final = re.compile(r"(?:desactive|coupe|revoque|disable)[rz]?[ -](?:le|it)")
_PASSWORD: Final = re.compile(
    r"(?:mets|met|ajoute|rajoute|change|changer|modifie|remplace)[rsz]?(?:[ -](?:lui|y|leur))? (?:un|le|son|de) "
    r"(?:autre |nouveau )?(?:mot de passe|mdp|code)(?: (?:dessus|au lien|du lien|pour le lien|sur le lien))?"
    r"|protege[rz]?(?:[ -](?:le|la)| le lien)(?: (?:par|avec) un (?:mot de passe|code))?"
)
_DEFAULT: Final = re.compile(
    r"(?:combien de temps|jusqu'a quand) (?:est-ce qu'?)?(?:dure|reste|est|tient|marche) ?(?:ouvert |valable |valide )?"
    r"(?:un|les|le) liens?\b.*"
    r"|(?:un lien|les liens)(?: de partage)? (?:dure|durent|reste|est|sont) .*(?:combien|jusqu'a quand).*"
)


def plain_needs(_: Request, words: Sequence[str]) -> Needs:
    """Return what :func:`plainly` must be given for *words*."""
    return Needs(rooms=True, last=True, kept=NEEDS.kept) if is_any(words, _FORMS) else Needs()


def _meant(request: Request, of: str | None) -> Share | Reply:
    """Return the link to the file that *of* names, or the only one; whom it is for is asked: nobody noted it."""
    known = shares(request)
    named = meant.named(request, (of,), ()) if of else None
    if isinstance(named, list):
        ids = {file.id for file in named}
        known = tuple(share for share in known if ids & {id_of(share.room_id, event) for event in share.files})
        return known[0] if len(known) == 1 else ask(request, asking.which_link(request, len(known)))
    share = only(request)
    if share is None:
        return ask(request, asking.which_link(request, len(known)))
    return ask(request, asking.close_it(request, share)) if of else share


def _closed(request: Request, matched: "re.Match[str]", _: Sequence[str]) -> Reply | None:
    whose = matched["whose"]
    if whose is not None and (not shares(request) or _is_of_a_list(request)):
        return None
    found = _meant(request, matched["of"] or whose)
    if isinstance(found, Reply):
        return found
    if whose is not None:
        # « Celui du notaire » names no link: what is closed stays closed.
        return ask(request, asking.close_it(request, found))
    return may(request, found) or leave_to(request, Errand(END, found.link_id, {"links": [found.link_id]}))


def _is_of_a_list(request: Request) -> bool:
    """Tell whether the sender was just shown a list, of no links: « celui du conseil » is one of it."""
    listed = request.listed
    return listed is not None and listed.just and all(kind != KIND for kind, _ in listed.shown)


def _all_closed(request: Request, matched: "re.Match[str]", _: Sequence[str]) -> Reply:
    return closing.asked(request, matched)


def _reopened(request: Request, _: "re.Match[str]", __: Sequence[str]) -> Reply:
    return ask(request, saying.stays_closed(request))


def _looked(request: Request, matched: "re.Match[str]", _: Sequence[str]) -> Reply | None:
    # « Qui a ouvert ? » may be about the door, where nothing is shared.
    if _NAMED.search(matched[0]) is None and not shares(request):
        return None
    return leave_to(request, Errand(LOOK, str(request.event_id)))


def _opened(request: Request, matched: "re.Match[str]", words: Sequence[str]) -> Reply | None:
    """Show how often the links to a file were opened; that none leads to it where there is none."""
    said = next(filter(None, matched.groups()))
    before = len(matched[0][: matched.start(matched.lastgroup or 0)].split())
    files = meant.if_known(request, words[before : before + len(said.split())])
    if isinstance(files, Reply) or not files:
        return files if isinstance(files, Reply) else None
    known, paths = library(request), {file.path for file in files}
    leading = [
        share.link_id
        for share in shares(request)
        if any((file := known.get(id_of(share.room_id, event))) and file.path in paths for event in share.files)
    ]
    return FINDER.told(request, leading) if leading else ask(request, saying.leads_nowhere(request, files))


def _lasts(request: Request, matched: "re.Match[str]", words: Sequence[str]) -> Reply | None:
    if shares(request) and re.search(r"\ble lien\b", matched[0]):
        return _looked(request, matched, words)
    return ask(request, saying.how_long(request))


def _locked(request: Request, _: "re.Match[str]", __: Sequence[str]) -> Reply | None:
    """Offer another password; where no link is open, it is that of something else."""
    share = only(request)
    if share is None:
        return ask(request, asking.which_link(request, len(shares(request)))) if shares(request) else None
    if not request.private and request.alone_in is None:
        return ask(request, saying.nowhere(request))
    paths = [file.path for event in share.files if (file := library(request).get(id_of(share.room_id, event)))]
    return ask(request, asking.other_password(request, share, paths))


def _told(request: Request, _: "re.Match[str]", __: Sequence[str]) -> Reply | None:
    """Say where the password, or the address, of a link was given."""
    return ask(request, saying.password_of(request, only(request))) if shares(request) else None


def _addressed(request: Request, _: "re.Match[str]", __: Sequence[str]) -> Reply | None:
    return ask(request, saying.address_stays(request)) if shares(request) else None


def _sent(request: Request, matched: "re.Match[str]", words: Sequence[str]) -> Reply | None:
    """Say that whoever is here reads the file; to others, ask about a link: « envoie le devis au couvreur »."""
    files = meant.if_known(request, matched["file"].split())
    if isinstance(files, Reply) or len(files) != 1:
        return files if isinstance(files, Reply) else None
    before = len(matched[0][: matched.start("person")].split())
    said = words[before : before + len(matched["person"].split())]
    here = whom(said, request) or person(request, said[1:])
    if here is not None:
        return ask(request, saying.is_here(request, here))
    return ask(request, asking.link_instead(request, files[0], ()) if request.own else saying.guests(request))


def _off(request: Request, _: "re.Match[str]", __: Sequence[str]) -> Reply | None:
    """Ask whether the link is to be closed that was not named: « désactive-le »."""
    share = only(request)
    return None if share is None else ask(request, asking.close_it(request, share))


_FORMS: Final[tuple[Form, ...]] = (
    (_CLOSE, _NAMED, _closed),
    (_CLOSE_ALL, ALWAYS, _all_closed),
    (_REOPEN, _NAMED, _reopened),
    (_LOOK, _NAMED, _looked),
    (_OPENED, ALWAYS, _opened),
    (_DEFAULT, _NAMED, _lasts),
    (_PASSWORD, _LOCKED, _locked),
    (_LOST, _LOCKED, _locked),
    (_TELL, _LOCKED, _told),
    (_SEND, ALWAYS, _sent),
    (_ADDRESS, _NAMED, _addressed),
    (_OFF, _NAMED, _off),
    *TERMS,
)
plainly: Final = partial(of_one, kind=KIND, forms=_FORMS)
"""Return what comes of words that speak of a link, or of what can only be one; None where they do not."""
