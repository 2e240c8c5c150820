"""Sentences that are always the same, declared: what says one to whoever asks (pure)."""

from collections.abc import Callable

from bots.assistant.talk.markup import NOTHING, Rich, fill, text
from bots.assistant.talk.request import Request


def says(sentence: str) -> Callable[[Request], Rich]:
    """Return what says *sentence*, which is marked for translation, in the language of a request."""
    return lambda request: text(request.texts.gettext(sentence))


def says_length(sentence: str) -> Callable[[Request, int, int], Rich]:
    """Return the same for what is too long: ``{length}`` characters, where there may be ``{most}``."""
    return lambda request, length, most: fill(
        request.texts.gettext(sentence), length=text(str(length)), most=text(str(most))
    )


def says_most(sentence: str) -> Callable[[Request, int], Rich]:
    """Return the same for a sentence that names how many there may be: ``{most}``."""
    return lambda request, most: fill(request.texts.gettext(sentence), most=text(str(most)))


def and_more(request: Request, count: int) -> Rich:
    """Say that a list goes on for *count* more, if it does."""
    said = request.texts.ngettext("… and {count} more.", "… and {count} more.", count)
    return text(said.format(count=count)) if count > 0 else NOTHING
