"""What happens to tasks: numbers, edits, undo, rights, and what others may have written."""

from dataclasses import replace
from typing import Any

import pytest

from bots.register.replica.places import ERASED
from config.identifiers import UserId

OTHER = UserId("@beffroi:rivemont.localhost")
DGS = UserId("@dgs:rivemont.localhost")
NBSP, NNBSP = "\u00a0", "\u202f"


def test_the_example_of_the_design(talk: Any) -> None:
    talk.task(11)
    reply = talk.reply("!tâche ajouter relancer le SDIS @dgs")
    assert reply.body == f"✔ Tâche 12 ajoutée{NBSP}: relancer le SDIS → @dgs"
    assert '→ <a href="https://matrix.to/#/@dgs:rivemont.localhost">DGS</a>' in reply.html
    assert reply.mentions == (DGS,)
    assert reply.shows == (("task", reply.changes[0].id),)


def test_english_is_complete(talk: Any) -> None:
    assert talk.reply("!tâche ajouter relancer @dgs", locale="en").body == "✔ Task 1 added: relancer → @dgs"


def test_what_people_write_is_escaped(talk: Any) -> None:
    reply = talk.reply("!tâche ajouter <script>&amp; {title} {0.x} @technicien")
    assert "&lt;script&gt;&amp;amp; {title} {0.x}" in reply.html
    assert ">Léa &lt;Martin&gt;</a>" in reply.html


def test_nobody_is_told_of_what_they_gave_themselves(talk: Any) -> None:
    assert talk.reply("!tâche ajouter relancer @moi").mentions == ()


def test_two_of_the_same_name_are_asked_about(talk: Any) -> None:
    reply = talk.reply("!tâche ajouter relancer @technicien", sender=UserId("@x:else.org"))
    assert "1️⃣ @technicien:rivemont.localhost\n2️⃣ @technicien:valbourg.localhost" in reply.body
    assert not reply.changes


@pytest.mark.parametrize("name", ["@personne", "@dgs:valbourg.localhost", "@a:b:c!"])
def test_a_name_that_nobody_has_is_said(talk: Any, name: str) -> None:
    reply = talk.reply(f"!tâche ajouter relancer {name}")
    said = f"Personne ne s’appelle {name.rstrip('!')} dans ce salon. Rien n’est encore enregistré."
    assert reply.body.splitlines()[0] == said
    assert "@dgs" in reply.body.splitlines()[1], "whoever is here, or may be meant"
    assert not reply.changes


@pytest.mark.parametrize("text", ["!tâche ajouter", "!tâche ajouter @dgs", "!task add  :"])
def test_a_missing_title_is_asked_for(talk: Any, text: str) -> None:
    reply = talk.reply(text)
    assert reply.body.startswith("Que faut-il faire")
    assert not reply.changes


def test_a_title_has_a_length(talk: Any) -> None:
    assert talk.reply("!tâche ajouter " + "x" * 500).changes
    assert "501 caractères, pour 500 au plus" in talk.reply("!tâche ajouter " + "x" * 501).body


def test_a_long_list_is_cut_with_a_count(talk: Any) -> None:
    for number in range(1, 31):
        talk.task(number, "&" * 500)
    reply = talk.reply("!tâches")
    assert reply.body.startswith(f"30 tâches ouvertes{NBSP}:")
    assert reply.body.endswith("Page 1 sur 2\u202f; dites suite pour la suivante.")
    assert reply.html.count("<li>") == len(reply.shows) == 20
    assert len((reply.body + reply.html).encode()) < 30_000


def test_an_unknown_number_says_which_exist(talk: Any) -> None:
    talk.task(3)
    talk.task(5)
    assert talk.reply("!tâche fait 99").body == f"Il n’y a pas de tâche 99.\nTâches ouvertes{NBSP}: 3, 5"
    assert talk.reply("!tâche fait 99999999999999999999").body.startswith("J’attendais des numéros")


def test_what_is_clear_is_done_and_the_rest_is_asked(talk: Any) -> None:
    known = talk.task(3, "curer")
    reply = talk.reply("!tâche fait 3 et 99")
    assert [each.id for each in reply.changes] == [known]
    assert reply.body.splitlines()[:2] == [f"✔ Tâche 3 faite{NBSP}: curer", "Il n’y a pas de tâche 99."]


