"""What a secretary says of a link in her own words: closed, prolonged, given more downloads, looked at."""

from datetime import timedelta

import pytest

from bots.assistant.dispatch.answering import How, Taken, read
from bots.assistant.talk.errand import Errand
from bots.assistant.talk.request import Past
from bots.assistant.testing.people import DGS, ROOM, SECRETAIRE
from bots.assistant.testing.talk import Talk
from bots.files.library.entry import Entry, id_of
from bots.files.library.library import Library
from bots.files.library.request import NAME as FILES
from bots.files.library.shelf import Shelf
from bots.files.sharing import errands
from bots.files.sharing.commands import sharing
from bots.files.sharing.share import NAME, Share
from config.identifiers import EventId

DAY_MS = 86_400_000


class Room(Talk):
    """A room with links that are open."""

    links: tuple[Share, ...] = ()

    def opens(self, name: str, downloads: int | None = 3, days: int = 10) -> None:
        """Open a link."""
        until = round(self.now.timestamp() * 1000) + days * DAY_MS
        file = EventId(f"$file-{name}")
        share = Share(name, ROOM, EventId(f"$cause-{name}"), SECRETAIRE, (file,), until, downloads, protected=True)
        self.links = (*self.links, share)

    def yes(self, words: str) -> str:
        """Return the command that a yes to the question completes."""
        asked = self.reply(f"@beffroi {words}", kept=self.kept())
        assert asked.question is not None
        meant = read(self.request("oui"), asked.question, How.REPLY, lambda: False)
        assert isinstance(meant, Taken), meant
        return meant.command

    def kept(self) -> dict[str, object]:
        """Return what is kept of the room: its links, and their files."""
        sent = [
            Entry(id_of(ROOM, share.files[0]), share.files[0], at, SECRETAIRE, 1, f"{share.link_id}.pdf")
            for at, share in enumerate(self.links)
        ]
        return {NAME: self.links, FILES: Library(Shelf(ROOM, sent))}

    def asks(self, words: str, **more: object) -> dict[str, object]:
        """Return the payload of the one errand that *words* leave, with its kind; none for a question."""
        reply = self.reply(f"@beffroi {words}", kept=self.kept(), **more)
        left = [errand for errand in reply.errands if isinstance(errand, Errand)]
        return {"kind": left[0].kind, **left[0].payload} if left else {"question": reply.body}


@pytest.fixture
def room() -> Room:
    made = Room((sharing({}),))
    made.opens("plans")
    return made


@pytest.mark.parametrize(
    "words",
    [
        *("ferme le lien", "coupe leur lien stp", "tu peux couper le lien ?", "désactive le lien de partage"),
        *("c'est bon il a tout reçu par mail, ferme le lien", "ferme le lien, ils ont tout reçu", "annule ce lien"),
        "arrête le partage",
    ],
)
def test_the_only_link_is_closed(room: Room, words: str) -> None:
    assert room.asks(words) == {"kind": errands.END, "link": "plans"}


@pytest.mark.parametrize("words", ["ferme le lien de l'architecte", "coupe le lien pour l'imprimeur"])
def test_for_whom_a_link_is_nobody_has_noted_so_it_is_asked(room: Room, words: str) -> None:
    assert "Un seul lien est ouvert ici" in str(room.asks(words)["question"])
    room.opens("devis")
    assert "Dites quel lien" in str(room.asks(words)["question"])


@pytest.mark.parametrize("words", ["zut non rouvre le lien, ils l'ont pas encore pris", "réactive le lien"])
def test_no_link_is_opened_again(room: Room, words: str) -> None:
    assert "Un lien fermé le reste" in str(room.asks(words)["question"])


@pytest.mark.parametrize(
    ("words", "downloads"),
    [
        *(("et pas plus de trois téléchargements", 3), ("limite-le à 5 téléchargements", 5)),
        *(("maximum 2 téléchargements", 2), ("4 téléchargements max", 4), ("rajoute-lui aussi un téléchargement", 4)),
        *(
            ("redonne-lui un téléchargement", 4),
            ("ajoute 2 téléchargements au lien", 5),
            ("donne lui deux téléchargements de plus", 5),
        ),
        ("l'imprimeur dit que le lien marche plus, il a dû cliquer deux fois. Redonne-lui un téléchargement", 4),
    ],
)
def test_its_downloads_are_set_as_one_says(room: Room, words: str, downloads: int) -> None:
    asked = room.asks(words)
    assert (asked["kind"], asked["downloads"]) == (errands.CHANGE, downloads)
    assert asked["until"] == room.links[0].until


