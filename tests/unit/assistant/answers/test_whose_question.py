"""Who is named in a question: all here are gone through once, however many words may be names."""

from collections.abc import ItemsView

from bots.assistant.dispatch.lookup.asking import asked
from bots.assistant.dispatch.lookup.nouns import Nouns
from bots.assistant.testing.people import BEFFROI, DGS, MEMBERS, SECRETAIRE
from bots.assistant.testing.talk import Talk
from config.identifiers import UserId

PAUL = UserId("@paul:valbourg.fr")


class Counted(dict[UserId, str | None]):
    """Members, and how often somebody has gone through all of them."""

    times = 0

    def items(self) -> ItemsView[UserId, str | None]:  # type: ignore[override] # the views of dict are a class of their own
        self.times += 1
        return super().items()


def test_many_words_that_may_be_names_cost_no_more_than_one() -> None:
    members = Counted({**MEMBERS, PAUL: "Paul Petit (voirie)"})
    request = Talk([], members=members).request("")
    members.times = 0
    question = asked(["Qui", *(f"Mot{at}" for at in range(30)), "?"], request, Nouns())
    assert question is not None
    assert len(question.words) == 30
    assert members.times == 1


def test_we_are_nobody_that_is_asked_after() -> None:
    request = Talk([], members=MEMBERS).request("")
    question = asked(["Qui", "vient", "mardi,", "Beffroi", "?"], request, Nouns())
    assert question is not None
    assert BEFFROI not in question.people
    assert not question.words


def test_a_word_may_be_a_thing_or_somebody() -> None:
    request = Talk([], members={**MEMBERS, PAUL: "Paul Petit (voirie)"}).request("")
    for words in ("la voirie, c'est quand ?", "quand est la voirie ?"):
        question = asked(words.split(), request, Nouns())
        assert question is not None
        assert question.words == ("voirie",)
        assert question.otherwise is not None
        assert question.otherwise.people == (PAUL,)


def test_a_function_and_a_name_with_its_capital_are_somebody() -> None:
    request = Talk([], members={**MEMBERS, PAUL: "Paul Petit (voirie)"}).request("")
    for words, person in (
        ("le dgs vient quand ?", DGS),
        ("Paul vient quand ?", PAUL),
        ("la secretaire vient ?", SECRETAIRE),
    ):
        question = asked(words.split(), request, Nouns())
        assert question is not None
        assert (question.people, question.words, question.otherwise) == ((person,), (), None)
