"""Who does it is taken out of the title, and so is what only leads to it: « note pour moi de … »."""

import pytest

from bots.assistant.testing.people import MEMBERS, plain
from bots.assistant.testing.talk import Talk
from bots.objectives.commands import objectives
from bots.tasks.commands import TASKS
from bots.tasks.saying.census import CENSUS
from config.identifiers import UserId


@pytest.fixture
def talk() -> Talk:
    """A room in which the one who leads the office is of our town: no partner's is meant by what they do."""
    return Talk([TASKS, objectives(CENSUS)])


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("relancer le maçon, c'est la dgs qui s'en occupe", "relancer le maçon → @dgs"),
        ("relancer le maçon, c'est moi qui m'en occupe", "relancer le maçon → @secretaire"),
        ("relancer le macon c'est la dgs qui s'en charge", "relancer le macon → @dgs"),
        ("relancer le maçon, je m'en occupe", "relancer le maçon → @secretaire"),
        ("relancer le maçon, la directrice générale s'en occupera", "relancer le maçon → @dgs"),
        ("relancer le maçon, suivi par @dgs", "relancer le maçon → @dgs"),
        ("relancer le maçon, confié à la dgs", "relancer le maçon → @dgs"),
        ("préparer le conseil que la dgs gère", "préparer le conseil que la dgs gère"),
        ("visite du dossier suivi par la dgs", "visite du dossier suivi par la dgs"),
        ("relancer le maçon, c'est le voisin qui s'en occupe", "relancer le maçon, c'est le voisin qui s'en occupe"),
        ("choisir l'architecte, la dgs s'en charge, avec les plans", "choisir l'architecte, avec les plans → @dgs"),
        ("pour moi de relancer EDF", "relancer EDF → @secretaire"),
        ("d'appeler EDF", "appeler EDF"),
        ("aussi relancer EDF", "relancer EDF"),
        ("de notre part un mot au maire", "de notre part un mot au maire"),
    ],
)
def test_who_does_it_is_no_part_of_the_title(talk: Talk, said: str, told: str) -> None:
    assert f"Tâche 1 ajoutée : {told}\n" in f"{plain(talk.body(f'!tâche ajouter {said}'))}\n".replace(" (DGS)", "")


def test_what_is_put_into_one_s_tasks_politely_is_one_s_own(talk: Talk) -> None:
    said = "pourriez-vous s'il vous plaît inscrire dans mes tâches la commande des couronnes, échéance le 4 décembre ?"
    told = plain(talk.body(f"Bonjour @beffroi, {said} Je vous remercie."))
    assert "Tâche 1 ajoutée : la commande des couronnes (" in told
    assert "→ @secretaire" in told


@pytest.mark.parametrize(
    ("said", "offered"),
    [
        ("il faut que je prépare les convocations", "✅ nouvelle tâche : préparer les convocations → @secretaire"),
        ("il faut que je fasse le budget", "✅ nouvelle tâche : faire le budget → @secretaire"),
        ("il faudrait que je rappelle EDF", "✅ nouvelle tâche : rappeler EDF → @secretaire"),
        ("il faut que je finisse le PV", "✅ nouvelle tâche : finir le PV → @secretaire"),
        ("il faut que je transmette le dossier", "✅ nouvelle tâche : transmettre le dossier → @secretaire"),
    ],
)
def test_what_one_must_do_is_one_s_own(talk: Talk, said: str, offered: str) -> None:
    assert offered in plain(talk.body(f"@beffroi {said}"))


@pytest.mark.parametrize(
    "said", ["tâches de la dgs", "les taches de @dgs", "tâches du dgs", "quelles sont les tâches de la dgs ?"]
)
def test_somebody_s_tasks_are_asked_by_who_they_are(talk: Talk, said: str) -> None:
    talk.says("!tâche ajouter relancer EDF @dgs")
    talk.says("!tâche ajouter autre chose")
    told = plain(talk.body(f"@beffroi {said}"))
    assert "relancer EDF" in told
    assert "autre chose" not in told


@pytest.mark.parametrize(
    "said", ["réduire les délais d'ici fin juin, c'est la dgs qui s'en occupe", "réduire les délais, confié à la dgs"]
)
def test_who_leads_an_objective_is_no_part_of_its_title(talk: Talk, said: str) -> None:
    told = plain(talk.body(f"!objectif ajouter {said}"))
    assert "Objectif 1 ajouté : réduire les délais\n" in told
    assert "@dgs" in told


@pytest.mark.parametrize("said", ["tâches de la semaine", "tâches du 20 au 27 novembre"])
def test_a_time_behind_tasks_is_nobody(talk: Talk, said: str) -> None:
    talk.says("!tâche ajouter relancer EDF pour mercredi")
    assert "relancer EDF" in plain(talk.body(f"!{said}"))


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("préparer le budget, voirie, écoles", "préparer le budget, voirie, écoles"),
        ("mettre à jour les tarifs cantine, Voirie", "mettre à jour les tarifs cantine, Voirie"),
        ("inviter Paul, Marie", "inviter Paul, Marie"),
        ("relancer le maçon, Paul, vite", "relancer le maçon, vite → @paul"),
        ("relancer le maçon, Marie", "relancer le maçon → @mdurand"),
        ("relancer le maçon, moi", "relancer le maçon → @secretaire"),
    ],
)
def test_a_word_between_commas_is_somebody_by_their_name_only(talk: Talk, said: str, told: str) -> None:
    town = next(iter(MEMBERS)).server
    more = {"paul": "Paul Martin", "mdurand": "Marie Durand", "voirie": "Voirie"}
    talk.members = {**MEMBERS, **{UserId(f"@{local}:{town}"): shown for local, shown in more.items()}}
    said = plain(talk.body(f"!tâche ajouter {said}"))
    assert f"✔ Tâche 1 ajoutée : {told}" in {line.partition(" (")[0] for line in said.splitlines()}
