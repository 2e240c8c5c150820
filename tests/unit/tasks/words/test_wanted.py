"""What is surely to be done becomes a task at once; what may be something else is asked about, or is none."""

from typing import Any

import pytest

from bots.assistant.testing.people import plain
from tests.unit.tasks.conftest import DGS, SECRETAIRE

TAKEN = [  # what is said, the title, who does it, when it is due
    ("préparer la note de cadrage 2027 pour le 15", "préparer la note de cadrage 2027", (), "2026-12-15"),
    ("commander les ramettes de papier", "commander les ramettes de papier", (), None),
    ("et aussi commander les ramettes de papier, ça presse pas", "commander les ramettes de papier", (), None),
    ("@dgs inventaire des clés, vendredi", "inventaire des clés", (DGS,), "2026-11-27"),
    ("devis chaudière à relancer, pour jeudi, c’est pour @dgs", "devis chaudière à relancer", (DGS,), "2026-11-26"),
    ("vérif extincteurs mairie, moi, le 4", "vérif extincteurs mairie", (SECRETAIRE,), "2026-12-04"),
    ("vérif extincteurs mairie, secrétariat, le 4", "vérif extincteurs mairie", (SECRETAIRE,), "2026-12-04"),
    ("note qu’il faut que j’appelle EDF avant vendredi", "appeler EDF", (SECRETAIRE,), "2026-11-26"),
    ("note qu’il faut relancer EDF", "relancer EDF", (), None),
]


@pytest.mark.parametrize(("words", "title", "who", "due"), TAKEN)
def test_what_is_surely_to_be_done_is_a_task(
    talk: Any, words: str, title: str, who: tuple[str, ...], due: str | None
) -> None:
    reply = talk.reply(f"@beffroi {words}")
    assert reply.changes, plain(reply.body)
    task = talk.task_of(1)
    assert task.value("title") == title
    assert tuple(task.elements("assignees")) == who
    assert (task.value("when") or {}).get("due") == due


@pytest.mark.parametrize(
    "words",
    [
        "inviter @dgs jeudi",
        "trouver le PV du conseil",
        "réunion avec @dgs, vendredi",
        "annuler la réunion de jeudi",
        "rappeler le notaire jeudi",
        "reporter la visite au 15",
        "commander les ramettes ?",
        "montre tout ce qui est étiqueté PLU",
        "ouvre compte-rendu",
        "vire le champ mail",
        "retire la note d’orientation de la fiche",
        "livre les repas lundi",
        "ajoute l’étiquette cantine",
        "ajoute un champ budget estimé, facultatif",
        "tu peux préciser dessus qu’il a rappelé",
        "mercredi chez @dgs",
        "le courrier est parti",
    ],
)
def test_what_may_be_something_else_is_no_task(talk: Any, words: str) -> None:
    assert not talk.reply(f"@beffroi {words}").changes


@pytest.mark.parametrize(
    "words",
    [
        "faire le point des congés",
        "rendre les clés du gymnase",
        "répondre à la préfecture",
        "transmettre le dossier au SDIS",
        "relire le budget",
        "conduire le minibus au contrôle",
        "suivre le chantier de l’école",
        "joindre le notaire",
        "inclure la cantine dans le marché",
    ],
)
def test_a_verb_that_does_not_end_as_most_do_is_one(talk: Any, words: str) -> None:
    assert talk.reply(f"@beffroi {words}").changes
    assert talk.task_of(1).value("title") == words


def test_behind_the_noun_anything_is_a_title(talk: Any) -> None:
    talk.says("@beffroi tâche ajouter étiquette pour le colis")
    assert talk.task_of(1).value("title") == "étiquette pour le colis"


def test_people_among_themselves_are_left_alone(talk: Any) -> None:
    assert talk.says("commander les ramettes pour jeudi") is None


def test_a_hurry_that_there_is_not_is_a_low_priority(talk: Any) -> None:
    talk.says("@beffroi ajoute commander les ramettes, y a rien d’urgent")
    task = talk.task_of(1)
    assert (task.value("title"), task.value("priority")) == ("commander les ramettes", 9)


@pytest.mark.parametrize("name", ["la voisine", "Julie", "Mme Lemoine"])
def test_whoever_is_not_here_is_asked_about(talk: Any, name: str) -> None:
    reply = talk.reply(f"@beffroi tâche pour {name} : classer les dossiers")
    assert not reply.changes
    assert f"Personne ne s’appelle {name}" in plain(reply.body)
    assert reply.question is not None


@pytest.mark.parametrize("about", ["la fête des voisins", "le conseil", "la rentrée"])
def test_what_it_is_about_is_nobody(talk: Any, about: str) -> None:
    reply = talk.reply(f"@beffroi tâche pour {about} : commander les tables")
    assert talk.task_of(1).value("title") == f"pour {about} : commander les tables"
    assert reply.question is None


@pytest.mark.parametrize(
    "words",
    [
        "voilà ce qu’il faut pour les vœux : réserver le traiteur, imprimer les cartons, louer la sono",
        "réserver le traiteur, imprimer les cartons, louer la sono",
    ],
)
def test_a_list_is_asked_about(talk: Any, words: str) -> None:
    reply = talk.reply(f"@beffroi {words}")
    assert not reply.changes
    assert reply.question.candidates[0].command.count("!tâche ajouter") == 3


