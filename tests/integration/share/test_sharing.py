"""Links that people ask for in rooms, over the share server as it runs; opened by a script that has nothing of ours."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bots.assistant.dispatch.dispatcher import Dispatcher
from bots.assistant.handler.desk import Desk
from bots.assistant.handler.keeping import Keepers
from bots.envelope.file import EncryptedFile
from bots.files.keeping.keeper import FileKeeper
from bots.files.library.commands import files
from bots.files.publishing.counter import Counter
from bots.files.publishing.runners import runners
from bots.files.publishing.store import all_open
from bots.files.publishing.watch import ShareWatch
from bots.files.sharing.commands import sharing
from bots.files.sharing.secrets import LinkMaker
from bots.links.client.server import ShareServer
from bots.links.format.address import ShareLink
from bots.links.format.encoding import encode
from bots.links.format.keys import LinkKeys
from bots.matrix.errors import Unreachable
from bots.matrix.events import Event
from bots.register.store.ledger import Ledger
from config.identifiers import RoomId
from tests.shares import Share
from tests.shares import sharing as serving
from tests.unit.files.conftest import DGS, DIRECT, GUEST, NEW, ROOM, SEC, SIGNER, Hall, R, V

pytestmark = pytest.mark.integration

OPEN = Path(__file__).parents[2] / "acceptance" / "page" / "open.mjs"
PHOTO = (Path(__file__).parents[2] / "unit" / "files" / "cases" / "photo-gps-rotated.jpg").read_bytes()
PLAIN = b"x" * 1000


class Killed(BaseException):
    """As SIGKILL would: nothing after this line happens, and nothing catches it."""


class Office(Hall):
    """The hall, with the town's share server beside it; *dies* names where the errand ends before its time."""

    def __init__(self, share: Share, folder: Path) -> None:
        self.share, self.folder = share, folder
        self.dies: Callable[[str], None] = lambda _: None
        self.waits = False
        super().__init__()
        self.time = share.clock.now

    def restart(self) -> None:
        self.ledger = Ledger(V, SIGNER, lambda sender: (SIGNER.public_key,) if sender == V else (), self.now)
        maker = LinkMaker(self.share.origin, b"s" * 32)
        counter = Counter(self.server, self.edge.database, maker, self.folder, "Valbourg", self.now)
        self.runners = runners(counter)
        dispatcher = Dispatcher([files(), sharing(self.runners)])
        self.keeper = FileKeeper(self.edge, self.edge.database, self.now, lambda: [V, R])
        self.watch = ShareWatch(self.edge, self.edge.database, self.server, self.now)
        self.desk = Desk(
            *(self.edge, self.edge.database, self.ledger, dispatcher, lambda: [V, R]),
            now_ms=self.now,
            keepers=Keepers((self.keeper, self.watch)),
        )
        self.edge.attach(self.desk)

    async def tend(self) -> None:
        """Do what is due; *waits*: but no errand yet."""
        if self.waits:
            await self.edge.idle()
            return
        await super().tend()

    async def heard(self) -> None:
        """Let the assistant ask what became of links, and say it."""
        self.time = max(self.time, self.share.clock.now) + 60_000
        await self.tend()
        await self.tend()
        await self.tend()

    def server(self) -> ShareServer:
        return Mortal(self.share.assistant, self.dies)  # type: ignore[return-value]

    async def link(self, said: str) -> ShareLink:
        found = re.search(r"https?://\S+/s/\S+", said)
        assert found is not None, said
        return ShareLink.parse(found[0])

    async def opened(self, said: str) -> bytes:
        """What somebody outside gets by the link in a message, with a script that follows FORMAT.md alone."""
        node = shutil.which("node")
        assert node is not None
        process = await asyncio.create_subprocess_exec(
            node, str(OPEN), str(await self.link(said)), stdout=asyncio.subprocess.PIPE
        )
        data, _ = await process.communicate()
        assert process.returncode == 0
        return data

    async def photo(self, data: bytes = PHOTO) -> Event:
        """Send a photograph, and have its ciphertext in the repository."""
        return await self.bring("vacances.jpg", data, msgtype="m.image")

    async def bring(self, name: str, data: bytes = PLAIN, sender: Any = SEC, room: RoomId = ROOM, **more: Any) -> Event:
        file = await self.edge.upload(data, content_type="x", encrypted=True)
        info = {"mimetype": "image/jpeg" if name.endswith("jpg") else "application/pdf", "size": len(data)}
        return await self.send(name, sender, room, file=file.as_json(), info=info, **more)  # type: ignore[union-attr]


