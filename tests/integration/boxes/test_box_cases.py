"""Outside cases of deposits: keys that are others meanwhile (F90), photographs (F71)."""

import zlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NoReturn

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from bots.links.box.deposit import number_of
from bots.matrix.errors import Unreachable
from tests.boxes import Citizen
from tests.integration.boxes.test_boxes import Office, opened
from tests.unit.links.boxmakers import made_box

pytestmark = pytest.mark.integration

CANNOT_BRING = "que je ne peux pas apporter ici"
CANNOT = "mes clés ne sont plus celles"
PNG = b"\x89PNG\r\n\x1a\n"
PHOTO = (Path(__file__).parents[2] / "unit" / "files" / "cases" / "photo-gps-rotated.jpg").read_bytes()


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with opened(tmp_path) as hall:
        yield hall


async def test_f90_what_comes_while_the_keys_are_others_waits_for_them_and_is_not_lost(office: Office) -> None:
    """It was taken for something altered: its maker, who had a receipt, was told to try again, and its files went."""
    citizen = await office.open_box()
    first = await citizen.deposit([("un.pdf", b"un")])
    office.seed = b"t" * 32
    await office.reopen()
    await office.collect(4)
    office.share.clock.now += 1
    second = await citizen.deposit([("deux.pdf", b"deux")])
    for _ in range(3):
        office.time += 120_000
        await office.collect(65)
        await office.reopen()

    assert office.posted() == []
    assert (await first.look_raw(), await second.look_raw()) == (b"", b"")
    assert len(office.share.files()) == 2
    (said,) = [body for body in office.said() if CANNOT in body]
    assert "« Permis de construire »" in said
    # A box that is opened now has the keys of now, and is not held up by the other.
    other = await office.open_box('!dépôt ouvrir "Voirie" 30j')
    await other.deposit([("trou.pdf", b"trou")])
    await office.collect(10)
    assert await office.plaintexts() == {"trou.pdf": b"trou"}
    await extended(office, "Permis de construire")

    office.seed = b"s" * 32
    await office.reopen()
    await office.collect(140)
    carried = [each.content["filename"] for each in office.posted() if "file" in each.content]
    assert carried == ["trou.pdf", "un.pdf", "deux.pdf"], "in the order in which they came"
    assert office.numbers() == ["1", "2", "3"], "what the form says of each is there, too"
    assert await first.look() is not None
    assert await second.look() is not None
    await extended(office, "1")
    await closed(office, citizen, "Permis de construire")


async def extended(office: Office, called: str) -> None:
    """Have a box take deposits for longer."""
    said = await office.say(f"!dépôt prolonger {called} 10j")
    assert "est ouverte jusqu’au" in said


async def closed(office: Office, citizen: Citizen, called: str) -> None:
    """Have a box closed: it takes nothing any more, and is known no more."""
    said = await office.say(f"!dépôt fermer {called}")
    assert "est fermée" in said
    assert (await citizen.begin().start([1]))[0] == 410
    assert "est fermée" not in await office.say(f"!dépôt fermer {called}")


async def test_a_room_hears_once_of_each_box_that_waits_for_its_keys_whatever_else_comes(office: Office) -> None:
    """What came into another box was taken for what waits, and the same was said again after each of them."""
    locked = [await office.open_box(f'!dépôt ouvrir "{title}" 30j') for title in ("Permis", "Cantine")]
    office.seed = b"t" * 32
    await office.reopen()
    new = await office.open_box('!dépôt ouvrir "Voirie" 30j')
    for turn in range(4):
        office.share.clock.now += 1
        for citizen in (*locked, new):
            await citizen.deposit([(f"{turn}.pdf", b"x")])
        office.time += 180_000
        await office.collect(65)

    said = [body for body in office.said() if CANNOT in body]
    assert [sum(f"« {title} »" in body for body in said) for title in ("Permis", "Cantine", "Voirie")] == [1, 1, 0]
    assert len(office.posted()) == 4 * 2
    # Once the keys have been back, the room hears anew where they are others again.
    office.seed = b"s" * 32
    await office.reopen()
    await office.collect(140)
    assert len(office.posted()) == 3 * 4 * 2
    office.seed = b"u" * 32
    await office.reopen()
    await locked[0].deposit([("encore.pdf", b"x")])
    office.time += 180_000
    await office.collect(65)
    assert [f"« {title} »" in office.said()[-1] for title in ("Permis", "Cantine")] == [True, False]


