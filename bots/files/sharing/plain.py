"""What is said to us of a link and is no command: « ferme le lien », « il me demande une semaine de plus » (pure)."""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

from bots.assistant.talk.errand import Errand
from bots.assistant.talk.reply import Reply, ask, leave_to
from bots.assistant.talk.request import Needs, Request
from bots.assistant.words.amounts import DAYS, amount
from bots.assistant.words.asides import fitting
from bots.assistant.words.names.people import whom
from bots.assistant.words.unnamed import FURTHER, KEPT, SPAN, UNTIL, is_spoken_of, unnamed
from bots.files.library import meant
from bots.files.library.entry import id_of
from bots.files.library.orders import Order, Verb
from bots.files.library.request import library
from bots.files.plain.described import person
from bots.files.sharing import saying
from bots.files.sharing.errands import CHANGE, END, LOOK
from bots.files.sharing.share import KIND, NEEDS, Share, shares
from bots.files.sharing.wish import LONGEST, MOST_DOWNLOADS
from bots.register.format.canonical import Json
from bots.when.finding import find
from bots.when.values import When

_ONES: Final = frozenset({"un", "une", "one", "a"})
_LINK: Final = r"(?:le|la|ce|leur|son|mon|notre|l'acces au|the|this) (?:lien|partage|link)(?: de partage)?"
_OF: Final = r"(?: (?:de|du|des|vers|pour|a|au|d'|of|to|for) ?(?P<of>.+))?"
_OF_WHOM: Final = r"(?:(?:de|pour|vers|chez) (?:la |le |l'|les )?|du |des |d')"
_VERB: Final = (
    r"(?:ferm|coup|arret|desactiv|supprim|revoqu|annul)(?:e|er|es|ez)|clos|close|revoke|disable|stoppe|stopper"
)
_CLOSE: Final = re.compile(rf"(?:{_VERB}|defai[st]|defaire) {_LINK}{_OF}|(?:{_VERB}) celui {_OF_WHOM}(?P<whose>.+)")
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
    rf"|(?:{_VERB}) tous les (?:liens|partages)(?: de partage)?"
    r"|(?:(?:est-ce que )?(?:.{1,30}? )?l'a |(?:il|elle) a ete )(?:deja |bien )?(?:ouverte?|telechargee?|consultee?)"
    r"|(?:(?:est-ce que )?le )?lien (?:\S+ ){0,4}?(?:(?:est|marche|fonctionne) )?(?:encore |toujours )"
    r"(?:valable|valide|ouvert|actif|bon|en cours)"
)
_SPEAKS: Final = re.compile(r"\b(?:liens?|partages?|link)\b")
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
_DOWNLOADS: Final = r"(?:telechargements?|downloads?)"
_LIMIT: Final = re.compile(
    r"(?:limite[rz]?(?:[ -]le| le lien)? a |(?:pas|jamais) plus (?:de |d')|(?:au )?max(?:imum)? |au plus )"
    rf"(?P<count>\S+) {_DOWNLOADS}|(?P<most>\S+) {_DOWNLOADS} (?:max(?:imum)?|maxi|au plus)"
)
_MORE: Final = re.compile(
    r"(?:(?:re)?(?:donne|accorde|autorise|mets)|r?ajoute)[rsz]?(?:[ -](?:lui|leur|y|nous))? (?:aussi |encore )*"
    rf"(?P<count>\S+) (?:autres? )?{_DOWNLOADS}(?:{FURTHER}| au lien)?"
    rf"|(?:encore )?(?P<plus>\S+) {_DOWNLOADS}{FURTHER}"
)
_ADDS: Final = re.compile(r"re|r?ajoute|.*\b(?:encore|autres?|plus|supplementaires?)\b")
"""Without any of these so many are allowed in all: « autorise 3 téléchargements »."""
_KEEP: Final = rf"{KEPT}(?: ouvert)?(?P<link> (?:le lien|the link))?(?: ouvert| open)? "
_LONGER: Final = re.compile(
    rf"(?:{_KEEP}"
    r"|(?:ils?|elle|on) (?:me|nous|lui) (?:demande|demandent|faut) "
    rf"|(?:re)?(?:donne|ajoute)[rsz]?[ -](?:lui|leur) )?{SPAN}"
)
_PROLONGED: Final = re.compile(
    r"(?:prolonge|rallonge|extend)[rz]?(?:[ -](?:le|la|it))? (?:de |d'|by )?(?P<span>\S+ \w+)"
)
_OTHERWISE: Final = re.compile(
    r"(?:c'est )?trop (?:long|court)s?,? (?:plutot |mets |met )?(?P<span>\S+ \w+)(?: plutot)?"
)
"""Not so much longer, but so long: « trop court, 2 semaines »."""
_UNTIL: Final = re.compile(rf"(?:{_KEEP})?{UNTIL}")
_DEFAULT: Final = re.compile(
    r"(?:combien de temps|jusqu'a quand) (?:est-ce qu'?)?(?:dure|reste|est|tient|marche) ?(?:ouvert |valable |valide )?"
    r"(?:un|les|le) liens?\b.*"
    r"|(?:un lien|les liens)(?: de partage)? (?:dure|durent|reste|est|sont) .*(?:combien|jusqu'a quand).*"
)


