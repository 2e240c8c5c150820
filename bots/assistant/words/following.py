"""Whether what an upgraded room holds may come along: only where nobody new would read it (pure; DESIGN.md)."""

from collections.abc import Collection

from bots.assistant.talk.wording import fold
from bots.matrix.events import Powers, Room
from config.identifiers import UserId

_BRING = frozenset({"emporter", "emporte", "emportez", "carry over"})


def comes_along(old: Room, new: Room, there: Powers | None, here: Powers | None, served: Collection[UserId]) -> bool:
    """Tell whether the register of *old* may follow into *new*; *there* and *here* are what people may do in each.

    Whoever moved the room may have invited everybody before. Or nobody is in the new one who was not in the old one or
    invited to it, and nobody can bring such people who could not before. *served* are the listed assistants.
    """
    if there is None:
        return False
    if old.moved_by is not None and there.may_invite(old.moved_by):
        return True
    if here is None or strangers(old, new, served):
        return False
    people = new.joined - frozenset(served)
    return all(there.may_invite(each) for each in people if here.may_invite(each))


def strangers(old: Room, new: Room, served: Collection[UserId]) -> tuple[UserId, ...]:
    """Return who would read in *new* what was said in *old* and was neither there nor invited.

    An assistant is none where somebody of its homeserver was there: what they may read, it may.
    """
    known = _present(old)
    towns = {each.server for each in known}
    return tuple(each for each in sorted(_present(new) - known) if each not in served or each.server not in towns)


def is_brought(words: str) -> bool:
    """Tell whether *words* are those by which somebody lets a register come along."""
    return fold(" ".join(words.split()).strip("!.«»“” ")) in _BRING


def _present(room: Room) -> frozenset[UserId]:
    wanted = ("join", "invite", "knock")
    return frozenset(each for each, member in room.members.items() if member.membership in wanted)
