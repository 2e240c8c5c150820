"""Questions about an object of a kind, and about the words of its fields (pure)."""

from collections.abc import Sequence
from typing import Any, Final

from bots.assistant.talk.markup import Rich, code, fill, join, lines, short, strong, text
from bots.assistant.talk.question import Before, Question, Slot, Takes
from bots.assistant.talk.request import Request
from bots.assistant.talk.sentence import says
from bots.assistant.words.objects.numbered import alike
from bots.items.board import Board
from bots.items.field import Field
from bots.items.kind import Item, Kind
from bots.items.speech import Speech
from bots.items.types.type import Asking
from config.texts import mark

_NUMBERS = 10


def asking(kind: Kind, request: Request, field: Field[Any]) -> Asking:
    """Return in whose name *field* is read."""
    return Asking(request, kind.language(request), Speech(kind, request).example(field))


may_not: Final = says(mark("You may not do that in this room."))
"""Refuse, in general."""


def gone(kind: Kind, request: Request) -> Rich:
    """Say that the object of a card cannot be read any more."""
    return text(Speech(kind, request).sentence(kind.phrases.gone))


def not_understood(kind: Kind, request: Request, words: Sequence[str]) -> Rich:
    """Say that *words* are nothing that one of the kind can be given."""
    gettext = request.texts.gettext
    sentence = gettext("I do not understand “{typed}”. “{help}” shows what I can do.")
    helped = gettext("!help {topic}").format(topic=kind.noun.spoken(request.language).one)
    return fill(sentence, typed=code(short(" ".join(words))), help=code(helped))


def which(kind: Kind, request: Request, board: Board, words: Sequence[str]) -> Question:
    """Ask for a number, which belongs before *words*."""
    speech = Speech(kind, request)
    asked = fill(speech.sentence(kind.phrases.which), example=speech.usage())
    return Question(_with_open(asked, request, board, below=True), slot=Slot(Takes.NUMBER, Before(tuple(words))))


def no_such(kind: Kind, request: Request, board: Board, label: str) -> Rich:
    """Say that none has this number, and which there are."""
    sentence = fill(Speech(kind, request).sentence(kind.phrases.no_such), number=text(label))
    return _with_open(sentence, request, board)


def _with_open(sentence: Rich, request: Request, board: Board, *, below: bool = False) -> Rich:
    found = () if board.many else board.open()
    if not found:
        return sentence
    numbers = ", ".join(item.label for item in found[:_NUMBERS]) + (" …" if len(found) > _NUMBERS else "")
    there = fill(request.texts.gettext("There are: {numbers}."), numbers=text(numbers))
    return lines((sentence, there)) if below else join(" ", (sentence, there))


def which_of(kind: Kind, request: Request, label: str, items: Sequence[Item]) -> Question:
    """Ask which of those that share a number is meant."""
    sentence = fill(Speech(kind, request).sentence(kind.phrases.which_of), number=text(label))
    candidates = (alike(_named(item), label, item.label) for item in items)
    return Question(sentence, tuple(candidates))


def _named(item: Item) -> Rich:
    return join(" · ", (strong(item.label), text(short(item.title))))


def which_title(kind: Kind, request: Request) -> Question:
    """Ask what it shall be called."""
    sentence = Speech(kind, request).sentence(kind.phrases.which_title)
    return Question(fill(sentence, example=code(request.texts.gettext(kind.adds.example))), slot=Slot(Takes.WORDS))
