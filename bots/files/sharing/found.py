"""How share links are found by words of their files' names, by author, and by when they end: for the look-up (pure)."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

from bots.assistant.talk.markup import Rich
from bots.assistant.talk.offers.finding import Finder, Found, Wanted
from bots.assistant.talk.request import Needs, Request
from bots.assistant.talk.scene import Scene
from bots.assistant.words.objects.ending import UNASKED, Ending, OpenUntil
from bots.files.library.entry import id_of
from bots.files.library.found import said_of
from bots.files.library.request import NAME as FILES
from bots.files.library.request import library
from bots.files.sharing import standing
from bots.files.sharing.errands import LOOK
from bots.files.sharing.share import KIND, NAME, Share, shares
from bots.files.sharing.standing import ShareState

_NEEDS: Final = Needs(kept=frozenset({FILES, NAME}))


@dataclass(frozen=True, slots=True)
class _Shares(OpenUntil):
    """Finds the links that are open to files of the room in which it is asked, as their list tells of them."""

    def needs(self, _: Request) -> Needs:
        """The links, and the names of what they lead to."""
        return _NEEDS

    def find(self, request: Request, scene: Scene, wanted: Wanted) -> Iterator[Found]:
        """Yield those that fit and are called a link: where they are not, their files are meant."""
        called = not wanted.words or self.nouns & {*wanted.words}
        if scene.room_id == request.room_id and called:
            yield from self.fitting(request, wanted, (_ending(request, share) for share in shares(request)))


FINDER: Final[Finder] = _Shares(
    KIND,
    nouns=frozenset({"lien", "liens", "partage", "partages", "link", "links", "share", "shares"}),
    asides=frozenset(
        {"expire", "expirent", "expirera", "ferme", "ferment", "fermera", "echeance", "echeances", "limite", "fin"}
        | {"valable", "valables", "valide", "valides", "actif", "actifs", "marche", "marchent", "public", "publics"}
        | {"partager", "externe", "externes", "ouvrir", "cree", "crees", "expires", "close", "closes"}
        | {"telecharge", "telecharges", "consulte", "consultes", "clique", "utilise", "utilises", "fonctionne"}
        | {"opened", "active", "valid", "downloaded", "used", "end", "ends"}
    ),
    called=("liens de partage", "share links"),
    icon="🔗",
    look=LOOK,
)


def _ending(request: Request, share: Share) -> Ending:
    """Return a link, by the names of its files as far as whoever asks may read them."""
    known = library(request)
    files = [known.get(id_of(share.room_id, event_id)) for event_id in share.files]
    said = " ".join(said_of(file) for file in files if file is not None)
    return Ending(share.link_id, share.author, share.until, said, partial(_line, request, share))


def _line(request: Request, share: Share, _: bool) -> Rich:
    return standing.row(request, ShareState(share, UNASKED))
