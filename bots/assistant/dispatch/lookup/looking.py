"""What fits a question, whatever kind it is: of all finders, the best first (pure)."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final

from bots.assistant.dispatch.lookup.asking import Query
from bots.assistant.dispatch.reading.elsewhere import readable
from bots.assistant.talk.offers.finding import Finder, Found, Wanted, WantedState
from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import Scene
from config.identifiers import RoomId

_COMMON: Final = 3
"""A word that so many times as many things have as the rarest one does not find any."""


@dataclass(frozen=True, slots=True)
class Hit:
    """What was found, by which finder, in which room."""

    found: Found
    finder: Finder
    scene: Scene

    @property
    def room_id(self) -> RoomId:
        """The room in which it stands: what erases it there has our message go here, too."""
        return self.found.room_id or self.scene.room_id


@dataclass(frozen=True, slots=True)
class Seen:
    """What there is, the best first, of what was *asked*: perhaps with less than was asked (*loosely*)."""

    asked: Query
    hits: tuple[Hit, ...]
    loosely: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        """Those of the question that any of it has, as they were typed."""
        known = frozenset(chain.from_iterable(hit.found.hits for hit in self.hits))
        return tuple(self.asked.typed[word] for word in self.asked.words if word in known)

    @property
    def wholly(self) -> bool:
        """Whether it is all that was asked after."""
        return not self.loosely and len(self.words) == len(self.asked.words)

    @property
    def surely(self) -> bool:
        """Whether it is, and that was plain."""
        return self.asked.plainly and self.wholly


def look(request: Request, asked: Query, finders: Sequence[Finder]) -> Seen:
    """Return what fits *asked*: where nothing does, what fits less of it, as long as that still says something.

    A word that may be somebody is looked for as what it says first.
    """
    scenes = readable(request)
    seen = _look(request, asked, finders, scenes)
    if (seen.hits and seen.wholly) or asked.otherwise is None:
        return seen
    other = _look(request, asked.otherwise, finders, scenes)
    if seen.hits or other.hits:
        return other if (other.hits and other.wholly) or not seen.hits else seen
    # « dgs a des choses en retard ? »: nothing of theirs; « … sur la voirie ? »: nothing that speaks of it.
    whose = not other.asked.words and (other.asked.state is not WantedState.ANY or other.asked.span is not None)
    return other if whose else seen


def _look(request: Request, asked: Query, finders: Sequence[Finder], scenes: Sequence[Scene]) -> Seen:
    for loosely, wanted in enumerate(chain(_less(asked), _without_words(asked))):
        hits = [*_fitting(request, wanted, finders, scenes)]
        if hits:
            return Seen(wanted, tuple(_best(request, hits)), loosely=loosely > 0 and _differs(asked, wanted))
    return Seen(asked, ())


def _differs(asked: Query, wanted: Query) -> bool:
    """Tell whether more than the kind was left out: what a thing is called by may be the name of another kind."""
    return replace(asked, kinds=wanted.kinds) != wanted


def _less(asked: Query) -> Iterator[Query]:
    """Yield what is asked, and what is left of it when one thing after the other may have been meant otherwise."""
    yield asked
    if asked.nouns and asked.state is WantedState.ANY:
        yield replace(asked, words=tuple(asked.nouns), typed=asked.nouns, kinds=frozenset(), nouns={})
    if not asked.words:
        return
    for less in (
        {"kinds": frozenset[str]()},
        {"mine": False},
        {"state": WantedState.ANY},
        {"people": ()},
        {"span": None},
    ):
        then = replace(asked, **less)
        if then != asked:
            asked = then
            yield asked


def _without_words(asked: Query) -> Iterator[Query]:
    """Yield what is asked by its kind and somebody, or a time: « Paul a envoyé quoi comme fichiers ? »."""
    if asked.words and asked.kinds and (asked.people or asked.mine or asked.span is not None):
        yield replace(asked, words=(), typed={})


def _fitting(request: Request, asked: Query, finders: Sequence[Finder], scenes: Sequence[Scene]) -> Iterator[Hit]:
    people = frozenset((request.sender,) if asked.mine else asked.people)
    wanted = Wanted(asked.words, people, asked.span, asked.state)
    for finder in finders:
        if not asked.kinds or finder.kind in asked.kinds:
            for scene in scenes:
                yield from (Hit(found, finder, scene) for found in finder.find(request, scene, wanted))


def _best(request: Request, hits: Sequence[Hit]) -> list[Hit]:
    """Return those that have the most of the words, the rarest ones first; then what is still to come."""
    often = Counter(chain.from_iterable(hit.found.hits for hit in hits))
    most = max(len(hit.found.hits) for hit in hits)
    kept = [hit for hit in hits if len(hit.found.hits) == most]
    rarity = {hit.found.key: min((often[word] for word in hit.found.hits), default=0) for hit in kept}
    # « … pour le lampadaire, je lui dis quoi ? »: what every other thing is called says little.
    enough = _COMMON * min(rarity.values())
    kept = [hit for hit in kept if rarity[hit.found.key] <= enough]
    return sorted(kept, key=lambda hit: (*hit.found.rank(request.zone), hit.found.key))
