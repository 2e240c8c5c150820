"""What people can ask about calendars of others, as one table (pure)."""

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from bots.assistant.dispatch.capability import Capability
from bots.assistant.talk.errand import Errand
from bots.assistant.talk.later.runner import Runner
from bots.assistant.talk.markup import NOTHING, Rich
from bots.assistant.talk.needing import always
from bots.assistant.talk.reply import Reply, ask, leave_to
from bots.assistant.talk.request import Needs, Request
from bots.assistant.talk.rights import Right
from bots.assistant.talk.wording import fold
from bots.assistant.words.commands.command import Command
from bots.events.followed import saying
from bots.events.followed.address import BadAddress, read_address
from bots.events.followed.shown import NAME, followed
from bots.events.followed.source import DROPPED, KIND, MOST, FollowedCalendar, source_id, sources
from bots.events.kept.kinds import KIND as TOPIC
from bots.events.talk.commands import forms
from bots.items.doing import asking
from bots.register.format.canonical import Json
from bots.register.format.operation import Change
from config.texts import mark

FOLLOW: Final = "events.follow"
TELL: Final = "events.follow.tell"
_DAILY: Final = 30
_FOLLOW: Final = ("suivre", "suis", "s'abonner", "abonner", "follow", "subscribe")
_LIST: Final = ("suivis", "suivi", "abonnements", "followed", "subscriptions")
_DROP: Final = ("ne plus suivre", "ne suis plus", "désabonner", "unfollow", "unsubscribe", "stop following")
_VERBS: Final = (
    *("ajoute", "ajouter", "ajoutez", "importe", "importer", "connecte", "relie", "synchronise", "suis", "suivre"),
    *("add", "import", "follow", "subscribe to", "abonne-toi à", "abonnez-vous à"),
)
_PLAINLY: Final = (
    *(
        "abonne-toi",
        "abonnez-vous",
        "abonne-nous",
        "s'abonner",
        "abonner le salon",
        "abonne le salon",
        "suis",
        "suivre",
    ),
    *("synchronise", "subscribe to", "follow", "suis l'adresse"),
    *(f"{verb} {the}" for verb in _VERBS for the in ("l'agenda", "cet agenda", "le calendrier", "ce calendrier")),
    *(f"{verb} {the}" for verb in _VERBS for the in ("le flux", "the calendar", "this calendar")),
)
"""Before the address of a calendar."""
_ADDRESS: Final = re.compile(r"(?:https?|webcals?)://\S+", re.IGNORECASE)
_HOLIDAYS: Final = frozenset(map(fold, ("vacances", "congés", "fermetures", "holidays", "closures")))
_SMALL: Final = frozenset(
    map(fold, ("à", "de", "du", "des", "l'agenda", "the", "les", "comme", "as", "to", "le", "cet", "ce", "l'adresse"))
) | {"adresse", "address", "agenda", "calendrier", "flux", "calendar"}


def following(runners: Mapping[str, Runner], *, plain: bool = False) -> Capability:
    """Return what can be asked about calendars of others; *plain*: http too, where all is on one machine."""
    return Capability(
        kinds=frozenset({KIND}),
        commands=_commands(plain=plain),
        undone=_undone,
        errands=runners,
        daily={FOLLOW: _DAILY},
        instant=frozenset({TELL}),
        unattended=frozenset({TELL}),
    )


def follow(request: Request, rest: list[str], *, plain: bool) -> Reply:
    """Answer ``!agenda suivre https://… [vacances]``: whoever reads the address says what came of it."""
    if not request.may(Right.ADD):
        return ask(request, asking.may_not(request))
    words = [word for word in rest if fold(word) not in _SMALL]
    holidays = [word for word in words if fold(word.strip(",;")) in _HOLIDAYS]
    addresses = [word for word in words if word not in holidays]
    if len(addresses) != 1:
        return ask(request, saying.how(request))
    try:
        address = read_address(addresses[0], plain=plain)
    except BadAddress as exc:
        return ask(request, saying.bad_address(request, exc.why))
    known = sources(request.state)
    if any(source.address == address for source in known):
        return ask(request, saying.followed_already(request))
    if len(known) >= MOST:
        return ask(request, saying.too_many(request, MOST))
    errand = Errand(FOLLOW, str(request.event_id), {"address": address, "holidays": bool(holidays)})
    return leave_to(request, errand)


