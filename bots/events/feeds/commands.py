"""What people can ask about feeds, as one table (pure)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from bots.assistant.dispatch.capability import Capability
from bots.assistant.talk.errand import Errand
from bots.assistant.talk.later.runner import Runner
from bots.assistant.talk.markup import NOTHING
from bots.assistant.talk.reply import Reply, ask, leave_to
from bots.assistant.talk.request import NOTHING as NOTHING_NEEDED
from bots.assistant.talk.request import Needs, Request
from bots.assistant.talk.wording import fold
from bots.assistant.words.commands.command import Command
from bots.assistant.words.commands.courtesy import essence
from bots.assistant.words.objects.numbered import reference
from bots.events.feeds import saying
from bots.events.feeds.feed import KIND, NEEDS, Feed, feeds, needs
from bots.events.kept.kinds import KIND as TOPIC
from bots.events.talk.commands import forms
from bots.events.talk.kind import EVENT
from bots.items.capability import capability
from bots.register.format.canonical import Json
from config.texts import mark

MAKE: Final = "events.feed"
END: Final = "events.feed.end"
_DAILY: Final = 30
_LINK: Final = ("lien", "link", "adresse", "address")
_LINKS: Final = ("liens", "links", "adresses", "addresses")
_END: Final = (
    *("révoquer", "révoque", "lien révoquer", "révoquer lien", "révoquer le lien", "fermer le lien"),
    *("revoke", "link revoke", "revoke link", "revoke the link"),
)
_VERBS: Final = (
    *("fermer", "ferme", "fermez", "révoquer", "révoque", "révoquez", "supprimer", "supprime", "couper", "coupe"),
    *("désactiver", "désactive", "close", "revoke", "disable"),
)
_ADDRESSES: Final = tuple(
    f"{noun} {of}"
    for noun in ("le lien", "l'adresse", "mon lien", "les liens", "tous les liens", "mes liens")
    for of in ("de l'agenda", "d'agenda", "agenda", "vers l'agenda", "du calendrier", "de mon agenda", "occupé")
)
_IN_ENGLISH: Final = ("the calendar link", "my calendar link", "the link to the calendar", "the calendar address")
_END_PLAINLY: Final = tuple(f"{verb} {what}" for verb in _VERBS for what in (*_ADDRESSES, *_IN_ENGLISH))
_REVOKE: Final = frozenset(map(fold, _VERBS))
_IT: Final = frozenset(
    map(fold, ("le", "la", "lien", "adresse", "l'adresse", "ce", "cette", "the", "this", "link", "address"))
)
_MINE: Final = frozenset(map(fold, ("moi", "mien", "personnel", "personnelle", "perso", "me", "mine", "personal")))
_BUSY: Final = frozenset(map(fold, ("occupé", "occupée", "occupés", "occupation", "disponibilités", "busy", "free")))
_SMALL: Final = frozenset(map(fold, ("pour", "de", "du", "mon", "ma", "le", "for", "my", "the", "seulement", "only")))


@dataclass(frozen=True, slots=True)
class FeedWish:
    """Which feed somebody wants: their own across rooms, busy times only."""

    mine: bool = False
    busy: bool = False


def feeding(runners: Mapping[str, Runner]) -> Capability:
    """Return what can be asked about feeds; *runners* open and close them."""
    return Capability(
        kinds=frozenset({KIND}),
        commands=(_MAKE, _LIST, _CLOSE),
        undone=lambda _, __: NOTHING,
        errands=runners,
        answered=answered,
        called=called,
        needs=NEEDS,
        daily={MAKE: _DAILY},
    )


def wish(words: Sequence[str]) -> FeedWish | None:
    """Return what *words* want; None where they say something else."""
    found = FeedWish()
    for word in (fold(word.strip(",;:")) for word in words):
        if word in _MINE:
            found = FeedWish(mine=True, busy=found.busy)
        elif word in _BUSY:
            found = FeedWish(found.mine, busy=True)
        elif word not in _SMALL:
            return None
    return found


@cache
def _of_an_event() -> Command:
    """Return the command of the same words that gives an event its link: ``!agenda lien 3 https://…``."""
    return next(command for command in capability(EVENT).commands if "événement lien" in command.forms)


