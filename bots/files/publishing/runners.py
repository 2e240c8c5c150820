"""Who does each errand about links."""

from collections.abc import Mapping

from bots.assistant.talk.later.runner import Runner
from bots.files.publishing.counter import Counter
from bots.files.publishing.locking import LOCKED, Locking
from bots.files.publishing.publishing import PasswordTeller, Publishing
from bots.files.publishing.tending import Changing, LinkCloser, Looking
from bots.files.sharing import errands


def runners(counter: Counter) -> Mapping[str, Runner]:
    """Return what does each errand, over *counter*."""
    return {
        errands.PUBLISH: Publishing(counter),
        errands.TELL: PasswordTeller(counter),
        errands.END: LinkCloser(counter),
        errands.CHANGE: Changing(counter),
        # Nothing leaves it any more; what an older version left on the disk is done until 0.2.0, then this row goes.
        errands.MORE: Changing(counter),
        errands.LOOK: Looking(counter),
        LOCKED: Locking(),
    }
