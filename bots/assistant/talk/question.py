"""What the assistant asks, as data: the candidates, and the command that each of them completes (pure).

An answer is an edit of the first message which the assistant makes for its author: so whatever can be said in one
message can be asked about, and nothing else has to know of questions.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from typing import Final, assert_never

from bots.assistant.talk.emoji import KEYCAPS, YES
from bots.assistant.talk.markup import NOTHING, Rich, code, fill, join, lines, text
from bots.register.format.operation import Change
from config.identifiers import EventId
from config.texts import Texts

_JOINERS: Final = frozenset({"", "ou", "or", "et", "and", "puis", "then"})
_QUOTED: Final = re.compile(r"«[^«»]*»|“[^“”]*”|\"[^\"]*\"")


class Takes(StrEnum):
    """What may be said where nobody can list the answers."""

    WORDS = "words"
    TIME = "time"
    PERSON = "person"
    NUMBER = "number"
    SHIFT = "shift"
    """A time, or by how much: « à jeudi », « d'une semaine »."""
    ONE_DAY = "one_day"
    """The day of one time of a series."""


@dataclass(frozen=True, slots=True)
class Instead:
    """In place of these *pieces* of the command, in order; what only joins them (``lundi ou mardi``) goes along."""

    pieces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Before:
    """In front of these *words*, the last ones of the command; without any, behind all of it."""

    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Around:
    """Between these two; where both are empty, it is the whole command."""

    before: str = ""
    after: str = ""


Place = Instead | Before | Around
"""Where the answer stands in the completed command."""
WHOLE: Final = Around()


def in_place_of(words: Sequence[str]) -> Place:
    """Return the place of *words* that nobody understood; where there are none, behind the command."""
    return Instead((" ".join(words),)) if words else Before()


@dataclass(frozen=True, slots=True)
class Candidate:
    """One answer: what people see, what it *puts* into the command, and what they may say for it.

    ``words`` are whole answers; without any, the label is one. ``hidden`` ones have no button: they are there for
    whoever says them. ``answers`` is the message that the completed command answers, where it is another one.
    ``changes`` are those that the label was made of: it is only offered where the command does these.
    """

    label: Rich
    puts: str
    place: Place = WHOLE
    words: tuple[str, ...] = ()
    hidden: bool = False
    answers: EventId | None = None
    changes: tuple[Change, ...] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """What people may answer for it."""
        return self.words or (self.label.plain,)

    @property
    def command(self) -> str:
        """The completed command; only of a question that is :meth:`Question.completed`."""
        assert isinstance(self.place, Around), "it has not been completed"
        return f"{self.place.before}{self.puts}{self.place.after}"


