"""``!agenda ajouter``: a new event, or the one of an edited command in its new words (pure)."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from bots.assistant.dispatch import deeds
from bots.assistant.dispatch.sentences import too_long
from bots.assistant.talk.errand import Errand
from bots.assistant.talk.later.runner import Offline, Payload
from bots.assistant.talk.markup import Rich
from bots.assistant.talk.question import Question
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.rights import Right
from bots.assistant.talk.scene import Scene
from bots.assistant.talk.wording import lines_of
from bots.assistant.words.commands.languages import written_in
from bots.assistant.words.names.whom import unclear
from bots.assistant.words.objects import aims
from bots.assistant.words.objects.numbered import AROUND_TITLE, MAX_TITLE, Numbered
from bots.calendar.event import Event, Extra
from bots.calendar.writing import rule_lines
from bots.events.kept.kinds import MAX_ADDRESS, MAX_DESCRIPTION, MAX_PLACE
from bots.events.kept.ringing import RUNG
from bots.events.talk import replies
from bots.events.talk.kind import EVENT
from bots.events.words.company import strangers
from bots.events.words.drafting import EventDraft, draft
from bots.events.words.hasty import early_in, more_in
from bots.events.words.places import is_room
from bots.events.words.times import Times
from bots.items.doing import adding, asking
from bots.items.doing.drafting import Draft as Wanted
from bots.register.format.canonical import Json
from bots.register.replica.state import State
from bots.when.moments import stamp
from bots.when.values import Locale

Handler = Callable[[Request, list[str]], Reply]
Fits = Callable[[Request, list[str]], bool]
KEEP: Final = "event.keep"
BUTTONS: Final = ("✅", "❔", "❌")
_MOST: Final = MAX_TITLE + AROUND_TITLE + MAX_PLACE + MAX_ADDRESS
_ENGLISH: Final = frozenset({"event", "events", "meeting", "appointment", "calendar", "add", "new", "find", "slot"})
_FRENCH: Final = frozenset(
    {"evenement", "evenements", "reunion", "rendez-vous", "rdv", "ajouter", "ajoute", "nouveau", "trouver"}
)
_ROOM = re.compile(
    r"[\s,;]*(?<!\w)(?:dans le salon|in the room)\s"
    r"(?:«\s?(?P<a>[^«»]{1,200}?)\s?»|“(?P<b>[^“”]{1,200})”|\"(?P<c>[^\"]{1,200})\")\s*$",
    re.IGNORECASE,
)
_AGENDA: Final = re.compile(
    r"[\s,;]*(?<!\w)(?:(?P<mine>(?:dans|à|a|sur) mon (?:agenda|calendrier)|(?:in|to) my (?:agenda|calendar))"
    r"|(?:dans|à|a|sur) (?:l['’]\s?|notre )agenda|dans le calendrier|(?:in|to) the (?:agenda|calendar))"
    r"(?:\s*[.!]?$|(?=\s+(?:entre nous|between us|dans le salon|in the room)\b))",
    re.IGNORECASE,
)
"""« … dans mon agenda », behind what is added."""
_HERE = re.compile(r"[\s,;]*(?<!\w)(?:entre nous|between us|ici seulement|only here)\s*$", re.IGNORECASE)


def language(request: Request) -> Locale:
    """Return the language in which a command is written; else the room's."""
    return written_in(request, _FRENCH, _ENGLISH)


def add(request: Request, rest: list[str], noun: str = "", *, mine: bool = False) -> Reply:
    """Add the event that *rest* describes; *noun*, what the command calls it, is the beginning of its title.

    *mine*: it is for one's own agenda: alone with us it stays between us, unless another room is named.
    """
    if not request.may(Right.ADD):
        return ask(request, asking.may_not(request))
    head, *below = lines_of(request, rest)
    spoken, own = _without_agenda(" ".join(head).lstrip(":– ").strip())
    if len(spoken) > _MOST:
        # Before a time is looked for in it: that takes time in proportion to its length.
        return ask(request, too_long(request, spoken, MAX_TITLE))
    spoken, place = _placed(request, spoken)
    if (mine or own) and isinstance(place, Question) and _ROOM.search(" ".join(head)) is None:
        place = None
    wanted = _called(draft(spoken, request, language(request)), noun)
    description = "\n".join(" ".join(line) for line in below).strip()
    questions = [*_questions(request, wanted, spoken)] or [*_too_long(request, wanted, description)]
    if isinstance(place, Rich | Question) and not questions:
        questions = [place]
    elif not questions:
        questions = [*_aimless(request, wanted, place.state if isinstance(place, Scene) else request.state)]
    if questions:
        return ask(request, *questions)
    if not isinstance(place, Scene):
        return made(request, wanted, description)
    payload: dict[str, Json] = {"text": "\n".join((spoken, description)), "noun": noun}
    errand = Errand(KEEP, str(request.event_id), payload, room_id=place.room_id)
    return Reply(replies.noted_elsewhere(request, place), errands=(errand,), inverse=request.inverse)


def for_agenda(words: Sequence[str]) -> bool:
    """Tell whether *words* end by saying that what they add is for the agenda, and are more than that."""
    said = " ".join(words)
    return len(said) <= _MOST and "" != _without_agenda(said)[0] != said


