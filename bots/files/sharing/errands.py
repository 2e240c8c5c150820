"""What is left to be done about links, by name (pure)."""

from typing import Final

PUBLISH: Final = "share.publish"
TELL: Final = "share.tell"
END: Final = "share.end"
CHANGE: Final = "share.change"
MORE: Final = "share.more"
"""One download more, as an older version left it: a change without an end. Goes with 0.2.0."""
LOOK: Final = "share.look"
