"""What people do to the message that shows their day: pressing a number, or answering ``fait 3`` (pure)."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from bots.assistant.talk.emoji import keycap
from bots.assistant.talk.markup import Rich, fill, lines, text
from bots.assistant.talk.question import Takes
from bots.assistant.talk.reply import Forward, Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import NUMBERED, NUMBERED_FOR
from bots.assistant.talk.wording import fold, words_of
from bots.assistant.words.objects import numbered
from bots.assistant.words.objects.numbered import Reference
from bots.day import saying
from bots.day.links import Links
from bots.day.sheet import place
from bots.when.finding import find
from bots.when.values import Doubt, When
from config.identifiers import RoomId

BUTTON: Final = NUMBERED
OWNER: Final = NUMBERED_FOR
_DONE: Final = "✅"
_MOST_BEFORE: Final = 3
_NUMBER = re.compile(r"(?:n°|nº|#)?[0-9]{1,2}(?:[,;][0-9]{1,2})*[.,;:]?")
_ARTICLES: Final = frozenset({"la", "les", "the", "tache", "taches", "task", "tasks", "numero", "number", "n°", "nº"})
_NOUNS: Final = {
    **dict.fromkeys(("tache", "taches", "task", "tasks"), "task"),
    **dict.fromkeys(("objectif", "objectifs", "objective", "objectives"), "objective"),
}
"""What people call by its noun, and the kind that it is."""
_OTHERS: Final = frozenset(
    {"rappel", "rappels", "reminder", "reminders", "absence", "sondage", "poll", "evenement", "reunion", "agenda"}
)
"""Nouns of what no day numbers."""
_BETWEEN: Final = frozenset({"et", "and", "&", "+", ",", ";"})
_COPULAS: Final = frozenset({"j'ai", "c'est", "est", "sont", "is", "are", "comme", "as"})
# After these, a number is that of a day: « reporter au 3 décembre ».
_OF_DATES: Final = frozenset(
    {"au", "le", "du", "jusqu'au", "avant", "before", "pour", "for", "on", "to", "a", "at", "by", "dans", "in", "des"}
)
_VERBS_DONE: Final = frozenset(
    {"fait", "faite", "faits", "faites", "fini", "finie", "termine", "terminee", "terminees", "done", "finished", "ok"}
)
_LONGEST: Final = 300
"""Characters that may say when, and nothing else."""
_AROUND_TIMES: Final = frozenset({"a", "au", "le", "pour", "for", "to", "on", "the", "until", "jusqu'a"})


@dataclass(frozen=True, slots=True)
class AskedNumbers:
    """What an answer asks: of which numbers, in what words (without them)."""

    numbers: tuple[int, ...]
    words: tuple[str, ...]

    @property
    def done(self) -> bool:
        """Whether they are done, and nothing else is said."""
        return bool(self.words) and all(fold(each) in _VERBS_DONE for each in self.words)


def parse(words: Sequence[str]) -> AskedNumbers | None:
    """Return what *words* ask of numbered lines; None where they name none."""
    said = [_plain(each) for each in words]
    start = next((at for at, each in enumerate(said[: _MOST_BEFORE + 1]) if _NUMBER.fullmatch(each)), None)
    if start is None or (said[0].startswith("!")):
        return None
    before = [each for each in said[:start] if fold(each) not in _ARTICLES]
    numbers, end = _run(said, start)
    # « Le 2, c'est fait » is no day: nothing is done on one.
    led = before[:-1] if before and fold(before[-1]) == "le" else before
    rest = _without_copulas([each for each in (*led, *said[end:]) if any(map(str.isalnum, each))])
    asked = AskedNumbers(tuple(dict.fromkeys(numbers)), tuple(rest))
    return None if before and fold(before[-1]) in _OF_DATES and not (led != before and asked.done) else asked


def _without_copulas(words: list[str]) -> list[str]:
    start = next((at for at, word in enumerate(words) if fold(word) not in _COPULAS), len(words))
    return words[start:]


def _run(said: Sequence[str], start: int) -> tuple[list[int], int]:
    """Return the numbers that stand together from *start* on, and where they end: a comma or ``et`` brings another."""
    numbers: list[int] = []
    end, expected = start, True
    for at in range(start, len(said)):
        word = said[at]
        if expected and _NUMBER.fullmatch(word):
            numbers += [int(each) for each in re.findall(r"[0-9]+", word)]
            end, expected = at + 1, word[-1] in ",;"
        elif fold(word) in _BETWEEN and at + 1 < len(said) and _NUMBER.fullmatch(said[at + 1]):
            expected = True
        else:
            break
    return numbers, end


def _plain(word: str) -> str:
    """Return *word*; a keycap as the number on it."""
    number = keycap(word)
    return word if number is None else str(number)


def press(number: int) -> Callable[[Request], Reply | None]:
    """Return what pressing the button *number* does: what it stands for is done."""

    def act(request: Request) -> Reply | None:
        buttons = _buttons(request)
        if buttons is None or number > len(buttons):
            return None
        return _act(request, buttons, AskedNumbers((number,), ("done",)))

    return act


def answered(request: Request) -> Reply | None:
    """Return what an answer to somebody's day does; None: it is no answer to that, but an ordinary command."""
    buttons = _buttons(request)
    if buttons is None:
        return None
    words = words_of(request)
    asked = parse(words)
    if asked is None:
        alone = AskedNumbers((1,), tuple(words))
        if not alone.done:
            return None
        # « Fait », and nothing else.
        if len(buttons) > 1:
            return ask(request, saying.which(request, of=Takes.NUMBER))
        return _act(request, buttons, alone)
    if not asked.words:
        return ask(request, saying.which(request, of=Takes.WORDS))
    return _act(request, buttons, asked)


