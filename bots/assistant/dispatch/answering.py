"""Whether what somebody says answers a question, and what they mean by it (pure).

Forgiving, because people answer as they speak: « mardi », « plutôt celui du 2, merci », « la deuxième », « oui ».
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from bots.assistant.dispatch.filling import LONGEST, completed, filled
from bots.assistant.dispatch.loosely import called_loosely
from bots.assistant.talk.emoji import YES, bare_emoji, keycap
from bots.assistant.talk.question import Candidate, Question, Takes
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import lines_of, words_of
from bots.assistant.words.commands.courtesy import only_thanks, thanks, without_closing
from bots.assistant.words.commands.grammar import after_name
from bots.assistant.words.consent import agrees, consents, is_yes, phrase, refuses, without_lead
from bots.assistant.words.dates.times import AROUND, said_time
from bots.assistant.words.objects.places import NUMBER, place_of
from config.identifiers import EventId


class How(Enum):
    """How sure it is that somebody speaks to us."""

    REPLY = auto()
    """It answers the message that asks, or names us."""
    NEXT = auto()
    """It is what they said next."""
    CROSSED = auto()
    """So it is, but somebody else has spoken meanwhile: it may be said to them."""
    LATER = auto()
    """They have said something else meanwhile: it counts only where it names us."""


@dataclass(frozen=True, slots=True)
class Taken:
    """The answer makes this *command*; *answers* is what that answers, None: what the first message answered."""

    command: str
    answers: EventId | None = None


@dataclass(frozen=True, slots=True)
class Perhaps:
    """It would answer, and may be said to somebody else: that is asked."""

    taken: Taken


@dataclass(frozen=True, slots=True)
class Dropped:
    """Nothing of it is wanted."""


@dataclass(frozen=True, slots=True)
class Unmatched:
    """It answers the question, and nobody knows how."""


@dataclass(frozen=True, slots=True)
class TwoMeanings:
    """The *number* is the place of one choice, and what another one is called by."""

    number: int


Meant = Taken | Perhaps | Dropped | Unmatched | TwoMeanings | None
"""None: it is about something else."""

_MOST_TIMES: Final = 12
_SHORT: Final = 3
"""Words: what names us, answers no question and is longer is something else that we are asked."""


def read(request: Request, question: Question, how: How, is_command: Callable[[], bool]) -> Meant:
    """Return what *request* means as an answer to *question*.

    *is_command* tells whether it is a command by itself: asked only where it would be one word among many.
    """
    words, named = _words(request)
    if not words or words[0][0] in "!！":
        return None
    if how is How.LATER:
        return _later(words, request, question, is_command) if named else None
    surely = how is How.REPLY or named or request.direct
    meant = (
        _outright(without_lead(phrase(words)), question, surely=surely)
        or (_loosely(words, question) if surely else None)
        or _at_its_time(words, question, request)
        or _filling(question, words, request)
    )
    crossed = how is How.CROSSED and not surely
    if crossed or meant is not None:
        return _crossed(meant) if crossed else meant
    # A question that was left alone must not swallow what somebody says to us minutes later.
    if not surely or only_thanks(words) or _goes_on(question) or is_command() or (how is How.NEXT and thanks(words)):
        return None
    if question.slot is not None and question.slot.takes is Takes.WORDS:
        return Taken(completed(question.slot, "\n".join(" ".join(line) for line in lines_of(request, words))))
    not_enough = question.by_word and is_yes(phrase(words))
    return Unmatched() if how is How.REPLY or not_enough or (named and len(words) <= _SHORT) else None


def read_of_others(request: Request, question: Question) -> Taken | None:
    """Return what somebody who was not asked says for themselves by consenting below *question*: its ``others``."""
    words, _ = _words(request)
    return Taken(question.others) if question.others and consents(" ".join(words)) else None


def _later(
    words: Sequence[str], request: Request, question: Question, is_command: Callable[[], bool]
) -> Taken | Dropped | TwoMeanings | None:
    """Return what is meant after other things were said: a mere « oui » may be about those, “tâche 1” is a command."""
    said = phrase(words)
    called = None if consents(said) else _called(said, question) or _at_its_time(words, question, request)
    return called if called is not None or is_command() else _filling(question, words, request)


def _crossed(meant: Taken | Dropped | TwoMeanings | None) -> Perhaps | None:
    return Perhaps(meant) if isinstance(meant, Taken) else None


def _goes_on(question: Question) -> bool:
    """Tell whether *question* only offers more of a list: what else is said to its message is said of the list."""
    return not question.offered and question.slot is None


def _outright(said: str, question: Question, *, surely: bool) -> Taken | Dropped | TwoMeanings | None:
    """Return what is meant by consent, refusal, or one of the candidates."""
    if refuses(said, surely=surely):
        return Dropped()
    if agrees(said, surely=surely) and len(question.offered) == 1:
        only = question.offered[0]
        if not question.by_word:
            return _taken(only)
        own = _names(only)
        if said in own or (surely and any(map(is_yes, own))):
            return _taken(only)
        # What destroys for good wants its own word; nor is it done by a « oui » that may be meant for a colleague.
        return _taken(only) if surely and not only.words else None
    return _called(said, question)


def _called(said: str, question: Question) -> Taken | TwoMeanings | None:
    candidate = _meant(said, question) if 0 < len(said) <= LONGEST else None
    if candidate is None:
        return None
    number = NUMBER.fullmatch(said)
    place = (
        None
        if number is None or said in _names(candidate) - {number[1]}
        else place_of(number[1], len(question.offered))
    )
    if number is None or place is None:
        return _taken(candidate)
    numbered = [each for each in question.candidates if number[1] in _names(each)]
    return TwoMeanings(place + 1) if numbered and question.offered[place] not in numbered else _taken(candidate)


def pressed(key: str, question: Question) -> Taken | Dropped | None:
    """Return what the reaction *key* answers; None where it is no answer, or none that counts by a reaction."""
    if question.by_word:
        return None
    bare, offered = bare_emoji(key), question.offered
    if bare in ("❌", "✖", "👎"):
        return Dropped()
    if len(offered) == 1:
        return _taken(offered[0]) if bare in (YES, "✔", "☑", "👍") else None
    number = keycap(key)
    return _taken(offered[number - 1]) if number is not None and number <= len(offered) else None


def _words(request: Request) -> tuple[list[str], bool]:
    words = words_of(request)
    rest, _ = after_name(words, request)
    return [*without_closing(words if rest is None else rest)], rest is not None


def _taken(candidate: Candidate) -> Taken:
    return Taken(candidate.command, candidate.answers)


def _meant(said: str, question: Question) -> Candidate | None:
    for form in _forms(said):
        fitting = [each for each in question.candidates if form in _names(each)]
        if len(fitting) == 1:
            return fitting[0]
        at = place_of(form, len(question.offered))
        if at is not None:
            return question.offered[at]
    return None


def _forms(said: str) -> Iterator[str]:
    """Yield what is said, then without the words before it that only lead there."""
    yield said
    words = said.split()
    while len(words) > 1 and words[0] in AROUND:
        del words[0]
        yield " ".join(words)


def _names(candidate: Candidate) -> frozenset[str]:
    return frozenset(phrase(each.split()) for each in candidate.names)


def _loosely(words: Sequence[str], question: Question) -> Taken | None:
    candidate = called_loosely(words, question)
    return None if candidate is None else _taken(candidate)


def _filling(question: Question, words: Sequence[str], request: Request) -> Taken | None:
    command = None if question.slot is None else filled(question.slot, words, request)
    return None if command is None else Taken(command)


def _at_its_time(words: Sequence[str], question: Question, request: Request) -> Taken | None:
    """Return the candidate that says the same time in other words, of either language: “tomorrow 9am”."""
    meant = said_time(" ".join(words), request)
    if meant is None or len(question.candidates) > _MOST_TIMES:
        return None
    fitting = [each for each in question.candidates if any(said_time(name, request) == meant for name in each.names)]
    return _taken(fitting[0]) if len(fitting) == 1 else None