class Mortal:
    """The client of the share server, of a process that may end before or after any request."""

    def __init__(self, server: ShareServer, step: Callable[[str], None]) -> None:
        self._server, self._step = server, step

    def __getattr__(self, name: str) -> Any:
        asked = getattr(self._server, name)

        async def done(*words: Any) -> Any:
            self._step(f"before {name}")
            found = await asked(*words)
            self._step(f"after {name}")
            return found

        return done


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Office]:
    async with serving(folder / "share") as share:
        (folder / "spool").mkdir()
        office = Office(share, folder / "spool")
        await office.open()
        yield office
        await office.edge.database.close()


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with opened(tmp_path) as made:
        yield made


async def test_somebody_outside_reads_what_was_shared(office: Office) -> None:
    await office.bring("délib-12.pdf", b"le conseil decide " * 100_000)

    said = await office.say("!partager délib-12.pdf 7j 3 téléchargements")

    assert said.startswith("🔗 délib-12.pdf : jusqu’au ")
    assert "3 téléchargements" in said
    assert await office.opened(said) == b"le conseil decide " * 100_000
    assert [*office.folder.iterdir()] == []


async def test_an_answer_to_a_file_shares_it(office: Office) -> None:
    file = await office.bring("plan.pdf", sender=DGS)

    assert await office.opened(await office.say("partager", about=file.event_id)) == PLAIN
    assert await office.say("partager l'avis de Paul ?", about=file.event_id) == ""
    assert await office.say("partager l'avis de Paul", about=file.event_id) == ""


async def test_several_files_are_one_link(office: Office) -> None:
    await office.bring("un.pdf", b"1")
    await office.bring("deux.pdf", b"2")

    said = await office.say("!partager un.pdf, deux.pdf 2 jours")

    assert "un.pdf, deux.pdf" in said
    assert await office.opened(said) == b"12"


async def test_no_download_is_offered_where_the_file_will_be_gone(office: Office) -> None:
    await office.bring("plan.pdf")
    assert "encore un téléchargement" not in await office.say("!partager plan.pdf une seule fois")
    assert "encore un téléchargement" in await office.say("!partager plan.pdf 1 téléchargement")


async def test_a_password_is_told_in_private_alone(office: Office) -> None:
    await office.bring("plan.pdf")

    said = await office.say("!partager plan.pdf protégé")

    (told,) = office.said(DIRECT)
    password = re.search(r"(?:[a-z2-9]{4}-){3}[a-z2-9]{4}", told)
    assert password is not None
    assert password[0] not in "".join(office.said(ROOM))
    assert str((await office.link(said)).secret) not in told
    assert "que j’ai donné à @sec dans notre conversation directe" in said
    with pytest.raises(AssertionError):
        await office.opened(said)


async def test_without_a_private_conversation_there_is_no_password(office: Office) -> None:
    await office.bring("plan.pdf")

    assert "écrivez-m’y d’abord" in await office.say("!partager plan.pdf protégé", sender=DGS)


async def test_what_a_photo_tells_of_its_place_stays_here(office: Office) -> None:
    photo = await office.photo()

    shared = await office.opened(await office.say("partager", about=photo.event_id))
    assert shared != PHOTO
    assert b"GPS" not in shared
    assert len(shared) < len(PHOTO)
    whole = await office.opened(await office.say("partager avec métadonnées", about=photo.event_id))
    assert whole == PHOTO


async def test_a_photo_that_cannot_be_cleaned_is_not_shared_in_silence(office: Office) -> None:
    photo = await office.photo(b"\0\0\0\x18ftypheic" + bytes(500))

    assert "avec métadonnées" in await office.say("partager", about=photo.event_id)
    assert "🔗" in await office.say("partager avec métadonnées", about=photo.event_id)


