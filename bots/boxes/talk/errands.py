"""What is left to be done about boxes, by name (pure)."""

from typing import Final

OPEN: Final = "box.open"
LOOK: Final = "box.look"
CLOSE: Final = "box.close"
EXTEND: Final = "box.extend"
ADDRESS: Final = "box.address"
POST: Final = "deposit.post"
TELL: Final = "deposit.tell"
KNOW: Final = "box.know"
"""A box of ours that stands in a register is to stand in our table, too: that may be lost, or from a backup."""

WAITS: Final = "deposit.waits"
"""A room is to be told that deposits wait; not by the errand of one of them, which is still to say what that holds."""
HELD: Final = "deposit.held"
"""A room was told that deposits wait: it is not told again until one of them has come."""
HELD_KEY: Final = ""
"""They wait for the antivirus."""


def aside_key(deposit: str) -> str:
    """Return the key of :data:`HELD` where a deposit cannot be brought here, and what came after it goes before it."""
    return f"aside {deposit}"


def locked_key(box_id: str) -> str:
    """Return the key of :data:`HELD` where what is in a box waits for the keys that it was opened with."""
    # Of each box: what comes into another one does not show that its keys are back.
    return f"keys {box_id}"
