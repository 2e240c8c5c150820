"""What is said of a task without a command: asked about, and never guessed."""

from typing import Any

import pytest

from bots.assistant.dispatch.answering import How, Taken, read

NBSP, NNBSP = "\u00a0", "\u202f"


@pytest.fixture
def some(talk: Any) -> Any:
    """Some open tasks, and one that is done."""
    for number, title in (
        (1, "envoyer les convocations du conseil municipal"),
        (2, "vérifier les extincteurs"),
        (3, "appeler le traiteur"),
        (4, "payer le traiteur"),
    ):
        talk.task(number, title)
    talk.task(5, "envoyer le procès-verbal", status="done")
    return talk


def yes(talk: Any, asked: Any, words: str = "oui") -> Any:
    meant = read(talk.request(words), asked.question, How.REPLY, lambda: False)
    assert isinstance(meant, Taken)
    return talk.reply(meant.command, direct=True)


SAID = [  # what is said, of which task, what is asked, what it changes
    ("c’est fait pour les convocations", 1, "faite", ("status", "done")),
    ("j’ai envoyé les convocations", 1, "faite", ("status", "done")),
    ("j’ai envoyé les convocations du conseil", 1, "faite", ("status", "done")),
    ("j’ai fini les extincteurs", 2, "faite", ("status", "done")),
    ("les extincteurs c’est fait", 2, "faite", ("status", "done")),
    ("Les extincteurs, c’est bon !", 2, "faite", ("status", "done")),
    ("bonjour, les extincteurs sont vérifiés, c’est fait", 2, "faite", ("status", "done")),
    ("les convocations sont faites merci", 1, "faite", ("status", "done")),
    ("déplace le conseil à vendredi 18h", 1, "déplacée", ("when", {"due": "2026-11-27T18:00", "zone": "Europe/Paris"})),
    ("le conseil est reporté à vendredi", 1, "reportée", ("when", {"due": "2026-11-27"})),
    ("annule la tâche des extincteurs", 2, "abandonnée", ("status", "dropped")),
    ("annule l’appel du traiteur", 3, "abandonnée", ("status", "dropped")),
    ("pas besoin de vérifier les extincteurs", 2, "abandonnée", ("status", "dropped")),
    ("the extincteurs are done", 2, "faite", ("status", "done")),
]


@pytest.mark.parametrize(("words", "number", "asked", "change"), SAID)
@pytest.mark.parametrize("place", [{"direct": True}, {}])
def test_the_task_whose_title_has_the_words_is_asked_about(
    some: Any, words: str, number: int, asked: str, change: tuple[str, Any], place: dict[str, Any]
) -> None:
    words = words if place else f"@beffroi {words}"
    reply = some.reply(words, **place)
    assert not reply.changes
    assert reply.body.startswith(f"Tâche {number} «{NBSP}")
    assert f"{NBSP}: {asked}" in reply.body.split("\n")[0]
    assert reply.reactions == ("✅",)
    yes(some, reply)
    assert some.task_of(number).value(change[0]) == change[1]


def test_of_several_it_is_asked_which(some: Any) -> None:
    reply = some.reply("le traiteur c’est fait", direct=True)
    assert reply.body.startswith(f"Quelle tâche est faite{NNBSP}?\n1️⃣ 3 · appeler le traiteur\n2️⃣ 4 · payer le traiteur")
    yes(some, reply, "2")
    assert [some.status(some.task_of(number).id) for number in (3, 4)] == ["todo", "done"]


@pytest.mark.parametrize(
    "words", ["j’ai envoyé le procès-verbal", "j’ai mangé le traiteur", "les chaises c’est fait", "c’est fait pour moi"]
)
def test_what_is_no_open_task_is_not_guessed(some: Any, words: str) -> None:
    reply = some.reply(words, direct=True)
    assert not reply.changes
    assert "faite" not in reply.body.split("\n")[0]


NUMBERED = [
    ("j’ai fini la 2", 2, ("status", "done")),
    ("la tâche 3 est repoussée à vendredi", 3, ("when", {"due": "2026-11-27"})),
    ("annule la tâche 4", 4, ("status", "dropped")),
    ("change la date de la 3 au 30 novembre", 3, ("when", {"due": "2026-11-30"})),
]


@pytest.mark.parametrize(("words", "number", "change"), NUMBERED)
def test_a_number_is_clear(some: Any, words: str, number: int, change: tuple[str, Any]) -> None:
    assert some.reply(words, direct=True).changes
    assert some.task_of(number).value(change[0]) == change[1]


def test_in_a_room_nobody_is_answered_who_does_not_name_us(some: Any) -> None:
    assert some.says("j’ai envoyé les convocations") is None