@pytest.mark.parametrize(
    "words",
    [
        *("partager au notaire, 1 mois", "fais-moi un lien de 48h stp", "partager jusqu'à vendredi 18h"),
        *("@beffroi partage ça au notaire pr 7 jours", "partager 3 téléchargements"),
    ],
)
async def test_an_order_that_answers_a_file_is_never_lost(office: Office, words: str) -> None:
    file = await office.bring("plan.pdf")

    assert "🔗 plan.pdf" in await office.say(words, about=file.event_id)


@pytest.mark.parametrize("words", ["partager l'avis de Paul", "partager l'avis au conseil demain", "merci, je partage"])
async def test_talk_below_a_file_is_no_order(office: Office, words: str) -> None:
    file = await office.bring("plan.pdf")

    assert await office.say(words, about=file.event_id) == ""


@pytest.mark.parametrize(
    "words",
    [
        *(
            "!partager A.pdf et B.pdf 7 jours",
            "!partager a.pdf, b.pdf 7j",
            "@beffroi partage stp A.pdf et B.pdf au notaire",
        ),
        *("!fais un lien vers A.pdf et B.pdf valable une semaine",),
    ],
)
async def test_several_files_as_people_join_them(office: Office, words: str) -> None:
    await office.bring("A.pdf")
    await office.bring("B.pdf")

    assert "🔗 A.pdf, B.pdf" in await office.say(words)


async def test_files_of_a_list_are_shared_by_their_numbers(office: Office) -> None:
    await office.bring("A.pdf")
    await office.bring("B.pdf")
    await office.say("!fichiers")

    said = await office.say("partager 1 et 2 3 jours")
    assert "A.pdf" in said
    assert "B.pdf" in said


async def test_until_when_nobody_can_tell_is_asked_and_an_end_too_far_refused(office: Office) -> None:
    await office.bring("plan.pdf")

    assert "Je ne comprends pas jusqu’à quand" in await office.say("!partager plan.pdf jusqu'à la fin des travaux")
    assert "90 jours au plus" in await office.say("!partager plan.pdf 2 ans")
    assert "Je ne comprends pas jusqu’à quand" in await office.say("!partager plan.pdf jusqu'au 1er mars 2020")


@pytest.mark.parametrize("words", ["arrête ce lien stp", "fermer le lien", "stop", "révoque", "supprime ce lien"])
async def test_a_link_that_is_answered_is_closed_in_any_words(office: Office, words: str) -> None:
    await office.bring("plan.pdf")
    said = await office.say("!partager plan.pdf")

    assert "est fermé" in await office.say(words, about=office.id_of())
    assert (await office.share.assistant.look((await office.link(said)).id)).state == "revoked"


@pytest.mark.parametrize("words", ["qui l'a ouvert ?", "il a été ouvert combien de fois ?", "!qui a ouvert le lien ?"])
async def test_who_has_opened_it_may_be_asked(office: Office, words: str) -> None:
    await office.bring("plan.pdf")
    await office.say("!partager plan.pdf")

    said = await office.say(words, about=office.id_of())
    assert "ouvert 0 fois" in said
    assert "(partagé par @sec)" in said


@pytest.mark.parametrize("words", ["prolonge de 7 jours", "arrête le lien du devis demain", "ce lien est pour qui"])
async def test_what_is_about_a_link_and_not_understood_is_said(office: Office, words: str) -> None:
    await office.bring("plan.pdf")
    said = await office.say("!partager plan.pdf")
    link = office.id_of()

    assert await office.say(words, about=link) != ""
    assert (await office.share.assistant.look((await office.link(said)).id)).state == "open"
    assert await office.say("super merci, je l'envoie au notaire", about=link) == ""


async def test_an_older_version_is_not_shared_in_silence(office: Office) -> None:
    first = await office.bring("devis.pdf", b"1")
    second = await office.bring("devis.pdf", b"2")

    assert "C’est la version 1 de devis.pdf ; il y en a 2." in await office.say("partager", about=first.event_id)
    assert "version" not in await office.say("partager", about=second.event_id)


async def test_no_button_is_offered_where_none_may_do_it(office: Office) -> None:
    """Which of several files: the answer opens something, so it is asked for by words alone."""
    await office.bring("devis toiture.pdf")
    await office.bring("devis toiture école.pdf")

    asked = await office.say("!partager devis 3j")
    assert "1️⃣" in asked
    assert "appuyez" not in asked
    assert "🔗 devis toiture" in await office.say("1", about=office.id_of())


