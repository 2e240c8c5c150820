"""The agenda of a room that two towns share, said, moved, answered and exchanged as files, with strict Elements."""

from datetime import UTC, datetime, timedelta

import aiohttp
from nio.crypto.attachments import encrypt_attachment

from bots.calendar.format.findings import Findings
from bots.calendar.format.zones import iana
from bots.calendar.reading import read_calendar
from bots.calendar.recurrence.deadline import deadline
from bots.calendar.recurrence.expanding import expand
from bots.calendar.recurrence.series import Window
from config.identifiers import RoomId
from tests.acceptance.citizens import settled, shows, until
from tests.acceptance.conftest import Country, People
from tests.acceptance.element_client import ElementClient
from tests.acceptance.rooms.test_first_light import asks, office
from tests.acceptance.work.test_report import alone, downloaded
from tests.acceptance.work.test_tasks import shared_office
from tests.servers import Server

NEXT_YEAR = datetime.now(UTC).year + 1
FILE = f"""BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Un autre logiciel//FR
BEGIN:VEVENT
UID:marche@valbourg.example
DTSTART;TZID=Romance Standard Time:{NEXT_YEAR}0605T080000
DTEND;TZID=Romance Standard Time:{NEXT_YEAR}0605T123000
RRULE:FREQ=WEEKLY;COUNT=4
EXDATE;TZID=Romance Standard Time:{NEXT_YEAR}0612T080000
SUMMARY:Marché d’été
LOCATION:place de la mairie
X-AUTRE-LOGICIEL:gardé
END:VEVENT
BEGIN:VEVENT
UID:bombe@valbourg.example
DTSTART:{NEXT_YEAR}0101T000000Z
RRULE:FREQ=SECONDLY
SUMMARY:Bombe
END:VEVENT
END:VCALENDAR
"""


async def test_an_event_of_one_town_is_the_other_s_too(country: Country, people: People) -> None:
    ours, theirs = country.assistants["valbourg"], country.assistants["rivemont"]
    anne, bruno, room = await shared_office(people, ours, theirs)
    day = (datetime.now(UTC) + timedelta(days=20)).strftime("%d/%m/%Y")
    other = (datetime.now(UTC) + timedelta(days=21)).strftime("%d/%m/%Y")

    card = await asks(
        anne, room, f"!agenda ajouter conseil le {day} 18h30-21h salle des fêtes avec {bruno.user_id}", ours
    )
    assert "Événement 1 ajouté" in card.body
    assert "📍 salle des fêtes" in card.body
    await settled([ours, theirs], [RoomId(room)])
    listed = await asks(bruno, room, f"!agenda {day}", theirs)
    assert "conseil" in listed.body
    assert "de 18\u00a0h\u00a030 à 21\u00a0h" in listed.body or "18 h 30" in listed.body.replace("\u202f", " ")

    # Each says whether they come, by a press on the card; both towns know of both.
    await bruno.react(room, card.event_id, "✅")
    await shows(anne, room, card.event_id, "✅", bruno.user_id.partition(":")[0])
    await anne.react(room, card.event_id, "❔")
    await shows(bruno, room, card.event_id, "❔", anne.user_id.partition(":")[0])

    moved = await asks(bruno, room, f"!agenda déplacer 1 au {other} 10h", theirs)
    assert "déplacé" in moved.body
    await shows(anne, room, card.event_id, "10")
    await settled([ours, theirs], [RoomId(room)])
    assert "conseil" in (await asks(anne, room, f"!agenda {other}", ours)).body
    assert "conseil" not in (await asks(anne, room, f"!agenda {day}", ours)).body.partition("Ensuite")[0]

    # Its week as a picture, encrypted like all that is said there: her strict client shows it, and so does his.
    picture = await asks(anne, room, f"!agenda {other} image", ours)
    assert picture.content["msgtype"] == "m.image"
    assert picture.body.endswith("– 1 date")
    assert picture.shield is None or picture.shield.get("color") in (None, 0)
    png = await downloaded(country.servers["valbourg"], picture.content["file"])
    assert png.startswith(b"\x89PNG\r\n")
    assert len(png) == picture.content["info"]["size"]
    await bruno.wait_for(room, sender=ours.user_id, body=picture.body, readable=True)

    # Of a series he does not come once: both towns know that of that time alone.
    weekly = await asks(anne, room, "!agenda ajouter point de service tous les mardis 9h", ours)
    await settled([ours, theirs], [RoomId(room)])
    await bruno.send(room, "je ne viens pas la prochaine fois", reply_to=weekly.event_id)
    await bruno.wait_for(room, sender=theirs.user_id, body="2 (mardi", readable=True)
    await shows(anne, room, weekly.event_id, "❌", bruno.user_id.partition(":")[0])

    # Alone with her assistant she sees it, too, and what she says there belongs where she says.
    alone_with = await alone(anne, ours)
    assert "conseil" in (await asks(anne, alone_with, f"agenda {other}", ours)).body


