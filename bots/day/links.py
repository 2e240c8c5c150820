"""Accounts of one person that have confirmed each other: who said so, and what that opens (pure; see DESIGN.md)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid5

from bots.assistant.talk.scene import Scene
from bots.assistant.words.lenient import identifier
from bots.register.format.canonical import Json
from bots.register.format.operation import Change
from bots.register.replica.held import ids_of
from bots.register.replica.object import Object
from config.identifiers import UserId

KIND: Final = "day.link"
MOST: Final = 8
"""Accounts that one account may name; and people in a conversation in which somebody may have said so."""
_FIELDS: Final = ("of", "to", "at", "on", "whole")
_NAMES: Final = UUID("7b0a1c5e-4d0e-5c39-9a53-2f0a6c1f7a11")


@dataclass(frozen=True, slots=True)
class SamePersonClaim:
    """*of* has said, *at* (ms), that *to* is the same person, or (not *on*) that it is not any more.

    *whole*: *to* may also see what is *of*'s in rooms where nobody of *to*'s homeserver is.
    """

    of: UserId
    to: UserId
    at: int
    whole: bool = False
    on: bool = True


def link_id(me: UserId, of: UserId, to: UserId) -> str:
    """Return the id of the object in which the assistant *me* notes what *of* said of *to*."""
    return str(uuid5(_NAMES, f"{me} {of} {to}"))


def written(me: UserId, said: SamePersonClaim) -> Change:
    """Return what notes what was said."""
    fields: dict[str, Json] = {
        "of": str(said.of),
        "to": str(said.to),
        "at": said.at,
        "on": said.on,
        "whole": said.whole,
    }
    return Change(KIND, link_id(me, said.of, said.to), set=fields)


def said_in(scene: Scene, me: UserId) -> Iterator[SamePersonClaim]:
    """Yield what was said in a conversation to the assistant *me*; that somebody has left it ends what they said."""
    if len(scene.members) > MOST:
        return
    for link_id in sorted(ids_of(scene.state, KIND)):
        found = scene.state.get(KIND, link_id)
        said = None if found is None else _read(found, me)
        if said is not None and (said.of in scene.members or not said.on):
            yield said


def latest(rooms: Iterable[Scene], me: UserId) -> dict[tuple[UserId, UserId], SamePersonClaim]:
    """Return the last word of each account on each other one, wherever it was said to the assistant *me*."""
    found: dict[tuple[UserId, UserId], SamePersonClaim] = {}
    for words in (said for scene in rooms for said in said_in(scene, me)):
        held = found.get((words.of, words.to))
        # Of two at the same moment, the one that opens nothing.
        if held is None or (held.at, not held.on) < (words.at, not words.on):
            found[words.of, words.to] = words
    return found


def _read(found: Object, me: UserId) -> SamePersonClaim | None:
    # Whoever else may write in that room: only what we wrote ourselves did we hear from its person.
    if any((place := found.changed(name)) is None or place[1] != me for name in _FIELDS):
        return None
    of, to = (identifier(UserId.parse, found.value(name)) for name in ("of", "to"))
    at = found.value("at")
    if of is None or to is None or of == to or found.id != link_id(me, of, to) or not isinstance(at, int):
        return None
    return SamePersonClaim(of, to, at, whole=found.value("whole") is True, on=found.value("on") is True)


@dataclass(frozen=True, slots=True)
class Links:
    """Who is one person, as far as both accounts have said so to us."""

    confirmed: tuple[SamePersonClaim, ...]

    @classmethod
    def read(cls, rooms: Iterable[Scene], me: UserId) -> "Links":
        """Read them from all the conversations that the assistant *me* is in."""
        said = {key: each for key, each in latest(rooms, me).items() if each.on}
        return cls(tuple(each for (of, to), each in said.items() if (to, of) in said))

    def accounts(self, asker: UserId, scene: Scene) -> tuple[UserId, ...]:
        """Return the accounts of *asker* that count in a room, their own first: whose things they may see there.

        Another account counts where it is in the room, and *asker*'s homeserver is too; where that is not, only if the
        other account has said that it may. So whoever forges *asker*'s words reads nothing that its server has not.
        """
        own = (asker,) if asker in scene.members else ()
        present = {each.server for each in scene.members}
        others = [
            each.of
            for each in self.confirmed
            if each.to == asker and each.of in scene.members and (asker.server in present or each.whole)
        ]
        return (*own, *sorted(others))

    def others(self, asker: UserId) -> Sequence[UserId]:
        """Return the other accounts of *asker*."""
        return sorted(each.of for each in self.confirmed if each.to == asker)
