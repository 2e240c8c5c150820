"""The kinds of objects that events are made of, and the bounds of what people read of them."""

from datetime import datetime
from typing import Final

KIND: Final = "event"
"""An event, or a whole series of them: what one UID is."""
CHANGE: Final = "event.change"
"""One occurrence of a series that is not as the others, or from which on they are otherwise."""
ANSWER: Final = "event.answer"
"""What somebody who is invited says: that they come, perhaps, or not."""
ONCE: Final = "event.answer.once"
"""What somebody says of one time of a series alone. A kind of its own: older assistants would read it as of all."""

WITHDRAWN: Final = "withdrawn"
"""What stands in place of a status where what made the event was taken back: it never was."""

UPDATED: Final = "updated"
"""When an event was last changed, by a file or here, in ms since the epoch: what is older changes nothing."""

MAX_PLACE: Final = 200
MAX_DESCRIPTION: Final = 4_000
"""Characters."""
MAX_ADDRESS: Final = 1_000
MAX_INVITED: Final = 50
MAX_LINES: Final = 400
"""Content lines of one sort that an event carries: 200 people, as many exceptions."""
MAX_ALARMS: Final = 10

Span = tuple[datetime, datetime]
"""From when to when, in UTC."""