async def test_a_link_is_closed_at_once_and_says_so(office: Office) -> None:
    await office.bring("plan.pdf")
    said = await office.say("!partager plan.pdf")
    link = await office.link(said)

    assert "est fermé" in await office.say("révoquer", about=office.id_of())

    assert (await office.share.assistant.look(link.id)).state == "revoked"
    with pytest.raises(AssertionError):
        await office.opened(said)
    assert "Aucun lien" in await office.say("!partages")
    assert "aucun lien ouvert" in await office.say("!révoquer plan.pdf")


async def test_who_has_opened_it_is_counted_and_one_more_is_one(office: Office) -> None:
    await office.bring("plan.pdf")
    said = await office.say("!partager plan.pdf une seule fois")
    shared = office.id_of()
    assert "ouvert 0 fois · téléchargements : 0 sur 1" in await office.say("!partages")

    await office.opened(said)

    assert "téléchargements : 1 sur 1" in (await office.say("!partages")) or "Aucun lien" in office.said()[-1]
    await office.bring("budget.pdf")
    said = await office.say("!partager budget.pdf 1 téléchargement")
    shared = office.id_of()
    await office.opened(said)
    assert "téléchargements : 1 sur 1" in await office.say("!partages")
    assert "2 téléchargements" in await office.say("encore un téléchargement", about=shared)
    assert await office.opened(said) == PLAIN


async def test_one_link_that_is_asked_after_is_told_alone(office: Office) -> None:
    await office.bring("plan.pdf")
    await office.say("!partager plan.pdf")
    await office.bring("budget.pdf")
    await office.say("!partager budget.pdf")

    said = await office.say("@beffroi le lien du budget expire quand ?")

    assert "1. budget.pdf – jusqu’au " in said
    assert "ouvert 0 fois" in said
    assert "plan.pdf" not in said


async def test_one_download_more_that_an_older_version_left_on_the_disk_keeps_the_links_end(office: Office) -> None:
    await office.bring("plan.pdf")
    link = await office.link(await office.say("!partager plan.pdf 3j 1 téléchargement"))
    request: Any = SimpleNamespace(room_id=ROOM)
    async with office.edge.database.begin() as transaction:
        (before,) = await all_open(transaction, office.now())

    changed = await office.runners["share.more"].prepare(request, {"link": link.id, "downloads": 2}, office.edge)

    async with office.edge.database.begin() as transaction:
        assert await all_open(transaction, office.now()) == (changed,) == (replace(before, downloads=2),)
    assert "téléchargements : 0 sur 2" in await office.say("!partages")


async def ended(office: Office, said: str) -> bool:
    await office.tend()
    return (await office.share.assistant.look((await office.link(said)).id)).state == "revoked"


async def test_that_a_room_has_more_links_than_are_listed_is_said(office: Office) -> None:
    await office.bring("délib-12.pdf")
    for _ in range(22):
        await office.say("!partager délib-12.pdf 2j")

    assert "… et 2 autres." in await office.say("!partages")


async def test_a_link_ends_when_its_author_leaves(office: Office) -> None:
    await office.bring("plan.pdf")
    mine, theirs = await office.say("!partager plan.pdf"), await office.say("!partager plan.pdf", sender=DGS)
    assert not await ended(office, mine)

    before = len(office.said())
    await office.leave(SEC)

    assert await ended(office, mine)
    assert not await ended(office, theirs)
    assert len(office.said()) == before


async def test_all_that_is_closed_is_told_though_the_server_was_away_between(office: Office) -> None:
    """Whoever reads that one link is closed thinks that the other one is still open."""
    await office.bring("plan.pdf")
    links = [await office.say("!partager plan.pdf") for _ in range(2)]
    asked, left = await office.say("!révoquer tous les liens"), [1]

    def away(step: str) -> None:
        if step == "before revoke" and not left:
            raise Unreachable("away")
        if step == "after revoke" and left:
            left.pop()

    office.dies = away
    assert "Faut-il fermer" in asked
    await office.say("ferme-les", about=office.id_of())
    office.dies = lambda _: None
    await office.heard()

    assert all([await ended(office, said) for said in links])
    assert any("2 liens sont fermés" in said for said in office.said())


