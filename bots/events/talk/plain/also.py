"""What is said of an event without a noun: « ajoute aussi le maire », « qui n'a pas répondu pour jeudi ? » (pure)."""

import re
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Final

from bots.assistant.talk.markup import NOTHING
from bots.assistant.talk.needing import rooms_alone
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold, has_words
from bots.assistant.words.commands.command import Command
from bots.events.kept.kinds import KIND
from bots.events.talk.kind import EVENT
from bots.events.talk.plain import naming
from bots.events.words.plain.guests import mentioning
from bots.items.board import Board
from bots.items.kind import Item

_JOIN: Final = ("ajoute", "ajouter", "ajoutez", "rajoute", "rajouter", "invite", "inviter", "invitez", "add")
_ALSO: Final = frozenset({"aussi", "egalement", "also", "too"})
_WHY: Final = re.compile(r",? (?:c'est|car|parce|puisque|comme) .+", re.IGNORECASE)
_MOST: Final = 7
_MOST_HELD: Final = 1_000
_OTHERS: Final = ("task", "objective", "poll")
_FIELDS: Final = ("when", "title", "status", "location", "rule")
_ANSWERED: Final = ("qui n'a pas répondu", "qui n'a pas encore répondu", "qui a répondu", "qui a déjà répondu")


def commands() -> Iterator[Command]:
    """Yield what invites one person more to the event that was made last, and what asks who has answered to one."""
    yield Command(
        name="event.invite.also",
        topic=KIND,
        short=_JOIN,
        banged=_JOIN,
        handle=_invite,
        takes=_is_one_more,
        needs=rooms_alone,
    )
    for said in _ANSWERED:
        yield Command(
            name=f"event.who.{fold(said).replace(' ', '_')}",
            topic=KIND,
            short=(said,),
            banged=(said,),
            handle=partial(_who, said),
            takes=has_words,
            needs=rooms_alone,
            asks=True,
        )


def _latest(request: Request) -> Item | None:
    """Return the event that was made or changed last, and stands.

    None where something else was written since, or a room holds more than is looked through.
    """
    board = Board(EVENT, request.state)
    held = [*islice(board.in_use(), _MOST_HELD + 1)]
    if len(held) > _MOST_HELD:
        return None
    latest = max((item for item in held if item.open), key=lambda item: _written(request, KIND, item.id), default=None)
    return None if latest is None or _since(request, _written(request, KIND, latest.id)) else latest


def _since(request: Request, event: tuple[object, ...]) -> bool:
    """Tell whether something else than an event was written after *event* was, or may have been."""
    others = [(kind, found.id) for kind in _OTHERS for found in islice(request.state.all(kind), _MOST_HELD + 1)]
    return len(others) > _MOST_HELD or any(_written(request, kind, found) > event for kind, found in others)


def _written(request: Request, kind: str, object_id: str) -> tuple[object, ...]:
    found = request.state.get(kind, object_id)
    places = (found.changed(name) for name in _FIELDS) if found is not None else ()
    return max((place for place in places if place is not None), default=())


def _is_one_more(words: Sequence[str]) -> bool:
    """Tell whether *words*, behind « ajoute », may be one person more: « aussi le maire, c'est une salle commune »."""
    said = _WHY.sub("", " ".join(words)).split()
    also = {fold(word).strip(",.!") for word in (*said[:1], *said[-1:])} & _ALSO
    return bool(also) and 1 < len(said) <= _MOST and not any(map(str.isdigit, "".join(said)))


def _invite(request: Request, words: Sequence[str]) -> Reply:
    """Ask whether who is named is invited to the event that was made last; nothing where that is nobody here."""
    bare = [word for word in _WHY.sub("", " ".join(words)).split() if fold(word).strip(",.!") not in _ALSO]
    spoken = mentioning(request, " ".join(["ajoute", *bare]))
    latest = _latest(request)
    if "@" not in spoken or latest is None:
        return Reply(NOTHING, nothing=True)
    found = naming.answer(request, [*spoken.split(), "à", *latest.title.split()])
    return found or Reply(NOTHING, nothing=True)


def _who(said: str, request: Request, words: Sequence[str]) -> Reply:
    """Say who has answered to the event that is named; nothing where none is."""
    return naming.answer(request, [*said.split(), *words]) or Reply(NOTHING, nothing=True)
