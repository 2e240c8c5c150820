"""A name that fits nobody in the room, or several, as a question (pure)."""

from collections.abc import Iterable, Iterator
from typing import Final

from bots.assistant.talk.markup import NOTHING, Rich, code, fill, lines, short, text
from bots.assistant.talk.question import Candidate, Instead, Question, Slot, Takes
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold
from bots.assistant.words.commands.suggestion import near
from bots.assistant.words.names.people import Nobody, Several, name_of, names_of
from config.identifiers import UserId

_AROUND: Final = ".,;:!?()«»\"'"
_MOST: Final = 9
"""People who are offered: more than anybody wants to read."""


def unclear(request: Request, found: Several | Nobody, more: Rich = NOTHING, *, only_looks: bool = False) -> Question:
    """Ask whom a name means; the answer stands in its place.

    *more* is said of those who are not here. *only_looks*: nothing would have been changed anyway.
    """
    gettext = request.texts.gettext
    typed, instead = code(short(found.typed)), Instead((found.typed,))
    slot = Slot(Takes.PERSON, instead)
    if isinstance(found, Several):
        several = fill(gettext("{typed} may be several people here: who is meant?"), typed=typed)
        return Question(several, tuple(_candidates(request, found.users, instead)), slot)
    none = gettext("Nobody in this room is called {typed}. Nothing is changed yet.")
    nobody = fill(gettext("Nobody in this room is called {typed}.") if only_looks else none, typed=typed)
    alike = [*_alike(request, found.typed)]
    if alike:
        return Question(lines((nobody, more)), tuple(_candidates(request, alike, instead)), slot)
    # Assistants are called alike everywhere, and do nothing that people could be given.
    here = [each for each in request.members if each.localpart != request.served_by.localpart]
    present = fill(gettext("Here are: {people}. Who is meant?"), people=names_of(sorted(here), request, _MOST))
    return Question(lines((nobody, more, present)), slot=slot)


def nobody(request: Request, typed: str) -> Rich:
    """Say that nobody here is called so, where no answer can be given: in a sheet. Looks at nobody else's name."""
    return fill(
        request.texts.gettext("Nobody in this room is called {typed}."), typed=code(short(" ".join(typed.split())))
    )


def _candidates(request: Request, users: Iterable[UserId], instead: Instead) -> Iterator[Candidate]:
    offered = [*users][:_MOST]
    towns = [each.server.split(".")[0] for each in offered]
    names = [fold(request.members.get(each) or each.localpart) for each in offered]
    for user, town, name in zip(offered, towns, names, strict=True):
        own = [user, f"@{user.localpart}:{town}"]
        own += [town, f"{user.localpart} {town}"] if towns.count(town) == 1 else []
        own += [name] if names.count(name) == 1 else []
        localparts = [each.localpart for each in offered]
        own += [user.localpart, f"@{user.localpart}"] if localparts.count(user.localpart) == 1 else []
        yield Candidate(_told_apart(user, names.count(name) > 1, request), user, instead, words=tuple(own))


def _told_apart(user: UserId, alike: bool, request: Request) -> Rich:
    """Return *user* as a pill; beside their server where it is that which tells them from others of their name."""
    pill = name_of(user, request)
    return fill("{person} ({town})", person=pill, town=text(str(user.server))) if alike else pill


def _alike(request: Request, typed: str) -> Iterator[UserId]:
    """Yield those whose name, or a part of it, may have been meant by *typed*."""
    meant = fold(typed.lstrip("@").partition(":")[0])
    for user, shown in request.members.items():
        names = {fold(user.localpart), *tokens(shown or "")}
        if user.localpart != request.served_by.localpart and any(near(meant, each) is not None for each in names):
            yield user


def tokens(shown: str) -> frozenset[str]:
    """Return what people type of a display name, after ``@``: ``eric`` and ``dgs`` of « Éric Le Goff (DGS) »."""
    words = (fold(each).strip(_AROUND) for each in shown.split())
    return frozenset(bare for each in words for bare in (each, each.replace("-", "")) if len(bare) > 1)
