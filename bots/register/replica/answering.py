"""Which assistant answers whom, so that everybody in a room gets exactly one answer (DESIGN §4)."""

from collections.abc import Collection, Sequence

from config.identifiers import UserId


def responder(
    person: UserId, assistants: Sequence[UserId], joined: Collection[UserId], mentioned: Collection[UserId] = ()
) -> UserId | None:
    """Return the assistant that answers *person*, or None when the room has none.

    *assistants* are those of the member list, in its order. One that is mentioned wins; else the person's own
    homeserver's; else the first that is in the room.
    """
    present = [each for each in assistants if each in joined]
    named = [each for each in present if each in mentioned]
    if len(named) == 1:
        return named[0]
    own = [each for each in present if each.server == person.server]
    return next(iter(own or present), None)


def speaker(author: UserId, assistants: Sequence[UserId], joined: Collection[UserId], turn: int = 0) -> UserId | None:
    """Return the assistant that says what nobody asked for about one of *author*'s operations.

    What was asked for *turn* times in vain, another one says: the author first, then the others in their order.
    """
    present = [each for each in assistants if each in joined]
    present.sort(key=lambda each: each != author)
    return present[turn % len(present)] if present else None
