"""A link is found by the files that it leads to, by who made it, and by when it ends; and told as the list tells it."""

import pytest

from bots.assistant.talk.errand import Errand
from bots.assistant.testing.people import DGS, ROOM, SECRETAIRE, plain
from bots.files.library.commands import files
from bots.files.library.entry import Entry, id_of
from bots.files.library.library import Library
from bots.files.library.request import NAME as FILES
from bots.files.library.shelf import Shelf
from bots.files.sharing import errands
from bots.files.sharing.commands import sharing
from bots.files.sharing.share import NAME, Share
from bots.tasks.commands import TASKS
from config.identifiers import EventId, UserId
from tests.unit.files.test_links_plainly import DAY_MS, Room

UNSURE = "Je n’ai peut-être pas bien compris la question."


class Shelved(Room):
    """A room with links, and perhaps files that whoever asks may not see."""

    hidden: frozenset[str] = frozenset()

    def shares(self, name: str, author: UserId = SECRETAIRE, days: int = 10) -> None:
        until = round(self.now.timestamp() * 1000) + days * DAY_MS
        file = EventId(f"$file-{name}")
        share = Share(name, ROOM, EventId(f"$cause-{name}"), author, (file,), until, 3, protected=True)
        self.links = (*self.links, share)

    def kept(self) -> dict[str, object]:
        sent = [
            Entry(id_of(ROOM, share.files[0]), share.files[0], at, SECRETAIRE, 1, f"{share.link_id}.pdf")
            for at, share in enumerate(self.links)
        ]
        return {NAME: self.links, FILES: Library(Shelf(ROOM, sent), hidden=self.hidden)}

    def told(self, words: str) -> object:
        """Return which links are listed, or what is said."""
        reply = self.reply(f"@beffroi {words}", kept=self.kept())
        left = [errand for errand in reply.errands if isinstance(errand, Errand)]
        if not left:
            return plain(reply.body)
        assert left[0].kind == errands.LOOK
        return left[0].payload.get("only")


@pytest.fixture
def room() -> Shelved:
    made = Shelved((TASKS, files(), sharing({})))
    made.shares("plan garage")
    made.shares("devis Garnier", DGS, days=20)
    return made


@pytest.mark.parametrize(
    ("words", "links"),
    [
        ("liens ouverts ?", ["plan garage", "devis Garnier"]),
        ("partages en cours ?", ["plan garage", "devis Garnier"]),
        ("quels liens j'ai ouverts ?", ["plan garage"]),
        ("combien de liens ?", ["plan garage", "devis Garnier"]),
        ("échéance du lien ?", ["plan garage", "devis Garnier"]),
        ("le lien de Garnier expire quand ?", ["devis Garnier"]),
        ("qui a ouvert le lien du plan ?", ["plan garage"]),
        ("le DGS a des liens ouverts ?", ["devis Garnier"]),
        ("quels liens expirent la semaine prochaine ?", ["plan garage"]),
        ("which links are open?", ["plan garage", "devis Garnier"]),
    ],
)
def test_links_are_told_as_their_list_tells_them(room: Shelved, words: str, links: list[str]) -> None:
    assert room.told(words) == links


def test_where_no_link_is_open_the_list_says_so() -> None:
    assert Shelved((TASKS, files(), sharing({}))).told("liens ouverts ?") is None


def test_a_link_is_not_told_in_place_of_its_file(room: Shelved) -> None:
    said = room.told("qu'est-ce qu'on a sur le plan ?")
    assert isinstance(said, str)
    assert "plan garage.pdf" in said
    assert "jusqu’au" not in said


def test_a_link_is_not_found_by_the_name_of_a_file_that_its_asker_cannot_read(room: Shelved) -> None:
    room.hidden = frozenset({id_of(ROOM, EventId("$file-devis Garnier"))})
    assert room.told("le lien de Garnier expire quand ?") != ["devis Garnier"]
    assert room.told("le lien du plan expire quand ?") == ["plan garage"]


def test_a_word_of_a_title_is_found_as_well(room: Shelved) -> None:
    room.links = ()
    room.reply("!tâche ajouter envoyer le lien de la visio")
    said = room.told("le lien de la visio c'est fait ?")
    assert isinstance(said, str)
    assert "envoyer le lien de la visio" in said


def test_of_links_that_are_over_nothing_is_claimed(room: Shelved) -> None:
    said = room.told("liens terminés ?")
    assert isinstance(said, str)
    assert said.startswith(UNSURE)


@pytest.mark.parametrize(
    "words",
    [
        "lien public 8 jours stp et range le dans Arrêtés",
        "lien 8 jours et range-le dans Arrêtés",
        "partager 8 jours puis ranger dans Arrêtés",
        "range le dans Arrêtés et lien public 8 jours stp",
    ],
)
def test_a_link_and_another_order_below_a_file_are_both_done(room: Shelved, words: str) -> None:
    theirs = (("file", id_of(ROOM, EventId("$file-plan garage"))),)
    reply = room.reply(f"@beffroi {words}", kept=room.kept(), theirs=theirs)

    assert [errand.kind for errand in reply.errands if isinstance(errand, Errand)] == [errands.PUBLISH]
    assert reply.weighs
    assert [change.set.get("folder") for change in reply.changes] == ["Arrêtés"]