def _is_of_an_event(words: Sequence[str]) -> bool:
    return bool(words) and reference(words[0].rstrip(",;:")) is not None


def _needs(request: Request, words: list[str]) -> Needs:
    theirs = _of_an_event().needs
    if _is_of_an_event(words):
        return NOTHING_NEEDED if theirs is None else theirs(request, words)
    return NEEDS


def link(request: Request, rest: list[str]) -> Reply:
    """Answer ``!agenda lien``: the address itself is told where nobody else reads it."""
    return _of_an_event().handle(request, rest) if _is_of_an_event(rest) else _asked(request, rest)


def _asked(request: Request, rest: list[str]) -> Reply:
    wanted = wish(rest)
    if wanted is None:
        return ask(request, saying.how(request))
    if not request.own:
        return ask(request, saying.guests(request))
    place = None if request.private else request.alone_in
    if wanted.mine and not request.private:
        return ask(request, saying.only_alone(request))
    if not request.private and (place is None or request.doubted):
        return ask(request, saying.nowhere(request))
    payload: dict[str, Json] = {"of": str(request.room_id), "mine": request.private, "busy": wanted.busy}
    return leave_to(request, Errand(MAKE, str(request.event_id), payload, room_id=place), weighs=True)


def show(request: Request, _: list[str]) -> Reply:
    """Answer ``!agenda liens``: here all that lead to this room's agenda, alone one's own."""
    known = feeds(request)
    shows = tuple((KIND, feed.name) for feed in known)
    return Reply(saying.listed(request, known), shows=shows, lists=bool(shows), inverse=request.inverse)


def answered(request: Request) -> Reply | None:
    """What answers a message that holds an address: « révoquer »."""
    words = [fold(word).rstrip(".!") for word in essence(request.text.split())]
    means = bool(words) and words[0] in _REVOKE and _IT.issuperset(words[1:])
    return end(request, []) if means else None


def called(request: Request, _: Callable[[Sequence[str]], bool]) -> Reply | None:
    """What calls an address by its number in a list: « révoquer 1 »."""
    words = request.text.split()
    if len(words) == 2 and fold(words[0].lstrip("!")) in _REVOKE and words[1].isdecimal():
        return end(request, words[1:])
    return None


def end(request: Request, rest: list[str]) -> Reply:
    """Answer « révoquer »: one's own, the one that is answered, or by its number, or the only one."""
    found = _meant(request, rest)
    if found is None:
        return ask(request, saying.which(request, len(feeds(request))))
    if found.author != request.sender:
        return ask(request, saying.not_yours(request))
    return leave_to(request, Errand(END, found.name, {"name": found.name}))


def _meant(request: Request, rest: Sequence[str]) -> Feed | None:
    known = feeds(request)
    shown = [name for kind, name in request.shown if kind == KIND]
    if rest:
        at = int(rest[0]) - 1 if rest[0].isdecimal() and len(rest[0]) < 6 else -1
        listed = shown or [feed.name for feed in known]
        shown = listed[at : at + 1] if at >= 0 else []
    elif not shown:
        shown = [feed.name for feed in known if feed.author == request.sender]
    found = [feed for feed in known if feed.name in shown]
    return found[0] if len(found) == 1 else None


_MAKE: Final = Command(
    name="event.link",
    topic=TOPIC,
    # « événement lien 3 … » is an event's own.
    forms=tuple(form for form in forms(_LINK) if not form.startswith(("événement", "event"))),
    handle=link,
    usage=mark("!agenda link"),
    about=mark("an address for your calendar application; “busy”: no titles; alone with me: your whole agenda"),
    needs=_needs,
)
_LIST: Final = Command(
    name="event.links",
    topic=TOPIC,
    forms=forms(_LINKS),
    handle=show,
    usage=mark("!agenda links"),
    about=mark("who has such an address; “!agenda revoke 1” closes one"),
    alone=True,
    needs=needs,
)
_CLOSE: Final = Command(
    name="event.link.revoke",
    topic=TOPIC,
    forms=forms(_END),
    short=_END_PLAINLY,
    banged=_END_PLAINLY,
    handle=end,
    needs=needs,
)
