"""How far an objective is, said to people (pure)."""

from typing import Final

from bots.assistant.talk.markup import Rich, fill, join, strong, text
from bots.assistant.talk.offers.census import Tally
from config.texts import Texts

_CELLS: Final = 5


def bar(tally: Tally) -> str:
    """Return how far it is in blocks; the last one is full only when all is done."""
    full = _CELLS * tally.percent // 100
    return "▰" * full + "▱" * (_CELLS - full)


def progress(texts: Texts, tally: Tally) -> Rich:
    """Return ``▰▰▱▱▱ 40 % (2/5 tâches, 1 en retard)``."""
    if not tally.total:
        return text(texts.gettext("no task yet"))
    counted = texts.ngettext("{done}/{total} task", "{done}/{total} tasks", tally.total)
    said = [fill(counted, done=text(str(tally.done)), total=text(str(tally.total)))]
    if tally.late:
        said.append(fill(texts.gettext("{count} late"), count=strong(str(tally.late))))
    share = fill(texts.gettext("{percent}%"), percent=text(str(tally.percent)))
    return join(" ", (text(bar(tally)), share, text("·"), join(", ", said)))
