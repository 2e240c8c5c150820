"""What is left to be done about links, by name (pure)."""

from typing import Final

PUBLISH: Final = "share.publish"
TELL: Final = "share.tell"
END: Final = "share.end"
MORE: Final = "share.more"
CHANGE: Final = "share.change"
LOOK: Final = "share.look"
