"""Addresses for calendar applications: what stands there, whom it is told, when it leads nowhere."""

import asyncio
import contextlib
import gzip
import re
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import pytest

from bots.assistant.testing.people import DGS, DIRECT, MAIRE, ROOM, SECRETAIRE
from bots.events.feeds.sealed import name_of
from config.identifiers import UserId
from tests.unit.events.feeds import DIRECT_OF_DGS, VOIRIE, FeedHall, feed_hall, read

NEW = UserId("@nouveau:valbourg.fr")


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[FeedHall]:
    async with feed_hall(tmp_path / "calendars") as made:
        yield made


def titles(calendar: bytes) -> list[str]:
    return re.findall(r"^SUMMARY:(.*?)\r?$", calendar.decode(), re.MULTILINE)


async def test_a_calendar_application_reads_the_rooms_agenda_at_an_address(hall: FeedHall) -> None:
    await hall.say("!agenda ajouter conseil municipal jeudi 18h30-21h salle des fêtes")
    address = await hall.address("!agenda lien")

    status, headers, body = await read(address)

    assert status == 200
    assert headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert "private" in headers["Cache-Control"]
    assert titles(body) == ["conseil municipal"]
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT30M" in body
    assert b"X-PUBLISHED-TTL:PT30M" in body
    assert "LOCATION:salle des fêtes" in body.decode()


async def test_the_address_is_told_to_whoever_asked_and_to_nobody_else(hall: FeedHall) -> None:
    before = len(hall.said())

    address = await hall.address("!agenda lien")

    assert len(hall.said()) == before, "nobody in the room is woken, and nobody reads it there"
    secret = address.rpartition("/")[2].removesuffix(".ics")
    assert len(secret) == 32
    assert not any(secret in line for line in hall.said(ROOM))
    assert "« révoquer »" in hall.said(DIRECT)[-1]


async def test_without_a_conversation_it_is_told_nowhere(hall: FeedHall) -> None:
    await hall.say("!agenda lien", sender=DGS, room=ROOM)
    assert "/agenda/" in hall.said(DIRECT_OF_DGS)[-1]
    hall.edge.leave_room(DIRECT_OF_DGS)

    await hall.say("!agenda lien", sender=DGS, room=ROOM)

    assert "conversation directe" in hall.said()[-1]


async def test_ones_own_agenda_is_for_the_direct_conversation(hall: FeedHall) -> None:
    await hall.say("!agenda lien moi")
    assert "demandez-le-moi dans notre conversation directe" in hall.said()[-1]

    await hall.say("!agenda ajouter réunion jeudi 10h")
    await hall.say("!agenda ajouter chantier vendredi 8h", room=VOIRIE)
    await hall.say("!agenda ajouter point avec le DGS vendredi 9h avec @dgs", room=VOIRIE)
    address = await hall.address("!agenda lien moi", where=DIRECT)

    found = titles((await read(address))[2])
    assert sorted(found) == ["chantier", "réunion"], "not what others are invited to"


async def test_a_busy_feed_says_when_and_nothing_of_what(hall: FeedHall) -> None:
    await hall.say("!agenda ajouter licenciement Dupont jeudi 10h-12h au bureau du DGS")
    await hall.say("!agenda ajouter entretien annuel jeudi 11h-13h")
    address = await hall.address("!agenda lien occupé")

    _, _, body = await read(address)

    assert titles(body) == ["Occupé"]
    assert b"DTSTART:20261126T090000Z" in body
    assert b"DTEND:20261126T120000Z" in body
    for word in ("Dupont", "bureau", "entretien", "ATTENDEE", "ORGANIZER", "Commun"):
        assert word not in body.decode()


async def test_a_newcomers_feed_holds_nothing_from_before_they_came(hall: FeedHall) -> None:
    await hall.say("!agenda ajouter dossier confidentiel jeudi 10h")
    await hall.membership(ROOM, NEW, "join")
    hall.edge.add_room("!direct-nouveau", [NEW], direct=True)
    direct = hall.edge.rooms()[-1].room_id
    await hall.say("!agenda ajouter réunion publique vendredi 10h")

    address = await hall.address("!agenda lien", room=direct, sender=NEW)
    busy = await hall.address("!agenda lien occupé", room=direct, sender=NEW)
    mine = await hall.address("!agenda lien moi", room=direct, where=direct, sender=NEW)

    assert titles((await read(address))[2]) == ["réunion publique"]
    assert (await read(busy))[2].count(b"BEGIN:VEVENT") == 1
    assert titles((await read(mine))[2]) == ["réunion publique"]
    await hall.say("!agenda titre 1 dossier Dupont")
    await hall.write()
    assert titles((await read(address))[2]) == ["réunion publique"], "part of it is from before they came"


