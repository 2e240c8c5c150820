"""What people answer to a card becomes a comment; and what does not."""

from typing import Any

import pytest

from bots.tasks.kept.model import Board
from config.identifiers import UserId


def comments(talk: Any, task: str) -> list[str]:
    return [each.text for each in Board(talk.state).comments(task)]


SAID = [
    *("vu avec lui, il rappelle", "ok", "ok merci", "d’accord", "pas fait", "c’est pour quand ?", "il manque 2 devis"),
    *(
        "merci de relancer le SDIS",
        "bloquée par la pluie",
        "repousser ou pas",
        "lundi peut-être",
        "1. payer\n2. ranger",
        "pour mardi ?",
        "description à revoir",
        "titre à revoir",
        "title is wrong",
    ),
]


@pytest.mark.parametrize("text", SAID)
@pytest.mark.parametrize("direct", [False, True])
def test_what_answers_a_card_and_is_no_command_is_a_comment(talk: Any, text: str, *, direct: bool) -> None:
    task = talk.task(12, "relancer")
    reply = talk.reply(text, card=task, direct=direct)
    assert comments(talk, task) == [text]
    assert reply.body == "💬 Noté sur la tâche 12."
    assert not reply.mentions


@pytest.mark.parametrize(
    "text",
    ["👍", "…", "", "  ", "?!", "merci", "Merci beaucoup !", "@dgs merci beaucoup", "thanks a lot", "!ping"],
)
def test_signs_thanks_and_other_bots_commands_are_none(talk: Any, text: str) -> None:
    task = talk.task(12)
    assert talk.says(text, card=task) is None


def test_a_command_in_answer_to_a_card_is_no_comment(talk: Any) -> None:
    task = talk.task(12)
    for text in ("en cours", "@dgs", "repousser à lundi", "c'est fait, merci !"):
        talk.reply(text, card=task)
    assert comments(talk, task) == []


def test_what_answers_anything_else_is_conversation(talk: Any) -> None:
    assert talk.says("vu avec lui", card="00000000-0000-4000-8000-000000009999") is None
    assert talk.says("vu avec lui") is None


def test_an_edited_answer_changes_its_comment_and_makes_no_other(talk: Any) -> None:
    task = talk.task(12)
    made = talk.reply("il rappelle lundi", card=task).changes[0]
    said = talk.last
    edited = talk.edits(said, "il rappelle mardi", card=task)
    assert {each.id for each in edited.changes} == {made.id}
    assert comments(talk, task) == ["il rappelle mardi"]


@pytest.mark.parametrize("text", ["👍", "merci", ""])
def test_an_answer_edited_to_nothing_is_taken_back_and_comes_again(talk: Any, text: str) -> None:
    task = talk.task(12)
    talk.reply("il rappelle lundi", card=task)
    said = talk.last
    talk.edits(said, text, card=task)
    assert comments(talk, task) == []
    talk.edits(said, "il rappelle mardi", card=task)
    assert comments(talk, task) == ["il rappelle mardi"]


def test_an_answer_edited_to_a_command_and_back(talk: Any) -> None:
    task = talk.task(12)
    talk.reply("presque fini", card=task)
    said = talk.last
    talk.edits(said, "fait", card=task)
    assert (comments(talk, task), talk.status(task)) == ([], "done")
    talk.edits(said, "presque fini", card=task)
    assert (comments(talk, task), talk.status(task)) == (["presque fini"], "todo")


def test_a_deleted_answer_takes_its_comment_back(talk: Any) -> None:
    task = talk.task(12)
    talk.reply("il rappelle lundi", card=task)
    assert "12" in talk.deletes(talk.last).body
    assert comments(talk, task) == []


def test_a_comment_edited_to_be_on_another_task_leaves_the_first(talk: Any) -> None:
    first, other = talk.task(12), talk.task(13)
    talk.reply("!tâche commenter 12 à revoir")
    talk.edits(talk.last, "!tâche commenter 13 à revoir")
    assert (comments(talk, first), comments(talk, other)) == ([], ["à revoir"])


