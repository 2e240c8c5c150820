"""Each type of field: read back as written, said, parsed whole or asked about, and every question can be answered."""

from typing import Any

import pytest

from bots.assistant.dispatch.answering import How, Taken, read
from bots.assistant.talk.reply import Reply
from bots.assistant.testing.people import DGS, MAIRE, OTHER, SECRETAIRE, plain
from bots.assistant.testing.talk import Talk
from bots.events.polls.kind import POLL
from bots.events.talk.kind import EVENT
from bots.items.capability import capability
from bots.items.field import Field
from bots.items.kind import Kind
from bots.items.spoken import Called, Noun, Usage, Words
from bots.items.types.choice import Choice, Option
from bots.items.types.day import Day
from bots.items.types.labels import Labels
from bots.items.types.link import Link
from bots.items.types.number import Minutes, Money, Number
from bots.items.types.people import People, Person
from bots.items.types.text import LongText, Text
from bots.objectives.objective import objective
from bots.register.format.operation import Change
from bots.tasks.saying.census import CENSUS
from tests.unit.items.vehicle import VEHICLE

ROWS: dict[str, Field[Any]] = {
    "day": Field("day", Day(), "day", Words(("jour",), ("day",))),
    "line": Field("line", Text(20), "line", Words(("ligne",), ("line",))),
    "notes": Field("notes", LongText(), "notes", Words(("notes",), ("remarks",))),
    "count": Field("count", Number(1, 9), "count", Words(("combien",), ("count",))),
    "budget": Field("budget", Money(), "budget", Words(("budget",), ("cost",))),
    "length": Field("length", Minutes(), "length", Words(("durée",), ("length",))),
    "one": Field("one", Person(), "one", Words(("responsable",), ("one",))),
    "some": Field("some", People(), "some", Words(("équipe",), ("team",)), notifies=True),
    "tags": Field("tags", Labels(), "tags", Words(("étiquettes",), ("tags",))),
    "above": Field("above", Link(kind="task"), "above", Words(("rattacher",), ("under",))),
    "sort": Field(
        "sort",
        Choice((Option("a", Words(("grand",), ("big",)), "big"), Option("b", Words(("petit",)), "small"))),
        "sort",
        Words(("sorte",), ("sort",)),
    ),
}
THING = Kind(
    "thing",
    Noun(
        Called("chose", "choses", "une chose", "la chose", "nouvelle chose", gender="feminine"),
        Called("thing", "things", "a thing", "the thing", "new thing"),
    ),
    fields=tuple(ROWS.values()),
    adds=Usage("!thing add x", "adds"),
    lists=Usage("!things", "lists"),
    counted=("{count} thing", "{count} things"),
    hint="…",
)
TASK = "00000000-0000-5000-8000-000000000001"


@pytest.fixture
def talk() -> Talk:
    made = Talk([capability(THING)])
    made.fold(Change("task", TASK, {"title": "devis"}, {"number": 4}))
    made.says("!chose ajouter x")
    return made


def held(talk: Talk, name: str) -> Any:
    return ROWS[name].raw(talk.object("thing", 1))


SAID: list[tuple[str, str, Any, str]] = [  # field, words, in the register, as people read it
    ("day", "le 3 janvier 2027", "2027-01-03", "dimanche 3 janvier 2027"),
    ("day", "3 January 2027", "2027-01-03", "dimanche 3 janvier 2027"),
    ("day", "avant le 3 janvier 2027", "2027-01-02", "samedi 2 janvier 2027"),
    ("line", "« pour le 3 janvier »", "pour le 3 janvier", "pour le 3 janvier"),
    ("line", "sans fil", "sans fil", "sans fil"),
    ("notes", "un\ndeux", "un\ndeux", "un deux"),
    ("count", "7", 7, "7"),
    ("budget", "12 500 €", 1_250_000, "12 500 €"),
    ("budget", "12500,5 euros", 1_250_050, "12 500,50 €"),
    ("budget", "3 k€", 300_000, "3 000 €"),
    ("budget", "€12,500.50", 1_250_050, "12 500,50 €"),
    ("budget", "1.500,5 €", 150_050, "1 500,50 €"),
    ("budget", "12.50", 1_250, "12,50 €"),
    ("length", "1h30", 90, "1 h 30"),
    ("length", "45 min", 45, "45 min"),
    ("one", "moi", str(SECRETAIRE), "@secretaire"),
    ("one", "à @dgs", str(DGS), "@dgs"),
    ("some", "@dgs et moi", [str(DGS), str(SECRETAIRE)], "@dgs, @secretaire"),
    ("tags", "#voirie hiver", ["hiver", "voirie"], "#hiver #voirie"),
    ("above", "4", TASK, "4"),
    ("above", "n°4", TASK, "4"),
    ("sort", "grand", "a", "big"),
]