@pytest.mark.parametrize("how", ["leave", "ban"])
async def test_whoever_leaves_has_their_feed_closed_at_once(hall: FeedHall, how: Literal["leave", "ban"]) -> None:
    await hall.say("!agenda ajouter conseil jeudi 10h")
    gone = await hall.address("!agenda lien", room=DIRECT_OF_DGS, sender=DGS)
    stays = await hall.address("!agenda lien")

    await hall.membership(ROOM, DGS, how)
    await hall.writer.tend()

    assert (await read(gone))[0] == 404
    assert (await read(stays))[0] == 200
    await hall.membership(ROOM, DGS, "join")
    await hall.write()
    assert (await read(gone))[0] == 404, "who comes back asks again"


async def test_ones_own_feed_loses_the_room_that_one_leaves(hall: FeedHall) -> None:
    await hall.say("!agenda ajouter conseil jeudi 10h")
    await hall.say("!agenda ajouter chantier vendredi 8h", room=VOIRIE)
    address = await hall.address("!agenda lien", where=DIRECT)
    assert len(titles((await read(address))[2])) == 2

    await hall.membership(ROOM, SECRETAIRE, "leave")
    await hall.write()

    assert titles((await read(address))[2]) == ["chantier"]
    hall.time += 120_000
    await hall.membership(ROOM, SECRETAIRE, "join")
    await hall.write()
    assert titles((await read(address))[2]) == ["chantier"], "what was said before they came back is not theirs"


async def test_it_is_closed_by_a_word_of_its_author(hall: FeedHall) -> None:
    address = await hall.address("!agenda lien")
    await hall.say("révoquer", room=DIRECT, about=hall.id_of("/agenda/", DIRECT))
    await hall.write()

    assert hall.said(DIRECT)[-1].startswith("✔ L’adresse est fermée")
    assert (await read(address))[0] == 404


async def test_a_list_says_who_has_one_and_closes_by_number(hall: FeedHall) -> None:
    first = await hall.address("!agenda lien")
    await hall.address("!agenda lien occupé", room=DIRECT_OF_DGS, sender=DGS)

    await hall.say("!agenda liens")
    listed = hall.said()[-1]
    assert "1. @secretaire" in listed
    assert "2. @dgs · heures occupées seulement" in listed
    assert "/agenda/" not in listed

    await hall.say("révoquer 2")
    assert "Seule la personne qui a demandé cette adresse" in hall.said()[-1]
    await hall.say("révoquer 1")
    await hall.write()
    assert (await read(first))[0] == 404
    await hall.say("!agenda liens", room=DIRECT)
    assert "Vous n’avez pas d’adresse" in hall.said(DIRECT)[-1]


async def test_deleting_the_command_closes_it(hall: FeedHall) -> None:
    command = await hall.say("!agenda lien")
    await hall.write()
    found = re.search(r"http\S+", hall.said(DIRECT)[-1])
    assert found is not None
    assert (await read(found[0]))[0] == 200

    await hall.redact(command.event_id)
    await hall.write()

    assert (await read(found[0]))[0] == 404


async def test_people_of_another_town_ask_their_own_assistant(hall: FeedHall) -> None:
    mention: dict[str, Any] = {"m.mentions": {"user_ids": ["@beffroi:valbourg.fr"]}}
    await hall.say("Beffroi : agenda lien", sender=MAIRE, **mention)

    assert all("http" not in line for line in hall.said())


async def test_it_is_asked_for_by_a_sealed_word_only(hall: FeedHall) -> None:
    hall.edge.bare[SECRETAIRE] = datetime(2026, 11, 1, tzinfo=UTC)

    await hall.say("!agenda lien")

    assert not any("http" in line for line in (*hall.said(), *hall.said(DIRECT)))


async def test_the_same_again_is_304_also_after_a_restart(hall: FeedHall) -> None:
    await hall.say("!agenda ajouter conseil jeudi 10h")
    address = await hall.address("!agenda lien")
    _, headers, body = await read(address)
    tag, modified = headers["ETag"], headers["Last-Modified"]

    assert (await read(address, {"If-None-Match": tag}))[0] == 304
    assert (await read(address, {"If-Modified-Since": modified}))[0] == 304
    assert (await read(address, {"If-None-Match": '"other"', "If-Modified-Since": modified}))[0] == 200
    hall.restart()
    hall.time += 3_600_000
    await hall.write()
    assert (await read(address))[2] == body
    await hall.say("!agenda ajouter autre chose vendredi 10h")
    await hall.write()
    status, headers, _ = await read(address, {"If-None-Match": tag})
    assert (status, headers["ETag"] != tag) == (200, True)


async def test_head_says_what_get_would(hall: FeedHall) -> None:
    address = await hall.address("!agenda lien")

    _, wanted, body = await read(address, {"Accept-Encoding": "identity"})
    status, headers, nothing = await read(address, {"Accept-Encoding": "identity"}, method="HEAD")

    assert (status, nothing) == (200, b"")
    assert headers["Content-Length"] == str(len(body))
    assert headers["ETag"] == wanted["ETag"]


async def test_unknown_closed_and_malformed_are_answered_alike(hall: FeedHall) -> None:
    address = await hall.address("!agenda lien")
    await hall.say("!agenda révoquer")
    await hall.write()
    base = address.rpartition("/")[0]

    answers = [await read(each) for each in (address, f"{base}/{'B' * 32}.ics", f"{base}/x", f"{base}/../{'B' * 32}")]

    assert {status for status, _, _ in answers} == {404}
    assert len({body for _, _, body in answers}) == 1
    assert len({tuple(sorted(set(headers) - {"Date"})) for _, headers, _ in answers}) == 1


