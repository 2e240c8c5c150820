"""Names in a sentence: around a title they leave it, inside they are read out (pure)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold
from bots.assistant.words.names import oneself
from bots.assistant.words.names.people import Nobody, Person, Several, called, find, is_mention
from config.identifiers import UserId

QUOTE: Final = r"«(?P<a>[^«»]*)»|“(?P<b>[^“”]*)”|\"(?P<c>[^\"]*)\""
_WHOLE = re.compile(rf"\s*(?:{QUOTE})\s*")
_BEFORE_A_NAME: Final = frozenset({"a", "pour", "par", "et", "for", "by", "to", "and", "&", "→", "->", "=>", "-", ","})
_BEFORE_A_TITLE: Final = frozenset({":", "-", "–", "—"})
_MOST_NAMES: Final = 5


@dataclass(frozen=True, slots=True)
class NamedPeople:
    """A sentence without the people around it, and who they are; *unclear* names fit nobody, or several."""

    text: str
    people: tuple[UserId, ...] = ()
    unclear: tuple[Several | Nobody, ...] = ()


def literal(text: str) -> str | None:
    """Return what stands between the quotes that are around all of *text*; None where there are none."""
    whole = _WHOLE.fullmatch(text)
    return None if whole is None else " ".join(next(part for part in whole.groups() if part is not None).split())


def named(text: str, request: Request, most: int) -> NamedPeople:
    """Take the names out of *text*; *most* and one more are looked up: that walks the members for each."""
    if literal(text) is not None:
        return NamedPeople(text)
    title = text.split()
    words = oneself.taken_out(title, [is_mention(word) for word in title], request.sender)
    people: dict[UserId, None] = {}
    unclear: list[Several | Nobody] = []
    kept: list[str | None] = []
    for word in words:
        if not is_mention(word) or len(people) + len(unclear) > most:
            kept.append(word)
            continue
        kept.append(None)
        match find(word, request):
            case Person(user):
                people[user] = None
            case missing:
                unclear.append(missing)
    return NamedPeople(_title(words, kept, request), tuple(people), tuple(unclear))


def read_out(text: str, request: Request) -> str:
    """Return *text* with the names of the first people in it (five at most) in place of their ids."""
    words = text.split()
    mentions = [at for at, word in enumerate(words) if is_mention(word)][:_MOST_NAMES]
    return " ".join(_read_out(word, request) if at in mentions else word for at, word in enumerate(words))


def _title(words: Sequence[str], kept: Sequence[str | None], request: Request) -> str:
    start, end = 0, len(kept)
    while start < end and (kept[start] is None or kept[start] in _BEFORE_A_TITLE):
        start += 1
    while end > start and kept[end - 1] is None:
        end -= 1
        while end > start and fold(kept[end - 1] or "") in _BEFORE_A_NAME:
            end -= 1
    inside = enumerate(kept[start:end], start)
    return " ".join(_read_out(words[at], request) if word is None else word for at, word in inside)


def _read_out(word: str, request: Request) -> str:
    found = find(word, request)
    return (called(found.user, request) or found.user.localpart) if isinstance(found, Person) else word
