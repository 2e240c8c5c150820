"""What an objective may cost: said in a sentence, changed, listed, in the history, put back and taken back."""

import pytest

from bots.assistant.testing.talk import Talk
from bots.objectives.commands import objectives
from bots.tasks.saying.census import CENSUS


@pytest.fixture
def talk() -> Talk:
    return Talk([objectives(CENSUS)])


@pytest.fixture
def english() -> Talk:
    return Talk([objectives(CENSUS)], locale="en")


def stands(talk: Talk, number: int = 1) -> tuple[object, object]:
    found = talk.object("objective", number)
    return found.value("title"), found.value("budget")


SAID = [
    ("rénover l’école budget 12 000 €", 1_200_000),
    ("rénover l’école budget 12\u202f000\u00a0€", 1_200_000),
    ("rénover l’école budget de 1 500,50 euros", 150_050),
    ("rénover l’école budget : 12 000 € pour le 30 juin 2027", 1_200_000),
    ("rénover l’école budget : 12 000 pour le 30 juin 2027 @dgs", 1_200_000),
    ("rénover l’école, budget 12 k€, pour le 30 juin 2027", 1_200_000),
    ("rénover l’école avec un budget de 12 000 € @dgs", 1_200_000),
    ("rénover l’école pour un budget de 1,5 M€", 150_000_000),
    ("rénover l’école @dgs mesure « 40 % de moins » budget « 12000 »", 1_200_000),
]


@pytest.mark.parametrize(("words", "cents"), SAID)
def test_a_sentence_says_it(talk: Talk, words: str, cents: int) -> None:
    talk.says(f"!objectif ajouter {words}")
    assert stands(talk) == ("rénover l’école", cents)


@pytest.mark.parametrize("words", ["budget €12,000", "with a budget of €12,000 by 30 June 2027", "budget: 12,000.00"])
def test_it_is_said_in_english(english: Talk, words: str) -> None:
    assert "budget: €12,000" in english.body(f"!objective add renew the school {words}")
    assert stands(english) == ("renew the school", 1_200_000)


TITLES = ["voter le budget 2027", "voter le budget de 12 000 €", "budget 2027", "cut this budget of €12,000"]


@pytest.mark.parametrize("title", TITLES)
def test_a_budget_that_is_talked_about_is_a_title(talk: Talk, title: str) -> None:
    talk.says(f"!objectif ajouter {title}")
    assert stands(talk) == (title, None)


@pytest.mark.parametrize("said", ["budget 1 15000", "1 budget 15 000 €", "1 budget : 15 000", "budget 1 €15,000.00"])
def test_it_is_changed_told_in_the_history_and_restored(talk: Talk, said: str) -> None:
    talk.says("!objectif ajouter rénover l’école budget 12 000 €")
    assert "budget : 15 000 €" in talk.body(f"!objectif {said}")
    assert "budget : 12 000 € → 15 000 €" in talk.body("!objectif historique 1")
    talk.says("!objectif restaurer 1 budget")
    assert stands(talk)[1] == 1_200_000


def test_deleting_the_command_puts_the_one_before_back(talk: Talk) -> None:
    talk.says("!objectif ajouter rénover l’école budget 12 000 €")
    talk.says("!objectif budget 1 15 000,50 €")
    undone = talk.deletes(talk.last)
    assert undone is not None
    assert "modification annulée" in undone.body
    assert stands(talk)[1] == 1_200_000


def test_its_card_and_the_lists_show_it(talk: Talk) -> None:
    talk.says("!objectif ajouter rénover l’école budget 12 000 €")
    talk.says("!objectif ajouter ouvrir la crèche")
    assert "budget : 12 000 €" in talk.card("objective", 1)
    assert "1 · rénover l’école · aucune tâche pour l’instant · budget : 12 000 €" in talk.body("!objectifs")
    assert "2 · ouvrir" in talk.body("!objectifs sans budget")
    assert "rénover" not in talk.body("!objectifs sans budget")


def test_it_is_cleared(talk: Talk) -> None:
    talk.says("!objectif ajouter rénover l’école budget 12 000 €")
    talk.says("!objectif budget 1 aucun")
    assert stands(talk)[1] is None


@pytest.mark.parametrize("words", ["beaucoup", "-5 €", "12,345.67.8", "1,234 M€", "10 000 000 001 €"])
def test_what_is_no_amount_is_asked_about(talk: Talk, words: str) -> None:
    talk.says("!objectif ajouter rénover l’école")
    reply = talk.reply(f"!objectif budget 1 {words}")
    assert not reply.changes
    assert "Combien" in reply.body


def test_the_example_is_in_the_language(talk: Talk, english: Talk) -> None:
    talk.says("!objectif ajouter rénover l’école")
    assert "!objectif budget 3 12 500 €" in talk.body("!objectif budget 1")
    english.says("!objective add renew the school")
    assert "!objective budget 3 €12,500" in english.body("!objective budget 1")


def test_a_text_ends_where_another_value_begins(talk: Talk) -> None:
    talk.says("!objectif ajouter rénover l’école, mesure : 3 m, budget 12 k€")
    found = talk.object("objective", 1)
    assert (found.value("measure"), found.value("budget")) == ("3 m", 1_200_000)


def test_a_word_behind_a_comma_that_reads_as_no_value_stays_in_the_text(talk: Talk) -> None:
    talk.says("!objectif ajouter rénover l’école, mesure : 3 m, budget serré")
    assert talk.object("objective", 1).value("measure") == "3 m, budget serré"


def test_labels_are_known_without_their_accents(talk: Talk) -> None:
    talk.says("!objectif ajouter rénover l’école, echeance : 30 juin 2027, budget : 3 k€")
    found = talk.object("objective", 1)
    assert (found.value("title"), found.value("target")) == ("rénover l’école", "2027-06-30")


def test_a_list_is_asked_by_the_label_of_a_field(talk: Talk) -> None:
    talk.says("!objectif ajouter rénover l’école @dgs mesure « 40 % de moins »")
    talk.says("!objectif ajouter refaire la place")
    for said in ("!objectifs responsable @dgs", "!objectifs mesure 40 %", "!objectifs responsable : @dgs mesure moins"):
        assert "rénover" in talk.body(said), said
        assert "place" not in talk.body(said), said


def test_what_stands_already_is_said_to_be_so(talk: Talk) -> None:
    talk.says("!objectif ajouter rénover l’école budget 12 k€")
    reply = talk.reply("!objectif budget 1 12 000 €")
    assert "est déjà ainsi" in reply.body
    assert not reply.changes


def test_a_person_who_is_not_named_is_asked_for(talk: Talk) -> None:
    talk.says("!objectif ajouter rénover l’école")
    assert talk.body("!objectif responsable 1").startswith("Qui")
    assert "Une seule personne" in talk.body("!objectif responsable 1 @dgs @maire")


@pytest.mark.parametrize("said", ["le budget : 15 k€", "le budget est 15 k€"])
def test_a_label_with_its_article_answers_the_card(talk: Talk, said: str) -> None:
    talk.says("!objectif ajouter rénover l’école")
    assert talk.reply(said, card=talk.object("objective", 1).id).changes
    assert stands(talk) == ("rénover l’école", 1_500_000)
