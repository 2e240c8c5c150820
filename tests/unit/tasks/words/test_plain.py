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


@pytest.mark.parametrize("words", ["change la date de vérifier les extincteurs", "modifie l'échéance des extincteurs"])
def test_until_when_is_asked_where_it_is_not_said(some: Any, words: str) -> None:
    asked = some.reply(words, direct=True)
    assert "pour quand" in asked.body
    assert "vérifier les extincteurs" in asked.body
    assert not asked.changes
    assert "jeudi 26 novembre" in yes(some, asked, "jeudi").body
    assert "3 décembre" in yes(some, some.reply(words, direct=True), "d'une semaine").body


def test_of_several_tasks_without_a_date_it_is_asked_which(some: Any) -> None:
    asked = some.reply("change la date du traiteur", direct=True)
    assert asked.body.startswith("De quelle tâche s’agit-il")


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


DASHED = "- commander le papier A4\n- appeler la poste mercredi 9h\n- ranger les archives avant noël @dgs"


@pytest.mark.parametrize("words", [DASHED, f"!tâche ajouter\n{DASHED}"])
def test_lines_that_all_begin_with_a_dash_are_that_many_tasks(talk: Any, words: str) -> None:
    """It proposed one thing, and made another: a task with the others below it, without their days."""
    reply = talk.reply(words, direct=words == DASHED)
    assert reply.question is None
    made = sorted(talk.state.all("task"), key=lambda task: task.first("number"))
    assert [task.value("title") for task in made] == [
        "commander le papier A4",
        "appeler la poste",
        "ranger les archives",
    ]
    assert [(task.value("when") or {}).get("due") for task in made] == [None, "2026-11-25T09:00", "2026-12-24"]
    assert made[2].elements("assignees") == ["@dgs:rivemont.localhost"]


def test_dashes_below_a_title_are_its_checklist_and_in_a_room_conversation(talk: Any) -> None:
    talk.reply("!tâche ajouter inviter les élus\n- salle\n- café")
    assert len(list(talk.state.all("task"))) == 1
    assert talk.says(DASHED) is None


def test_a_doubt_in_one_of_the_lines_is_asked_about_that_line(talk: Any) -> None:
    asked = talk.reply("- payer le loyer\n- appeler la poste jeudi ou vendredi", direct=True)
    assert len(list(talk.state.all("task"))) == 1
    talk.edits(talk.last, asked.question.candidates[1].command, direct=True)
    assert [task.value("title") for task in talk.state.all("task")] == ["payer le loyer", "appeler la poste"]


def test_a_task_and_a_reminder_in_one_sentence_are_asked_about(talk: Any) -> None:
    asked = talk.reply("ajouter appeler edf et rappelle moi mardi 9h", direct=True)
    assert not asked.changes
    assert [each.command for each in asked.question.candidates] == [
        "!tâche ajouter appeler edf\nrappelle-moi mardi 9h de appeler edf",
        "!tâche ajouter appeler edf",
        "rappelle-moi mardi 9h de appeler edf",
    ]


TITLES = [
    ("!tâche ajouter commander les gobelets stp merci bcp", "commander les gobelets"),
    ("!tâche ajouter commander les gobelets, merci beaucoup", "commander les gobelets"),
    ("@beffroi peux-tu noter pour @dgs de réparer le robinet svp merci", "réparer le robinet"),
    ("!tâche ajouter pour @dgs d’appeler le maire", "appeler le maire"),
    ("!tâche ajouter écrire une carte de merci", "écrire une carte de merci"),
    ("!tâche ajouter « pour de vrai »", "pour de vrai"),
]


@pytest.mark.parametrize(("words", "title"), TITLES)
def test_a_title_holds_what_is_to_be_done(talk: Any, words: str, title: str) -> None:
    talk.reply(words)
    (task,) = talk.state.all("task")
    assert task.value("title") == title


@pytest.mark.parametrize("words", ["!tâche 5 bloquée par l’assurance", "!tâche bloquer 5 : par l’assurance"])
def test_what_stands_behind_blocked_is_why(talk: Any, words: str) -> None:
    task = talk.task(5, "devis")
    talk.reply(words)
    assert talk.status(task) == "blocked"
    assert [comment.value("text") for comment in talk.state.all("comment")] == ["par l’assurance"]


