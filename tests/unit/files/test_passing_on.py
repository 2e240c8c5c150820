"""A file that somebody wants to go to somebody else: whoever is here reads it, for others a link is asked about."""

from collections.abc import AsyncIterator

import pytest

from bots.assistant.talk.markup import text
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Request
from bots.assistant.talk.runner import Offline, Payload
from bots.assistant.testing.house import House
from bots.files.library.commands import files
from bots.files.sharing.commands import PUBLISH, sharing
from bots.matrix.fake import FakeEdge
from tests.unit.files.conftest import NEW, SIGNER, Hall, R, V


class Links(Offline):
    """Makes no link, and says of which files one was asked for."""

    def finish(self, request: Request, payload: Payload, prepared: None) -> Reply:
        del request, prepared
        return Reply(text(f"lien {payload['files']} {payload['protected']}"))


class HallWithLinks(Hall):
    """A hall that can ask about links; no server makes them."""

    def __init__(self) -> None:
        self.time = 1_795_431_600_000
        made = lambda: [files(), sharing({PUBLISH: Links()})]  # noqa: E731
        House.__init__(self, FakeEdge(V), made, self.now, {V: SIGNER}, lambda: [V, R])


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


@pytest.mark.parametrize(
    "said",
    [
        *(
            "!partager pour le notaire",
            "@beffroi partage pour le notaire",
            "!partager ça pour le notaire",
            "!share to notaire",
        ),
        *("!fais un lien pour le notaire", "partager au notaire"),
        *("!partager devis", "!partager devis.pdf", "!partager le devis au notaire", "!partager pour devis.pdf"),
    ],
)
async def test_an_answer_to_a_file_shares_that_file(links: HallWithLinks, said: str) -> None:
    event = await links.send("devis.pdf")
    await links.send("lettre au notaire.pdf")
    await links.send("devis du notaire.pdf")

    assert f"lien ['{event.event_id}']" in await links.say(said, about=event.event_id)


@pytest.mark.parametrize(
    "said",
    [
        *(
            "!partager plan.pdf",
            "!partager pour plan.pdf",
            "!partager le plan au notaire",
            "!partager plan.pdf, devis.pdf",
        ),
        *("@beffroi:valbourg.fr partage le plan", "!partager lettre"),
    ],
)
async def test_an_answer_to_a_file_shares_no_other_one(links: HallWithLinks, said: str) -> None:
    event = await links.send("devis.pdf")
    for other in ("plan.pdf", "lettre 1.pdf", "lettre 2.pdf"):
        await links.send(other)

    answer = await links.say(said, about=event.event_id)

    assert "Votre message répond à devis.pdf et nomme autre chose : rien n’est partagé." in answer
    assert await links.say("oui") == ""


async def test_an_answer_to_what_one_cannot_read_shares_nothing_else_either(links: HallWithLinks) -> None:
    event = await links.send("devis.pdf")
    await links.enter(NEW)
    await links.send("plan.pdf")

    assert "d’avant votre arrivée" in await links.say("!partager plan.pdf", NEW, about=event.event_id)


async def test_an_older_version_that_is_answered_is_the_one_that_is_shared(links: HallWithLinks) -> None:
    first = await links.send("devis.pdf")
    await links.send("devis.pdf")

    assert f"lien ['{first.event_id}']" in await links.say("!partager devis.pdf", about=first.event_id)
