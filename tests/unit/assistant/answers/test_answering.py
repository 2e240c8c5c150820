"""What people say to a question is read forgivingly, and never breaks."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.assistant.dispatch.answering import Dropped, How, Meant, Taken, TwoMeanings, Unmatched, pressed, read
from bots.assistant.talk.markup import text
from bots.assistant.talk.question import WHOLE, Around, Before, Candidate, Instead, Question, Slot, Takes, around
from tests.unit.tasks.conftest import Talk

DAYS = Question(
    text("?"),
    (
        Candidate(text("mardi 2 décembre"), "a", words=("mardi 2 décembre", "mardi", "le 2")),
        Candidate(text("jeudi 4 décembre"), "b", words=("jeudi 4 décembre", "jeudi", "le 4")),
    ),
    Slot(Takes.TIME, Around("x ", " y")),
)
ONE = Question(text("?"), (Candidate(text("tâches"), "a"),))
ERASE = Question(text("?"), (Candidate(text("définitivement"), "a", words=("définitivement",)),), by_word=True)
OPEN = Question(text("?"), (Candidate(text("partager"), "!partager", words=("partager", "oui")),), by_word=True)
TITLE = Question(text("?"), slot=Slot(Takes.WORDS, Around("!tâche ajouter ")))


def says(words: str, question: Question, how: How = How.NEXT, *, command: bool = False, **more: Any) -> Meant:
    return read(Talk().request(words, **more), question, how, lambda: command)


@pytest.mark.parametrize(
    ("words", "command"),
    [
        *(("Mardi !", "a"), ("le 2", "a"), ("le 4 svp", "b"), ("2", "b"), ("la 2", "b"), ("n° 2", "b"), ("2️⃣", "b")),
        *(("le premier", "a"), ("la deuxième", "b"), ("le dernier", "b"), ("non, plutôt jeudi", "b")),
        *(("pour jeudi, merci", "b"), ("prends jeudi", "b"), ("jeudi 4 décembre.", "b"), ("@beffroi jeudi", "b")),
        *(("the first one", "a"), ("the second one please", "b"), ("la première option", "a"), ("option 2", "b")),
        *(
            ("le deuxième choix", "b"),
            ("choix 2", "b"),
            ("thursday", "b"),
            ("tuesday", "a"),
        ),
        *(("friday at 2pm", "x vendredi 27 novembre 2026 à 14\u00a0h y"),),
        *(("vendredi 14h", "x vendredi 14h y"), ("pour vendredi", "x pour vendredi y"), ("the second", "b")),
    ],
)
def test_an_answer_is_understood_as_it_is_said(words: str, command: str) -> None:
    assert says(words, DAYS) == Taken(command)


@pytest.mark.parametrize(
    "words", ["jeudi je suis absent", "3", "bonjour", "merci", "oui", "!tâches", "et toi ?", "…", "¨"]
)
def test_what_is_said_to_others_is_no_answer(words: str) -> None:
    assert says(words, DAYS) is None


@pytest.mark.parametrize("words", ["non", "Non merci !", "laisse tomber", "ni l'un ni l'autre", "👎", "never mind"])
def test_a_refusal_is_one(words: str) -> None:
    assert says(words, DAYS) == says(words, ONE) == Dropped()


@pytest.mark.parametrize("words", ["oui", "Oui !", "oui, merci", "vas-y", "✅", "yes please", "bien sûr"])
def test_consent_takes_the_only_one(words: str) -> None:
    assert says(words, ONE) == Taken("a")


SAID_NO = ["non finalement on la garde", "non, on la garde", "non non pas du tout", "no we keep it"]


@pytest.mark.parametrize("words", SAID_NO)
def test_a_refusal_may_say_what_it_keeps(words: str) -> None:
    assert says(words, ONE, How.REPLY) == Dropped()


@pytest.mark.parametrize("words", ["oui vas y", "oui allez-y svp", "ok vas-y", "oui je confirme", "yes go ahead"])
def test_consent_may_urge_us_on(words: str) -> None:
    assert says(words, ONE, How.REPLY) == Taken("a")


@pytest.mark.parametrize("words", ["non, annule celle de mardi", "oui mais jeudi", "ok pour le budget"])
def test_a_yes_or_no_with_more_behind_it_is_neither(words: str) -> None:
    assert says(words, ONE, How.REPLY) == Unmatched()
    assert says(words, ONE, How.NEXT) is None


def test_what_destroys_is_not_done_by_a_longer_yes() -> None:
    assert says("oui vas y", ERASE, How.REPLY) == Unmatched()


@pytest.mark.parametrize("words", ["merci beaucoup", "merci !", "super merci", "thanks a lot", "thank you"])
def test_thanks_choose_nothing_and_ask_nothing(words: str) -> None:
    """“I do not understand this answer” was said to them."""
    assert says(words, DAYS, How.REPLY) is says(words, DAYS, direct=True) is None


@pytest.mark.parametrize("words", ["tomorrow 9am", "tomorrow at 9", "demain 9h", "demain matin à 9 heures"])
def test_a_time_is_a_choice_in_whichever_words(words: str) -> None:
    hours = Question(
        text("?"), (Candidate(text("dans une heure"), "dans une heure"), Candidate(text("demain à 9h"), "demain à 9h"))
    )
    assert says(words, hours, How.REPLY) == Taken("demain à 9h")
    assert says("tomorrow at 10", hours, How.REPLY) == Unmatched()


@pytest.mark.parametrize(
    ("words", "command"),
    [
        *(("la deuxième, celle du 10", "b"), ("la 2, celle du 10 décembre", "b"), ("celle du 10", "b")),
        *(("plutôt mardi", "a"), ("mardi alors", "a"), ("celle de 9h", "a"), ("celle à 18 h 30", "b")),
        *(("un événement alors", "c"), ("l'evenement svp", "c"), ("le conseil", "b"), ("le conseil municipal", "b")),
    ],
)
def test_a_choice_is_called_by_some_of_what_it_says(words: str, command: str) -> None:
    labels = ("3 · voirie, mardi 8 décembre de 9 h à 10 h", "4 · conseil municipal, jeudi 10 décembre à 18 h 30")
    several = Question(
        text("?"), (*map(Candidate, map(text, labels), "ab"), Candidate(text("un événement, dans l’agenda"), "c"))
    )

    assert says(words, several, How.REPLY) == Taken(command)
    assert says(words, several, direct=True) == Taken(command)


@pytest.mark.parametrize(
    "words", ["la deuxième, celle du 8", "décembre", "celle du 11", "mardi et jeudi", "la voirie à 14h"]
)
def test_what_fits_no_choice_or_several_is_asked_again(words: str) -> None:
    labels = ("3 · voirie, mardi 8 décembre de 9 h à 10 h", "4 · conseil, jeudi 10 décembre à 18 h 30")

    assert says(words, Question(text("?"), (*map(Candidate, map(text, labels), "ab"),)), How.REPLY) == Unmatched()


@pytest.mark.parametrize("words", ["finalement non", "en fait non", "ah non", "finalement non merci", "euh non, rien"])
def test_a_refusal_may_come_after_a_thought(words: str) -> None:
    assert says(words, ONE, How.REPLY) == says(words, ONE, direct=True) == Dropped()
    assert says(words.replace("non", "oui").replace(", rien", ""), ONE, How.REPLY) == Taken("a")


def test_how_sure_it_is_that_we_are_meant_counts() -> None:
    assert says("d'accord", ONE) is says("annuler", ONE) is None
    assert says("d'accord", ONE, How.REPLY) == says("d'accord", ONE, direct=True) == Taken("a")
    assert says("annuler", ONE, How.REPLY) == Dropped()
    assert says("jeudi", DAYS, How.LATER) is None
    assert says("@beffroi jeudi", DAYS, How.LATER) == Taken("b")
    assert says("peut-être", DAYS, How.REPLY) == Unmatched()
    assert says("@beffroi peut-être", DAYS) == Unmatched()


@pytest.mark.parametrize(
    "words", ["@beffroi où en est-on ?", "@beffroi fais-moi la liste des tâches", "@beffroi @dgs relit"]
)
def test_a_question_left_alone_does_not_swallow_what_is_said_later(words: str) -> None:
    """“I do not understand this answer”, said minutes later to whoever named us, and what they asked for was lost."""
    assert says(words, ONE, How.LATER) is says(words, TITLE, How.LATER) is None
    assert says("@beffroi que fait le technicien cette semaine ?", ONE) is None


@pytest.mark.parametrize("words", ["@beffroi oui", "@beffroi annule", "@beffroi non", "@beffroi ok"])
def test_a_yes_or_no_said_later_is_about_something_else(words: str) -> None:
    assert says(words, ONE, How.LATER) is says(words, DAYS, How.LATER) is None


def test_what_destroys_wants_its_word() -> None:
    """It said to answer “définitivement”, and a “oui” was enough."""
    assert says("oui", ERASE) is None
    assert says("oui", ERASE, How.REPLY) == Unmatched()
    assert says("oui", ERASE, direct=True) == Unmatched()
    assert says("oui, définitivement", ERASE) == says("définitivement", ERASE, direct=True) == Taken("a")


def test_what_opens_takes_a_yes_where_it_says_so_but_no_reaction_and_none_of_later() -> None:
    """« Faut-il un lien ? » had no answer to « oui »."""
    assert says("oui", OPEN) == says("partager", OPEN) == Taken("!partager")
    assert says("ok", OPEN) is None
    assert says("ok", OPEN, How.REPLY) == says("d'accord", OPEN, direct=True) == Taken("!partager")
    assert says("oui vas-y", OPEN, How.REPLY) == Taken("!partager")
    assert says("@beffroi oui", OPEN, How.LATER) is None
    assert says("@beffroi partager", OPEN, How.LATER) == Taken("!partager")
    assert pressed("✅", OPEN) is None


def test_words_are_taken_where_nobody_else_can_be_meant() -> None:
    assert says("relancer le SDIS", TITLE) is None
    assert says("relancer le SDIS", TITLE, How.REPLY) == Taken("!tâche ajouter relancer le SDIS")
    assert says("relancer\n- le plan", TITLE, direct=True) == Taken("!tâche ajouter relancer\n- le plan")
    assert says("merci", TITLE, direct=True) is None
    assert says("ma journée", TITLE, direct=True, command=True) is None


@pytest.mark.parametrize(
    ("place", "spoken", "whole"),
    [
        (Instead(("lundi", "mardi")), "saler lundi ou mardi la place", "saler JEUDI la place"),
        (Instead(("lundi", "mardi")), "lundi saler mardi", "JEUDI saler"),
        (Instead(("lundi",)), "écrire « pas lundi », lundi.", "écrire « pas lundi », JEUDI."),
        (Instead(("le  lundi",)), "saler le\nlundi, vite", "saler JEUDI, vite"),
        (Instead(("12",)), "fait 12,14", "fait JEUDI,14"),
        (Instead(("12",)), "fait 12-valbourg", None),
        (Instead(("mardi",)), "lundi", None),
        (Before(), "!tâche assigner 12 ", "!tâche assigner 12 JEUDI"),
        (Before(("lundi",)), "!tâche reporter lundi", "!tâche reporter JEUDI lundi"),
        (Before(("- plan",)), "!tâche ajouter\n- plan", None),
        (Before(("-", "plan")), "!tâche ajouter\n- plan", "!tâche ajouter JEUDI\n- plan"),
        (WHOLE, "x", "JEUDI"),
    ],
)
def test_an_answer_stands_where_it_belongs(place: Any, spoken: str, whole: str | None) -> None:
    found = around(place, spoken)
    assert (None if found is None else f"{found.before}JEUDI{found.after}") == whole


@given(st.text(max_size=60), st.sampled_from([DAYS, ONE, ERASE, TITLE]), st.sampled_from(How), st.booleans())
def test_any_text_may_be_said(words: str, question: Question, how: How, direct: bool) -> None:
    says(words, question, how, direct=direct)


@given(st.lists(st.text(min_size=1, max_size=6), max_size=3), st.text(max_size=40))
def test_any_place_may_be_looked_for(pieces: list[str], spoken: str) -> None:
    for place in (Instead(tuple(pieces)), Before(tuple(pieces))):
        found = around(place, spoken)
        assert found is None or isinstance(found, Around)


def test_a_long_message_is_read_quickly() -> None:
    for words in ("," * 8_000, "le " * 2_600, "« " * 4_000, "12 " * 2_600):
        says(words, DAYS, How.REPLY)
        around(Instead(("lundi", "mardi")), f"lundi {words} mardi")


CROSSWISE = Question(
    text("?"),
    (
        Candidate(text("2 · réunion budget"), "!annuler 2", words=("2", "réunion budget du jeudi")),
        Candidate(text("1 · réunion budget"), "!annuler 1", words=("1", "réunion budget du mardi")),
        Candidate(text("12 · conseil"), "!annuler 12", words=("12", "conseil")),
        Candidate(text("4 · vœux"), "!annuler 4", words=("4", "vœux")),
    ),
)


@pytest.mark.parametrize("said", ["1", "2", "2.", "le 2", "la 2", "n° 2", "n°2", "numéro 2", "le 2 stp"])
def test_a_number_that_is_one_choice_s_place_and_another_s_name_is_asked_about(said: str) -> None:
    """« 2 » below « 1️⃣ 2 · réunion … 2️⃣ 1 · réunion … » cancelled the first of them, « le 2 » the other."""
    number = 1 if "1" in said else 2
    assert says(said, CROSSWISE) == says(f"Beffroi, {said}", CROSSWISE, How.LATER) == TwoMeanings(number)
    assert says(said, CROSSWISE, How.CROSSED) is None


@pytest.mark.parametrize(
    ("words", "command"),
    [("choix 2", "1"), ("la deuxième", "1"), ("2️⃣", "1"), ("12", "12"), ("3", "12"), ("le 4", "4"), ("conseil", "12")],
)
def test_whatever_has_one_meaning_is_taken(words: str, command: str) -> None:
    assert says(words, CROSSWISE) == Taken(f"!annuler {command}")
