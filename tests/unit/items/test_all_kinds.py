"""One table over all kinds, their verbs, both languages and all places: what is said is done, and done the same."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from bots.assistant.talk.request import Request
from bots.assistant.testing.talk import Talk
from bots.assistant.words.commands.command import Call
from bots.assistant.words.commands.grammar import read
from bots.assistant.words.commands.vocabulary import Vocabulary
from bots.events.talk.commands import events
from bots.events.talk.kind import EVENT
from bots.files.library.commands import files
from bots.items.field import Field
from bots.items.kind import Kind
from bots.items.spoken import Words
from bots.objectives.commands import objectives
from bots.objectives.objective import objective
from bots.register.format.operation import Change
from bots.register.replica.state import State
from bots.reminders.commands import reminders
from bots.tasks.commands import TASKS
from bots.tasks.saying.census import CENSUS
from bots.when.values import Locale
from tests.unit.items.vehicle import VEHICLE, VEHICLES

CAPABILITIES = (TASKS, objectives(CENSUS), VEHICLES, events(), files(), reminders())
VOCABULARY = Vocabulary(command for capability in CAPABILITIES for command in capability.commands)
DECLARED = (objective(CENSUS), VEHICLE, EVENT)
OWN = frozenset({"event.cancelled", "event.categories", "event.invited", "event.objective"})
"""What is asked by words of its own, or by more than a value."""
PLACES = {
    "with an exclamation mark": ("!{}", False),
    "after our name": ("@beffroi {}", False),
    "after our name and a comma": ("beffroi, {}", False),
    "alone with us": ("{}", True),
    "alone, with an exclamation mark": ("!{}", True),
}
ID = "00000000-0000-5000-8000-000000000001"
LANGUAGES: tuple[Locale, Locale] = ("fr", "en")


@dataclass(frozen=True, eq=False)
class Row:
    """What is said, of which kind, and what is to stand there then."""

    words: str
    kind: str
    name: str
    wanted: Any


@dataclass(frozen=True)
class Saying:
    """A value as somebody says it in one language, and as it stands in the register."""

    words: str
    raw: Any


TEXT = (Saying("« Le pont, lundi »", "Le pont, lundi"), Saying("“Le pont, lundi”", "Le pont, lundi"))
DAY = (Saying("vendredi", "2026-11-27"), Saying("Friday", "2026-11-27"))
CLEARING = ("sans", "sans date", "aucune", "aucun", "jamais", "none", "never")
TASK_VERBS = {
    "title": (Words(("titre", "renommer", "intitulé"), ("title", "rename")), TEXT),
    "when": (
        Words(
            ("échéance", "reporter", "reporte", "repousser", "repousse", "décaler", "décale", "déplacer"),
            ("due", "postpone", "move"),
        ),
        tuple(Saying(day.words, {"due": day.raw}) for day in DAY),
    ),
    "status": (Words(("abandonner", "abandonne"), ("drop",)), (Saying("", "dropped"), Saying("", "dropped"))),
}
TASK_NOUNS = (("tâche", "la tâche"), ("task", "the task"))


def rows() -> Iterator[Row]:
    """Each verb in its own language and in the other, with a value in each, in three orders."""
    for name, (verbs, values) in TASK_VERBS.items():
        yield from _forms("task", name, verbs, values, TASK_NOUNS)
    for kind in DECLARED:
        for row in kind.all:
            if not row.verbs.all or f"{kind.name}.{row.name}" in OWN:
                continue
            yield from _forms(kind.name, row.name, row.verbs, _samples(row), _nouns(kind))
        for status in kind.statuses[1:]:
            if f"{kind.name}.{status.value}" in OWN:
                continue
            yield from _forms(kind.name, "status", status.verbs, (Saying("", status.value),) * 2, _nouns(kind))


def _nouns(kind: Kind) -> tuple[tuple[str, str], ...]:
    return ((kind.noun.french.one, kind.noun.french.the), (kind.noun.english.one, kind.noun.english.the))


def _samples(row: Field[Any]) -> tuple[Saying, ...]:
    return tuple(_sample(row, language) for language in LANGUAGES)


def _sample(row: Field[Any], language: Locale) -> Saying:
    known: dict[str, Saying] = {
        "title": TEXT[LANGUAGES.index(language)],
        "target": DAY[LANGUAGES.index(language)],
        "available": DAY[LANGUAGES.index(language)],
        "owner": Saying("@dgs", "@dgs:valbourg.fr"),
        "driver": Saying("moi" if language == "fr" else "me", "@secretaire:valbourg.fr"),
        "budget": Saying("12 000,50 €" if language == "fr" else "€12,000.50", 1_200_050),
        "measure": TEXT[LANGUAGES.index(language)],
        "seats": Saying("7 places" if language == "fr" else "7 seats", 7),
        "plate": Saying("AB-123", "AB-123"),
        "location": TEXT[LANGUAGES.index(language)],
        "description": TEXT[LANGUAGES.index(language)],
        "call": Saying("https://visio.example/x", "https://visio.example/x"),
        "fuel": Saying("gazole" if language == "fr" else "diesel", "diesel"),
    }
    assert row.name in known, f"say here what people write for a “{row.name}”, and what stands in the register then"
    return known[row.name]


def _forms(
    kind: str, name: str, verbs: Words, values: tuple[Saying, ...], nouns: tuple[tuple[str, str], ...]
) -> Iterator[Row]:
    for value in values:
        for verb in verbs.all:
            for noun, the in nouns:
                yield Row(f"{noun} {verb} 1 {value.words}".strip(), kind, name, value.raw)
                yield Row(f"{noun} 1 {verb} {value.words}".strip(), kind, name, value.raw)
                if kind != "task" and verb not in ("titre", "title"):
                    yield Row(f"{verb} {the} 1 {value.words}".strip(), kind, name, value.raw)


ROWS = tuple(rows())


@pytest.fixture(scope="module")
def made() -> Talk:
    """One for all: to make what understands everything takes longer than a hundred sentences."""
    return Talk(CAPABILITIES)


@pytest.fixture
def talk(made: Talk) -> Talk:
    begin(made)
    return made


def begin(made: Talk) -> None:
    """Let there be one thing of each kind, and nothing else."""
    made.state, made.operations, made.inverses = State(), [], {}
    at: Any = {"start": "2026-12-01T10:00", "zone": "Europe/Paris", "end": "2026-12-01T11:00"}
    stands: dict[str, dict[str, Any]] = {
        "task": {"status": "todo"},
        "objective": {"status": "open"},
        "vehicle": {"status": "open"},
        "event": {"status": "confirmed", "when": at},
    }
    for kind, held in stands.items():
        made.fold(Change(kind, ID, {"title": "x", **held}, {"number": 1}))


def done(conversation: Talk, row: Row, template: str, *, direct: bool) -> Any:
    """What stands in the field after it was said, in a room as it was at first."""
    begin(conversation)
    reply = conversation.says(template.format(row.words), direct=direct)
    found = conversation.object(row.kind, 1).value(row.name)
    return found if reply is not None else "nobody answered"


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", ["task", "objective", "vehicle", "event"])
def test_what_is_said_is_done_everywhere(talk: Talk, kind: str, place: str) -> None:
    template, direct = PLACES[place]
    mine = [row for row in ROWS if row.kind == kind]
    assert len(mine) > 100
    # All of them behind the exclamation mark; elsewhere enough to have every verb.
    some = mine if template == "!{}" and not direct else mine[::4]
    found = {row: done(talk, row, template, direct=direct) for row in some}
    wrong = {row.words: stands for row, stands in found.items() if stands != row.wanted}
    assert wrong == {}


CLEARED: dict[str, tuple[str, Any, str, str]] = {
    "task": ("when", {"due": "2026-12-01"}, "échéance", "due"),
    "objective": ("target", "2026-12-01", "échéance", "due"),
    "vehicle": ("available", "2026-12-01", "disponible", "available"),
}


@pytest.mark.parametrize("words", CLEARING)
@pytest.mark.parametrize("kind", CLEARED)
def test_a_day_is_cleared_in_the_same_words(talk: Talk, kind: str, words: str) -> None:
    name, before, *verbs = CLEARED[kind]
    nouns = {"task": ("tâche", "task"), "objective": ("objectif", "objective"), "vehicle": ("véhicule", "vehicle")}
    for noun in nouns[kind]:
        for verb in verbs:
            begin(talk)
            talk.fold(Change(kind, ID, {name: before}))
            talk.says(f"!{noun} {verb} 1 {words}")
            assert talk.object(kind, 1).value(name) is None, (noun, verb)


@pytest.mark.parametrize("noun", ["tâche", "objectif", "véhicule"])
def test_a_number_that_nobody_has_names_those_there_are(talk: Talk, noun: str) -> None:
    said = talk.body(f"!{noun} titre 9 x")
    assert "9" in said
    assert "1" in said.replace("9", "")


def test_no_two_kinds_want_the_same_words(talk: Talk) -> None:
    """What calls a command of one kind calls none of another, whatever kinds there are beside it."""
    asked: Request = talk.request("")
    misread = {}
    for capability in CAPABILITIES:
        for command in capability.commands:
            for form in command.forms[::5]:
                request = replace(asked, text=f"!{form} 1" if not command.alone else f"!{form}")
                reading = read(request, VOCABULARY)
                topic = reading.command.topic if isinstance(reading, Call) else None
                if topic not in (command.topic, None):
                    misread[form] = topic
    assert misread == {}
