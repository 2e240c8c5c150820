"""Several wishes in one sentence: « je suis malade demain, peux-tu prévenir le DGS ? » is two messages in one (pure).

Where one of them is understood by itself and another is not, the other is asked about instead of standing in a title.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from bots.assistant.dispatch.commands.several import Part, together
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import lines_of, unaccented, words_of
from bots.assistant.words.commands.command import Call
from bots.assistant.words.commands.grammar import after_name, is_addressed, read
from bots.assistant.words.commands.vocabulary import Vocabulary
from bots.assistant.words.questions import ASKED_OF_US

_ASKING: Final = rf"(?:{ASKED_OF_US}|merci de(?! \S*avoir))"
_ORDER: Final = (
    rf"(?:{_ASKING}|(?:rappell?ez?|prevenez|previens|ajoutez?|creez?|notez?|invitez?|donnez?|montrez?|envoie|envoyez"
    r"|collez?|rangez?|classez?|inscris|inscrivez|annulez?|supprimez?|deplacez?|decalez?|reportez?|repoussez?"
    r"|partagez?|ouvrez?|fermez?|assignez?|confiez?|relancez?|attachez?|joins|joignez|mets|mettez|fais|faites|dis"
    r"|dites|remind|add|create|note|invite|cancel|move|tell)(?= |-moi))"
)
_BETWEEN: Final = re.compile(
    rf"(?:(?<=\w\w\w)\s?[.;?!]\s+|\s+\+\s+|,?\s+(?:puis|ensuite)\s+)(?:(?:et|puis|ensuite|aussi)\s+)*(?={_ORDER})|,\s+(?={_ASKING}\b)"
)
"""What parts two wishes for sure; « et » may as well stand in a title."""
_QUOTES: Final = '«»“”"'
_LONGEST: Final = 400
_MOST: Final = 4


def pieces(request: Request, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return the wishes that one line said to us is made of, each as it would be said alone; () where it is one.

    What was offered to choose is one, and so is what files a text as it stands, with all that follows.
    """
    words = words_of(request)
    if request.completed or request.card is not None or request.shown or not (request.direct or is_addressed(request)):
        return ()
    if len(lines_of(request, words)) != 1:
        return ()
    rest, _ = after_name(words, request)
    said = " ".join(words if rest is None else rest).lstrip("! ")
    plain = unaccented(said) if len(said) <= _LONGEST else ""
    found = [*_BETWEEN.finditer(plain)] if plain else []
    if not 0 < len(found) < _MOST or any(quote in said for quote in _QUOTES):
        return ()
    pieces, start = list[str](), 0
    for joint in found:
        piece = f"! {said[start : joint.start()].strip()}"
        if _is_whole(request, piece, vocabulary):
            break
        pieces.append(piece)
        start = joint.end()
    return (*pieces, f"! {said[start:].strip()}") if pieces else ()


def _is_whole(request: Request, text: str, vocabulary: Vocabulary) -> bool:
    match read(replace(request, text=text, formatted=None), vocabulary):
        case Call() as call:
            return call.whole
        case _:
            return False


def apart(request: Request, judge: Callable[[Request], Reply | None], vocabulary: Vocabulary) -> Reply | None:
    """Return one reply to all wishes of *request*; None where it is one, or none of them does anything by itself."""
    said = pieces(request, vocabulary)
    parts = [Part(text, _lines(said[:at]), _behind(said[at + 1 :])) for at, text in enumerate(said)]
    if len(parts) < 2:
        return None
    replies: list[Reply | None] = []

    def judged(part: Request) -> Reply | None:
        replies.append(judge(part))
        return replies[-1]

    merged = together(request, parts, judged)
    heard = [reply for reply in replies if reply is not None]
    # What only one message can hold, and what is only made where nobody knows better, stays with the whole.
    alone = any(reply.posted or reply.then or reply.attachment or reply.yields for reply in heard)
    if alone or len(heard) < len(said):
        return None
    calls = [isinstance(read(replace(request, text=text, formatted=None), vocabulary), Call) for text in said]
    # « Je suis malade, peux-tu prévenir le DGS ? »: what is asked of the first leaves the second to be said.
    asks = heard[0].question is not None and all(calls)
    return merged if calls[0] and (asks or _does(heard[0])) else None


def _lines(said: Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in said)


def _behind(said: Sequence[str]) -> str:
    return "".join(f"\n{line}" for line in said)


def _does(reply: Reply) -> bool:
    return bool(reply.changes or reply.errands or reply.forward) and reply.question is None
