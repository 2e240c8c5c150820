"""Which tasks a command is about: those whose numbers it begins with, or the one of the card that it answers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bots.assistant.talk.editing import made_before_edit
from bots.assistant.talk.markup import Rich
from bots.assistant.talk.question import Question
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold
from bots.tasks.kept.model import Board, Task
from bots.tasks.kept.task import KIND
from bots.tasks.saying import questions, replies
from bots.tasks.words.numbers import Reference, references

MOST_AT_ONCE: Final = 20
_BEFORE: Final = frozenset(
    {"la", "les", "le", "l", "the", "tache", "taches", "task", "tasks", "n", "n°", "nº", "no", "numero", "number"}
    | {"ma", "mon", "mes", "notre", "nos", "cette", "my", "our", "this"}
)
_BETWEEN: Final = frozenset({"et", "and", "&", "+", ","})
_ONE = r"(?:n°|nº|#|t)?[0-9]{1,9}(?:-[a-z][a-z0-9.:-]*)?"
_NUMBER = re.compile(rf"{_ONE}(?:[,;]{_ONE})*[,;:]?")


@dataclass(frozen=True, slots=True)
class Targets:
    """The tasks that are clear, the *questions* about the others, and the words after the numbers."""

    tasks: tuple[Task, ...]
    questions: tuple[Rich | Question, ...]
    rest: list[str]
    named: bool
    """Whether there were numbers at all."""


def begins_with_number(words: Sequence[str]) -> bool:
    """Tell whether *words* begin with the number of a task."""
    return bool(_numbers(words)[0])


def after_numbers(words: Sequence[str]) -> list[str]:
    """Return the words behind the numbers that *words* begin with."""
    return _numbers(words)[1]


def targets(request: Request, board: Board, words: Sequence[str], *, one: bool = False) -> Targets:
    """Return the tasks that *words* begin with (*one*: with one number only), or the card's."""
    wanted, rest = _numbers(words, one=one)
    if not wanted:
        held = None if request.card is None else board.get(request.card)
        asked = (replies.gone(request),) if request.card is not None and held is None else ()
        return Targets(() if held is None else (held,), asked, list(words), named=False)
    if len(wanted) > MOST_AT_ONCE:
        return Targets((), (replies.too_many(request, MOST_AT_ONCE),), rest, named=True)
    clear, unclear = resolved(request, board, wanted)
    return Targets(clear, unclear, rest, named=True)


def resolved(
    request: Request, board: Board, wanted: Sequence[Reference]
) -> tuple[tuple[Task, ...], tuple[Rich | Question, ...]]:
    """Return the tasks that are *wanted*, each once, and a question about each number that is not clear."""
    clear: dict[str, Task] = {}
    asked: list[Rich | Question] = []
    missing, gone = False, made_before_edit(request, KIND)
    for reference in wanted:
        fitting = [task for task in board.called(reference.number, reference.suffix) if task.id != gone]
        if len(fitting) == 1:
            clear[fitting[0].id] = fitting[0]
        elif fitting:
            asked.append(questions.which_of(request, reference.label, fitting))
        else:
            asked.append(replies.no_such(request, reference.label))
            missing = True
    if missing:
        asked.append(replies.those_open(request, board))
    return tuple(clear.values()), tuple(asked)


def _numbers(words: Sequence[str], *, one: bool = False) -> tuple[tuple[Reference, ...], list[str]]:
    """Return the numbers at the beginning. After the first one, only a comma or ``et`` brings another."""
    end, expected = 0, True
    for at, word in enumerate(words):
        bare = word.lower()
        if expected and _NUMBER.fullmatch(bare):
            end = at + 1
            if one:
                break
            expected = bare[-1] in ",;"
        elif end and fold(bare) in _BETWEEN:
            expected = True
        elif fold(bare) not in _BEFORE or not expected:
            break
    return (references(words[:end])[0] if end else ()), list(words[end:])
