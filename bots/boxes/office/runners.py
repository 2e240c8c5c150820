"""Who does each errand about boxes and deposits."""

from collections.abc import Mapping

from bots.assistant.talk.later.runner import Runner
from bots.boxes.office.answering import AnswerTeller
from bots.boxes.office.counter import Counter
from bots.boxes.office.opening import BoxOpener
from bots.boxes.office.posting import Cautioning, Posting, Remembering
from bots.boxes.office.tending import Addressing, Closing, Extending, Knowing, Looking
from bots.boxes.talk import errands


def runners(counter: Counter) -> Mapping[str, Runner]:
    """Return what does each errand, over *counter*."""
    return {
        errands.OPEN: BoxOpener(counter),
        errands.LOOK: Looking(counter),
        errands.ADDRESS: Addressing(counter),
        errands.CLOSE: Closing(counter),
        errands.EXTEND: Extending(counter),
        errands.POST: Posting(counter),
        errands.WAITS: Cautioning(counter),
        errands.HELD: Remembering(),
        errands.TELL: AnswerTeller(counter),
        errands.KNOW: Knowing(counter),
    }
