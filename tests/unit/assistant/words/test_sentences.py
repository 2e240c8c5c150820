"""What the assistant says of itself."""

from collections.abc import Callable

import pytest

from bots.assistant.dispatch import sentences
from bots.assistant.talk.reply import Reply


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_the_introduction_has_three_lines(locale: str) -> None:
    reply = sentences.introduction(locale)
    assert len(reply.body.splitlines()) == 3
    assert reply.html.count("<br/>") == 2
    assert (reply.changes, reply.mentions) == ((), ())


@pytest.mark.parametrize("locale", ["fr", "en"])
@pytest.mark.parametrize("said", [sentences.introduction_alone, sentences.welcome])
def test_alone_with_somebody_it_says_what_can_be_said_there(locale: str, said: Callable[[str], Reply]) -> None:
    reply = said(locale)
    assert len(reply.body.splitlines()) == 3
    assert "@dgs" not in reply.body


def test_it_says_when_it_cannot_read_or_has_failed() -> None:
    assert sentences.unreadable("fr").body == "Je ne peux pas lire ce message\u00a0: renvoyez-le, s’il vous plaît."
    assert "Rien n’a été modifié" in sentences.trouble("fr").body
    assert sentences.unreadable("en").body == "I cannot read this message: please send it again."
