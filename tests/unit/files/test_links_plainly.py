"""What a secretary says of a link in her own words: closed, prolonged, given more downloads, looked at."""

from datetime import datetime, timedelta

import pytest

from bots.assistant.dispatch.answering import How, Taken, read
from bots.assistant.talk.errand import Errand
from bots.assistant.talk.request import Listed, Past
from bots.assistant.talk.scene import PARIS, Key, Scene
from bots.assistant.testing.people import DGS, ROOM, SECRETAIRE, plain
from bots.assistant.testing.talk import Talk
from bots.files.library.entry import Entry, id_of
from bots.files.library.library import Library
from bots.files.library.request import NAME as FILES
from bots.files.library.shelf import Shelf
from bots.files.sharing import errands
from bots.files.sharing.commands import sharing
from bots.files.sharing.share import NAME, Share
from bots.register.replica.state import State
from config.identifiers import EventId, RoomId, UserId

DAY_MS = 86_400_000
DIRECT = RoomId("!direct")


class Room(Talk):
    """A room with links that are open."""

    links: tuple[Share, ...] = ()

    def opens(self, name: str, downloads: int | None = 3, days: int = 10, author: UserId = SECRETAIRE) -> None:
        """Open a link."""
        until = round(self.now.timestamp() * 1000) + days * DAY_MS
        file = EventId(f"$file-{name}")
        share = Share(name, ROOM, EventId(f"$cause-{name}"), author, (file,), until, downloads, protected=True)
        self.links = (*self.links, share)

    def yes(self, words: str) -> str:
        """Return the command that a yes to the question completes."""
        asked = self.reply(f"@beffroi {words}", kept=self.kept(), rooms=(self.alone(),))
        assert asked.question is not None
        meant = read(self.request("oui"), asked.question, How.REPLY, lambda: False)
        assert isinstance(meant, Taken), meant
        return meant.command

    def alone(self) -> Scene:
        """Return a conversation in which nobody else reads."""
        return Scene(DIRECT, State(), {}, self.now, private=True)

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
    assert room.asks(words) == {"kind": errands.END, "links": ["plans"]}


@pytest.mark.parametrize(
    "words",
    [
        *("ferme le lien, non attends", "ferme le lien. Attendez !", "coupe le lien, ah non, il en a besoin"),
        *("ferme le lien, il a tout reçu, non attends", "close the link, no", "prolonge le lien d'une semaine, non"),
    ],
)
def test_what_is_taken_back_is_not_done(room: Room, words: str) -> None:
    assert "question" in room.asks(words)


def test_what_is_taken_back_before_an_order_leaves_the_order(room: Room) -> None:
    assert room.asks("non attends, ferme le lien") == {"kind": errands.END, "links": ["plans"]}


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
    ("words", "downloads"),
    [
        *(("autorise 3 téléchargements", 3), ("mets 3 téléchargements", 3), ("donne-lui 12 téléchargements", 12)),
        *(("autorise 3 téléchargements de plus", 13), ("mets encore 3 téléchargements", 13)),
        *(("donne-lui un autre téléchargement", 11), ("réaccorde 2 téléchargements", 12)),
    ],
)
def test_downloads_are_added_only_where_that_is_said(room: Room, words: str, downloads: int) -> None:
    room.links = ()
    room.opens("plans", downloads=10)
    assert room.asks(words)["downloads"] == downloads


def test_what_gives_takes_no_download_away(room: Room) -> None:
    assert "le lien est resté comme il était" in str(room.asks("donne-lui un téléchargement")["question"])


@pytest.mark.parametrize("shown", [("task", "t1"), ("dropbox", "b1")])
@pytest.mark.parametrize(
    "words", ["encore une semaine de plus", "jusqu'au 22 décembre", "rallonge de 4 jours", "désactive-le"]
)
def test_in_answer_to_something_else_no_time_is_that_of_a_link(room: Room, words: str, shown: Key) -> None:
    """« encore une semaine de plus » below the card of a task, or of a drop box."""
    assert "pas compris" in str(room.asks(words, shown=(shown,))["question"])


