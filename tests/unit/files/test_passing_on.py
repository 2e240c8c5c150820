"""A file that somebody wants to go to somebody else: whoever is here reads it, for others a link is asked about."""

from collections.abc import AsyncIterator

import pytest

from bots.assistant.testing.house import House
from bots.files.library.commands import files
from bots.files.sharing.commands import sharing
from bots.matrix.fake import FakeEdge
from tests.unit.files.conftest import SIGNER, Hall, R, V


class HallWithLinks(Hall):
    """A hall that can ask about links; no server makes them."""

    def __init__(self) -> None:
        self.time = 1_795_431_600_000
        House.__init__(self, FakeEdge(V), lambda: [files(), sharing({})], self.now, {V: SIGNER}, lambda: [V, R])


@pytest.fixture
async def links() -> AsyncIterator[HallWithLinks]:
    made = HallWithLinks()
    await made.open()
    yield made
    await made.close()


OUTSIDE = [
    "envoie le au couvreur",
    "envoie-le au couvreur",
    "tu peux l'envoyer au couvreur ?",
    "transmets-le au notaire stp",
    "partage-le avec le couvreur",
    "fais suivre ça à l'architecte",
    "envoie-lui",
    "send it to the roofer",
    "share it with the roofer",
]


@pytest.mark.parametrize("said", OUTSIDE)
async def test_for_whoever_is_not_here_a_link_is_asked_about(links: HallWithLinks, said: str) -> None:
    event = await links.send("devis.pdf")

    asked = await links.say(said, about=event.event_id)

    assert "Faut-il un lien vers devis.pdf pour qui n’y est pas ? Répondez « partager »." in asked
    assert await links.say("non") != ""


@pytest.mark.parametrize(
    "said", ["envoie-le au dgs", "partage-le avec @dgs", "transmets-le à la dgs", "send it to @dgs"]
)
async def test_whoever_is_here_reads_it_already(links: HallWithLinks, said: str) -> None:
    event = await links.send("devis.pdf")

    assert "le lit déjà ici" in await links.say(said, about=event.event_id)


@pytest.mark.parametrize("said", ["je l'ai envoyé au couvreur", "le couvreur l'a envoyé", "on le partage ?"])
async def test_what_is_told_of_a_file_is_conversation(links: HallWithLinks, said: str) -> None:
    event = await links.send("devis.pdf")

    assert await links.say(said, about=event.event_id) == ""