def test_a_guest_may_comment(talk: Any) -> None:
    task = talk.task(12)
    talk.reply("je peux passer jeudi", card=task, own=False, sender=UserId("@invite:tiers.org"))
    assert comments(talk, task) == ["je peux passer jeudi"]


def test_what_is_too_long_is_said_and_not_cut(talk: Any) -> None:
    task = talk.task(12)
    assert not talk.reply("mot " * 600, card=task).changes
    assert comments(talk, task) == []


REASONED = [
    ("bloquée, on attend le devis", "blocked"),
    ("Bloqué : le SDIS ne répond pas", "blocked"),
    ("blocked, waiting for the estimate", "blocked"),
    ("bloquée car il pleut", "blocked"),
    ("c’est fait, le SDIS passe lundi", "done"),
    ("done. They come on Monday", "done"),
]


@pytest.mark.parametrize(("text", "status"), REASONED)
def test_a_status_with_its_reason_is_both(talk: Any, text: str, status: str) -> None:
    task = talk.task(12)
    reply = talk.reply(text, card=task)
    assert talk.status(task) == status
    assert comments(talk, task) == [text]
    assert "💬 Noté sur la tâche 12." in reply.body


ANSWERED = [
    *(("non finalement mardi", "when", {"due": "2026-11-24"}), ("non, mardi", "when", {"due": "2026-11-24"})),
    *(("mardi plutôt", "when", {"due": "2026-11-24"}), ("pour mardi", "when", {"due": "2026-11-24"})),
    *(
        ("repousse-la à mardi s’il te plaît", "when", {"due": "2026-11-24"}),
        ("plus besoin, merci", "status", "dropped"),
    ),
    *(("c’est réglé, merci", "status", "done"), ("titre : relancer", "title", "relancer")),
    ("description : le pont", "description", "le pont"),
    *(("titre prévenir la poste", "title", "prévenir la poste"), ("renomme en la poste", "title", "la poste")),
    *(("le titre c'est la poste", "title", "la poste"), ("intituler la poste", "title", "la poste")),
    *(("c’est urgent", "priority", 1), ("Urgent !", "priority", 1), ("c urgent !!", "priority", 1)),
    ("c’est très urgent", "priority", 1),
    ("non attends, finalement mardi comme prevu", "when", {"due": "2026-11-24"}),
    ("euh pardon, mardi comme convenu.", "when", {"due": "2026-11-24"}),
]


@pytest.mark.parametrize(("text", "name", "value"), ANSWERED)
def test_what_people_answer_naturally_is_done(talk: Any, text: str, name: str, value: Any) -> None:
    task = talk.task(12)
    talk.reply(text, card=task)
    assert talk.state_of(task).value(name) == value
    assert not comments(talk, task)


def test_an_hour_alone_keeps_the_day_of_the_card(talk: Any) -> None:
    """It was moved to today, a Sunday, and nobody was asked."""
    task = talk.task(12, when={"due": "2026-12-03T17:30", "zone": "Europe/Paris"})
    talk.reply("plutôt à 17h", card=task)
    assert talk.state_of(task).value("when") == {"due": "2026-12-03T17:00", "zone": "Europe/Paris"}


@pytest.mark.parametrize("text", ["plutôt le 4", "le 4", "lundi 4 janvier", "4 janvier"])
def test_a_day_alone_is_when_it_is_to_be_done(talk: Any, text: str) -> None:
    task = talk.task(12, when={"due": "2027-01-01"})
    talk.reply(text, card=task)
    assert talk.state_of(task).value("when") == {"due": "2027-01-04"}


def test_next_friday_is_asked_about(talk: Any) -> None:
    task = talk.task(12)
    assert talk.reply("vendredi prochain", card=task).question is not None
    assert not comments(talk, task)