def test_a_day_for_all_of_a_list_is_that_of_each(talk: Any) -> None:
    reply = talk.reply("@beffroi ouvrir le courrier, taper le PV, appeler la préfecture. tout ça pour demain")
    assert reply.question.candidates[0].command.count("pour demain") == 3


RENAMED = [
    "renomme la tâche 1 en relire le budget",
    "la tâche 1 s’appelle relire le budget",
    "corrige le titre de la 1 : relire le budget",
    "remplace le titre de la tâche 1 par relire le budget",
    "change le nom de la tâche relire le budjet en relire le budget",
    "appelle la 1 relire le budget",
    "renomme relire le budjet en relire le budget",
]


@pytest.mark.parametrize("words", RENAMED)
def test_a_task_is_renamed(talk: Any, words: str) -> None:
    talk.task(1, "relire le budjet")
    talk.says(f"@beffroi {words}")
    assert talk.task_of(1).value("title") == "relire le budget"


@pytest.mark.parametrize(
    ("title", "words", "titles"),
    [
        ("voter le budget", "renomme le budget en Budget 2027", ["Budget 2027"]),
        ("relire la mise en page", "renomme la mise en page en maquette", ["maquette", "page en maquette"]),
    ],
)
def test_what_a_few_words_of_a_title_rename_is_asked(talk: Any, title: str, words: str, titles: list[str]) -> None:
    talk.task(1, title)
    reply = talk.reply(f"@beffroi {words}")
    assert not reply.changes
    assert [each.label.plain for each in reply.question.candidates] == titles

    talk.says(reply.question.candidates[0].command)
    assert talk.task_of(1).value("title") == titles[0]


def test_what_calls_all_of_a_title_renames_it(talk: Any) -> None:
    talk.task(1, "mise en page")
    talk.says("@beffroi renomme la mise en page en maquette")
    assert talk.task_of(1).value("title") == "maquette"


@pytest.mark.parametrize(
    "words", ["renomme le projet en City-stade", "appelle la mairie en urgence", "renomme le dossier projet en budget"]
)
def test_what_is_no_task_is_not_renamed(talk: Any, words: str) -> None:
    task_id = talk.task(1, "appeler la mairie pour le projet")
    talk.says(f"@beffroi {words}", card=task_id)
    talk.says(f"@beffroi {words}")
    assert talk.task_of(1).value("title") == "appeler la mairie pour le projet"


@pytest.mark.parametrize(
    ("words", "when"),
    [
        ("tâche 1 tous les mardis et jeudis", "2026-11-24T08:00"),
        ("tâche 1 tous les lundis", "2026-11-30T08:00"),
        ("tâche 1 tous les lundis à 9h", "2026-11-30T09:00"),
    ],
)
def test_what_comes_back_keeps_its_hour_and_is_not_due_before_it_was(talk: Any, words: str, when: str) -> None:
    """Monday 23 November, 11 o'clock."""
    talk.task(1, "arroser", when={"due": "2026-11-27T08:00", "zone": "Europe/Paris"})
    talk.says(f"@beffroi {words}")
    assert talk.task_of(1).value("when")["due"] == when


def test_a_day_that_comes_back_is_not_today_where_it_was_later(talk: Any) -> None:
    talk.task(1, "arroser", when={"due": "2026-11-27"})
    talk.says("@beffroi tâche 1 tous les lundis et jeudis")
    assert talk.task_of(1).value("when")["due"] == "2026-11-26"


@pytest.mark.parametrize(
    "words", ["qu’a fait @dgs ?", "qu’est-ce que @dgs a fait cette semaine ?", "qu’ont fait @dgs aujourd’hui ?"]
)
def test_what_somebody_has_done_is_listed(talk: Any, words: str) -> None:
    talk.task(1, "relire le budget")
    talk.says("!tâche 1 @dgs")
    talk.says("!fait 1")
    assert "relire le budget" in talk.body(f"@beffroi {words}")


@pytest.mark.parametrize(
    "words", ["qui doit faire quoi ?", "qui fait quoi cette semaine ?", "on en est où sur le budget"]
)
def test_what_is_to_be_done_is_listed(talk: Any, words: str) -> None:
    talk.task(1, "relire le budget", when={"due": "2026-11-27"})
    assert "relire le budget" in talk.body(f"@beffroi {words}")


@pytest.mark.parametrize(
    "words",
    ["ajoute un commentaire sur la 1 : il manque l’avis", "ajoute un commentaire sur le budget : il manque l’avis"],
)
def test_a_comment_is_noted_on_what_is_named(talk: Any, words: str) -> None:
    talk.task(1, "relire le budget")
    talk.says(f"@beffroi {words}")
    assert [comment.value("text") for comment in talk.state.all("comment")] == ["il manque l’avis"]


def test_a_comment_on_nothing_is_asked_about(talk: Any) -> None:
    task_id = talk.task(1, "relire le budget")
    assert not talk.reply("@beffroi ajoute un commentaire dessus : il manque l’avis").changes
    assert talk.reply("ajoute un commentaire dessus : vu", card=task_id).changes


def test_what_is_not_done_after_all_is_open_again(talk: Any) -> None:
    talk.task(1, "commander les ramettes", status="done")
    talk.says("@beffroi oups non les ramettes c’est pas fait")
    assert talk.task_of(1).value("status") == "todo"