@pytest.mark.parametrize("text", ["!tâche fait", "!task done"])
def test_a_missing_number_is_asked_for(talk: Any, text: str) -> None:
    talk.task(3)
    assert talk.reply(text).body.endswith(f"Tâche ouverte{NBSP}: 3")


@pytest.mark.parametrize("text", ["!tâche fait demain", "!tâche fait 14-12", "!tâche fait 12 à 34", "!tâche fait ١٢"])
def test_what_is_no_number_is_said(talk: Any, text: str) -> None:
    talk.task(12)
    reply = talk.reply(text)
    assert reply.body.startswith("J’attendais des numéros de tâches")
    assert not reply.changes


def test_done_twice_says_so(talk: Any) -> None:
    talk.task(12, "relancer")
    talk.reply("!tâche fait 12")
    reply = talk.reply("!tâche fait 12")
    assert reply.body == f"La tâche 12 était déjà faite{NBSP}: relancer"
    assert not reply.changes


def test_a_number_given_twice_is_asked_about_and_shown_with_its_collectivity(talk: Any) -> None:
    ours, theirs = talk.task(12, "curer"), talk.task(12, "relancer", author=OTHER)
    reply = talk.reply("!tâche fait 12")
    assert not reply.changes
    assert "1️⃣ 12-rivemont · relancer\n2️⃣ 12-valbourg · curer" in reply.body
    assert "12-valbourg" in talk.reply("!tâches").body
    assert talk.reply("!tâche fait 12-valbourg").changes[0].id == ours
    assert talk.reply("!tâche fait 12-rivemont.localhost").changes[0].id == theirs
    assert talk.reply("!tâche ajouter suite").body.startswith("✔ Tâche 13")


def test_collectivities_of_the_same_first_label_are_named_in_full(talk: Any) -> None:
    talk.task(12, author=UserId("@b:valbourg.fr"))
    talk.task(12, author=UserId("@b:valbourg.be"))
    talk.task(13)
    talk.task(13)
    body = talk.reply("!tâches").body
    assert "12-valbourg.be" in body
    assert "12-valbourg.fr" in body
    assert body.count("13-valbourg.localhost-") == 2


def test_an_edit_changes_the_same_task(talk: Any) -> None:
    first = talk.reply("!tâche ajouter relancer le SDIS @dgs")
    command = talk.last
    reply = talk.edits(command, "!tâche ajouter relancer le SDIS 62 @maire")
    (change,) = reply.changes
    assert change.id == first.changes[0].id
    assert change.set == {"title": "relancer le SDIS 62"}
    assert reply.mentions == (UserId("@maire:rivemont.localhost"),)
    assert talk.reply("!tâches").body.endswith("• 1 · relancer le SDIS 62 → @maire")
    assert talk.edits(command, "!tâche ajouter relancer le SDIS 62 @maire").changes == ()


def test_an_edit_of_the_title_does_not_reopen(talk: Any) -> None:
    task = talk.reply("!tâche ajouter relancr").changes[0].id
    command = talk.last
    talk.reply("!tâche fait 1")
    talk.edits(command, "!tâche ajouter relancer")
    assert talk.status(task) == "done"


def test_an_edit_to_another_command_undoes_the_first(talk: Any) -> None:
    other = talk.task(1)
    task = talk.reply("!tâche ajouter relancer").changes[0].id
    command = talk.last
    reply = talk.edits(command, "!tâche fait 1")
    assert reply.body.splitlines() == ["↩ Tâche 2 retirée.", f"✔ Tâche 1 faite{NBSP}: x"]
    assert (talk.status(task), talk.status(other)) == ("dropped", "done")
    talk.deletes(command)
    assert (talk.status(task), talk.status(other)) == ("dropped", "todo")


def test_an_edit_to_conversation_undoes_and_back_again_restores(talk: Any) -> None:
    task = talk.reply("!tâche ajouter relancer").changes[0].id
    command = talk.last
    assert talk.edits(command, "bonjour").body == "↩ Tâche 1 retirée."
    assert talk.status(task) == "dropped"
    talk.edits(command, "!tâche ajouter relancer")
    assert talk.status(task) == "todo"


def test_a_question_about_an_edit_changes_nothing(talk: Any) -> None:
    task = talk.reply("!tâche ajouter relancer").changes[0].id
    command = talk.last
    assert not talk.edits(command, "!tâche ajoter relancer").changes
    assert not talk.edits(command, "!tâche ajouter relancer @personne").changes
    assert talk.status(task) == "todo"
    assert talk.deletes(command).body == "↩ Tâche 1 retirée."


