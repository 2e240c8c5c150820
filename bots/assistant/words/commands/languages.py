"""In which language somebody has written a command: that of its verb, where it is not the room's (pure)."""

from collections.abc import Collection

from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold
from bots.when.values import Locale

_HEAD = 4
"""Words among which the verb, or the noun, of a command stands."""


def written_in(request: Request, french: Collection[str], english: Collection[str]) -> Locale:
    """Return the language of the first of *french* or *english* words that the request begins with; else the room's."""
    for word in request.text.split()[:_HEAD]:
        bare = fold(word).lstrip("!")
        if bare in french:
            return "fr"
        if bare in english:
            return "en"
    return request.language