async def test_a_link_ends_when_its_author_has_left_unseen(office: Office) -> None:
    await office.bring("plan.pdf")
    said = await office.say("!partager plan.pdf")
    room = office.edge.room(ROOM)
    assert room is not None
    office.edge.set_room(type(room)(ROOM, True, {each: m for each, m in room.members.items() if each != SEC}))
    await office.reopen()

    assert await ended(office, said)


@pytest.mark.parametrize("what", ["file", "command"])
async def test_a_link_ends_with_the_message_that_it_is_of(office: Office, what: str) -> None:
    file = await office.bring("plan.pdf")
    said = await office.say("!partager plan.pdf")

    await office.redact(file if what == "file" else office.command)

    assert await ended(office, said)


async def test_a_server_that_is_away_hears_of_the_end_later(office: Office) -> None:
    await office.bring("plan.pdf")
    said = await office.say("!partager plan.pdf")

    def away(step: str) -> None:
        if step == "before revoke":
            raise Unreachable("away")

    office.dies = away
    await office.leave(SEC)
    await office.tend()
    office.dies = lambda _: None
    assert (await office.share.assistant.look((await office.link(said)).id)).state == "open"
    await office.reopen()

    assert await ended(office, said)


async def test_a_newcomer_shares_nothing_from_before(office: Office) -> None:
    file = await office.bring("licenciement.pdf")
    await office.enter(NEW)

    assert "date d’avant votre arrivée" in await office.say("partager", sender=NEW, about=file.event_id)
    assert "Je ne connais pas" in await office.say("!partager licenciement.pdf", sender=NEW)


async def test_what_was_sent_before_is_not_published_either(office: Office) -> None:
    """The errand asks again: between the command and the deed its author may have gone and come back."""
    file = await office.bring("licenciement.pdf")
    office.waits = True
    await office.say("partager", about=file.event_id)
    await office.leave(SEC)
    await office.enter(SEC)
    office.waits = False
    await office.tend()

    (said,) = office.said()
    assert "date d’avant votre arrivée" in said


async def test_only_ones_own_people_have_links(office: Office) -> None:
    file = await office.bring("plan.pdf", sender=GUEST)

    assert "gens de ma collectivité" in await office.say("partager", sender=GUEST, about=file.event_id)


async def test_a_word_in_the_clear_opens_nothing(office: Office) -> None:
    """Whoever runs a homeserver can write in the clear, or add a device to somebody who never signed any."""
    await office.bring("plan.pdf")
    office.edge.bare[SEC] = datetime.now(UTC)
    said = await office.say("!partager plan.pdf")

    assert "🔗" not in said
    assert said
    assert await office.say("!partages") == "Aucun lien que j’ai fait vers un fichier de ce salon n’est ouvert."


async def test_f26_no_address_is_said_in_a_room_that_is_not_encrypted(office: Office) -> None:
    """Whoever asks for a preview of it, and every server there, would have the key; asked outright or in answer."""
    file = await office.bring("plan.pdf")
    room = office.edge.room(ROOM)
    assert room is not None
    office.edge.set_room(replace(room, encrypted=False))
    for said in (
        await office.say("!partager plan.pdf"),
        await office.say("partager", about=file.event_id),
        await office.say("@beffroi partage plan.pdf protégé"),
    ):
        assert said
        assert "/s/" not in said

    assert not any("/s/" in each["body"] or "/s/" in each.get("formatted_body", "") for each in office.messages())
    assert office.share.files() == []


async def test_f10_an_empty_file_is_listed_shared_and_opened(office: Office) -> None:
    await office.bring("vide.txt", b"")

    assert "vide.txt" in await office.say("!fichiers")
    assert await office.opened(await office.say("!partager vide.txt 2 jours")) == b""


async def test_what_was_changed_on_the_way_is_not_shared(office: Office) -> None:
    file = await office.bring("plan.pdf")
    url = file.content["file"]["url"]
    office.edge.repository.blobs[url] = office.edge.repository.blobs[url][:-1] + b"!"

    assert "n’est pas celui qui a été envoyé" in await office.say("partager", about=file.event_id)
    assert "Aucun lien" in await office.say("!partages") or "ouvert 0" in office.said()[-1]


