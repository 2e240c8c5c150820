"""Lists: what they hold, in which order, a page at a time."""

from typing import Any

import pytest

NBSP, NNBSP = "\u00a0", "\u202f"


@pytest.fixture
def room(talk: Any) -> Any:
    talk.task(1, "sans date")
    talk.task(2, "bientôt", when={"due": "2026-11-27"})
    talk.task(3, "en retard", when={"due": "2026-11-20"}, priority=9)
    talk.task(4, "ce matin", when={"due": "2026-11-23T09:00", "zone": "Europe/Paris"}, priority=1)
    talk.task(5, "cet après-midi", when={"due": "2026-11-23T15:00", "zone": "Europe/Paris"}, status="doing")
    talk.task(6, "dans un mois", when={"due": "2026-12-23"}, status="blocked")
    talk.task(7, "faite hier", status="done", completed="2026-11-22T09:00Z")
    talk.task(8, "faite ce matin", status="done", completed="2026-11-23T08:00Z")
    talk.task(9, "abandonnée", status="dropped")
    talk.reply("!tâche 2 @dgs #voirie"), talk.reply("!tâche 3, 5 @moi #eau"), talk.reply("!tâche dépend 1 de 2")
    return talk


LISTS = [  # text, numbers in order
    ("!tâches de décembre", [6]),
    ("!tâches en décembre", [6]),
    ("!tâches de novembre", [3, 4, 5, 2]),
    ("!tâches du mois de décembre", [6]),
    ("!tâches du mois prochain", [6]),
    ("!tâches de décembre 2027", []),
    ("!tâches semaine 48", [4, 5, 2]),
    ("!tâches de la semaine 48", [4, 5, 2]),
    ("!tâches s48", [4, 5, 2]),
    ("!tâches sem. 52", [6]),
    ("!tâches semaine 50", []),
    ("!tâches du 20 au 27 novembre", [3, 4, 5, 2]),
    ("!tâches de vendredi", [2]),
    ("!tâches avant vendredi", [3, 4, 5]),
    ("!tâches d'ici vendredi", [3, 4, 5, 2]),
    ("!tâches à partir de vendredi", [2, 6]),
    ("!tâches de décembre bloquées", [6]),
    ("!tâches @moi de novembre", [3, 5]),
    ("!tâches en retard de novembre", [3, 4]),
    ("!tâches faites en novembre", [8, 7]),
    ("!tâches faites lundi", [8]),
    ("!tasks in December", [6]),
    ("!tasks for December", [6]),
    ("!tasks week 48", [4, 5, 2]),
    ("!tasks before Friday", [3, 4, 5]),
    ("!tasks due by Friday", [3, 4, 5, 2]),
    ("!tâches", [3, 4, 5, 2, 6, 1]),
    ("!tâches par numéro", [1, 2, 3, 4, 5, 6]),
    ("!tâches par priorité", [4, 5, 2, 6, 1, 3]),
    ("!tasks by due date", [3, 4, 5, 2, 6, 1]),
    ("!tâches en retard", [3, 4]),
    ("!tasks overdue", [3, 4]),
    ("!tâches @moi", [3, 5]),
    ("!tâches de @dgs", [2]),
    ("!tasks of @dgs", [2]),
    ("!tasks mine", [3, 5]),
    ("!tâches pour moi", [3, 5]),
    ("!tâches à moi en retard", [3]),
    ("!tâches en retard pour moi", [3]),
    ("!tâches assignées à moi", [3, 5]),
    ("!tasks for me", [3, 5]),
    ("!task list me by number", [3, 5]),
    ("!mes tâches", [3, 5]),
    ("!mes tâches en retard", [3]),
    ("!my tasks late #water", []),
    ("beffroi, mes tâches de personne", []),
    ("!tâches @moi en retard #eau", [3]),
    ("!tâches #Eau", [3, 5]),
    ("!tâches #rien", []),
    ("!tâches bloquées", [6, 1]),
    ("!tâches demain", []),
    ("!tâches de la semaine prochaine", []),
    ("!tâches de cette semaine", [4, 5, 2]),
    ("!tâches sans date", [1]),
    ("!tasks undated", [1]),
    ("!tâches sans responsable", [4, 6, 1]),
    ("!tâches sans responsable sans date", [1]),
    ("!tasks unassigned blocked", [6, 1]),
    ("!tâches en cours", [5]),
    ("!tâches à faire", [3, 4, 2, 1]),
    ("!tâches faites", [8, 7]),
    ("!tâches faites aujourd'hui", [8]),
    ("!tasks done this week", [8]),
    ("!tâches abandonnées", [9]),
    ("!tâches toutes par numéro", [1, 2, 3, 4, 5, 6, 7, 8, 9]),
    ("!tâches aujourd’hui", [4, 5]),
    ("!tâches cette semaine", [4, 5, 2]),
    ("!tâches !haute", [4]),
    ("!tâche liste en retard", [3, 4]),
]