async def test_what_our_server_does_not_take_is_said_once_and_holds_nothing_up(office: Office) -> None:
    """It was tried again each minute, in silence, and all that came into its box after it waited for ever."""
    citizen = await office.open_box()
    large = await citizen.deposit([("énorme.pdf", b"x" * 5_000)])
    office.share.clock.now += 1
    await citizen.deposit([("petit.pdf", b"petit")])
    office.edge.repository.largest = 4_000
    await office.collect(70)
    await office.reopen()
    await office.collect(70)

    assert await office.plaintexts() == {"petit.pdf": b"petit"}
    (said,) = [body for body in office.said() if CANNOT_BRING in body]
    assert number_of(citizen.box.id, large.id) in said
    assert "dépasse ce que prend notre serveur" in said
    assert await large.look_raw() == b""
    for _ in range(3):
        office.time += 3_600_000
        await office.collect(4)
    assert len([body for body in office.said() if CANNOT_BRING in body]) == 1
    # Whoever runs it lets it take more.
    office.edge.repository.largest = None
    office.time += 3_600_000
    await office.collect(4)
    assert await office.plaintexts() == {"petit.pdf": b"petit", "énorme.pdf": b"x" * 5_000}
    assert await large.look() is not None


async def test_while_our_server_is_away_all_of_a_box_waits_in_its_order(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    citizen = await office.open_box()
    await citizen.deposit([("un.pdf", b"un")])
    office.share.clock.now += 1
    await citizen.deposit([("deux.pdf", b"deux")])

    async def away(*words: object, **named: object) -> NoReturn:
        raise Unreachable("the homeserver")

    with monkeypatch.context() as patch:
        patch.setattr(office.edge, "upload", away)
        for _ in range(60):
            office.time += 60_000
            await office.collect(1)
    assert [body for body in office.said() if CANNOT_BRING in body] == []
    office.time += 600_000
    await office.collect(140)
    carried = [each.content["filename"] for each in office.posted() if "file" in each.content]
    assert carried == ["un.pdf", "deux.pdf"]


async def test_boxes_whose_date_has_passed_hide_none_that_is_open(office: Office) -> None:
    """Twenty were listed, those that ended first before: who let their boxes run out saw no other any more."""
    # Nobody opens more than twenty a day.
    for day, count in enumerate((15, 6)):
        for number in range(count):
            await office.open_box(f'!dépôt ouvrir "Ancienne {day} {number}" 1j')
        office.time += 2 * 86_400_000
        office.share.clock.now = office.time
    await office.open_box('!dépôt ouvrir "Nouvelle" 30j')

    said = await office.say("!dépôts")
    assert "Nouvelle" in said
    assert "… et 2 autres." in said


async def test_a_box_takes_no_deposit_that_its_room_could_not_have(office: Office) -> None:
    office.edge.repository.largest = 5_000_000
    citizen = await office.open_box()

    assert "5 fichiers, 5 Mo au plus par dépôt" in office.said()[-1]
    assert (await citizen.begin().start([5_000_001]))[0] == 507
    assert (await citizen.begin().start([5_000_000]))[0] == 201


async def test_that_a_citizen_sees_what_was_done_is_said_only_where_they_do(office: Office) -> None:
    """What they are told is signed with the keys of their box, which are others now: they go on seeing « reçu »."""
    citizen = await office.open_box()
    made = await citizen.deposit([("un.pdf", b"un")])
    await office.collect(4)
    await closed(office, citizen, "Permis de construire")
    office.seed = b"t" * 32
    await office.reopen()
    await office.collect(4)

    said = await office.say("!dépôt traité 1")
    assert said.startswith("✔ Dépôt 1 traité.")
    assert "La personne qui l’a déposé ne le voit pas" in said
    await office.collect(4)
    found = await made.look()
    assert found is not None
    assert found.state == "received"
    assert "☐ Le dépôt 1" in await office.say("!dépôt rouvrir 1")

    office.seed = b"s" * 32
    await office.reopen()
    assert await office.say("!dépôt traité 1") == "✔ Dépôt 1 traité : la personne qui l’a déposé le voit."
    await office.collect(4)
    found = await made.look()
    assert found is not None
    assert found.state == "processed"


async def test_what_waits_in_a_box_that_is_not_known_is_counted_and_logged_once(office: Office) -> None:
    """Where the register is lost too: nobody knows any more whose room it is, and it was passed over in silence."""
    strange = made_box(office.share.origin)
    await office.server().open(strange.opening)
    for name in ("un.pdf", "deux.pdf"):
        await Citizen(office.share.http, str(strange.address)).deposit([(name, b"x")])
    with capture_logs() as logs:
        await office.collect(4)
        assert office.watch.unknown == 2, "also where there has never been a box"
        citizen = await office.open_box()
        await citizen.deposit([("trou.pdf", b"trou")])
        await office.collect(130)

    assert await office.plaintexts() == {"trou.pdf": b"trou"}
    assert office.watch.unknown == 2
    (said,) = [each for each in logs if each["event"] == "box_not_known"]
    assert (said["log_level"], said["box"]) == ("warning", strange.address.id)
    await office.server().close(strange.address.id)
    while waiting := await office.server().waiting():
        await office.server().say(waiting[0].deposit, b"x")
    await office.collect(4)
    assert office.watch.unknown == 0


async def test_a_box_is_closed_by_command_while_the_keys_are_others(office: Office) -> None:
    """It was known twice, under its own name and under one of the keys of now: nothing told one from the other."""
    citizen = await office.open_box()
    office.seed = b"t" * 32
    await office.reopen()
    await office.collect(4)

    await closed(office, citizen, "Permis de construire")


async def test_the_address_of_a_box_is_not_told_where_the_keys_are_others(office: Office) -> None:
    """It was derived under the keys of now: another one, for the poster, at which there is nothing."""
    await office.open_box()
    asked = "@beffroi c'est quoi l'adresse du dépôt ?"
    assert "http" in await office.say(asked)
    office.seed = b"t" * 32
    await office.reopen()

    said = await office.say(asked)
    assert "Je ne connais plus l’adresse de" in said
    assert "http" not in said

    office.seed = b"s" * 32
    await office.reopen()
    assert "http" in await office.say(asked)


async def test_a_box_of_other_keys_is_known_again_where_the_table_is_lost_too(office: Office) -> None:
    """A new store and other secrets: what comes waits, its room hears that, and it comes once the secrets are back."""
    citizen = await office.open_box()
    made = await citizen.deposit([("un.pdf", b"un")])
    office.seed = b"t" * 32
    async with office.edge.database.begin() as transaction:
        await transaction.execute(text("DELETE FROM boxes_box"))
    await office.reopen()
    office.time += 120_000
    await office.collect(65)

    assert office.posted() == []
    assert len([body for body in office.said() if CANNOT in body]) == 1
    await extended(office, "1")
    office.seed = b"s" * 32
    await office.reopen()
    await office.collect(70)
    assert await office.plaintexts() == {"un.pdf": b"un"}
    assert await made.look() is not None
    await closed(office, citizen, "Permis de construire")


def claiming(width: int, height: int) -> bytes:
    """Return a picture of a few bytes that says that it is enormous."""
    size = width.to_bytes(4) + height.to_bytes(4)
    head = _part(b"IHDR", size + b"\x08\x02\x00\x00\x00")
    return PNG + head + _part(b"IDAT", zlib.compress(b"")) + _part(b"IEND", b"")


def _part(kind: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)


async def test_f71_a_citizen_s_photograph_comes_as_it_was_and_no_picture_is_drawn_of_it(office: Office) -> None:
    """Which way is up stands in it and stays; a thumbnail would have to be decoded, whatever size it claims to have."""
    citizen = await office.open_box()
    names = {"photo.jpg": PHOTO, "immense.png": claiming(2**31 - 1, 2**31 - 1)}
    await citizen.deposit([*names.items()])
    await office.collect()

    assert await office.plaintexts() == names
    infos = [each.content["info"] for each in office.posted() if "file" in each.content]
    assert [set(info) for info in infos] == [{"mimetype", "size"}] * 2