def test_in_answer_to_a_link_a_time_is_its_own(room: Room) -> None:
    said = room.asks("encore une semaine de plus", shown=(("share", "plans"),))
    assert said["kind"] == errands.CHANGE


@pytest.mark.parametrize(
    "words",
    [
        *("prolonge le lien d'une semaine", "prolonge le lien de 7 jours", "laisse le lien ouvert une semaine de plus"),
        *("extend the link by 1 week", "keep the link open 7 days longer"),
    ],
)
def test_a_link_that_is_named_is_prolonged(room: Room, words: str) -> None:
    asked = room.asks(words)
    assert (asked["kind"], asked["until"]) == (errands.CHANGE, room.links[0].until + 7 * DAY_MS)
    assert asked["downloads"] == 3


@pytest.mark.parametrize(
    "words",
    ["il me demande une semaine de plus", "une semaine de plus", "one week more", "non plutôt jusqu'au 22 décembre"],
)
def test_a_time_alone_is_asked_about(room: Room, words: str) -> None:
    assert "Faut-il laisser ouvert le lien" in str(room.asks(words)["question"])


@pytest.mark.parametrize(
    ("words", "days"),
    [("rallonge de 4 jours", 14), ("trop court, 2 semaines", 14), ("c'est trop long, plutôt 3 jours", 3)],
)
def test_a_length_alone_is_asked_about_with_its_day(room: Room, words: str, days: int) -> None:
    asked = str(room.asks(words)["question"])
    ends = datetime.fromtimestamp(room.now.timestamp() + days * DAY_MS / 1000, PARIS)
    assert "Faut-il laisser ouvert le lien" in asked
    assert f" {ends.day} " in asked.replace("\u00a0", " ").replace("1er", "1")


@pytest.mark.parametrize(
    "words",
    [
        *("nb de consultations ?", "combien de téléchargements ?", "qui a ouvert ?", "qui l'a téléchargé ?"),
        *("le lien expire quand ?", "jusqu'à quand est valable le lien ?", "il a été ouvert ?"),
        *("est-ce que l'architecte l'a téléchargé ?", "quand se ferme le lien ?"),
        *("le lien est encore bon ?", "lien géomètre toujours valable ?", "le lien est toujours ouvert ?"),
    ],
)
def test_how_the_links_stand_is_looked_at(room: Room, words: str) -> None:
    assert room.asks(words)["kind"] == errands.LOOK


def test_what_nobody_shares_is_none_of_the_links_business(room: Room) -> None:
    room.links = ()
    for words in (
        "qui a ouvert ?",
        "M. Garnier a perdu le mot de passe",
        "ferme celui du notaire",
        "trop court, 2 jours",
    ):
        assert "pas compris" in str(room.asks(words)["question"])


def test_what_is_given_once_is_not_repeated(room: Room) -> None:
    assert "dans mon message qui l’a donnée" in str(room.asks("renvoie-moi le lien")["question"])
    assert "je ne le répète nulle part ailleurs" in str(room.asks("redonne le mot de passe")["question"])
    assert "Faut-il le fermer" in str(room.asks("désactive-le")["question"])


def test_which_of_several_links_gets_more_downloads_is_asked(room: Room) -> None:
    room.opens("devis")
    assert "Dites quel lien" in str(room.asks("mets 5 téléchargements")["question"])


def test_a_lost_password_is_no_reason_to_close(room: Room) -> None:
    for words in ("M. Garnier a perdu le mot de passe", "il a oublié son mot de passe", "mot de passe perdu"):
        asked = room.asks(words, rooms=(room.alone(),))
        assert "Faut-il faire un autre lien" in str(asked["question"])
    assert "Faut-il le fermer" in str(room.asks("ferme celui du notaire")["question"])