@pytest.mark.parametrize(("text", "numbers"), LISTS)
def test_a_list_holds_what_fits(room: Any, text: str, numbers: list[int]) -> None:
    lines = room.reply(text).body.splitlines()
    assert [int(each.split()[1]) for each in lines if each.startswith("•")] == numbers


def test_what_is_late_is_marked(room: Any) -> None:
    lines = room.reply("!tâches").body.splitlines()
    assert lines[1] == "• 3 · en retard · en retard · vendredi 20 novembre 2026 · priorité basse → @secretaire"
    assert sum(" · en retard · " in each for each in lines) == 2


def test_pages(talk: Any) -> None:
    for number in range(1, 46):
        talk.task(number)
    assert talk.reply("!tâches").body.splitlines()[1].startswith("• 1 ")
    second = talk.reply("!tâches page 2")
    assert [second.body.splitlines()[each][:4] for each in (1, -2)] == ["• 21", "• 40"]
    assert second.body.endswith(f"Page 2 sur 3{NNBSP}; dites suite pour la suivante.")
    assert "Page 3 sur 3" in talk.reply("!tâches page 99").body


def test_a_name_that_nobody_has_is_asked_about(room: Any) -> None:
    asked = room.reply("!tâches @personne").body.splitlines()
    assert asked[0] == "Personne ne s’appelle @personne dans ce salon."
    assert "@dgs" in asked[1], "who is here is said"


def test_english(room: Any) -> None:
    body = room.reply("!tasks late @me", locale="en").body
    assert body == "1 task fits:\n• 3 · en retard · late · Friday 20 November 2026 · low priority → @secretaire"


def test_what_waits_says_for_what_until_that_is_done(talk: Any) -> None:
    for words in ("ajouter devis", "ajouter travaux", "dépend 2 de 1"):
        talk.reply(f"!tâche {words}")
    assert "2 · travaux · attend la 1" in talk.reply("!tâches").body
    talk.reply("!tâche fait 1")
    assert "attend" not in talk.reply("!tâches").body


@pytest.mark.parametrize(
    "said", ["qu'est ce qu'il reste a faire pour @dgs ?", "que reste-t-il à faire pour @dgs", "quoi à faire pour @dgs"]
)
def test_what_is_left_for_somebody_is_theirs(talk: Any, said: str) -> None:
    talk.reply("!tâche ajouter relire @dgs")
    talk.reply("!tâche ajouter saler @moi")
    assert "saler" not in talk.reply(f"@beffroi {said}").body
    assert "relire" in talk.reply(f"@beffroi {said}").body


def test_one_asks_in_spoken_words_for_what_is_ones_own(talk: Any) -> None:
    talk.reply("!tâche ajouter relire @dgs")
    talk.reply("!tâche ajouter saler @moi")
    asked = talk.reply("@beffroi c'est quoi mes taches ?").body
    assert "saler" in asked
    assert "relire" not in asked