def called(request: Request, is_verb: Callable[[Sequence[str]], bool]) -> Reply | None:
    """Return what somebody says of the numbers of their day without answering it: ``fait 1``; None for anything else.

    *is_verb* tells whether words may say something to a card.
    """
    words, buttons = words_of(request), _buttons(request)
    if buttons is None or not words or words[0][0] in "!！" or _OTHERS & {fold(word) for word in words}:
        return None
    asked = parse(words)
    # What names its noun is a command about the tasks of this room, if that has any of this number.
    named = {_NOUNS[fold(word)] for word in words if fold(word) in _NOUNS}
    if asked is not None and any(
        numbered.called(request.state, kind, Reference(n)) for kind in named for n in asked.numbers
    ):
        return None
    if asked is None or not all(0 < each <= len(buttons) for each in asked.numbers):
        return None
    if not asked.words:
        return ask(request, saying.which(request, of=Takes.WORDS))
    plain = asked.done or is_verb(asked.words) or _is_time(request, " ".join(asked.words))
    return _act(request, buttons, asked) if plain else None


def _buttons(request: Request) -> list[tuple[RoomId, str]] | None:
    """Return (room, object) of each number; None where it is not the day of whoever presses."""
    if (OWNER, str(request.sender)) not in request.shown:
        return None
    pairs = (object_id.partition(" ") for kind, object_id in request.shown if kind == BUTTON)
    return [(RoomId(room), object_id) for room, _, object_id in pairs]


def _act(request: Request, buttons: Sequence[tuple[RoomId, str]], asked: AskedNumbers) -> Reply:
    if not request.private:
        return ask(request, saying.in_private(request))
    strange = [each for each in asked.numbers if not 0 < each <= len(buttons)]
    if strange:
        return ask(request, saying.no_such(request, strange, len(buttons)))
    links = Links.read(request.rooms, request.served_by)
    forwards, said = [], []
    for number in asked.numbers:
        found = _forward(request, links, buttons[number - 1], number, asked)
        if isinstance(found, Forward):
            forwards.append(found)
        else:
            said.append(found)
    return Reply(lines(said), forward=tuple(forwards))


def _forward(
    request: Request, links: Links, button: tuple[RoomId, str], number: int, asked: AskedNumbers
) -> Forward | Rich:
    room_id, object_id = button
    scene = next((each for each in request.rooms if each.room_id == room_id), None)
    accounts = () if scene is None else place(request, scene, links)
    if scene is None or not accounts:
        return saying.out_of_reach(request, number)
    name = saying.room_name(request, scene.name)
    label = fill(request.texts.gettext("{room}: "), room=text(name))
    otherwise = saying.nothing_came(request, number, name, words=not asked.done)
    if asked.done:
        return Forward(room_id, accounts[0], object_id, reaction=_DONE, label=label, otherwise=otherwise)
    words = " ".join(asked.words)
    # « 2 vendredi »: an answer that is a time alone, whichever side of the one that stands.
    moved = f"déplacer {words}" if _is_time(request, words) else words
    return Forward(room_id, accounts[0], object_id, text=moved, label=label, otherwise=otherwise)


def _is_time(request: Request, words: str) -> bool:
    """Tell whether *words* say when, and nothing else."""
    found = None if len(words) > _LONGEST else find(words, request.now, request.zone, request.language)
    if not isinstance(found, When | Doubt):
        return False
    rest = "".join(" " if any(a <= at < b for a, b in found.spans) else each for at, each in enumerate(words))
    return all(fold(each) in _AROUND_TIMES for each in rest.split() if any(map(str.isalnum, each)))
