"""A file that somebody wants to go to somebody else: whoever is here reads it, for others a link is asked about."""

from collections.abc import AsyncIterator

import pytest

from bots.assistant.talk.later.runner import Offline, Payload
from bots.assistant.talk.markup import text
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Request
from bots.assistant.testing.house import House
from bots.files.library.commands import files
from bots.files.sharing.commands import sharing
from bots.files.sharing.errands import PUBLISH
from bots.matrix.fake import FakeEdge
from tests.unit.files.conftest import DGS, DIRECT, GUEST, NEW, SEC, SIGNER, Hall, R, V


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


OFFERED = "Faut-il un lien vers devis.pdf pour qui n’y est pas ? Répondez « partager »."
OUTSIDE = [
    "envoie le au couvreur",
    "envoie-le au couvreur",
    "envoie-le au menuisier",
    "envoie-le à Mehdi",
    "envoie-le à Mercier",
    "transmets-le au notaire stp",
    "partage-le avec le couvreur",
    "fais suivre ça à l'architecte",
    "envoie-lui",
    "send it to the roofer",
    "share it with the roofer",
    "send it to Usha",
]


async def test_a_link_is_asked_about_to_the_file_that_stands_behind_for(links: HallWithLinks) -> None:
    links.edge.clock = links.now
    for name in ("note-synthese-CM.pdf", "PV.pdf"):
        await links.send(name)

    for said in (
        "lien public 16 jours pour la note de synthèse, sans mot de passe",
        "un lien pour la note de synthèse",
    ):
        assert "Faut-il un lien vers note-synthese-CM.pdf" in await links.say(f"@beffroi {said}")
    assert "Faut-il un lien vers PV.pdf" in await links.say("@beffroi un lien pour le notaire")


async def test_a_link_is_asked_about_to_what_was_sent_before_something_else_was_done(links: HallWithLinks) -> None:
    links.edge.clock = links.now
    await links.send("devis.pdf")
    await links.send("plan.pdf")
    await links.say("!fichier ranger devis.pdf dans Travaux")
    await links.say("!annuler")

    assert "Faut-il un lien vers plan.pdf" in await links.say("@beffroi fais un lien mais 24h seulement")


@pytest.mark.parametrize("whom", ["au couvreur", "à Mehdi", "à l'architecte"])
async def test_a_file_that_is_named_goes_to_nobody_outside_by_itself(links: HallWithLinks, whom: str) -> None:
    await links.send("devis.pdf")

    assert OFFERED in await links.say(f"@beffroi envoie le devis {whom}")
    assert "Faut-il un lien" not in await links.say("@beffroi envoie le devis au dgs")


@pytest.mark.parametrize("said", OUTSIDE)
async def test_for_whoever_is_not_here_a_link_is_asked_about(links: HallWithLinks, said: str) -> None:
    event = await links.send("devis.pdf")

    assert OFFERED in await links.say(said, about=event.event_id)
    assert await links.say("non") != ""


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        *(("send it to the roofer", "share"), ("send it to the roofer", "oui"), ("envoie-lui", "oui, partage-le")),
        *(("envoie-le à Paul, Marie", "partager"), ("partage-le avec Mme Dupont", "oui un lien")),
        *(("envoie-le au notaire et au couvreur", "partager"), ("share it with the roofer", "share it")),
    ],
)
async def test_the_link_is_to_the_file_that_was_asked_about(links: HallWithLinks, said: str, answer: str) -> None:
    event = await links.send("devis.pdf")
    for other in ("roofer contract.pdf", "lettre au notaire.pdf", "Dupont.pdf", "couvreur.pdf", "Marie.pdf"):
        await links.send(other)

    assert OFFERED in await links.say(said, about=event.event_id)
    assert f"lien ['{event.event_id}'] False" in await links.say(answer)


