"""Who only thanks waits for no answer."""

import pytest

from bots.assistant.words.commands.courtesy import thanks


@pytest.mark.parametrize(
    "said",
    [
        "merci",
        "Merci bien, vous êtes très aimable.",
        "c'est parfait merci",
        "merci à vous, bonne soirée",
        "super merci c'est gentil",
        "un grand merci",
        "parfait, merci pour votre aide !",
        "je vous remercie",
        "je te remercie beaucoup",
    ],
)
def test_thanks_are_met_as_thanks(said: str) -> None:
    assert thanks(said.split())


@pytest.mark.parametrize("said", ["merci de relire", "je vous aide", "un tour", "vous êtes très aimable"])
def test_what_says_more_is_something_else(said: str) -> None:
    assert not thanks(said.split())
