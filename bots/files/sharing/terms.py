"""What is said of how long a link stays open, and how often it is downloaded: « une semaine de plus » (pure)."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

from bots.assistant.talk.errand import Errand
from bots.assistant.talk.reply import Reply, ask, leave_to
from bots.assistant.talk.request import Request
from bots.assistant.words.amounts import DAYS, amount
from bots.assistant.words.unnamed import FURTHER, KEPT, PROLONGED, SPAN, UNTIL, Form, of_one, unnamed
from bots.files.sharing import asking, saying
from bots.files.sharing.errands import CHANGE
from bots.files.sharing.share import KIND, Share, shares
from bots.files.sharing.wish import LONGEST, MOST_DOWNLOADS
from bots.register.format.canonical import Json
from bots.when.finding import find
from bots.when.values import When

_ONES: Final = frozenset({"un", "une", "one", "a"})
_NAMED: Final = re.compile(r"\b(?:liens?|links?)\b")
_LIMITED: Final = re.compile(r"\b(?:telechargements?|downloads?)\b")
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
_OTHERWISE: Final = re.compile(
    r"(?:c'est )?trop (?:long|court)s?,? (?:plutot |mets |met )?(?P<span>\S+ \w+)(?: plutot)?"
)
"""Not so much longer, but so long: « trop court, 2 semaines »."""
_UNTIL: Final = re.compile(rf"(?:{_KEEP})?{UNTIL}")


def only(request: Request) -> Share | None:
    """Return the link that somebody means who names none: the one that is open here, or that is theirs."""
    known = shares(request)
    at = unnamed(request, [((KIND, share.link_id), share.author) for share in known])
    return None if at is None else known[at]


def prolonged(request: Request, rest: Sequence[str]) -> Reply:
    """Answer « prolonge le lien d'une semaine », and « … jusqu'au 22 décembre »."""
    reply = of_one(request, ["prolonge", "le", "lien", *rest], KIND, _ENDS)
    return reply or ask(request, asking.which_link(request, len(shares(request))))


def may(request: Request, share: Share) -> Reply | None:
    """Return the refusal of whoever may not change *share*."""
    return None if share.author == request.sender or request.own else ask(request, saying.guests(request))


def _which(request: Request) -> Reply | None:
    """Ask which link is meant of several; None where none is open."""
    known = shares(request)
    return ask(request, asking.which_link(request, len(known))) if known else None


def _limited(request: Request, matched: "re.Match[str]", _: Sequence[str]) -> Reply | None:
    share, count = only(request), _number(matched["count"] or matched["most"])
    if share is None or not count:
        return _which(request) if count else None
    return _changed(request, share, share.until, count)


def _more(request: Request, matched: "re.Match[str]", _: Sequence[str]) -> Reply | None:
    share, count = only(request), _number(matched["count"] or matched["plus"])
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
        return ask(request, asking.of_link(request))
    return _changed(request, share, share.until, count)


def _longer(request: Request, matched: "re.Match[str]", _: Sequence[str]) -> Reply | None:
    lasts = _span(matched["span"])
    share = only(request)
    if share is None or lasts is None or not (matched["more"] or matched["link"]):
        return None
    until = share.until + int(lasts.total_seconds()) * 1000
    return _until(request, share, until, surely=bool(matched["link"]))


def _prolonged(request: Request, matched: "re.Match[str]", _: Sequence[str]) -> Reply | None:
    """Ask whether a link that was not named ends so much later: « rallonge de 4 jours »."""
    lasts, share = _span(matched["span"]), only(request)
    if share is None or lasts is None:
        return None
    return _until(request, share, share.until + int(lasts.total_seconds()) * 1000, surely=False)


def _otherwise(request: Request, matched: "re.Match[str]", _: Sequence[str]) -> Reply | None:
    """Ask whether the link ends so long from now: « trop court, 2 semaines »."""
    lasts, share = _span(matched["span"]), only(request)
    if share is None or lasts is None:
        return None
    return _until(request, share, int((request.now + lasts).timestamp()) * 1000, surely=False)


def _later(request: Request, matched: "re.Match[str]", _: Sequence[str]) -> Reply | None:
    share = only(request)
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


def _until(request: Request, share: Share, until: int, *, surely: bool) -> Reply:
    """Have a link end at *until* (ms); where it was not named, that is asked."""
    if until > (request.now + LONGEST).timestamp() * 1_000:
        return ask(request, saying.too_long(request, LONGEST.days))
    if surely or any(kind == KIND for kind, _ in request.shown):
        return _changed(request, share, until, share.downloads)
    return ask(request, asking.until_then(request, share, until))


def _changed(request: Request, share: Share, until: int, downloads: int | None) -> Reply:
    refusal = may(request, share)
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


_ENDS: Final[tuple[Form, ...]] = ((_LONGER, _NAMED, _longer), (_UNTIL, _NAMED, _later))
"""How much longer, or until when."""
TERMS: Final[tuple[Form, ...]] = (
    (_LIMIT, _LIMITED, _limited),
    (_MORE, _LIMITED, _more),
    (PROLONGED, _NAMED, _prolonged),
    (_OTHERWISE, _NAMED, _otherwise),
    *_ENDS,
)