@pytest.mark.parametrize("words", ["une semaine de plus", "change le code", "protège-le", "ferme celui du notaire"])
def test_who_has_just_done_something_else_speaks_of_that(room: Room, words: str) -> None:
    just = Past(EventId("$x"), (), round(room.now.timestamp() * 1000) - 60_000)
    assert "pas compris" in str(room.asks(words, last=just)["question"])


@pytest.mark.parametrize("words", ["supprime celui du conseil", "annule celui de la mairie", "ferme celui du conseil"])
def test_to_close_what_is_not_called_a_link_is_asked_about(room: Room, words: str) -> None:
    """« Celui du conseil » may be a file, a reminder, a task; and what is closed stays closed."""
    room.links = ()
    room.opens("Convocation conseil")
    assert "Faut-il le fermer" in str(room.asks(words)["question"])
    room.opens("devis")
    assert "Faut-il fermer le lien vers" in plain(str(room.asks("supprime celui du conseil")["question"]))
    assert "Convocation conseil" in room.yes("supprime celui du conseil")


def test_what_was_just_listed_is_no_link(room: Room) -> None:
    listed = Listed(EventId("$list"), (("reminder", "r1"), ("reminder", "r2")))
    assert "pas compris" in str(room.asks("supprime celui du conseil", listed=listed)["question"])


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
    assert "ne se change pas" in str(room.asks(words, rooms=(room.alone(),))["question"])


def test_no_other_link_is_offered_where_it_would_come_to_nothing(room: Room) -> None:
    """Nobody to tell the password, or a name that a list of files would part."""
    assert "conversation directe" in room.reply("@beffroi change le mot de passe", kept=room.kept()).body
    room.links = ()
    room.opens("Devis, toiture")
    said = room.reply("@beffroi change le mot de passe", kept=room.kept(), rooms=(room.alone(),))
    assert "« partager … protégé » en fait un autre" in plain(said.body)
    assert said.question is None


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
        ("jusqu'au 22 décembre", "!prolonge le lien jusqu'au 2026-12-22 à 23:59"),
        ("jusqu'au 4 décembre à 10h", "!prolonge le lien jusqu'au 2026-12-04 à 10:00"),
        ("une semaine de plus", "!prolonge le lien jusqu'au {week}"),
        ("change le mot de passe", "!partager «plans.pdf» jusqu'au {end} protégé 3 téléchargements"),
    ],
)
def test_a_yes_completes_what_was_asked(room: Room, words: str, command: str) -> None:
    ends = (room.now + timedelta(days=10)).astimezone(PARIS)
    filled = command.format(end=f"{ends:%Y-%m-%d à %H:%M}", week=f"{ends + timedelta(days=7):%Y-%m-%d à %H:%M}")

    completed = room.yes(words)

    assert completed == filled
    done = room.reply(completed, kept=room.kept(), rooms=(room.alone(),))
    assert done.question is None, done.body
    assert {errand.kind for errand in done.errands if isinstance(errand, Errand)} <= {
        *(errands.END, errands.CHANGE, errands.PUBLISH, errands.TELL)
    }
    assert done.errands


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_a_yes_keeps_the_hour_that_was_asked_about(room: Room, locale: str) -> None:
    room.locale = locale
    completed = room.yes("jusqu'au 2026-12-04 10:00")

    asked = room.asks(completed.removeprefix("!"))
    assert asked["kind"] == errands.CHANGE
    assert datetime.fromtimestamp(int(str(asked["until"])) / 1000, PARIS) == datetime(2026, 12, 4, 10, tzinfo=PARIS)


