"""What people do by a reaction, or by answering a card, is told in one notice of the room (pure).

The first deed of a minute makes the notice; whatever anybody does there in that minute is told by an edit of it, which
no client shows as a message and no server counts. Each of these events carries the operation of what it adds.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from bots.assistant.talk.gathering import makes
from bots.assistant.talk.markup import Rich, fill, join, lines, short, strong, text
from bots.assistant.talk.reply import Brief, Reply
from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import Key, made_by
from bots.assistant.words.names.people import name_of
from config.identifiers import EventId, RoomId, UserId
from config.texts import Texts

NOTICE_MS: Final = 60_000
"""How long deeds are added to a notice."""
MOST: Final = 40
"""Deeds in one notice."""
_WHOLE: Final = 8
"""So many deeds are told each with all that was changed; of more, several of a sort make one line."""
_TITLES: Final = 5
"""So many titles stand in one line."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One deed: by which event, written by which message, whose, and how it is told.

    Where there is no *brief*, *said* holds no title.
    """

    cause: EventId
    txn: str
    who: UserId
    person: Rich
    brief: Brief | None
    said: Rich
    shows: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class DeedNotice:
    """What is to be said: *text*, which shows these objects, by an edit of the message *edits* or (None) a new one."""

    text: Rich
    edits: str | None
    shows: tuple[Key, ...]


def joins(request: Request, reply: Reply, kinds: Collection[str]) -> bool:
    """Tell whether what *reply* does is told among other deeds; *kinds* are those of objects that have cards.

    Not what calls somebody, asks or refuses, makes a card, sends something, or was done for a guest: that is undone by
    redacting its message, when another assistant had been first. Nor in private, where nobody else is to be spared.
    """
    does = bool(reply.changes or reply.errands) and (reply.brief is not None or reply.plain)
    calls = reply.mentions or reply.reactions or reply.question is not None
    sends = reply.attachment is not None or reply.forward or reply.erases or reply.card is not None or reply.quiet
    shared = request.own and not request.private
    return does and shared and not calls and not sends and made_by(reply.changes, kinds) is None


def named(request: Request, reply: Reply) -> Rich:
    """Return what *reply* says in a message of its own, which answers nobody's words: with who did it."""
    return _said_by(request.texts, name_of(request.sender, request), reply.text)


def telling(texts: Texts, deeds: Sequence[Deed], *, titles: bool) -> Rich:
    """Tell *deeds*, those of one sort by one person in one line; *titles*: with what people wrote."""
    return lines(_line(texts, group, titles=titles) for group in _groups(deeds))


def _groups(deeds: Sequence[Deed]) -> Iterator[list[Deed]]:
    found: dict[object, list[Deed]] = {}
    for deed in deeds:
        brief = deed.brief
        alone = brief is None or (brief.apart and len(deeds) <= _WHOLE)
        found.setdefault(id(deed) if alone or brief is None else (brief.sort, deed.who), []).append(deed)
    yield from found.values()


def _line(texts: Texts, group: Sequence[Deed], *, titles: bool) -> Rich:
    # Done twice within the minute, it is still one thing that is done.
    named = {
        deed.brief.label if deed.brief.title else deed.cause: deed.brief for deed in group if deed.brief is not None
    }
    briefs = [*named.values()]
    if not briefs:
        return _said_by(texts, group[0].person, group[0].said)
    if len(briefs) > 1:
        return _several(texts, group[0].person, briefs, titles=titles and len(briefs) <= _TITLES)
    (brief,) = briefs
    said = fill(texts.gettext(brief.sort.one), number=strong(brief.label), person=group[0].person)
    if titles and brief.rest:
        return fill(texts.gettext("{deed}: {rest}"), deed=said, rest=brief.rest)
    return fill(texts.gettext("{deed} ({aside})"), deed=said, aside=brief.aside) if brief.aside else said


def _several(texts: Texts, person: Rich, briefs: Sequence[Brief], *, titles: bool) -> Rich:
    called = [
        join(" ", (strong(brief.label), text(short(brief.title)))) if titles and brief.title else strong(brief.label)
        for brief in briefs
    ]
    sentence = texts.ngettext(*briefs[0].sort.several, len(briefs))
    numbers = join(" · " if titles else ", ", {each.plain: each for each in called}.values())
    return fill(sentence, count=text(str(len(briefs))), person=person, numbers=numbers)


def _said_by(texts: Texts, person: Rich, deed: Rich) -> Rich:
    return fill(texts.gettext("{person}: {deed}"), person=person, deed=deed)


@dataclass(slots=True)
class _Notice:
    txn: str
    opened: int
    deeds: list[Deed] = field(default_factory=list)


@dataclass(slots=True)
class Notices:
    """The notice of each room in which deeds are told now. A crash forgets it: the next deed makes another one."""

    _open: dict[RoomId, _Notice] = field(default_factory=dict)
    _left: set[RoomId] = field(default_factory=set)
    """Rooms in which something else was said since their notice: nobody looks up there for what they have just said."""

    def add(self, done: Sequence[tuple[Request, Reply]], txn: str, now: int) -> DeedNotice:
        """Note what has been *done* in one room, to be told by the message *txn*; return what that says."""
        room_id, texts = done[0][0].room_id, done[0][0].texts
        notice = self._open.get(room_id)
        full = notice is not None and len(notice.deeds) + len(done) > MOST
        left = room_id in self._left and any(request.text for request, _ in done)
        if notice is None or full or left or now - notice.opened >= NOTICE_MS or notice.txn == txn:
            notice = self._open[room_id] = _Notice(txn, now)
            self._left.discard(room_id)
        revised = {request.event_id for request, _ in done if request.edited}
        # Of the same message, where a transaction that failed had told it before.
        notice.deeds = [deed for deed in notice.deeds if deed.cause not in revised and deed.txn != txn]
        fresh = [_deed(request, reply, txn) for request, reply in done]
        said = {_instead(deed) for deed in fresh} - {None}
        notice.deeds = [deed for deed in notice.deeds if _instead(deed) not in said] + fresh
        deeds = notice.deeds
        # An operation that makes something can never be written anew, so its event must hold nothing to be erased.
        titles = not any(makes(reply) for _, reply in done)
        shows = tuple(dict.fromkeys(key for deed in deeds for key in deed.shows))
        return DeedNotice(telling(texts, deeds, titles=titles), None if notice.txn == txn else notice.txn, shows)

    def leave(self, room_id: RoomId) -> None:
        """Note that something is said in a room: what is done by words from now on is told below it."""
        if room_id in self._open:
            self._left.add(room_id)

    def close(self, room_id: RoomId, txn: str | None = None) -> None:
        """Tell nothing more in a room's notice; with *txn*, only where that is its message."""
        notice = self._open.get(room_id)
        if notice is not None and txn in (None, notice.txn):
            del self._open[room_id]
            self._left.discard(room_id)

    def sweep(self, now: int) -> None:
        """Let go of notices that are over."""
        self._open = {room_id: each for room_id, each in self._open.items() if now - each.opened < NOTICE_MS}
        self._left &= self._open.keys()


def _instead(deed: Deed) -> tuple[UserId, str, str] | None:
    """Return what later deeds are told in place of this one, None for none."""
    brief = deed.brief
    return None if brief is None or not brief.instead else (deed.who, brief.label, brief.instead)


def _deed(request: Request, reply: Reply, txn: str) -> Deed:
    person = name_of(request.sender, request)
    return Deed(request.event_id, txn, request.sender, person, reply.brief, reply.text, reply.shows)
