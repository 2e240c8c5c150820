"""``!agenda renommer 3 celle du 7 décembre en bilan``: one time of a series, or all from it on (pure)."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from bots.assistant.talk.markup import fill, short, strong, text
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import unaccented
from bots.assistant.words.commands.command import Command
from bots.assistant.words.lenient import line
from bots.calendar.format.values import Moment
from bots.events.kept.sitting import Sitting
from bots.events.talk.adding import language
from bots.events.talk.changing.moving import sitting_of
from bots.events.talk.deed import Deed
from bots.events.talk.facts import said as said_of
from bots.events.talk.kind import EVENT
from bots.events.words.scope import Scope, Which, scope_in
from bots.items.doing.changing import change
from bots.items.doing.work import Work
from bots.items.types.type import around
from bots.register.format.canonical import Json

_INTO: Final = re.compile(r"(?P<which>.{3,60}?)(?:\s*:\s+|\s+(?:en|to|as|into)\s+)(?P<title>\S.*)", re.IGNORECASE)
_MOST: Final = 500
_ONE: Final = r"(?:l'evenement|la reunion|le rendez-vous|le rdv|event|the event)(?: n°| numero)? "
_RENAMES: Final = re.compile(r"\b(?:renomm|rename)")
_SAID: Final = re.compile(
    rf"(?:(?:renomme[rz]?|rebaptise[rz]?|rename) {_ONE}|(?:le )?(?:titre|nom) (?:de |du ){_ONE})(?P<number>\d+)"
    r",?(?: (?:en|to|c'est|est|sera|devient)(?: juste| plutot| maintenant)*)?[ :]+(?P<title>\S.*)"
)


def some(command: Command) -> Command:
    """Return *command*, which gives an event another title, for one time of a series, too."""

    def handle(request: Request, rest: list[str]) -> Reply:
        rest = _without_into(request, rest)
        deed = Deed.on(request, rest)
        if isinstance(deed, Reply) or not deed.meeting.event.repeats:
            return command.handle(request, rest)
        found = _INTO.fullmatch(deed.text)
        scope = _scope(deed, found["which"]) if found is not None else None
        if found is None or scope is None or not _title(found["title"]):
            return command.handle(request, rest)
        if scope.which is Which.ALL:
            return command.handle(request, [*rest[: len(rest) - len(deed.words)], *found["title"].split()])
        return _renamed(deed, scope, _title(found["title"]))

    return replace(command, handle=handle)


def _without_into(request: Request, rest: list[str]) -> list[str]:
    """Return *rest* without the « en » of « renommer 1 en conseil »: behind « titre » it may begin one."""
    at = 1 if rest[:1] and rest[0].isdecimal() else 0
    if len(rest) < at + 2 or rest[at].lower() not in ("en", "to") or _RENAMES.search(unaccented(request.text)) is None:
        return rest
    return [*rest[:at], *rest[at + 1 :]]


def said(request: Request, spoken: str) -> Reply | None:
    """Give an event the title in « renomme l'événement 1 en … », « le titre de la réunion 1 c'est … »; else None."""
    found = _SAID.fullmatch(unaccented(spoken))
    title = "" if found is None else _title(spoken[slice(*found.span("title"))])
    if found is None or not title:
        return None
    work = Work.on(EVENT, request)
    item, _ = work.target([found["number"]])
    if item is not None:
        change(EVENT.title)(work, item, title.split())
    return work.reply()


def _scope(deed: Deed, words: str) -> Scope | None:
    """Return which times *words* say, where they say nothing else."""
    scope, left = scope_in(words, deed.request.here, language(deed.request))
    return None if around(left.split()) else scope


def _title(words: str) -> str:
    return line(words, _MOST).strip(' «»“”"')


def _renamed(deed: Deed, scope: Scope, title: str) -> Reply:
    request = deed.request
    chosen = sitting_of(deed, scope)
    if not isinstance(chosen, Sitting):
        return ask(request, chosen)
    recurrence = chosen.recurrence
    onwards: Mapping[str, Json] = {"onwards": True} if scope.which is Which.ONWARDS else {}
    deed.write_once(recurrence, {"title": title, **onwards, **_kept(deed, recurrence)})
    gettext = request.texts.gettext
    sentence = (
        gettext("✔ Event {number}, from {when} on: {title}")
        if onwards
        else gettext("✔ Event {number}, {when}: {title}")
    )
    number, when = strong(deed.meeting.label), text(said_of(request, chosen))
    return deed.reply(fill(sentence, number=number, when=when, title=text(short(title))))


def _kept(deed: Deed, recurrence: Moment) -> Mapping[str, Json]:
    """Return that a time which was cancelled stays so: another title brings nothing back."""
    cancelled = (change for change in deed.meeting.changes if change.recurrence == recurrence)
    return {"status": "cancelled"} if any(change.fields.get("status") == "cancelled" for change in cancelled) else {}