@pytest.mark.parametrize(("name", "words", "raw", "said"), SAID)
def test_words_become_a_value_that_is_said_and_put_into_a_cell_and_back(
    talk: Talk, name: str, words: str, raw: Any, said: str
) -> None:
    row = ROWS[name]
    answer = talk.reply(f"!chose {row.verbs.french[0]} 1 {words}")
    assert held(talk, name) == raw
    assert said in plain(answer.body)
    value = row.read(talk.object("thing", 1))
    cell = plain(row.type.cell(value, talk.request("x")))
    if name not in ("one", "some", "sort"):
        talk.says(f"!chose {row.verbs.french[0]} 1 {cell}")
        assert held(talk, name) == raw, cell


OWN_WORDS = "Zoé habite au 3"


@pytest.mark.parametrize("row", [row for kind in (THING, VEHICLE, EVENT, POLL, objective(CENSUS)) for row in kind.all])
def test_whatever_says_words_of_peoples_own_is_erased_wherever_it_was_shown(talk: Talk, row: Field[Any]) -> None:
    """Whoever declares a field or a type need not think of it."""
    place = talk.request("x")
    for raw in (OWN_WORDS, [OWN_WORDS], {"text": OWN_WORDS}, [{"label": OWN_WORDS}]):
        value = row.type.read(raw)
        if value is not None and OWN_WORDS in row.type.say(value, place).plain:
            assert row.private


CLEARING = {
    "day": ("sans date", "sans", "jamais"),
    "line": ("aucune",),
    "notes": ("rien",),
    "count": ("aucun",),
    "budget": ("sans",),
    "length": ("-",),
    "one": ("aucun", "none"),
    "some": ("aucune",),
    "tags": ("aucune",),
    "above": ("aucun",),
}


@pytest.mark.parametrize(("name", "words"), [(name, words) for name, some in CLEARING.items() for words in some])
def test_nothing_clears_it(talk: Talk, name: str, words: str) -> None:
    said = next(said for row, said, *_ in SAID if row == name)
    talk.says(f"!chose {ROWS[name].verbs.french[0]} 1 {said}")
    assert held(talk, name)
    talk.says(f"!chose {ROWS[name].verbs.french[0]} 1 {words}")
    assert not held(talk, name)


UNREAD = {
    "day": ("bientôt", "lundi ou mardi", "hier"),
    "line": ("x" * 21,),
    "count": ("12", "x"),
    "budget": ("beaucoup", "-5 €", "1,234 M€", "12,5,5", "1" + " 000" * 1_500),
    "length": ("longtemps", "0h"),
    "one": ("@dgs @secretaire", "@personne", "le maire"),
    "some": ("personne d’ici",),
    "tags": ("#",),
    "above": ("9",),
    "sort": ("?",),
}


@pytest.mark.parametrize(("name", "words"), [(name, words) for name, some in UNREAD.items() for words in some])
def test_what_a_type_does_not_read_whole_is_asked_about(talk: Talk, name: str, words: str) -> None:
    reply = talk.reply(f"!chose {ROWS[name].verbs.french[0]} 1 {words}")
    assert not reply.changes
    assert reply.body


