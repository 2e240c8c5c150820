"""« Invite le dgs et moi »: people by what they are called, as mentions (pure)."""

import re
from typing import Final

from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import unaccented
from bots.assistant.words.enumeration import between, parts
from bots.assistant.words.names.people import anybody, is_mention, name_of, somebody

_INVITES: Final = re.compile(
    r"(?:(?:finalement|et|aussi|en fait|du coup|plutot)[ ,]+)*(?:ajoute|ajouter|ajoutez|rajoute|invite|inviter|invitez"
    r"|convie|convoque|avec|retire|retirer|retirez|enleve|enlever|enlevez|desinvite|sans)[ -](?:aussi |egalement )?"
    r"(?P<people>.+?)(?: aussi| egalement)?(?:,? (?:c'est|car|parce|puisque|comme) .+)?[ .!]*"
)
AND: Final = between(marks=(",", r"\s(?=@)"))
"""What stands between the people of a list."""
_MOST: Final = 10
_MOST_WORDS: Final = 4


def mentioning(request: Request, spoken: str) -> str:
    """Return *spoken* with everybody whom « invite le dgs et moi » names as a mention; as it is where one is nobody."""
    found = _INVITES.fullmatch(unaccented(spoken))
    if found is None:
        return spoken
    start, end = found.span("people")
    names = parts(AND, spoken[start:end])
    if not 0 < len(names) <= _MOST or all(map(is_mention, names)):
        return spoken
    called = [mentioned(request, name) if len(name.split()) <= _MOST_WORDS else None for name in names]
    if None in called:
        return spoken
    return f"{spoken[:start].replace('aussi ', '')}{' et '.join(filter(None, called))}"


def mentioned(request: Request, name: str, *, is_asked: bool = False) -> str | None:
    """Return the mention of whom *name* calls; None where that is nobody here.

    *is_asked*: it is asked whether they are meant, so that « le maire » may be another town's.
    """
    if is_mention(name):
        return name
    person = (anybody if is_asked else somebody)(name.split(), request)
    return None if person is None else name_of(person, request).plain
