"""The sentences about linked accounts (pure), in the language of the assistant."""

from collections.abc import Sequence
from typing import Final

from bots.assistant.talk.markup import Rich, code, fill, join, lines, text
from bots.assistant.talk.question import Question, Slot, Takes, in_place_of
from bots.assistant.talk.request import Request
from bots.assistant.talk.sentence import says, says_most
from config.identifiers import UserId
from config.texts import mark


def linked(request: Request, other: UserId, *, whole: bool) -> Rich:
    """Say that two accounts have confirmed each other."""
    gettext = request.texts.gettext
    said = [fill(gettext("✔ Linked with {account}: your day holds what is assigned to either."), account=code(other))]
    said.append(_handed_over(request, other) if whole else _kept(request, other))
    return lines([*said, _ending(request, other)])


def half_linked(request: Request, other: UserId, *, whole: bool) -> Rich:
    """Say what is still missing for a link."""
    gettext = request.texts.gettext
    said = [
        fill(
            gettext("Noted, and nothing is shared yet. Now say the same to me from {account}: {words}"),
            account=code(other),
            words=code(gettext("link {account}").format(account=request.sender)),
        )
    ]
    if whole:
        said.append(_handed_over(request, other))
    return lines(said)


def _handed_over(request: Request, other: UserId) -> Rich:
    said = request.texts.gettext(
        "{account} will also see what is yours in rooms where nobody of {server} is: whoever runs {server} could too."
    )
    return fill(said, account=code(other), server=text(other.server))


def _kept(request: Request, other: UserId) -> Rich:
    gettext = request.texts.gettext
    said = gettext(
        "What is yours in rooms where nobody of {server} is stays out of the day of {account}; {words} opens it."
    )
    words = code(gettext("link {account} everything").format(account=other))
    return fill(said, server=text(other.server), account=code(other), words=words)


def _ending(request: Request, other: UserId) -> Rich:
    gettext = request.texts.gettext
    return fill(gettext("{words} ends it at once."), words=code(gettext("unlink {account}").format(account=other)))


def unlinked(request: Request, others: Sequence[UserId]) -> Rich:
    """Say that a link has ended."""
    said = request.texts.gettext("✔ No longer linked with {accounts}.")
    return fill(said, accounts=join(", ", [code(each) for each in others]))


not_linked: Final = says(mark("You have named no such account to me: there is nothing to end."))
"""Say that there is nothing to end."""


def whole_id(request: Request, words: Sequence[str]) -> Question:
    """Ask for a whole user id that is somebody else's."""
    gettext = request.texts.gettext
    example = code(gettext("link {account}").format(account="@secretaire:rivemont.fr"))
    sentence = fill(gettext("Which account? Write it in full, for example {example}"), example=example)
    return Question(sentence, slot=Slot(Takes.PERSON, in_place_of(words)), by_word=True)


too_many: Final = says_most(mark("At most {most} accounts can be linked: unlink one first."))
"""Say that no more accounts can be named."""


link_taken_back: Final = says(mark("↩ The link is taken back: the other account no longer counts as yours here."))
"""Say that two accounts are not linked (any more)."""
