"""Whom somebody's message asks to do something, and what: « @dgs tu peux rappeler le notaire, stp ? » (pure)."""

from collections.abc import Sequence
from typing import Final

from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold
from bots.assistant.words.commands.courtesy import asked, without_closing
from bots.assistant.words.names.people import Person, find, is_mention
from config.identifiers import UserId

_AND: Final = frozenset({"et", "and", "&", ",", ":"})
_MOST: Final = 60
"""Words that are looked at: whoever is asked stands before what they are asked."""
_MOST_NAME: Final = 8


def asked_of(line: str, request: Request) -> tuple[tuple[UserId, ...], str]:
    """Return whom *line*, the first of a message, names before what it asks of them, and that, as it was typed."""
    words = line.split()
    if len(words) > _MOST:
        return (), line
    people, rest = _named(words, request)
    wanted = [*asked(without_closing(rest))]
    said = " ".join(wanted).strip(" ,:;")
    # What is no request (« @dgs est en congés ») is kept whole.
    return (people, said) if said and wanted != rest else ((), line)


def _named(words: Sequence[str], request: Request) -> tuple[tuple[UserId, ...], list[str]]:
    people, at = list[UserId](), 0
    while at < len(words):
        taken = _person(words[at:], request)
        if taken is None:
            if not people or fold(words[at]) not in _AND:
                break
            at += 1
            continue
        person, length = taken
        people.append(person)
        at += length
    return tuple(dict.fromkeys(people)), [*words[at:]]


def _person(words: Sequence[str], request: Request) -> tuple[UserId, int] | None:
    """Return who is named at the head of *words*: ``@dgs``, or a display name with a sign behind it, as clients do."""
    if is_mention(words[0]):
        found = find(words[0], request)
        return (found.user, 1) if isinstance(found, Person) else None
    for length in range(min(_MOST_NAME, len(words)), 0, -1):
        if words[length - 1][-1] not in ",:" and words[length : length + 1] not in ([":"], [","]):
            continue
        name = fold(" ".join(words[:length]).rstrip(" ,:"))
        called = [user for user, shown in request.members.items() if shown and fold(shown) == name]
        if len(called) == 1 and called[0] not in (request.served_by, *request.partners):
            return called[0], length
    return None
