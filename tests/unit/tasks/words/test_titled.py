"""A task is called by its title, and what stands around that is done to it: all of it, or nothing."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bots.assistant.testing.people import MEMBERS
from bots.assistant.testing.talk import Talk
from bots.tasks.commands import TASKS


@pytest.fixture
def some(talk: Any) -> Any:
    """Open tasks, two of which speak of a traiteur."""
    for number, (title, due) in enumerate(
        (
            ("préparer la note de cadrage budgétaire", "2026-12-15"),
            ("imprimer les cartons", "2026-12-18"),
            ("inventaire des clés", "2026-12-04"),
            ("mise à jour du site internet", "2026-12-03"),
            ("envoyer les convocations du CCAS", "2026-12-03"),
            ("signer l'arrêté de la rue des Lilas", "2026-12-03"),
            ("taper le PV", "2026-12-03"),
            ("appeler le traiteur", "2026-12-03"),
            ("payer le traiteur", "2026-12-03"),
        ),
        1,
    ):
        talk.task(number, title, when={"due": due})
    return talk


@pytest.mark.parametrize(
    ("words", "number", "field", "value"),
    [
        ("avance les cartons de deux jours", 2, "when", {"due": "2026-12-16"}),
        ("la note de cadrage plutôt mardi", 1, "when", {"due": "2026-11-24"}),
        ("les clés je peux pas avant le 16", 3, "when", {"due": "2026-12-16"}),
        ("les clés je peux pas avant le 16, trop de monde à l’accueil", 3, "when", {"due": "2026-12-16"}),
        ("le PV j’aurai pas le temps, demain", 7, "when", {"due": "2026-11-24"}),
        ("c’est urgent cette histoire de rue des Lilas", 6, "priority", 1),
        ("inventaire terminé, le rapport arrive la semaine prochaine", 3, "status", "done"),
        ("rue des Lilas bloquée", 6, "status", "blocked"),
        ("titre du PV : taper le procès-verbal", 7, "title", "taper le procès-verbal"),
    ],
)
@pytest.mark.parametrize("place", [{"direct": True}, {}])
def test_what_stands_around_the_title_is_done(
    some: Any, words: str, number: int, field: str, value: Any, place: dict[str, Any]
) -> None:
    reply = some.reply(words if place else f"@beffroi {words}", **place)
    assert reply.changes, reply.body
    assert some.task_of(number).value(field) == value


@pytest.mark.parametrize(
    ("words", "number", "who"),
    [
        ("la note de cadrage, mets @dgs dessus avec moi", 1, ("@dgs", "@secretaire")),
        ("refile rue des Lilas à @dgs, il connaît le dossier", 6, ("@dgs",)),
        ("les cartons, c’est @dgs qui s’en occupe", 2, ("@dgs",)),
    ],
)
def test_it_is_given_to_whom_the_sentence_says(some: Any, words: str, number: int, who: tuple[str, ...]) -> None:
    some.reply(f"@beffroi {words}")
    given = {user.partition(":")[0] for user in some.task_of(number).elements("assignees")}
    assert given == set(who)


@pytest.mark.parametrize(
    ("words", "number", "asked"),
    [
        ("les cartons lundi", 2, "déplacée lundi"),
        ("le site est à jour", 4, "faite"),
        ("convocations envoyées !", 5, "faite"),
    ],
)
def test_what_may_be_something_else_is_asked(some: Any, words: str, number: int, asked: str) -> None:
    reply = some.reply(f"@beffroi {words}")
    assert not reply.changes
    assert f"Tâche {number} " in reply.body
    assert asked in reply.body
    assert reply.question is not None


@pytest.mark.parametrize(
    "words", ["la note de cadrage elle est à qui ?", "montre-moi la note de cadrage", "la note de cadrage"]
)
def test_what_asks_how_it_stands_is_shown(some: Any, words: str) -> None:
    reply = some.reply(f"@beffroi {words}")
    assert not reply.changes
    assert "1 préparer la note de cadrage" in reply.body
    assert reply.card is not None


@pytest.mark.parametrize(
    "words",
    [
        "le traiteur c’est urgent",
        "convocations de la fête bloquées",
        "avance les cartons et le buffet de deux jours",
        "le courrier plutôt mardi",
    ],
)
def test_of_two_or_of_none_nothing_is_done(some: Any, words: str) -> None:
    assert not some.reply(f"@beffroi {words}").changes


def test_people_among_themselves_are_left_alone(some: Any) -> None:
    assert some.says("avance les cartons de deux jours") is None


def test_a_history_is_brought_for_a_title(some: Any) -> None:
    some.says("!tâche priorité 6 haute")
    assert "Historique de la tâche 6" in some.body("@beffroi historique des Lilas stp")


@pytest.mark.parametrize("words", ["retire les cartons", "laisse tomber les cartons", "les cartons, plus besoin"])
def test_what_drops_may_be_meant_for_a_file_and_is_asked(some: Any, words: str) -> None:
    reply = some.reply(f"@beffroi {words}")
    assert not reply.changes
    assert reply.question.candidates[0].command == "!tâche abandonner 2"


def test_who_erases_is_not_told_that_it_is_dropped(some: Any) -> None:
    assert not some.reply("@beffroi efface la note de cadrage").changes
    assert some.task_of(1).value("status") in (None, "todo")


def test_what_is_open_and_not_done_yet_reopens_no_other(some: Any) -> None:
    some.task(20, "distribuer les cartons", status="done")
    assert not some.reply("@beffroi les cartons, c’est pas encore fait").changes
    assert some.task_of(20).value("status") == "done"


def test_what_is_only_told_not_done_is_asked(some: Any) -> None:
    some.task(20, "commander les ramettes", status="done")
    reply = some.reply("@beffroi les ramettes, c’est pas encore fait")
    assert not reply.changes
    assert reply.body.startswith("La tâche 20 est-elle à refaire")
    some.says(reply.question.candidates[0].command)
    assert some.task_of(20).value("status") == "todo"


@pytest.mark.parametrize(
    "said",
    [
        "le portail, c'est bloqué ?",
        "le portail, c'est urgent ?",
        "le portail, en cours ?",
        "le portail, pour moi ?",
        "le portail, @dgs ?",
        "le portail, c'est fait ?",
        "tâche 1 faite ?",
        "tâche 1 @dgs ?",
        "oups, le budget, c'est pas fait ?",
    ],
)
def test_a_question_changes_nothing(said: str) -> None:
    talk = Talk([TASKS], members=MEMBERS)
    talk.says("!tâche ajouter réparer le portail")
    talk.says("!tâche ajouter relire le budget")
    talk.says("!tâche fait 2")
    reply = talk.says(f"@beffroi {said}")
    assert reply is None or not reply.changes


@pytest.mark.parametrize("said", ["tu peux passer le portail à lundi ?", "peux-tu reporter le portail à lundi ?"])
def test_an_order_stays_one_before_a_question_mark(said: str) -> None:
    talk = Talk([TASKS], members=MEMBERS)
    talk.says("!tâche ajouter réparer le portail")
    reply = talk.reply(f"@beffroi {said}")
    assert reply.changes or reply.question


def test_of_many_that_are_done_the_latest_are_meant(talk: Any) -> None:
    """Whatever order a process holds them in: of more than three hundred, those that were done last."""
    called = [f"{number:03}".translate(str.maketrans("0123456789", "abcdefghij")) + "onde" for number in range(701)]
    for number in range(1, 701):
        done = datetime(2026, 11, 1, tzinfo=UTC) + timedelta(minutes=number)
        talk.task(number, called[number], status="done", completed=done.strftime("%Y-%m-%dT%H:%MZ"))
    for number in (401, 402, 550, 698, 699, 700):
        assert talk.reply(f"@beffroi oups, {called[number]}, c'est pas fait").changes
    for number in (1, 2, 150, 391, 392, 393):
        assert not talk.reply(f"@beffroi oups, {called[number]}, c'est pas fait").changes