@pytest.mark.parametrize(
    "words",
    ["prolonge le lien d'une semaine", "prolonge le lien de 7 jours", "laisse le lien ouvert une semaine de plus"],
)
def test_a_link_that_is_named_is_prolonged(room: Room, words: str) -> None:
    asked = room.asks(words)
    assert (asked["kind"], asked["until"]) == (errands.CHANGE, room.links[0].until + 7 * DAY_MS)
    assert asked["downloads"] == 3


@pytest.mark.parametrize(
    "words", ["il me demande une semaine de plus", "une semaine de plus", "non plutôt jusqu'au 22 décembre"]
)
def test_a_time_alone_is_asked_about(room: Room, words: str) -> None:
    assert "Faut-il laisser ouvert le lien" in str(room.asks(words)["question"])


def test_who_has_just_done_something_else_speaks_of_that(room: Room) -> None:
    just = Past(EventId("$x"), (), round(room.now.timestamp() * 1000) - 60_000)
    assert "pas compris" in str(room.asks("une semaine de plus", last=just)["question"])


@pytest.mark.parametrize(
    "words",
    [
        *("l'architecte a ouvert le lien ?", "quels liens sont ouverts en ce moment ?", "le lien marche toujours ?"),
        *(
            "est-ce que le lien a été ouvert ?",
            "combien de fois le lien a été ouvert ?",
            "montre-moi les liens ouverts",
        ),
    ],
)
def test_how_links_stand_is_looked_at(room: Room, words: str) -> None:
    assert room.asks(words) == {"kind": errands.LOOK}


@pytest.mark.parametrize(
    "words", ["mets un mot de passe dessus quand même", "change le mot de passe, celui-là tout le monde l'a vu"]
)
def test_another_password_is_another_link(room: Room, words: str) -> None:
    assert "ne se change pas" in str(room.asks(words)["question"])


def test_how_long_links_last_is_said(room: Room) -> None:
    words = "combien de temps dure un lien de partage si je précise rien ?"
    assert "sept jours" in str(room.asks(words)["question"])


@pytest.mark.parametrize(
    "words", ["ferme la fenêtre", "le lien entre les deux services", "prolonge la réunion d'une heure", "deux semaines"]
)
def test_other_words_change_no_link(room: Room, words: str) -> None:
    assert "question" in room.asks(words)


def test_of_several_links_it_is_asked_which(room: Room) -> None:
    room.opens("devis")
    assert "Dites quel lien" in str(room.asks("ferme le lien")["question"])
    assert "question" in room.asks("une semaine de plus", sender=DGS)


@pytest.mark.parametrize(
    ("words", "command"),
    [
        ("ferme le lien de l'architecte", "!révoquer «plans.pdf»"),
        ("jusqu'au 22 décembre", "!prolonge le lien jusqu'au 22/12/2026"),
        ("une semaine de plus", "!prolonge le lien jusqu'au {week}"),
        (
            "change le mot de passe",
            "!partager «plans.pdf» jusqu'au {end} protégé 3 téléchargements\n!révoquer «plans.pdf»",
        ),
    ],
)
def test_a_yes_completes_what_was_asked(room: Room, words: str, command: str) -> None:
    ends = room.now + timedelta(days=10)
    filled = command.format(end=f"{ends:%d/%m/%Y}", week=f"{ends + timedelta(days=7):%d/%m/%Y}")

    completed = room.yes(words)

    assert completed == filled
    done = room.reply(completed, kept=room.kept())
    assert done.question is None, done.body
    assert {errand.kind for errand in done.errands if isinstance(errand, Errand)} <= {
        *(errands.END, errands.CHANGE, errands.PUBLISH, errands.TELL)
    }
    assert done.errands
