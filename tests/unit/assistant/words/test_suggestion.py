"""How far one word is from another."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Request
from bots.assistant.words.commands.command import Command
from bots.assistant.words.commands.suggestion import by_head, by_nearness, distance, near, nearest
from bots.assistant.words.commands.vocabulary import Vocabulary
from tests.unit.tasks.conftest import Talk

WORDS = st.text("abcd", max_size=6)


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("tache", "tache", 0),
        ("tahce", "tache", 1),
        ("ajoter", "ajouter", 1),
        ("", "abc", 3),
        ("ca", "abc", 3),
        ("fiat", "fait", 1),
    ],
)
def test_distance(left: str, right: str, expected: int) -> None:
    assert distance(left, right) == expected


@given(WORDS, WORDS)
def test_distance_is_symmetric_and_bounded(left: str, right: str) -> None:
    found = distance(left, right)
    assert found == distance(right, left)
    assert abs(len(left) - len(right)) <= found <= max(len(left), len(right))
    assert (found == 0) == (left == right)


def test_short_words_must_begin_alike() -> None:
    """``!ask`` and ``!vide`` are other bots'."""
    assert near("ask", "task") is None
    assert near("tsk", "task") == 1


def test_the_nearest_form_is_that_of_the_fewest_slips() -> None:
    forms = [("tache", "ajouter"), ("taches",), ("tache", "fait")]
    assert nearest(("tahce", "ajoter", "x"), forms) == ("tache", "ajouter")
    assert nearest(("tachess",), forms) == ("taches",)
    assert nearest(("bonjour",), forms) is None
    assert nearest((), forms) is None


FORMS = st.lists(st.lists(WORDS.filter(bool), min_size=1, max_size=3).map(tuple), unique=True)


@given(FORMS, st.lists(WORDS, max_size=3))
def test_of_all_forms_the_nearest_come_first_and_then_as_they_stand(
    forms: list[tuple[str, ...]], typed: list[str]
) -> None:
    def slips(form: tuple[str, ...]) -> list[int | None]:
        return [0 if said == known else near(said, known) for said, known in zip(typed, form, strict=False)]

    alike = [form for form in forms if len(typed) >= len(form) and None not in slips(form)]
    assert by_nearness(typed, by_head(forms)) == sorted(alike, key=lambda form: sum(filter(None, slips(form))))


@pytest.mark.parametrize("said", ["!tâche payer les factures", "!tâche payer la cantine vendredi"])
def test_a_verb_of_its_own_is_no_slip_of_one_of_ours(said: str) -> None:
    """« payer » was asked about as « rayer »."""
    reply = Talk().says(said)

    assert reply is not None
    assert "payer" in reply.body
    assert "rayer" not in reply.body


def _never(request: Request, words: list[str]) -> Reply:
    raise AssertionError(request, words)


@pytest.mark.parametrize("said", ["rapport terminé", "rapport annuel rendu", "le rapport est fini"])
def test_what_tells_of_something_of_another_name_is_no_slip(said: str) -> None:
    def handle(request: Request, rest: list[str]) -> Reply:
        raise AssertionError

    vocabulary = Vocabulary([Command(name="report", topic="report", forms=("report",), handle=handle)])
    assert vocabulary.suggest(said.split(), addressed=True) is None
    assert vocabulary.suggest(["raport"], addressed=True) is not None
    assert vocabulary.suggest(["rapport", "Lys"], addressed=True) is not None


def test_what_may_follow_is_asked_only_of_what_is_nearly_said() -> None:
    """It is no verb of ours: to try a thousand forms each with its filters took half a second a message."""
    asked: list[list[str]] = []

    def takes(words: Sequence[str]) -> bool:
        asked.append([*words])
        return True

    command = Command(name="x", topic="x", forms=("rappel lister",), handle=_never, takes=takes)
    vocabulary = Vocabulary([command])

    assert vocabulary.suggest(["renommer", "cela", "en", "délibération"], addressed=True) is None
    assert asked == []

    assert vocabulary.suggest(["rapel", "lister"], addressed=True) is not None
    assert asked == [[]]