def test_an_edited_number_moves_the_mark(talk: Any) -> None:
    twelve, thirteen, fourteen = talk.task(12, status="blocked"), talk.task(13), talk.task(14)
    talk.reply("!tâche fait 12, 13")
    command = talk.last
    reply = talk.edits(command, "!tâche fait 13, 14")
    assert reply.body.splitlines()[0] == "↩ La tâche 12 est de nouveau à faire."
    assert [talk.status(each) for each in (twelve, thirteen, fourteen)] == ["blocked", "done", "done"]
    talk.deletes(command)
    assert [talk.status(each) for each in (twelve, thirteen, fourteen)] == ["blocked", "todo", "todo"]


def test_deleting_ones_command_undoes_it(talk: Any) -> None:
    task = talk.reply("!tâche ajouter relancer M. Dupont").changes[0].id
    command = talk.last
    reply = talk.deletes(command)
    assert reply.body == "↩ Tâche 1 retirée."
    assert talk.status(task) == "dropped"
    assert talk.deletes(command) is None


def test_deleting_a_command_that_did_nothing_says_nothing(talk: Any) -> None:
    talk.reply("!tâches")
    assert talk.deletes(talk.last) is None


@pytest.mark.parametrize("key", ["✅", "✅\ufe0f", "✔", "✔️", "☑️", "✅🏽"])
def test_a_tick_on_the_card_marks_it_done_once(talk: Any, key: str) -> None:
    task = talk.task(12)
    assert talk.reacts(key, task).body.startswith("✔ Tâche 12 faite")
    reaction = talk.last
    assert talk.reacts(key, task) is None
    assert talk.deletes(reaction).body == "↩ La tâche 12 est de nouveau à faire."


@pytest.mark.parametrize("key", ["👍", "❤️", "✅✅", "fait", "", "x" * 9999])
def test_other_reactions_mean_nothing(talk: Any, key: str) -> None:
    assert talk.reacts(key, talk.task(12)) is None


def test_a_reaction_on_what_is_no_task_means_nothing(talk: Any) -> None:
    assert talk.reacts("✅", "00000000-0000-4000-8000-999999999999") is None


def test_a_reply_to_the_card_needs_no_number(talk: Any) -> None:
    task = talk.task(12)
    assert talk.reply("!tâche fait", card=task).changes[0].id == task


def test_guests_add_see_and_finish_what_is_theirs(talk: Any) -> None:
    guest = {"own": False, "sender": UserId("@invite:tiers.org")}
    mine, theirs = talk.task(12), talk.task(13)
    talk.fold(
        replace(talk.reply("!tâche ajouter à moi").changes[0], id=mine, add={"assignees": ("@invite:tiers.org",)})
    )
    assert talk.reply("!tâche fait 12", **guest).changes
    assert not talk.reply("!tâche fait 13", **guest).changes
    assert not talk.reacts("✅", theirs, **guest).changes
    assert talk.reply("!tâches", **guest).shows
    reply = talk.reply("!tâche ajouter relancer @dgs", **guest)
    assert reply.changes[0].add == {}
    assert reply.body.startswith("En tant qu’invité")


def test_a_late_answer_says_so(talk: Any) -> None:
    assert talk.reply("!tâches", late=True).body.startswith("(reçu en retard)\n")


JUNK = [True, 0, -1, 10**6, 2**53 - 1, 2**53, "12", None, [1], {"a": 1}, ERASED]


@pytest.mark.parametrize("junk", JUNK)
def test_what_another_server_wrote_may_be_anything(talk: Any, junk: Any) -> None:
    """It is read as if nobody had written it, and the next number stays one that people can say."""
    talk.task(junk, "numéro étrange")
    talk.task(7, junk)
    talk.task(8, "statut étrange", status=junk, assignees=junk)
    talk.fold(replace(talk.reply("!tâche ajouter x").changes[0], add={"assignees": (junk, "@dgs:rivemont.localhost")}))
    number = talk.reply("!tâche ajouter y").changes[0].first["number"]
    assert 0 < number < 1000
    assert "statut étrange" in talk.reply("!tâches").body


def test_the_last_number_is_not_the_end(talk: Any) -> None:
    talk.task(999_999)
    talk.task(1)
    assert talk.reply("!tâche ajouter x").changes[0].first["number"] == 2