@pytest.mark.parametrize(
    "words",
    [
        *("ferme tous les liens", "révoque tous les liens de ce salon", "coupe tous les liens", "ferme les liens"),
        *("révoque tous les liens de partage encore ouverts", "supprime mes liens", "ferme tous mes partages ici"),
        *(
            "close all links",
            "revoke all the links in this room",
            "close my links",
            "!révoquer tout",
            "!revoke all links",
        ),
    ],
)
def test_all_links_are_closed_once_a_yes_has_been_said_below_their_list(room: Room, words: str) -> None:
    """It listed them, or looked for a file that is called so."""
    room.opens("-devis_")
    asked = room.reply(words if words.startswith("!") else f"@beffroi {words}", kept=room.kept())
    assert "Faut-il fermer ces liens" in asked.body
    assert all(name in asked.body for name in ("1. plans.pdf", "2. -devis_.pdf"))
    assert not asked.errands
    assert asked.question is not None
    assert asked.question.by_word, "a reaction can be forged"

    meant = read(room.request("ferme-les"), asked.question, How.REPLY, lambda: False)
    assert isinstance(meant, Taken)
    done = room.reply(meant.command, kept=room.kept())
    assert [(each.kind, each.payload) for each in done.errands if isinstance(each, Errand)] == [
        (errands.END, {"links": ["plans", "-devis_"]})
    ]
    assert done.weighs


def test_only_what_somebody_may_close_is_listed_and_closed(room: Room) -> None:
    room.opens("devis", author=DGS)
    guest = UserId("@maire:rivemont.fr")

    assert "devis.pdf" not in room.reply("@beffroi ferme mes liens", kept=room.kept()).body
    said = room.reply("@beffroi ferme tous les liens", kept=room.kept(), sender=guest, own=False)
    assert "Aucun lien que vous puissiez fermer" in said.body
    assert not room.reply("!révoquer les liens plans devis", kept=room.kept(), sender=guest, own=False).errands


def test_links_to_one_file_are_closed_without_the_others(room: Room) -> None:
    room.opens("devis")
    assert "plans.pdf" not in str(room.asks("ferme tous les liens vers devis.pdf")["question"])
    assert "Je ne connais aucun lien ouvert" in plain(
        str(Room((sharing({}),)).asks("ferme tous les liens")["question"])
    )


def test_what_was_opened_after_the_list_stays_open(room: Room) -> None:
    command = room.yes("ferme tous les liens")
    room.opens("devis")
    done = room.reply(command, kept=room.kept())
    assert [each.payload for each in done.errands if isinstance(each, Errand)] == [{"links": ["plans"]}]


@pytest.mark.parametrize("words", ["partager 3j", "partager", "fais un lien protégé de 3 jours"])
def test_below_a_link_another_one_to_the_same_file_is_made(room: Room, words: str) -> None:
    """Nothing was answered, below a message of ours."""
    made = room.reply(words, kept=room.kept(), shown=(("share", "plans"),), rooms=(room.alone(),))
    (errand,) = (each for each in made.errands if isinstance(each, Errand))
    assert (errand.kind, errand.payload["files"]) == (errands.PUBLISH, ["$file-plans"])
    assert made.weighs
    assert room.says("merci", kept=room.kept(), shown=(("share", "plans"),)) is None


@pytest.mark.parametrize(
    "words",
    [
        *("qui a téléchargé le devis ?", "qui a déjà ouvert le devis", "qui a ouvert le lien du devis ?"),
        *("le devis a été téléchargé ?", "est-ce que le devis a été téléchargé ?", "le devis a-t-il été consulté ?"),
        *("combien de fois le devis a été ouvert ?", "combien de personnes ont téléchargé le devis ?"),
        *("quelqu'un a téléchargé devis.pdf ?", "who downloaded devis.pdf?", "combien de téléchargements du devis ?"),
    ],
)
def test_who_has_had_a_file_is_what_is_known_of_the_link_to_it(room: Room, words: str) -> None:
    """« Je n'ai peut-être pas bien compris », it said, and showed the file."""
    room.opens("devis")
    assert room.asks(words) == {"kind": errands.LOOK, "only": ["devis"]}


def test_of_a_file_that_no_link_leads_to_that_is_said(room: Room) -> None:
    room.opens("devis")
    kept = {**room.kept(), NAME: ()}
    assert "Aucun lien vers devis.pdf" in room.reply("@beffroi qui a téléchargé le devis ?", kept=kept).body
    asked = room.reply("@beffroi qui a ouvert la salle ?", kept=kept)
    assert not asked.errands
    assert "lien" not in asked.body
