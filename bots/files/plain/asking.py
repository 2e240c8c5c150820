"""What is asked before something is done to files that may not be meant, or not all of them (pure)."""

from collections.abc import Mapping
from typing import Final

from bots.assistant.talk.markup import Rich, code, fill, short, strong, text
from bots.assistant.talk.question import Candidate, Question
from bots.assistant.talk.request import Request
from bots.assistant.words.consent import YES_SAID
from bots.files.library.orders import Order, Verb
from bots.files.library.shelf import File

_FRENCH: Final[Mapping[Verb, str]] = {
    Verb.MOVE: "ranger 1, 3 dans {value}",
    Verb.TAG: "étiqueter 1, 3 {value}",
    Verb.UNTAG: "désétiqueter 1, 3 {value}",
    Verb.ATTACH: "rattacher 1, 3 à {value}",
    Verb.BIN: "jeter 1, 3",
}
_ENGLISH: Final[Mapping[Verb, str]] = {
    Verb.MOVE: "move 1, 3 to {value}",
    Verb.TAG: "tag 1, 3 {value}",
    Verb.UNTAG: "untag 1, 3 {value}",
    Verb.ATTACH: "attach 1, 3 to {value}",
    Verb.BIN: "bin 1, 3",
}
OF_MANY: Final = frozenset(_FRENCH)
"""What may be ordered of all files that somebody describes."""


def by_number(request: Request, order: Order, most: int) -> Rich:
    """Say that nothing is done to what is listed, and how it is: by numbers, *most* at once."""
    gettext = request.texts.gettext
    values = (f"#{value}" if order.verb in (Verb.TAG, Verb.UNTAG) else value for value in order.value)
    form = (_FRENCH if request.language == "fr" else _ENGLISH)[order.verb]
    said = gettext("Nothing is done yet. Say which, {most} at most at once: {example}")
    example = code(form.format(value=" ".join(values)))
    return fill(said, most=text(str(most)), example=example)


def rename_it(request: Request, file: File, name: str) -> Question:
    """Ask whether a file is to be renamed, of words that tell how something is called now."""
    french = request.language == "fr"
    puts = f"!fichier renommer «{file.path}» en {name}" if french else f"!file rename «{file.path}» to {name}"
    said = request.texts.gettext("Shall I rename {file} to {name}?")
    return _asked(request, fill(said, file=_strong(file.name), name=_strong(name)), puts)


def move_it(request: Request, file: File, folder: str) -> Question:
    """Ask whether the file that came last is meant: it came a while ago."""
    french = request.language == "fr"
    puts = f"!fichier ranger «{file.path}» dans {folder}" if french else f"!file move «{file.path}» to {folder}"
    said = request.texts.gettext("Shall I file {file} in {folder}?")
    return _asked(request, fill(said, file=_strong(file.name), folder=_strong(folder)), puts)


def _strong(name: str) -> Rich:
    return strong(short(name))


def _asked(request: Request, sentence: Rich, puts: str) -> Question:
    return Question(sentence, (Candidate(code(request.texts.gettext("yes")), puts, words=YES_SAID),))
