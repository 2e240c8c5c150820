"""Who may do what: the one table (DESIGN §4, "Rights").

The fold cannot check these, so they bind only the people whose own assistant reads this table.
"""

from collections.abc import Mapping
from enum import Enum, auto
from typing import Final


class Standing(Enum):
    """What somebody is to the assistant that answers."""

    MEMBER = auto()
    """A member of the room from our own server."""
    GUEST = auto()
    """A member whose server has no assistant: we answer in its place (``for``)."""


class Right(Enum):
    """Something that needs permission."""

    SEE = auto()
    ADD = auto()
    ASSIGN = auto()
    CLOSE = auto()
    CLOSE_OWN = auto()
    """Mark done what is assigned to oneself."""
    CHANGE = auto()
    COMMENT = auto()
    ERASE_OWN = auto()
    """Have erased for good what one has asked for oneself."""
    FOUND = auto()
    """Have rooms made, and people invited to them."""


RIGHTS: Final[Mapping[Standing, frozenset[Right]]] = {
    Standing.MEMBER: frozenset(Right),
    Standing.GUEST: frozenset({Right.SEE, Right.ADD, Right.CLOSE_OWN, Right.COMMENT, Right.ERASE_OWN}),
}


def standing(*, own: bool) -> Standing:
    """Return the standing of somebody who is (*own*) or is not from our own server."""
    return Standing.MEMBER if own else Standing.GUEST


def may(who: Standing, right: Right) -> bool:
    """Tell whether *who* has *right*."""
    return right in RIGHTS[who]


def may_close(who: Standing, *, assigned: bool) -> bool:
    """Tell whether *who* may mark a task done that is or is not *assigned* to them."""
    return may(who, Right.CLOSE) or (assigned and may(who, Right.CLOSE_OWN))
