"""What is answered to a question that no command understands: what there is of what it asks after (pure).

It changes nothing, and tells of nothing but what whoever asks could list.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from bots.assistant.dispatch.commands.unclear import not_understood
from bots.assistant.dispatch.lookup import saying
from bots.assistant.dispatch.lookup.asking import Query, asked
from bots.assistant.dispatch.lookup.looking import Hit, Seen, look
from bots.assistant.dispatch.lookup.nouns import Nouns, topic
from bots.assistant.talk.markup import Rich, lines
from bots.assistant.talk.needing import rooms_alone, together
from bots.assistant.talk.offers.finding import Finder, WantedState
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import NOTHING, Needs, Request
from bots.assistant.talk.rights import Right
from bots.assistant.talk.scene import ELSEWHERE, NUMBERED, NUMBERED_FOR, Key, elsewhere
from bots.assistant.words.commands.grammar import UnclearMessage

_WHOLE: Final = 2
"""So many are told whole where it is asked who comes, or has something in hand."""


class Lookup:
    """Answers questions by what *finders* find; *cards* are the kinds of which one is told whole."""

    def __init__(self, finders: Iterable[Finder], cards: Iterable[str]) -> None:
        self._finders: Final = tuple(finders)
        self._by_kind: Final = {finder.kind: finder for finder in self._finders}
        self._nouns: Final = Nouns.of(self._finders)
        self._cards: Final = frozenset(cards)

    def needs(self, request: Request, words: Sequence[str]) -> Needs:
        """Return what :meth:`answer` must be given for *words*."""
        if not self._finders or self._asked(request, words) is None:
            return NOTHING
        return together([rooms_alone(request), *(finder.needs(request) for finder in self._finders)])

    def answer(self, request: Request, words: Sequence[str]) -> Reply | None:
        """Return what there is of what *words* ask after, or that there is nothing; None where they ask nothing."""
        question = self._asked(request, words)
        if question is None or not request.may(Right.SEE):
            return None
        if question.leans and request.among and len(request.shown) == 1:
            return self._leant_on(request)
        seen = look(request, question, self._finders)
        told = self._by_kind_itself(request, seen)
        if told is not None:
            return told
        about = None if seen.hits else topic(question.words)
        if about is not None:
            return replace(not_understood(request, UnclearMessage([*words]), about), nothing=True)
        if not seen.hits:
            none = saying.nothing(request, seen.asked, self._by_kind)
            return Reply(none, inverse=request.inverse, nothing=True, yields=True)
        return self._told(request, seen)

    def _by_kind_itself(self, request: Request, seen: Seen) -> Reply | None:
        """Return what a kind says itself of all that was found, or that it has none; None where that may not be all."""
        if not seen.surely or any(hit.room_id != request.room_id for hit in seen.hits):
            return None
        if not seen.hits and not (seen.asked.whatever and seen.asked.state is WantedState.OPEN):
            # Of a kind that there is none of it is said only to whoever asks after all that is open.
            return None
        kinds = {hit.found.key[0] for hit in seen.hits} or seen.asked.kinds
        ids = [hit.found.key[1] for hit in seen.hits]
        return self._by_kind[min(kinds)].told(request, ids) if len(kinds) == 1 else None

    def _asked(self, request: Request, words: Sequence[str]) -> Query | None:
        if request.private:
            # They are known by name, with whom whoever asks shares a room.
            known = {user: name for scene in request.visible for user, name in scene.members.items()}
            request = replace(request, members={**known, **request.members})
        question = asked(words, request, self._nouns)
        return None if question is None or question.empty else question

    def _leant_on(self, request: Request) -> Reply | None:
        """Return the one thing that was spoken of: how it stands is asked."""
        ((kind, object_id),) = request.shown
        finder = self._by_kind.get(kind)
        whole = None if finder is None else finder.whole(request, object_id)
        return None if whole is None else Reply(whole, shows=request.shown, inverse=request.inverse)

    def _told(self, request: Request, seen: Seen) -> Reply:
        shown = seen.hits[: saying.MOST]
        wholes = _WHOLE if seen.asked.who else 1
        whole = self._whole(request, seen.hits) if seen.surely and len(seen.hits) <= wholes else None
        # Whoever knows what is spoken of goes first, unless it is surely a question to which this is the answer.
        yields = not seen.surely or seen.asked.leans
        if whole is not None:
            return Reply(whole, shows=_keys(request, shown), inverse=request.inverse, yields=yields)
        numbers = request.private and len(shown) > 1 and all(hit.found.key[0] in self._cards for hit in shown)
        said = saying.found(request, seen, self._by_kind, numbered=numbers)
        keys = _numbered(request, shown) if numbers else _keys(request, shown)
        return Reply(said, shows=keys, inverse=request.inverse, yields=yields, lists=numbers)

    def _whole(self, request: Request, hits: Sequence[Hit]) -> Rich | None:
        """Return all that is known of *hits*; None where no more is known of one than its line says."""
        told = [hit.finder.whole(request, hit.found.key[1]) if hit.room_id == request.room_id else None for hit in hits]
        return lines(said for said in told if said is not None) if told and all(told) else None


def _keys(request: Request, hits: Sequence[Hit]) -> tuple[Key, ...]:
    return tuple(dict.fromkeys(_key(request, hit) for hit in hits))


def _key(request: Request, hit: Hit) -> Key:
    if hit.room_id == request.room_id:
        return hit.found.key
    return (ELSEWHERE, elsewhere(hit.room_id, hit.found.key[1]))


def _numbered(request: Request, hits: Sequence[Hit]) -> tuple[Key, ...]:
    buttons = ((NUMBERED, elsewhere(hit.room_id, hit.found.key[1])) for hit in hits)
    return ((NUMBERED_FOR, str(request.sender)), *buttons)
