"""How what somebody does to an object by a reaction, or by answering its card, is told among other deeds (pure)."""

from bots.assistant.talk.markup import text
from bots.assistant.talk.reply import Brief, Sort
from bots.assistant.talk.request import Request
from bots.items.kind import Item
from bots.items.saying import echo
from bots.items.speech import Speech


def brief(request: Request, item: Item, *, moved: bool) -> Brief:
    """Return how to tell what was done to *item*: it has *moved* to where it stands, or was changed otherwise."""
    if moved:
        return Brief(_sort(request, item, item.status.told), item.label, text(item.title), item.title)
    phrases = item.kind.phrases
    sort = _sort(request, item, (phrases.changed_by, phrases.several_changed_by))
    return Brief(sort, item.label, echo.whole(request, item), item.title, apart=True)


def _sort(request: Request, item: Item, told: tuple[str, tuple[str, str]]) -> Sort:
    """Return *told* with the kind's noun in it: as it stands then, no catalogue has it, and it is said as it is."""
    speech, (one, several) = Speech(item.kind, request), told
    return Sort(speech.sentence(one), (speech.plural(several, 1), speech.plural(several, 2)))
