"""From the words after ``!tâche ajouter`` to a title and to people."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bots.assistant.people import Nobody, Person, Several, find, is_mention, name_of
from bots.assistant.request import Request
from bots.assistant.wording import fold
from config.identifiers import UserId

MOST_ASSIGNEES: Final = 20

_BEFORE_A_NAME: Final = frozenset({"a", "pour", "et", "for", "to", "and", "&", "→", "->", "=>", "-", ","})
_STOPS: Final = (":", ".", ",", ";")
_QUOTES: Final = (("«", "»"), ("“", "”"), ('"', '"'))


@dataclass(frozen=True, slots=True)
class Draft:
    """A task that somebody wants; *unclear* are the names that fit nobody, or several."""

    title: str
    assignees: tuple[UserId, ...] = ()
    unclear: tuple[Several | Nobody, ...] = ()


def draft(words: Sequence[str], request: Request) -> Draft:
    """Return the task in *words*. Names around the title leave it; one inside is read out: ``appeler DGS demain``."""
    held = list(words)
    people: dict[UserId, None] = {}
    unclear: list[Several | Nobody] = []
    spoken: list[str | None] = []
    for word in held:
        # Looking up a name walks the members: a message of a thousand names must not cost a thousand walks.
        if not is_mention(word) or spoken.count(None) == MOST_ASSIGNEES:
            spoken.append(word)
            continue
        match find(word, request):
            case Person(user):
                if user != request.served_by:
                    people[user] = None
                spoken.append(None)
            case missing:
                unclear.append(missing)
                spoken.append(None)
    title = _title(held, spoken, request)
    return Draft(title, tuple(people), tuple(unclear))


def _title(words: list[str], spoken: list[str | None], request: Request) -> str:
    start, end = 0, len(spoken)
    while start < end and (spoken[start] is None or spoken[start] in (":", "-", "–", "—")):
        start += 1
    if None in spoken and (spoken[-1] or "x") in _STOPS:
        end -= 1
    while end > start and spoken[end - 1] is None:
        end -= 1
        while end > start and fold(spoken[end - 1] or "") in _BEFORE_A_NAME:
            end -= 1
    inside = [
        each if each is not None else _read_out(words[start + at], request) for at, each in enumerate(spoken[start:end])
    ]
    return _unquoted(" ".join(inside))


def _read_out(word: str, request: Request) -> str:
    found = find(word, request)
    if not isinstance(found, Person):
        return word
    return request.members.get(found.user) or name_of(found.user, request).plain


def _unquoted(title: str) -> str:
    for left, right in _QUOTES:
        if (
            len(title) > 2
            and title[0] == left
            and title[-1] == right
            and title.count(left) + title.count(right) == 2 * (1 + (left == right))
        ):
            return title[1:-1].strip()
    return title
