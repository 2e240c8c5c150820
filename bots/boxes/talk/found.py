"""How drop boxes are found by words of their titles, who opened them, and when they end: for the look-up (pure)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bots.assistant.talk.offers.finding import Finder, Found, Wanted
from bots.assistant.talk.request import Needs, Request
from bots.assistant.talk.scene import Scene
from bots.assistant.words.objects.ending import UNASKED, Ending, OpenUntil
from bots.boxes.talk import errands, saying
from bots.boxes.talk.box import KIND, NEEDS, Box, boxes
from bots.boxes.talk.saying import BoxStanding


@dataclass(frozen=True, slots=True)
class _Boxes(OpenUntil):
    """Finds the boxes of the room in which it is asked that are not closed, as their list tells of them."""

    def needs(self, _: Request) -> Needs:
        """The boxes."""
        return NEEDS

    def find(self, request: Request, scene: Scene, wanted: Wanted) -> Iterator[Found]:
        """Yield those that fit; one is over whose date has passed."""
        if scene.room_id == request.room_id:
            yield from self.fitting(request, wanted, [_ending(request, box) for box in boxes(request)])


FINDER: Final[Finder] = _Boxes(
    KIND,
    nouns=frozenset({"depot", "depots", "boite", "boites", "box", "boxes", "formulaire", "formulaires"}),
    asides=frozenset(
        {"ferme", "ferment", "fermera", "echeance", "echeances", "cloture", "limite", "fin", "expire", "expirent"}
        | {"drop", "close", "closes", "ouvrir", "actif", "actifs", "active", "actives", "end", "ends", "opened"}
    ),
    called=("boîtes de dépôt", "drop boxes"),
    icon="📥",
    look=errands.LOOK,
)


def _ending(request: Request, box: Box) -> Ending:
    standing = BoxStanding(box, UNASKED)
    return Ending(box.object_id, box.author, box.until, box.made.title, lambda _: saying.row(request, standing))
