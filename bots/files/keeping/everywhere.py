"""Brings what somebody, alone with us, may see of the files of all rooms that they share with us (shell)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Final

from bots.assistant.store.watch import Watch
from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import Scene
from bots.database.engine import Transaction
from bots.files.keeping.keeper import FileKeeper
from bots.files.library.library import Library
from bots.files.library.naming import compared
from bots.files.library.request import EVERYWHERE, Shelved
from bots.files.library.shelf import Shelf

_MOST_ROOMS: Final = 20
"""Of so many rooms the homeserver is asked since when somebody reads along: those of most words."""
_MOST_WORDS: Final = 12
_WORD: Final = re.compile(r"[\w#-]{2,60}")


@dataclass(frozen=True, slots=True)
class Everywhere(Watch):
    """Implements ``Keeper`` by what *files* keeps of each room: it holds nothing itself."""

    name: ClassVar[str] = EVERYWHERE
    files: FileKeeper

    async def bring(self, request: Request, transaction: Transaction) -> tuple[Shelved, ...]:
        """Return the libraries in which a word of *request* is found, as its sender may see them; alone with us only.

        It wants ``Request.rooms``.
        """
        if not request.private:
            return ()
        words = [compared(word) for word in _WORD.findall(request.text)][:_MOST_WORDS]
        found: list[tuple[int, Scene]] = []
        for scene in request.visible:
            if scene.room_id == request.room_id:
                continue
            shelf = await self.files.shelf(transaction, scene.room_id, scene.state)
            hits = _hits(shelf, words)
            found += [(hits, scene)] if hits else []
        found.sort(key=lambda each: -each[0])
        return tuple([await self._shelved(request, scene, transaction) for _, scene in found[:_MOST_ROOMS]])

    async def _shelved(self, request: Request, scene: Scene, transaction: Transaction) -> Shelved:
        there = replace(request, room_id=scene.room_id, state=scene.state)
        return Shelved(scene, await self.files.bring(there, transaction))


def _hits(shelf: Shelf, words: Sequence[str]) -> int:
    """Return how many of *words* are found there at all, whoever may see them: nothing of it is told."""
    if not len(shelf):
        return 0
    library = Library(shelf)
    return sum(1 for word in words if library.find([word]))