QUESTIONS: dict[str, tuple[str, str, str]] = {  # the question: what is said, what answers it, which field changes
    "What shall it say? For example: {example}": ("!chose ligne 1", "bonjour", "line"),
    "Which one? For example: {example}": ("!chose sorte 1 rouge", "petit", "sort"),
    "How much? For example: {example}": ("!chose budget 1 beaucoup", "1 000 €", "budget"),
    "How long? For example: {example}": ("!chose durée 1 longtemps", "1h30", "length"),
    "Which label? For example: {example}": ("!chose étiquettes 1 #", "#voirie", "tags"),
    "Who? For example: {example}": ("!chose équipe 1 le maire", "@dgs", "some"),
    "Which number? For example: {example}": ("!chose rattacher 1 bas", "4", "above"),
    "Several have the number {number}. Which one?": ("!chose rattacher 1 4", "4-rivemont", "above"),
    "Which {noun}? For example: {example}": ("!chose combien", "1 3", "count"),
    "Several {nouns} are called {number}. Which one?": ("!chose combien 1 3", "1-valbourg", "count"),
    "What shall {the} be called? For example: {example}": ("!chose ajouter", "vélo", ""),
    "Erase {the} {number} ({title}) and its history for good?": ("!chose effacer 1", "définitivement", ""),
}


def answered(talk: Talk, asked: Reply, words: str) -> str:
    assert asked.question is not None, asked.body
    meant = read(talk.request(words), asked.question, How.REPLY, lambda: False)
    assert isinstance(meant, Taken), meant
    return meant.command


@pytest.mark.parametrize("sentence", QUESTIONS)
def test_every_question_can_be_answered(talk: Talk, sentence: str) -> None:
    said, words, name = QUESTIONS[sentence]
    if sentence.startswith("Several"):
        kind = "task" if "have" in sentence else "thing"
        twin = Change(
            kind, "00000000-0000-5000-8000-000000000002", {"title": "y"}, {"number": 4 if kind == "task" else 1}
        )
        talk.fold(twin, author=OTHER)
    asked = talk.reply(said)
    assert not asked.changes
    done = talk.reply(answered(talk, asked, words))
    assert done.changes or done.erases, done.body
    if name and not sentence.startswith("Several {nouns}"):
        assert held(talk, name), done.body


JUNK: list[Any] = [None, True, -1, 10**30, 1.5, "", "x" * 9_000, "2026-02-31", [], [[]], ["x", 3], {"due": 3}, "\ud800"]


@pytest.mark.parametrize("junk", JUNK)
@pytest.mark.parametrize("name", ROWS)
def test_whatever_stands_in_the_register_is_read_and_said(talk: Talk, name: str, junk: Any) -> None:
    if ROWS[name].type.many:
        elements = tuple(junk) if isinstance(junk, list) else (junk,)
        talk.fold(Change("thing", talk.object("thing", 1).id, add={name: elements}))
    else:
        talk.fold(Change("thing", talk.object("thing", 1).id, set={name: junk}))
    assert talk.card("thing", 1).startswith("▪ 1 x")
    assert talk.body("!chose historique 1")
    assert talk.body("!choses")


def test_those_who_join_a_set_are_told_and_leave_it_by_name(talk: Talk) -> None:
    assert talk.reply("!chose équipe 1 @dgs moi").mentions == (DGS,)
    assert talk.reply("!chose équipe 1 @dgs").mentions == ()
    talk.says("!chose étiquettes 1 #voirie #hiver")
    talk.says("!chose retirer 1 @dgs #hiver")
    assert (held(talk, "some"), held(talk, "tags")) == ([str(SECRETAIRE)], ["voirie"])
    talk.deletes(talk.last)
    assert sorted(held(talk, "some")) == [str(DGS), str(SECRETAIRE)]
    history = talk.body("!chose historique 1")
    assert "some, en plus : @dgs, @secretaire" in history
    assert "tags, en moins : #hiver" in history


def test_what_another_collectivity_wrote_is_listed_and_filtered(talk: Talk) -> None:
    first: dict[str, Any] = {"number": 2, "creator": str(MAIRE)}
    theirs = Change("thing", "00000000-0000-5000-8000-000000000003", {"title": "y"}, first, {"tags": ("Été",)})
    talk.fold(theirs, author=OTHER)
    assert "#Été" in talk.body("!choses #ete")