STEPS = ["before look", *(f"{when} {what}" for what in ("upload", "publish") for when in ("before", "after"))]


@pytest.mark.parametrize("step", STEPS)
async def test_killed_anywhere_it_is_one_link_said_once(office: Office, step: str) -> None:
    """What stands on the disk is the errand: the next process does it again, and comes to the same link."""
    await office.bring("plan.pdf")
    once = {step}

    def die(at: str) -> None:
        if at in once:
            once.discard(at)
            raise Killed

    office.dies = die
    with pytest.raises(Killed):
        await office.say("!partager plan.pdf 3 téléchargements")
    assert once == set()
    assert office.said() == []
    await office.reopen()

    await office.tend()

    (said,) = office.said()
    assert await office.opened(said) == PLAIN
    assert len(office.share.files()) == 1
    assert (
        "téléchargements : 0 sur 3" in (await office.say("!partages"))
        or "téléchargements : 1 sur 3" in office.said()[-1]
    )


async def test_no_secret_is_on_the_disk(office: Office, tmp_path: Path) -> None:
    await office.bring("plan.pdf")
    said = await office.say("!partager plan.pdf protégé")
    link = await office.link(said)
    secret = str(link).rsplit(".", 1)[1]
    password = re.search(r"(?:[a-z2-9]{4}-){3}[a-z2-9]{4}", office.said(DIRECT)[0])
    assert password is not None
    rows: list[str] = []
    async with office.edge.database.engine.begin() as connection:
        for table in ("files_share", "files_entry", "assistant_errand", "assistant_shown", "assistant_answer"):
            rows += [repr(row) for row in await connection.exec_driver_sql(f"SELECT * FROM {table}")]

    assert link.id in "".join(rows), "the look finds what is there"
    for hidden in (secret, password[0]):
        assert hidden not in "".join(rows)


async def test_a_link_comes_as_a_picture_too(office: Office, tmp_path: Path) -> None:
    """Read by a program that has nothing of ours; the picture is encrypted, and its words are beside it."""
    await office.bring("plan.pdf")

    said = await office.say("!partager plan.pdf avec qr")

    message = office.messages()[-1]
    link = str(await office.link(said))
    assert (message["msgtype"], message["info"]["mimetype"], "url" in message) == ("m.image", "image/png", False)
    assert link in message["body"]
    png = await office.edge.download(EncryptedFile.parse(message["file"]), most=100_000)
    (tmp_path / "qr.png").write_bytes(png)
    read = await asyncio.create_subprocess_exec(
        "zbarimg", "--quiet", "--raw", str(tmp_path / "qr.png"), stdout=asyncio.subprocess.PIPE
    )
    assert (await read.communicate())[0].decode().strip() == link


async def guess(office: Office, link: ShareLink, wrong: int) -> None:
    """Somebody who has the link tries passwords at their leisure, until so many were wrong."""
    said = {"knock": encode(LinkKeys.derive(link, None).knock), "proof": encode(bytes(32)), "typed": True}
    url = f"{office.share.origin}/s/{link.id}/open"
    while (await office.share.assistant.look(link.id)).wrong < wrong:
        async with office.share.http.post(url, json=said, headers={"Origin": office.share.origin}) as response:
            # Locked, or too often from one address.
            if response.status in (423, 429):
                office.share.clock.forward(25 * 3600)


async def test_f83_its_author_hears_that_somebody_guesses(office: Office) -> None:
    """In their own conversation, once when it is first locked and once when it is for good."""
    await office.bring("plan.pdf")
    link = await office.link(await office.say("!partager plan.pdf protégé 90j"))
    told = len(office.said(DIRECT))

    await guess(office, link, 4)
    await office.heard()
    assert len(office.said(DIRECT)) == told
    await guess(office, link, 6)
    await office.heard()
    await office.heard()
    assert ["Cinq mots de passe faux" in body for body in office.said(DIRECT)[told:]] == [True]

    await guess(office, link, 100)
    await office.heard()
    await office.reopen()
    await office.heard()
    assert ["Cent mots de passe faux" in body for body in office.said(DIRECT)[told + 1 :]] == [True]
    assert [body for body in office.said() if "🔒" in body] == []
