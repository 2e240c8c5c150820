"""Which other rooms may be weighed in an answer, and what of them may be said (pure; decision 038)."""

from collections.abc import Collection, Sequence
from typing import Final

from bots.assistant.talk.markup import Rich, fill, lines, room_link, text
from bots.assistant.talk.reply import Forward, Reply, ask
from bots.assistant.talk.request import Request, Word
from bots.assistant.talk.scene import Scene
from bots.assistant.words.lenient import line
from bots.register.replica.answering import responder
from config.identifiers import RoomId

_MOST_NAME: Final = 40
_FEWEST: Final = 3
_NOBODYS = frozenset({Word.CLEAR, Word.CHANGED})
"""Words behind which somebody else may stand: a server, or whoever has taken over an identity."""


def room_of(scene: Scene) -> Rich:
    """Return the room of *scene* as a link: behind what is told in another one."""
    return room_link(scene.room_id, line(scene.name, _MOST_NAME) or scene.texts.gettext("a room without a name"))


def readable(request: Request) -> list[Scene]:
    """Return the rooms of which may be told here: this one; alone with somebody, all of theirs that we are to speak of.

    Of several assistants in a private conversation one speaks of each room, as it would answer there.
    """
    here = request.scene(private=request.private)
    if not request.private:
        return [here]
    # The conversation is private: whoever else is in it is an assistant.
    assistants = sorted(user for user in request.members if user != request.sender)
    others = (scene for scene in request.visible if scene.room_id != request.room_id)
    return [
        here,
        *(scene for scene in others if responder(request.sender, assistants, scene.members) == request.served_by),
    ]


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


def is_there(words: Sequence[str], verbs: Collection[str]) -> bool:
    """Tell whether *words* are those of a candidate in another room: one of *verbs*, the room, the object, when."""
    return len(words) >= _FEWEST and words[0] in verbs and words[1][0] == "!"


def there(request: Request, words: Sequence[str]) -> Reply:
    """Do in another room what was answered about an object there; whoever asks must be in it.

    *words* are what is done, the room, the object, when: see :func:`is_there`.
    """
    verb, room, object_id, *when = words
    gettext = request.texts.gettext
    if not request.private or not any(scene.room_id == room for scene in request.visible):
        return ask(request, text(gettext("You are no longer in that room, so nothing was changed.")))
    name = next((line(scene.name, _MOST_NAME) for scene in request.visible if scene.room_id == room), "")
    forward = Forward(
        room_id=RoomId(room),
        sender=request.sender,
        card=object_id,
        text=" ".join((verb, *when)),
        label=fill(gettext("{room}: "), room=text(name or gettext("a room without a name"))),
        otherwise=text(gettext("There is nothing left to do about it: it is done already, or gone.")),
    )
    return Reply(lines(()), forward=(forward,))