@pytest.mark.parametrize("text", ["pas fait", "c’est pas fait", "Ce n’est pas fait !", "not done yet"])
def test_what_is_not_done_after_all_is_done_again(talk: Any, text: str) -> None:
    task = talk.task(12)
    talk.reply("fait", card=task)
    talk.reply(text, card=task)
    assert talk.status(task) == "todo"


def test_a_sentence_that_says_it_is_not_done_is_asked_about(talk: Any) -> None:
    task = talk.task(12)
    talk.reply("fait", card=task)
    reply = talk.reply("non pardon je me suis trompée c’est pas fait", card=task)
    assert reply.body.startswith("La tâche 12 est-elle à refaire")
    assert not comments(talk, task)
    talk.reply(reply.question.candidates[0].puts, card=task)
    assert talk.status(task) == "todo"


@pytest.mark.parametrize("text", ["ce sera fait vendredi", "je le ferai vendredi", "Ça sera prêt vendredi !"])
def test_a_promise_for_another_day_is_asked_about(talk: Any, text: str) -> None:
    """It was a comment, and the task was late on Thursday evening."""
    task = talk.task(12, "relancer", when={"due": "2026-11-26"})
    reply = talk.reply(text, card=task)
    assert reply.body.startswith("Tâche 12 «\u00a0relancer\u00a0»\u00a0: déplacée vendredi")
    assert not comments(talk, task)
    talk.reply(reply.question.candidates[0].puts)
    assert talk.state_of(task).value("when") == {"due": "2026-11-27"}


@pytest.mark.parametrize("text", ["ce sera fait jeudi", "ce sera fait par le technicien", "je le ferai"])
def test_a_promise_that_moves_nothing_is_a_comment(talk: Any, text: str) -> None:
    task = talk.task(12, "relancer", when={"due": "2026-11-26"})
    assert talk.reply(text, card=task).question is None
    assert len(comments(talk, task)) == 1


def test_two_days_in_an_answer_are_asked_about(talk: Any) -> None:
    task = talk.task(12)
    reply = talk.reply("finalement mardi 10h ou jeudi", card=task)
    assert reply.question is not None
    assert not comments(talk, task)


def test_who_has_it_already_is_told_so(talk: Any) -> None:
    task = talk.task(12, "relancer")
    talk.reply("je m’en occupe", card=task)
    assert talk.reply("je m’en charge", card=task).body == "La tâche 12 en est déjà là (en cours)\u00a0: relancer"
    talk.reply("fait", card=task)
    assert "déjà faite" in talk.reply("je m’en occupe", card=task).body


@pytest.mark.parametrize("text", ["fait attention à la marche", "fait, mais il reste la lampe", "bloquée ou pas"])
def test_half_a_status_is_a_comment(talk: Any, text: str) -> None:
    task = talk.task(12)
    talk.reply(text, card=task)
    assert talk.status(task) == "todo"
    assert comments(talk, task) == [text]


def test_a_guests_reason_is_a_comment(talk: Any) -> None:
    task = talk.task(12)
    reply = talk.reply("bloquée, on attend le devis", card=task, sender=UserId("@x:ailleurs.org"), own=False)
    assert talk.status(task) == "todo"
    assert reply.body == "💬 Noté sur la tâche 12."


@pytest.mark.parametrize("text", ["pour moi", "for me", "c’est pour moi", "assigner à moi", "give to me"])
def test_whoever_says_that_it_is_theirs_is_assigned(talk: Any, text: str) -> None:
    task = talk.task(12)
    talk.reply(text, card=task)
    assert talk.state_of(task).elements("assignees") == ["@secretaire:valbourg.localhost"]


@pytest.mark.parametrize("text", ["moi je ne peux pas", "il y en a un pour moi", "ce n’est pas pour moi", "moi ?"])
def test_what_only_speaks_of_oneself_is_a_comment(talk: Any, text: str) -> None:
    task = talk.task(12)
    talk.reply(text, card=task)
    assert comments(talk, task) == [text]
    assert not talk.state_of(task).elements("assignees")