async def test_what_is_wished_of_the_link_goes_along(links: HallWithLinks) -> None:
    event = await links.send("devis.pdf")

    await links.say("envoie-le au notaire, avec un mot de passe", about=event.event_id)

    assert f"lien ['{event.event_id}'] True" in await links.say("oui")


@pytest.mark.parametrize(
    "said",
    [
        "partage ca avec le cabinet d'architecte pendant une semaine avec un mot de passe",
        "partage cela avec le notaire 7 jours avec un mot de passe",
        "partager ça avec l'architecte, protégé, une seule fois",
    ],
)
async def test_whoever_says_how_it_is_shared_gets_the_link(links: HallWithLinks, said: str) -> None:
    event = await links.send("devis.pdf")

    assert f"lien ['{event.event_id}'] True" in await links.say(said, about=event.event_id)


@pytest.mark.parametrize("answer", ["ok", "d'accord", "oui", "oui vas-y", "partager"])
async def test_who_answers_the_question_may_consent_in_any_words(links: HallWithLinks, answer: str) -> None:
    event = await links.send("devis.pdf")
    await links.say("envoie-le au couvreur", about=event.event_id)

    assert f"lien ['{event.event_id}']" in await links.say(answer, about=links.id_of())


async def test_a_yes_after_other_things_were_said_opens_nothing(links: HallWithLinks) -> None:
    event = await links.send("devis.pdf")
    await links.say("envoie-le au couvreur", about=event.event_id)
    await links.say("!fichiers")

    assert "lien [" not in await links.say("oui")
    assert "lien [" not in await links.say("@beffroi:valbourg.fr oui")