def plainly(request: Request, words: Sequence[str]) -> Reply | None:
    """Return what comes of words that speak of a link, or of what can only be one; None where they do not."""
    found = fitting(words, _FORMS)
    return next((reply for matched, deed, said in found if (reply := deed(request, matched, said)) is not None), None)


def prolonged(request: Request, rest: Sequence[str]) -> Reply:
    """Answer « prolonge le lien d'une semaine », and « … jusqu'au 22 décembre »."""
    found = fitting(["prolonge", "le", "lien", *rest], ((_LONGER, _longer), (_UNTIL, _later)))
    reply = next((reply for matched, deed, said in found if (reply := deed(request, matched, said)) is not None), None)
    return reply or ask(request, saying.which_link(request, len(shares(request))))


def plain_needs(_: Request, words: Sequence[str]) -> Needs:
    """Return what :func:`plainly` must be given for *words*."""
    ours = next(fitting(words, _FORMS), None) is not None
    return Needs(rooms=True, last=True, kept=NEEDS.kept) if ours else Needs()


def _only(request: Request) -> Share | None:
    """Return the link that somebody means who names none: the one that is open here, or that is theirs."""
    known = shares(request)
    at = unnamed(request, [((KIND, share.link_id), share.author) for share in known])
    return None if at is None else known[at]


def _meant(request: Request, of: str | None) -> Share | Reply:
    """Return the link to the file that *of* names, or the only one; whom it is for is asked: nobody noted it."""
    known = shares(request)
    named = meant.named(request, (of,), ()) if of else None
    if isinstance(named, list):
        ids = {file.id for file in named}
        known = tuple(share for share in known if ids & {id_of(share.room_id, event) for event in share.files})
        return known[0] if len(known) == 1 else ask(request, saying.which_link(request, len(known)))
    only = _only(request)
    if only is None:
        return ask(request, saying.which_link(request, len(known)))
    return ask(request, saying.close_it(request, only)) if of else only


def _closed(request: Request, matched: "re.Match[str]", _: Sequence[str]) -> Reply | None:
    if matched["whose"] is not None and not shares(request):
        return None
    found = _meant(request, matched["of"] or matched["whose"])
    if isinstance(found, Reply):
        return found
    return _may(request, found) or leave_to(request, Errand(END, found.link_id, {"link": found.link_id}))


def _may(request: Request, share: Share) -> Reply | None:
    """Return the refusal of whoever may not change *share*."""
    return None if share.author == request.sender or request.own else ask(request, saying.guests(request))


def _reopened(request: Request, _: "re.Match[str]", __: Sequence[str]) -> Reply:
    return ask(request, saying.stays_closed(request))