@dataclass(frozen=True, slots=True)
class Slot:
    """Room for an answer that is no candidate. *nouns* (folded) may stand beside a number: « tâche 3 »."""

    takes: Takes
    place: Place = Before()
    nouns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """Something that is asked, and how it may be answered.

    ``by_word``: no reaction answers it, because what it does destroys or opens something, and reactions can be forged
    by whoever runs a server. ``beside``: it stands below an answer that has buttons of its own, so it is answered by
    words. ``others``: whoever else consents below it has said this in answer to the same message, in their own name.
    """

    sentence: Rich
    candidates: tuple[Candidate, ...] = ()
    slot: Slot | None = None
    by_word: bool = False
    beside: bool = False
    others: str = ""
    foot: Rich = NOTHING

    def completed(self, spoken: str) -> "Question":
        """Return this question about the message that says *spoken*; what does not fit into it is left out."""
        fitting = ((each, around(each.place, spoken)) for each in self.candidates)
        slot = None if self.slot is None else around(self.slot.place, spoken)
        return replace(
            self,
            candidates=tuple(replace(each, place=place) for each, place in fitting if place is not None),
            slot=None if self.slot is None or slot is None else replace(self.slot, place=slot),
        )

    def within(self, before: str, after: str) -> "Question":
        """Return this completed question as one about a part of a message, between *before* and *after*."""

        def wider(place: Place) -> Place:
            assert isinstance(place, Around), "it has not been completed"
            return Around(before + place.before, place.after + after)

        return replace(
            self,
            candidates=tuple(replace(each, place=wider(each.place)) for each in self.candidates),
            slot=None if self.slot is None else replace(self.slot, place=wider(self.slot.place)),
        )

    @property
    def offered(self) -> tuple[Candidate, ...]:
        """The candidates that are shown, as many as there are numbers to press."""
        return tuple(each for each in self.candidates if not each.hidden)[: len(KEYCAPS)]

    @property
    def buttons(self) -> tuple[str, ...]:
        """What is put below the message for people to press."""
        count = len(self.offered)
        if self.by_word or self.beside or not count:
            return ()
        return (YES,) if count == 1 else KEYCAPS[:count]

    @property
    def told(self) -> Rich:
        """The question and its candidates as a sentence, for where nobody can answer it: in a row of a sheet."""
        choices = join(", ", [each.label for each in self.offered])
        return join(" ", (self.sentence, choices)) if choices else self.sentence

    def said(self, texts: Texts) -> Rich:
        """Return the question with its candidates, and how to answer."""
        offered = self.offered
        if len(offered) < 2:
            press = text(texts.gettext("Answer “yes”, or press ✅.")) if self.buttons else NOTHING
            shown = [each.label for each in offered if self.buttons and each.label.html not in self.sentence.html]
            named = [join(" ", (text(YES), each)) for each in shown]
            return lines((self.sentence, *named, self.foot, press))
        listed = [join(" ", (text(key), each.label)) for key, each in zip(KEYCAPS, offered, strict=False)]
        by_word, by_button = (
            texts.gettext("Answer with one of these."),
            texts.gettext("Answer with one of these, or press its number."),
        )
        return lines((self.sentence, *listed, self.foot, text(by_word if self.by_word else by_button)))


def by_example(
    sentence: str, example: str, takes: Takes, words: Sequence[str], nouns: tuple[str, ...] = ()
) -> Question:
    """Ask by *sentence*, which shows the *example*, for what is to stand in place of *words* that say nothing of it."""
    return Question(fill(sentence, example=code(example)), slot=Slot(takes, in_place_of(words), nouns))


def around(place: Place, spoken: str) -> Around | None:
    """Return what of *spoken* stands before and after *place*; None where it has no such place."""
    match place:
        case Around():
            return place
        case Before(words):
            return _before(words, spoken)
        case Instead(pieces):
            return _instead(pieces, spoken)
        case _:
            assert_never(place)


def _before(words: Sequence[str], spoken: str) -> Around | None:
    found = [(each.start(), each.end(), each[0]) for each in re.finditer(r"\S+", spoken)]
    if not words:
        return Around(f"{spoken.rstrip()} " if found else "")
    said = [each for _, _, each in found]
    count = len(words)
    starts = range(len(said) - count, -1, -1)
    at = next((each for each in starts if said[each : each + count] == [*words]), None)
    if at is None:
        return None
    before, start = spoken[: found[at - 1][1] if at else 0], found[at][0]
    gap = spoken[len(before) : start]
    return Around(f"{before} " if before else "", f"{gap or ' '}{spoken[start:]}")


def _instead(pieces: Sequence[str], spoken: str) -> Around | None:
    # What stands in quotes is said literally, and nobody asked about it.
    masked = _QUOTED.sub(lambda found: "\0" * len(found[0]), spoken)
    spans: list[tuple[int, int]] = []
    for piece in pieces:
        words = r"\s+".join(map(re.escape, piece.split()))
        found = re.compile(rf"(?<![\w-]){words}(?![\w-])").search(masked, spans[-1][1] if spans else 0)
        if found is None:
            return None
        spans.append(found.span())
    if not spans:
        return None
    between = [spoken[end:start] for (_, end), (start, _) in pairwise(spans)]
    kept = "".join("" if each.strip(" \t\n,/").lower() in _JOINERS else each for each in between)
    after = " ".join(each for each in (kept.strip(), spoken[spans[-1][1] :].lstrip(" ")) if each)
    apart = "" if not after or after[0] in ",.;:!?)\n" else " "
    return Around(spoken[: spans[0][0]], f"{apart}{after}")