@pytest.mark.parametrize(
    "said",
    [
        *(
            "!partager pour le notaire",
            "@beffroi partage pour le notaire",
            "!partager ça pour le notaire",
            "!share to notaire",
        ),
        *("!fais un lien pour le notaire", "@beffroi partage ça au notaire", "partager au notaire"),
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


@pytest.mark.parametrize("answer", ["partager pour le notaire", "!partager pour le notaire", "!share to the notaire"])
@pytest.mark.parametrize("replies", [True, False])
async def test_whom_it_is_for_in_answer_to_the_question_names_no_file(
    links: HallWithLinks, answer: str, *, replies: bool
) -> None:
    event = await links.send("devis.pdf")
    other = await links.send("lettre au notaire.pdf")
    await links.say("envoie-le au notaire", about=event.event_id)

    assert str(other.event_id) not in await links.say(answer, about=links.id_of() if replies else None)


async def test_what_may_be_whom_it_is_for_is_asked_about_where_no_file_is_answered(links: HallWithLinks) -> None:
    event = await links.send("lettre au notaire.pdf")

    asked = await links.say("!partager pour le notaire, protégé")

    assert "Faut-il un lien vers lettre au notaire.pdf" in asked
    assert f"lien ['{event.event_id}'] True" in await links.say("partager")
    assert f"lien ['{event.event_id}']" in await links.say("!fais un lien pour lettre au notaire.pdf")
    assert f"lien ['{event.event_id}']" in await links.say("!fais un lien vers la lettre au notaire")


@pytest.mark.parametrize(
    "said",
    [
        *("envoie-le au dgs", "partage-le avec @dgs", "transmets-le à la dgs", "send it to @dgs"),
        "envoie-le à @nouveau",
    ],
)
async def test_who_is_here_needs_no_link_and_reads_what_came_after_them(links: HallWithLinks, said: str) -> None:
    event = await links.send("devis.pdf")
    await links.enter(NEW)

    answer = await links.say(said, about=event.event_id)

    assert "est dans ce salon : qui y était déjà à l’envoi du fichier l’y lit" in answer
    assert "le lit déjà" not in answer


@pytest.mark.parametrize(
    "said",
    [
        *("je l'ai envoyé au couvreur", "le couvreur l'a envoyé", "on le partage ?"),
        *("partage pour info", "partager pour le notaire"),
    ],
)
async def test_what_is_told_of_a_file_is_conversation(links: HallWithLinks, said: str) -> None:
    event = await links.send("devis.pdf")

    assert await links.say(said, about=event.event_id) == ""


@pytest.mark.parametrize(
    "said", ["tu peux l'envoyer au couvreur ?", "peux-tu l'envoyer au couvreur", "envoie-le au couvreur ?"]
)
async def test_what_a_colleague_may_be_asked_is_answered_where_we_are_named(links: HallWithLinks, said: str) -> None:
    event = await links.send("devis.pdf")

    assert await links.say(said, DGS, about=event.event_id) == ""
    assert OFFERED in await links.say(f"@beffroi:valbourg.fr {said}", DGS, about=event.event_id)


async def test_a_link_that_a_colleague_may_be_asked_for_is_asked_about(links: HallWithLinks) -> None:
    """« ? » stands apart in French, and a link was made at once."""
    event = await links.send("devis.pdf")

    assert "pour moi" in await links.say("tu peux me faire un lien ?", DGS, about=event.event_id)
    assert "pour moi" in await links.say("tu peux me faire un lien?", DGS, about=event.event_id)


async def test_alone_with_us_it_is_asked_of_us(links: HallWithLinks) -> None:
    event = await links.send("devis.pdf", room=DIRECT)

    assert OFFERED in await links.say("tu peux l'envoyer au couvreur ?", SEC, DIRECT, about=event.event_id)


async def test_a_guest_is_offered_no_link(links: HallWithLinks) -> None:
    event = await links.send("devis.pdf")

    assert await links.say("envoie-le au couvreur", GUEST, about=event.event_id) == ""
    said = await links.say("@beffroi:valbourg.fr envoie-le au couvreur", GUEST, about=event.event_id)
    assert "que pour les gens de ma collectivité" in said


@pytest.mark.parametrize(
    "said",
    ["partage la dernière délibération au cabinet Dupont", "partager la dernière délibération avec le cabinet X"],
)
async def test_the_last_one_is_called_without_that_word_and_of_two_it_is_asked_which(
    links: HallWithLinks, said: str
) -> None:
    await links.send("délibération 12.pdf")
    assert (await links.say(f"@beffroi {said}")).startswith("lien")

    await links.send("délibération 13.pdf")
    assert "2 fichiers" in await links.say(f"@beffroi {said}")


@pytest.mark.parametrize(
    "words",
    [
        "il me faut un lien pour envoyer ça à l'architecte, valable 10 jours",
        "lien pour l'imprimeur, 10 jours",
        "j'ai besoin d'un lien pour le notaire de 10 jours",
        "je voudrais un lien valable 10 jours pour l'architecte",
    ],
)
async def test_a_link_for_somebody_is_to_what_was_just_sent_and_asked_about(links: HallWithLinks, words: str) -> None:
    links.edge.clock = links.now
    await links.send("lettre au maire.pdf", sender=DGS)
    await links.send("devis.pdf")

    assert OFFERED in await links.say(f"@beffroi {words}")
    assert (await links.say("partager")).startswith("lien")


async def test_a_link_for_somebody_is_to_nothing_that_somebody_else_has_sent(links: HallWithLinks) -> None:
    links.edge.clock = links.now
    await links.send("devis.pdf", sender=DGS)

    assert "devis" not in await links.say("@beffroi il me faut un lien pour l'architecte, valable 10 jours")


async def test_what_lies_in_the_bin_is_not_shared_until_it_is_taken_out(links: HallWithLinks) -> None:
    links.edge.clock = links.now
    await links.send("devis.pdf")
    assert "jeté" in await links.say("@beffroi jette devis.pdf")

    told = await links.say("!partager devis.pdf 3j")
    assert "Rien n’est partagé : devis.pdf est dans la corbeille." in told

    await links.say("@beffroi restaurer devis.pdf")
    assert (await links.say("!partager devis.pdf 3j")).startswith("lien")
