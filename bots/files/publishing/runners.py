"""Who does each errand about links."""

from collections.abc import Mapping

from bots.assistant.talk.later.runner import Runner
from bots.files.publishing.counter import Counter
from bots.files.publishing.locking import LOCKED, Locking
from bots.files.publishing.publishing import Publishing, Telling
from bots.files.publishing.tending import Adding, Changing, Ending, Looking
from bots.files.sharing import errands


def runners(counter: Counter) -> Mapping[str, Runner]:
    """Return what does each errand, over *counter*."""
    return {
        errands.PUBLISH: Publishing(counter),
        errands.TELL: Telling(counter),
        errands.END: Ending(counter),
        errands.MORE: Adding(counter),
        errands.CHANGE: Changing(counter),
        errands.LOOK: Looking(counter),
        LOCKED: Locking(),
    }