async def test_what_lies_on_the_disk_says_nothing(hall: FeedHall, tmp_path: Path) -> None:
    await hall.say("!agenda ajouter licenciement Dupont jeudi 10h")
    address = await hall.address("!agenda lien")
    secret = address.rpartition("/")[2].removesuffix(".ics")

    files = [path for path in (tmp_path / "calendars").rglob("*") if path.is_file()]

    assert [path.name for path in files] == [name_of(secret)]
    data = files[0].read_bytes()
    assert files[0].stat().st_mode & 0o077 == 0
    for clue in (b"Dupont", b"BEGIN", secret.encode()):
        assert clue not in data
    async with hall.edge.database.begin() as transaction:
        from sqlalchemy import text  # noqa: PLC0415

        rows = [tuple(row) for row in await transaction.execute(text("SELECT * FROM events_feed"))]
    assert rows
    assert secret not in str(rows)


async def test_a_feed_whose_assistant_is_gone_ends_by_itself(tmp_path: Path) -> None:
    clock = [0.0]
    async with feed_hall(tmp_path / "calendars", clock=lambda: clock[0]) as hall:
        clock[0] = hall.now() / 1000
        address = await hall.address("!agenda lien")
        assert (await read(address))[0] == 200
        clock[0] += 8 * 86_400
        assert (await read(address))[0] == 503


async def test_an_address_that_asks_too_often_waits(tmp_path: Path) -> None:
    async with feed_hall(tmp_path / "calendars", clock=lambda: 1_000.0) as hall:
        address = f"http://127.0.0.1:{hall.port}/agenda/{'C' * 32}.ics"
        found = [(await read(address, {"X-Forwarded-For": "192.0.2.1"}))[0] for _ in range(130)]
    assert set(found) == {404, 429}


async def test_who_reads_a_byte_at_a_time_holds_up_nobody(tmp_path: Path) -> None:
    async with feed_hall(tmp_path / "calendars", answer_s=1.0, answers_each=2) as hall:
        await hall.say("!agenda ajouter conseil jeudi 10h " + "long " * 80)
        address = await hall.address("!agenda lien")
        path = address.partition(str(hall.port))[2]
        secret = path.rpartition("/")[2].removesuffix(".ics")
        # Larger than what the kernel takes off our hands.
        from bots.events.feeds.sealed import Facts  # noqa: PLC0415

        large = b"x" * 20_000_000
        facts = Facts("tag", 0, 2**40, len(large))
        hall.writer.folder.put(name_of(secret), secret, large, facts)
        opened = contextlib.ExitStack()
        for _ in range(2):
            connection = opened.enter_context(socket.create_connection(("127.0.0.1", hall.port)))
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 192.0.2.9\r\n\r\n".encode())
        async with asyncio.timeout(30):
            while (await read(address, {"X-Forwarded-For": "192.0.2.9"}, method="HEAD"))[0] != 429:
                await asyncio.sleep(0.25)
            status, _, body = await read(address, {"X-Forwarded-For": "192.0.2.10"})
            assert (status, len(body)) == (200, len(large))
            while (await read(address, {"X-Forwarded-For": "192.0.2.9"}, method="HEAD"))[0] == 429:
                await asyncio.sleep(0.25)
        opened.close()


async def test_it_comes_gzipped_to_whoever_takes_that(hall: FeedHall) -> None:
    address = await hall.address("!agenda lien")
    reader, writer = await asyncio.open_connection("127.0.0.1", hall.port)
    path = address.partition(str(hall.port))[2]
    writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n".encode())
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()

    assert b"Content-Encoding: gzip" in head
    assert gzip.decompress(body).startswith(b"BEGIN:VCALENDAR\r\n")


async def test_the_same_word_before_a_number_gives_that_event_its_link(hall: FeedHall) -> None:
    await hall.say("!agenda ajouter conseil jeudi 10h")
    for words in ("!agenda lien 1 https://visio.example/a", "!événement lien 1 https://visio.example/b"):
        await hall.say(words)
        assert "modifié" in hall.said()[-1], words
    assert "/agenda/" not in "".join(hall.said(DIRECT))


@pytest.mark.parametrize(
    "said", ["ferme le lien de l'agenda", "coupe l'adresse de l'agenda", "close the calendar link"]
)
async def test_the_address_is_closed_as_people_say_it(hall: FeedHall, said: str) -> None:
    address = await hall.address("!agenda lien", where=DIRECT)

    await hall.say(said, room=DIRECT)
    await hall.write()

    assert (await read(address))[0] == 404


async def test_the_message_that_holds_the_address_is_answered_by_closing_it(hall: FeedHall) -> None:
    address = await hall.address("!agenda lien", where=DIRECT)

    await hall.say("ferme le lien", room=DIRECT, about=hall.id_of("/agenda/", DIRECT))
    await hall.write()

    assert (await read(address))[0] == 404
