"""Whatever ends a command with one line says it in the reader's language."""

import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest

import bridge.operate.services.errors
import bridge.upgrade.errors  # noqa: F401 - as above: the trees below must be whole
from bridge.operate.errors import DirectoryInUse, OperateError, PortTaken, StartFailed
from config.errors import ConfigError, MalformedId
from config.identifiers import DeviceId, EventId, MxcUri, RoomId, ServerName, UserId
from config.sections.sharing import share_token
from config.sentence import Sentence, said, sentence
from config.texts import texts

FACTS = {
    MalformedId: MalformedId(sentence("user id"), "x"),
    PortTaken: PortTaken("client", 8008),
    DirectoryInUse: DirectoryInUse("/srv/demo"),
    StartFailed: StartFailed("caddy", sentence("it has stopped"), "bind: address already in use"),
}
"""Those that are made of facts; the others take a sentence, and mypy sees to it."""


def below(kind: type[Exception]) -> Iterator[type[Exception]]:
    yield kind
    for child in kind.__subclasses__():
        yield from below(child)


@pytest.mark.parametrize("kind", [*below(OperateError), *below(ConfigError)])
def test_an_error_that_ends_a_command_is_made_of_a_sentence(kind: type[Exception]) -> None:
    if kind in FACTS:
        assert said(FACTS[kind], texts("fr")) != str(FACTS[kind])
        return
    _self, first, *_more = inspect.signature(kind.__init__).parameters.values()
    assert first.annotation in {Sentence, "Sentence"}, f"{kind.__name__} takes anything, also bare English"


@pytest.mark.parametrize("kind", [ServerName, UserId, RoomId, EventId, DeviceId, MxcUri])
def test_what_is_no_identifier_is_named_in_french(kind: type[ServerName]) -> None:
    with pytest.raises(MalformedId) as caught:
        kind.parse(0)

    said_in_french = said(caught.value, texts("fr"))
    assert str(caught.value).split("is not a valid ")[1] not in said_in_french


def test_what_did_not_start_is_said_in_french_with_its_own_last_words() -> None:
    found = said(FACTS[StartFailed], texts("fr"))

    assert found == "serveur web (caddy)\u00a0: il s’est arrêté\nbind: address already in use"


def test_a_token_that_others_may_read_is_said_in_french(tmp_path: Path) -> None:
    share_token(tmp_path)
    (tmp_path / "token").chmod(0o644)

    with pytest.raises(ConfigError) as caught:
        share_token(tmp_path)

    assert "d’autres" in said(caught.value, texts("fr"))