async def test_who_is_taken_elsewhere_is_busy_and_a_time_for_both_is_found(country: Country, people: People) -> None:
    """Two rooms of two towns: of the other one no more is said than that Bruno is taken; his hour is not offered."""
    ours, theirs = country.assistants["valbourg"], country.assistants["rivemont"]
    anne, bruno, cabinet = await shared_office(people, ours, theirs)
    day = datetime.now(UTC).date() + timedelta(days=20)
    day += timedelta(days=7 - day.weekday() + 1 if day.weekday() > 3 else 0)
    when = day.strftime("%d/%m/%Y")
    await asks(anne, cabinet, f"!agenda ajouter entretien confidentiel le {when} 9h-12h avec {bruno.user_id}", ours)
    bureau = await office(anne, ours, theirs, others=[bruno])

    said = await asks(anne, bureau, f"!agenda ajouter atelier le {when} 10h-11h avec {bruno.user_id}", ours)
    assert "Autre engagement" in said.body
    assert "confidentiel" not in str(said.content)

    offered = await asks(anne, bureau, f"!agenda trouver 3h le {when} avec {bruno.user_id}", ours)
    assert "de 14" in offered.body
    assert "de 9" not in offered.body
    await anne.send(bureau, "oui", reply_to=offered.event_id)
    made = await anne.wait_for(bureau, sender=ours.user_id, body="Événement 2", readable=True)
    assert "14" in made.body


async def test_a_poll_is_voted_on_in_element_and_makes_the_event(country: Country, people: People) -> None:
    ours, theirs = country.assistants["valbourg"], country.assistants["rivemont"]
    anne, bruno, room = await shared_office(people, ours, theirs)
    days = [(datetime.now(UTC) + timedelta(days=ahead)).strftime("%d/%m/%Y") for ahead in (20, 21)]
    await asks(anne, room, f"!sondage point budget : {days[0]} 10h, {days[1]} 14h", ours)
    start = await bruno.wait_for(room, sender=ours.user_id, type="org.matrix.msc3381.poll.start", readable=True)
    answers = [each["id"] for each in start.content["org.matrix.msc3381.poll.start"]["answers"]]
    assert len(answers) == 2

    kind = "org.matrix.msc3381.poll.response"
    relation = {"rel_type": "m.reference", "event_id": start.event_id}
    for chosen in ([answers[0]], [answers[1]]):
        await bruno.send_event(room, kind, {"m.relates_to": relation, kind: {"answers": chosen}})
    await anne.send_event(room, kind, {"m.relates_to": relation, kind: {"answers": answers}})

    async def both_counted() -> bool:
        said = await asks(anne, room, "!agenda qui peut", ours)
        return "· 2 ·" in said.body.replace("\u00a0", " ")

    await until("both votes are counted", both_counted)
    await anne.send(room, "!sondage clore 1")
    card = await anne.wait_for(room, sender=ours.user_id, body="Événement 1 ajouté", readable=True)
    assert "Sondage 1 clos" in card.body
    await bruno.wait_for(room, sender=ours.user_id, type="org.matrix.msc3381.poll.end", readable=True)
    await settled([ours, theirs], [RoomId(room)])
    assert "Point budget" in (await asks(bruno, room, f"!agenda {days[1]}", theirs)).body


async def test_a_calendar_file_comes_in_is_everybody_s_and_goes_out(country: Country, people: People) -> None:
    ours, theirs = country.assistants["valbourg"], country.assistants["rivemont"]
    anne, bruno, room = await shared_office(people, ours, theirs)
    sent = await _post(country.servers["valbourg"], anne, room, FILE.encode())
    # It is offered by one quiet reaction below it; a press takes it in.
    await anne.wait_for(room, sender=ours.user_id, type="m.reaction", relates_to=sent)
    await anne.react(room, sent, "📅")
    told = await anne.wait_for(room, sender=ours.user_id, body="📥", readable=True)

    assert "1 événement ajouté" in told.body
    assert "Bombe" in told.body
    again = await anne.send(room, "ajoute ça à l'agenda stp", reply_to=sent)
    assert "1 était déjà là" in (await anne.wait_for(room, sender=ours.user_id, in_reply_to=again, readable=True)).body
    await settled([ours, theirs], [RoomId(room)])
    june = await asks(bruno, room, f"!agenda juin {NEXT_YEAR}", theirs)
    assert june.body.count("Marché d’été") == 3

    # Bruno's own assistant gives him the file, with the same times and what it does not know.
    asked = await bruno.send(room, "!agenda exporter")
    await bruno.wait_for(room, sender=theirs.user_id, in_reply_to=asked, readable=True)

    async def arrived() -> bool:
        found = [each for each in await bruno.timeline(room) if each.sender == theirs.user_id]
        return any(each.content.get("msgtype") == "m.file" for each in found)

    await until("the file arrives", arrived)
    file = next(
        each
        for each in await bruno.timeline(room)
        if each.content.get("msgtype") == "m.file" and each.sender == theirs.user_id
    )
    data = await downloaded(country.servers["rivemont"], file.content["file"])
    assert b"X-AUTRE-LOGICIEL" in data
    assert _occurrences(data) == [each for each in _occurrences(FILE.encode()) if each.startswith("marche")]


async def _post(server: Server, person: ElementClient, room: str, data: bytes) -> str:
    """Post an encrypted file, as nio makes one, which none of our code is made of."""
    blob, keys = encrypt_attachment(data)
    account = await server.user("poster")
    headers = {"Authorization": f"Bearer {account.access_token}", "Content-Type": "application/octet-stream"}
    url = f"{server.client_url}/_matrix/media/v3/upload"
    async with aiohttp.ClientSession(headers=headers) as http, http.post(url, data=blob) as response:
        assert response.status == 200
        keys["url"] = (await response.json())["content_uri"]
    content = {
        "msgtype": "m.file",
        "body": "marche.ics",
        "filename": "marche.ics",
        "info": {"size": len(data)},
        "file": keys,
    }
    return await person.send_event(room, "m.room.message", content)


def _occurrences(data: bytes) -> list[str]:
    paris = iana("Europe/Paris")
    assert paris is not None
    calendar = read_calendar(data, paris, Findings())
    return [each.shown for each in expand(calendar, Window(), Findings(), deadline)]
