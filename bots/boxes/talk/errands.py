"""What is left to be done about boxes, by name (pure)."""

from typing import Final

OPEN: Final = "box.open"
LOOK: Final = "box.look"
CLOSE: Final = "box.close"
EXTEND: Final = "box.extend"
POST: Final = "deposit.post"
TELL: Final = "deposit.tell"
KNOW: Final = "box.know"
"""A box of ours that stands in a register is to stand in our table, too: that may be lost, or from a backup."""

HELD: Final = "deposit.held"
"""A room was told that deposits wait: it is not told again until one has come."""
HELD_KEY: Final = ""
"""They wait for the antivirus."""
LOCKED_KEY: Final = "keys"
"""They wait for the keys that their box was opened with."""