def test_what_stands_behind_a_number_and_a_colon_is_noted(talk: Any) -> None:
    talk.task(12, "x")
    talk.reply("!tâche 12 : M. Lemaire ne peut pas")
    assert [comment.value("text") for comment in talk.state.all("comment")] == ["M. Lemaire ne peut pas"]


def test_the_next_page_is_called_by_what_people_say(talk: Any) -> None:
    for number in range(1, 46):
        talk.task(number, f"t{number}")
    first = talk.reply("!tâches")
    for words in ("suite", "les autres", "page 2", "page suivante"):
        assert read(talk.request(words), first.question, How.NEXT, lambda: False) == Taken("!tâches page 2")
    for words in ("merci", "fait chaud", "oui"):
        assert read(talk.request(words), first.question, How.REPLY, lambda: False) is None
    assert "page 3" in talk.reply("!tâches page 2").question.candidates[0].command
    assert talk.reply("!tâches page 3").question is None


DUTIES = ["faut payer edf avant vendredi", "il faut relancer le SDIS", "on doit prévenir le maire demain"]


@pytest.mark.parametrize("said", DUTIES)
def test_what_must_be_done_is_offered_where_others_read_along_too(talk: Any, said: str) -> None:
    asked = talk.reply(f"@beffroi {said}")

    assert "Faut-il l’ajouter aux tâches" in asked.body
    assert not asked.changes
    assert yes(talk, asked).body.startswith("✔ Tâche 1 ajoutée")


@pytest.mark.parametrize("said", ["le maire est malade demain", "donne la parole à @dgs", "mariage Dupont"])
def test_what_only_looks_like_a_slip_is_offered_as_nothing_else(talk: Any, said: str) -> None:
    assert "Vouliez-vous dire" not in talk.reply(f"@beffroi {said}").body


PASSED_ON = [
    ("dis à @dgs de rappeler le préfet avant jeudi", "rappeler le préfet"),
    ("demande à @dgs d'ouvrir la salle des fêtes le 17 à 19h stp", "ouvrir la salle des fêtes"),
]


@pytest.mark.parametrize(("said", "title"), PASSED_ON, ids=[said for said, _ in PASSED_ON])
def test_what_somebody_is_to_be_told_is_offered_as_their_task(talk: Any, said: str, title: str) -> None:
    asked = talk.reply(f"@beffroi {said}")

    assert "Faut-il l’ajouter à ses tâches" in asked.body
    assert not asked.changes
    done = yes(talk, asked)
    assert done.body.startswith(f"✔ Tâche 1 ajoutée{NBSP}: {title}")
    assert "@dgs" in done.body


def two(talk: Any) -> dict[str, Any]:
    """Return what an answer to the message that shows both tasks is given."""
    made = [talk.task(1, "remplacer la vanne"), talk.task(2, "écrire le discours", when={"due": "2026-11-30"})]
    return {"shown": tuple(("task", task) for task in made)}


def test_of_several_tasks_in_one_message_a_number_says_which(talk: Any) -> None:
    """It was silent."""
    shown = two(talk)
    assert talk.reply("la 1 est faite", **shown).body.startswith(f"✔ Tâche 1 faite{NBSP}: remplacer la vanne")
    assert talk.says("la 7 est faite", **shown) is None


@pytest.mark.parametrize("said", ["le discours pour le 12 plutôt", "finalement le discours le 12", "la 2 pour le 12"])
def test_of_several_tasks_in_one_message_words_say_which(talk: Any, said: str) -> None:
    shown = two(talk)
    reply = talk.reply(said, **shown)
    reply = reply if reply.changes else yes(talk, reply)
    assert reply.body.startswith("✔ Tâche 2 modifiée")
    assert "samedi 12 décembre" in reply.body


@pytest.mark.parametrize("said", ["le maire n’est pas là lundi", "le discours pour lundi ?", "écrire le maire lundi"])
def test_what_names_none_of_them_is_conversation(talk: Any, said: str) -> None:
    assert talk.says(said, **two(talk)) is None


@pytest.mark.parametrize("name", ["Mme Lemoine", "Sophie Bernard", "madame Roy-Durand"])
def test_whoever_is_given_a_task_and_is_not_here_is_named(some: Any, name: str) -> None:
    asked = some.reply(f"!tâche assigner 1 à {name}")
    assert f"Personne ne s’appelle {name}" in asked.body
    assert not asked.changes
    assert "@dgs" in yes(some, asked, "@dgs").body