def _without_agenda(spoken: str) -> tuple[str, bool]:
    """Return *spoken* without « dans mon agenda » at its end, and whether it is one's own."""
    found = _AGENDA.search(spoken) if len(spoken) <= _MOST else None
    return (
        (spoken, False)
        if found is None
        else (spoken[: found.start()] + spoken[found.end() :], found["mine"] is not None)
    )


def _called(wanted: EventDraft, noun: str) -> EventDraft:
    if noun and not wanted.place and is_room(wanted.title):
        # « Conseil municipal salle du conseil le 14 à 20h »
        wanted = replace(wanted, title="", place=wanted.title)
    title = f"{noun} {wanted.title}".strip()
    return replace(wanted, title=title[:1].upper() + title[1:] if noun else title)


def _too_long(request: Request, wanted: EventDraft, description: str) -> Iterator[Rich]:
    for words, most in ((wanted.title, MAX_TITLE), (wanted.place, MAX_PLACE), (description, MAX_DESCRIPTION)):
        if len(words) > most:
            yield too_long(request, words, most)


def _aimless(request: Request, wanted: EventDraft, state: State) -> Iterator[Rich | Question]:
    """Ask about the objective that *wanted* names, where *state* has none of that number, or several."""
    found = None if wanted.objective is None else aims.objective(request, wanted.objective, state)
    if isinstance(found, Rich | Question):
        yield found


def _questions(request: Request, wanted: EventDraft, spoken: str = "") -> list[Rich | Question]:
    found: list[Rich | Question] = [unclear(request, missing) for missing in wanted.unclear]
    if wanted.doubt is not None:
        return [*found, wanted.doubt]
    if not wanted.title:
        return [*found, asking.which_title(EVENT, request)]
    if wanted.times is None:
        return [*found, replies.which_time(request)]
    if wanted.hourless:
        return [*found, replies.which_hour(request)]
    also, early = more_in(wanted.title), early_in(spoken, wanted.times)
    if also is not None and spoken:
        found.append(replies.one_thing(request, wanted.title[: also.start()], spoken[spoken.find(also[0]) :]))
    if early is not None and not found:
        found.append(replies.which_half(request, early))
    return found


def _placed(request: Request, text: str) -> tuple[str, Scene | Rich | Question | None]:
    """Return *text* without the room that it says, and that room; a question where that must be asked; None: here."""
    others = [scene for scene in request.visible if scene.room_id != request.room_id and not scene.private]
    named = _ROOM.search(text) if request.private else None
    if named is not None:
        name = next(part for part in named.group("a", "b", "c") if part is not None)
        found = [scene for scene in others if name in (scene.name, scene.room_id)]
        bare = text[: named.start()]
        return bare, found[0] if len(found) == 1 else replies.no_such_room(request, name)
    here = _HERE.search(text)
    if here is not None:
        return text[: here.start()], None
    return text, replies.which_room(request, others) if request.private and others and not request.inverse else None


def made(request: Request, wanted: EventDraft, description: str, index: int = 0) -> Reply:
    """Return what makes the event, the *index*-th of its cause, and says so; with buttons where others may come."""
    assert wanted.times is not None, "it has been asked"
    reply = adding.write(
        EVENT, request, Wanted(wanted.title, _values(request, wanted, wanted.times, description)), index
    )
    # What should have been said before it was made is not.
    rung = {RUNG: stamp(request.now)}
    changes = tuple(replace(change, set={**change.set, **rung}) for change in reply.changes)
    reply = replace(reply, changes=changes)
    if wanted.assumed is not None and wanted.times.start.clock is not None:
        reply = reply.above(replies.assumed(request, wanted.assumed, wanted.times.start.clock.hour))
    others = "" if request.private else strangers(wanted.title)
    reply = reply.above(replies.not_here(request, others)) if others else reply
    alone = request.private or len(request.members.keys() - request.partners) <= 2
    return reply if alone or request.edited else replace(reply, reactions=BUTTONS)


def _values(request: Request, wanted: EventDraft, times: Times, description: str) -> Mapping[str, Any]:
    aim = None if wanted.objective is None else aims.objective(request, wanted.objective)
    event = Event("", times.start, times.length, rules=times.rules, excluded=wanted.excluded)
    event = replace(event, extras=tuple(map(Extra, wanted.also)))
    found = {
        "when": times,
        "rule": tuple(rule_lines(event)) if event.repeats else None,
        "location": wanted.place,
        "call": wanted.link,
        "invited": wanted.people,
        "categories": wanted.labels,
        "alarms": wanted.alarms,
        "description": description,
        aims.OBJECTIVE: aim.id if isinstance(aim, Numbered) else None,
    }
    return {name: value for name, value in found.items() if value}


@dataclass(frozen=True, slots=True)
class EventAdder(Offline):
    """Adds in another room what somebody asked for in private (a ``Runner``)."""

    def finish(self, request: Request, payload: Payload, prepared: None) -> Reply | None:
        """Add it there, and say whose word it was."""
        spoken, _, description = str(payload["text"]).partition("\n")
        wanted = draft(spoken, request, request.language)
        wanted = _called(wanted, str(payload["noun"]))
        if _questions(request, wanted):
            return None
        reply = made(request, wanted, description)
        return replace(reply, text=deeds.named(request, reply))