def names_an_address(words: Sequence[str]) -> bool:
    """Tell whether *words* are one address, and nothing that is not said beside it."""
    others = [word for word in words if not _ADDRESS.fullmatch(word.strip("<>,;."))]
    return len(others) == len(words) - 1 and all(fold(word.strip(",;")) in _SMALL | _HOLIDAYS for word in others)


def followed_by(request: Request, address: str, name: str, *, holidays: bool) -> tuple[Change, Change]:
    """Return what follows *address* from now on, and what takes that back."""
    key = source_id(request.room_id, address)
    written: dict[str, Json] = {"address": address, "name": name, "holidays": holidays, "status": "followed"}
    change = Change(KIND, key, set=written, first={"creator": str(request.sender)})
    return change, Change(KIND, key, set={"status": DROPPED})


def show(request: Request, _: list[str]) -> Reply:
    """Answer ``!agenda suivis``."""
    readings = followed(request).of(request.room_id)
    shows = tuple((KIND, reading.source.id) for reading in readings)
    return Reply(saying.listed(request, readings), shows=shows, lists=bool(shows), inverse=request.inverse)


def drop(request: Request, rest: list[str]) -> Reply:
    """Answer ``!agenda ne plus suivre 1``: by its number in the list, its address or its name."""
    if not request.may(Right.CHANGE):
        return ask(request, asking.may_not(request))
    known = sources(request.state)
    found = _meant(known, rest)
    if found is None:
        return ask(request, saying.which(request, known))
    change = Change(KIND, found.id, set={"status": DROPPED})
    inverse = Change(KIND, found.id, set={"status": "followed"})
    return Reply(saying.dropped(request, found), changes=(change,), inverse=(inverse,))


def _meant(known: Sequence[FollowedCalendar], rest: Sequence[str]) -> FollowedCalendar | None:
    said = " ".join(rest).strip().strip("<>")
    if said.isdecimal() and len(said) < 4:
        return known[int(said) - 1] if 0 < int(said) <= len(known) else None
    if not said:
        return known[0] if len(known) == 1 else None
    found = [source for source in known if said == source.address or fold(said) in fold(source.name)]
    return found[0] if len(found) == 1 else None


def _undone(request: Request, changes: tuple[Change, ...]) -> Rich:
    found = [change for change in changes if change.kind == KIND]
    if not found:
        return NOTHING
    return saying.taken_back(request, followed_again=found[0].set.get("status") != DROPPED)


def _commands(*, plain: bool) -> tuple[Command, ...]:
    return (
        Command(
            name="event.follow",
            topic=TOPIC,
            forms=forms(_FOLLOW),
            handle=partial(follow, plain=plain),
            usage=mark("!agenda follow https://ecole.example/agenda.ics holidays"),
            about=mark("shows another calendar's dates here too; “!agenda followed” lists, “unfollow 1” ends it"),
        ),
        Command(
            name="event.follow.said",
            topic=TOPIC,
            short=_PLAINLY,
            banged=_PLAINLY,
            handle=partial(follow, plain=plain),
            takes=names_an_address,
        ),
        Command(
            name="event.followed",
            topic=TOPIC,
            forms=forms(_LIST),
            handle=show,
            alone=True,
            needs=always(Needs(kept=frozenset({NAME}))),
        ),
        Command(
            name="event.unfollow",
            topic=TOPIC,
            forms=forms(_DROP),
            short=("ne plus suivre", "unfollow", "stop following"),
            banged=("ne plus suivre", "unfollow"),
            handle=drop,
        ),
    )
