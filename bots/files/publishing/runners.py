"""Who does each errand about links."""

from collections.abc import Mapping

from bots.assistant.talk.later.runner import Runner
from bots.files.publishing.counter import Counter
from bots.files.publishing.locking import LOCKED, Locking
from bots.files.publishing.publishing import Publishing, Telling
from bots.files.publishing.tending import Adding, Ending, Looking
from bots.files.sharing import commands


def runners(counter: Counter) -> Mapping[str, Runner]:
    """Return what does each errand, over *counter*."""
    return {
        commands.PUBLISH: Publishing(counter),
        commands.TELL: Telling(counter),
        commands.END: Ending(counter),
        commands.MORE: Adding(counter),
        commands.LOOK: Looking(counter),
        LOCKED: Locking(),
    }