def _looked(request: Request, matched: "re.Match[str]", _: Sequence[str]) -> Reply | None:
    # « Qui a ouvert ? » may be about the door, where nothing is shared.
    if _SPEAKS.search(matched[0]) is None and not (shares(request) and is_spoken_of(request, KIND)):
        return None
    return leave_to(request, Errand(LOOK, str(request.event_id)))


def _lasts(request: Request, matched: "re.Match[str]", words: Sequence[str]) -> Reply | None:
    if shares(request) and re.search(r"\ble lien\b", matched[0]):
        return _looked(request, matched, words)
    return ask(request, saying.how_long(request))


def _locked(request: Request, _: "re.Match[str]", __: Sequence[str]) -> Reply | None:
    share = _only(request)
    if share is None:
        return ask(request, saying.which_link(request, len(shares(request)))) if shares(request) else None
    if not request.private and not any(scene.private for scene in request.rooms):
        return ask(request, saying.nowhere(request))
    paths = [file.path for event in share.files if (file := library(request).get(id_of(share.room_id, event)))]
    return ask(request, saying.other_password(request, share, paths))


def _told(request: Request, _: "re.Match[str]", __: Sequence[str]) -> Reply | None:
    """Say where the password, or the address, of a link was given."""
    return ask(request, saying.password_of(request, _only(request))) if shares(request) else None


def _addressed(request: Request, _: "re.Match[str]", __: Sequence[str]) -> Reply | None:
    return ask(request, saying.address_stays(request)) if shares(request) else None


def _sent(request: Request, matched: "re.Match[str]", words: Sequence[str]) -> Reply | None:
    """Say that whoever is here reads the file; to others, ask about a link: « envoie le devis au couvreur »."""
    order = Order(Verb.SHOW, tuple(matched["file"].split()))
    files = meant.of_order(request, order, ()) if meant.is_known(request, order) else []
    if isinstance(files, Reply) or len(files) != 1:
        return files if isinstance(files, Reply) else None
    before = len(matched[0][: matched.start("person")].split())
    said = words[before : before + len(matched["person"].split())]
    here = whom(said, request) or person(request, said[1:])
    if here is not None:
        return ask(request, saying.is_here(request, here))
    return ask(request, saying.link_instead(request, files[0], ()) if request.own else saying.guests(request))


def _off(request: Request, _: "re.Match[str]", __: Sequence[str]) -> Reply | None:
    """Ask whether the link is to be closed that was not named: « désactive-le »."""
    share = _spoken_of(request, surely=False)
    return None if share is None else ask(request, saying.close_it(request, share))


def _which(request: Request) -> Reply | None:
    """Ask which link is meant of several; None where none is open."""
    known = shares(request)
    return ask(request, saying.which_link(request, len(known))) if known else None


def _limited(request: Request, matched: "re.Match[str]", _: Sequence[str]) -> Reply | None:
    share, count = _only(request), _number(matched["count"] or matched["most"])
    if share is None or not count:
        return _which(request) if count else None
    return _changed(request, share, share.until, count)


def _more(request: Request, matched: "re.Match[str]", _: Sequence[str]) -> Reply | None:
    share, count = _only(request), _number(matched["count"] or matched["plus"])
    if share is None or not count:
        return _which(request) if count else None
    if not _ADDS.match(matched[0]):
        return _allowed(request, matched[0], share, count)
    if share.downloads is None:
        return ask(request, saying.unlimited(request))
    return _changed(request, share, share.until, share.downloads + count)


def _allowed(request: Request, said: str, share: Share, count: int) -> Reply:
    """Have a link allow *count* downloads in all; « donne-lui un téléchargement » takes none away."""
    fewer = share.downloads is not None and count <= share.downloads
    if fewer and said.startswith(("donne", "accorde")):
        return ask(request, saying.of_link(request))
    return _changed(request, share, share.until, count)


