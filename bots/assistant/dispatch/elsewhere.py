"""Which other rooms may be weighed in an answer, and what of them may be said (pure; decision 038)."""

from bots.assistant.talk.request import Request, Word
from bots.assistant.talk.scene import Scene

_NOBODYS = frozenset({Word.CLEAR, Word.CHANGED})
"""Words behind which somebody else may stand: a server, or whoever has taken over an identity."""


def weighs(request: Request) -> bool:
    """Tell whether anything of other rooms may be said in answer to *request*."""
    return request.private or request.word not in _NOBODYS


def others(request: Request) -> list[Scene]:
    """Return the other rooms whose events count in an answer here: whoever asks is in them, and reads them anyway.

    So nothing can be learnt by probing. Not the conversations of one person, unless we are alone with them now. None
    where the question came in the clear: in such a room our answer would be read by its servers.
    """
    if not weighs(request):
        return []
    found = (scene for scene in request.visible if scene.room_id != request.room_id)
    return [scene for scene in found if request.private or not scene.private]