def _longer(request: Request, matched: "re.Match[str]", _: Sequence[str]) -> Reply | None:
    lasts = _span(matched["span"])
    share = _spoken_of(request, surely=bool(matched["link"]))
    if share is None or lasts is None or not (matched["more"] or matched["link"]):
        return None
    until = share.until + int(lasts.total_seconds()) * 1000
    return _until(request, share, until, surely=bool(matched["link"]))


def _prolonged(request: Request, matched: "re.Match[str]", _: Sequence[str]) -> Reply | None:
    """Ask whether a link that was not named ends so much later: « rallonge de 4 jours »."""
    lasts, share = _span(matched["span"]), _spoken_of(request, surely=False)
    if share is None or lasts is None:
        return None
    return _until(request, share, share.until + int(lasts.total_seconds()) * 1000, surely=False)


def _otherwise(request: Request, matched: "re.Match[str]", _: Sequence[str]) -> Reply | None:
    """Ask whether the link ends so long from now: « trop court, 2 semaines »."""
    lasts, share = _span(matched["span"]), _spoken_of(request, surely=False)
    if share is None or lasts is None:
        return None
    return _until(request, share, int((request.now + lasts).timestamp()) * 1000, surely=False)


def _lost(request: Request, matched: "re.Match[str]", words: Sequence[str]) -> Reply | None:
    """Offer another password; where no link is open, it is that of something else."""
    return _locked(request, matched, words) if shares(request) else None


def _later(request: Request, matched: "re.Match[str]", _: Sequence[str]) -> Reply | None:
    share = _spoken_of(request, surely=bool(matched["link"]))
    if share is None:
        return None
    match find(matched["until"], request.here, request.zone, request.language):
        case When(value=datetime() as hour):
            end = hour
        case When(value=date() as day):
            end = datetime.combine(day, time.max, request.zone)
        case _:
            return None
    return _until(request, share, int(end.timestamp()) * 1000, surely=bool(matched["link"]))


def _spoken_of(request: Request, *, surely: bool) -> Share | None:
    """Return the link that a time alone may be about; None for who has just done something else."""
    return _only(request) if surely or is_spoken_of(request, KIND) else None


def _until(request: Request, share: Share, until: int, *, surely: bool) -> Reply:
    """Have a link end at *until* (ms); where it was not named, that is asked."""
    if until > (request.now + LONGEST).timestamp() * 1_000:
        return ask(request, saying.too_long(request, LONGEST.days))
    if surely or any(kind == KIND for kind, _ in request.shown):
        return _changed(request, share, until, share.downloads)
    return ask(request, saying.until_then(request, share, until))


def _changed(request: Request, share: Share, until: int, downloads: int | None) -> Reply:
    refusal = _may(request, share)
    if refusal is not None:
        return refusal
    count = None if downloads is None else min(downloads, MOST_DOWNLOADS)
    payload: dict[str, Json] = {"link": share.link_id, "until": until, "downloads": count}
    return leave_to(request, Errand(CHANGE, str(request.event_id), payload), weighs=True)


def _number(word: str | None) -> int:
    said = None if word is None else amount([word, ""], _ONES)
    return 0 if said is None or said.unit else said.count


def _span(words: str) -> timedelta | None:
    said = amount(words.split(), _ONES)
    return None if said is None else said.of(DAYS)


Deed = Callable[[Request, "re.Match[str]", Sequence[str]], Reply | None]
_FORMS: Final[tuple[tuple["re.Pattern[str]", Deed], ...]] = (
    (_CLOSE, _closed),
    (_REOPEN, _reopened),
    (_LOOK, _looked),
    (_DEFAULT, _lasts),
    (_PASSWORD, _locked),
    (_LOST, _lost),
    (_TELL, _told),
    (_SEND, _sent),
    (_ADDRESS, _addressed),
    (_OFF, _off),
    (_LIMIT, _limited),
    (_MORE, _more),
    (_LONGER, _longer),
    (_PROLONGED, _prolonged),
    (_OTHERWISE, _otherwise),
    (_UNTIL, _later),
)
