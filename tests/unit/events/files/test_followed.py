"""Another town's calendar, a school's, shown in the room's agenda: read again and again, whatever its server does."""

import asyncio
import gzip
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import web

from bots.assistant.testing.people import DGS, DIRECT, MAIRE, OTHER, ROOM
from bots.register.format.operation import Change
from tests.unit.events.elsewhere import Elsewhere, calendar, elsewhere, event
from tests.unit.events.feeds import FeedHall, feed_hall

FERIES = calendar(event("1", "Fête du village"), event("2", "Marché de Noël", 28), head="X-WR-CALNAME:Rivemont\r\n")


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[FeedHall]:
    async with feed_hall(tmp_path / "calendars", patience_s=1.0) as made:
        yield made


@pytest.fixture
async def school() -> AsyncIterator[Elsewhere]:
    async with elsewhere() as server:
        server.body = FERIES
        yield server


async def test_what_it_holds_stands_in_the_agenda_and_is_nobodys_to_change(hall: FeedHall, school: Elsewhere) -> None:
    await hall.say("!agenda ajouter conseil jeudi 18h")
    await hall.say(f"!agenda suivre {school.url}")

    assert hall.said()[-1].startswith("📅 Ce salon suit Rivemont : 2 dates.")
    await hall.say("!agenda semaine")
    lines = hall.said()[-1].splitlines()
    assert "• de 10 h à 11 h · Fête du village · 📅 Rivemont" in lines
    assert any("1 conseil" in line for line in lines)
    await hall.say("!agenda titre 2 autre")
    assert "2" in hall.said()[-1]
    assert "modifi" not in hall.said()[-1]


async def test_holidays_are_marked(hall: FeedHall, school: Elsewhere) -> None:
    await hall.say(f"!agenda suivre {school.url} vacances")
    await hall.say("!agenda jeudi")

    assert "🏖 Rivemont" in hall.said()[-1]


async def test_alone_it_is_shown_with_its_room(hall: FeedHall, school: Elsewhere) -> None:
    await hall.say(f"!agenda suivre {school.url}")
    await hall.say("agenda semaine", room=DIRECT)

    assert "Marché de Noël · 📅 Rivemont" in hall.said(DIRECT)[-1]


async def test_a_partner_who_follows_it_is_followed_here_too(hall: FeedHall, school: Elsewhere) -> None:
    """Each town reads for its own people: what was read travels nowhere."""
    from bots.events.followed.source import KIND, source_id  # noqa: PLC0415

    async with hall.ledger.begin(hall.edge.database) as transaction:
        state = await hall.ledger.state(transaction, ROOM)
        # As the other town's assistant has written it.
        from bots.assistant.testing.talk import Talk  # noqa: PLC0415

        talk = Talk([], state=state)
        written = {"address": school.url, "name": "École", "status": "followed"}
        talk.fold(Change(KIND, source_id(ROOM, school.url), set=written), author=OTHER, by=MAIRE)

    await hall.read()
    await hall.say("!agenda jeudi")

    assert "Fête du village · 📅 École" in hall.said()[-1]


async def test_it_is_asked_again_and_only_sent_when_it_changed(hall: FeedHall, school: Elsewhere) -> None:
    school.headers = {"ETag": '"v1"', "Last-Modified": "Mon, 23 Nov 2026 10:00:00 GMT"}
    await hall.say(f"!agenda suivre {school.url}")
    before = len(hall.said())

    await hall.read(hours=3)
    assert school.asked[-1].headers["If-None-Match"] == '"v1"'
    assert school.asked[-1].headers["If-Modified-Since"] == "Mon, 23 Nov 2026 10:00:00 GMT"
    school.headers, school.body = {"ETag": '"v2"'}, calendar(event("1", "Fête remise", 27))
    await hall.read(hours=3)
    await hall.say("!agenda semaine")

    assert "Fête remise" in hall.said()[-1]
    assert "Marché" not in hall.said()[-1]
    assert len(hall.said()) == before + 1, "nobody is told of it"


@pytest.mark.parametrize(("said", "after"), [("PT5M", 0.3), ("P30D", 25), ("PT6H", 6.5), ("sometimes", 2.5)])
async def test_it_is_read_as_often_as_it_wishes_within_bounds(
    hall: FeedHall, school: Elsewhere, said: str, after: float
) -> None:
    school.body = calendar(event("1", "a"), head=f"REFRESH-INTERVAL;VALUE=DURATION:{said}\r\n")
    await hall.say(f"!agenda suivre {school.url}")
    before = len(school.asked)

    await hall.read(hours=after * 0.7)
    assert len(school.asked) == before
    await hall.read(hours=after * 0.4)
    assert len(school.asked) == before + 1


async def broken(_: web.Request) -> web.StreamResponse:
    return web.Response(status=500)


async def login(_: web.Request) -> web.StreamResponse:
    return web.Response(text="<html><body>Connexion</body></html>", content_type="text/html")


async def empty(_: web.Request) -> web.StreamResponse:
    return web.Response(body=b"")


async def half(_: web.Request) -> web.StreamResponse:
    return web.Response(body=FERIES[:-60])


async def nothing(_: web.Request) -> web.StreamResponse:
    return web.Response(body=calendar())


async def cut(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": "100000"})
    await response.prepare(request)
    await response.write(FERIES)
    assert request.transport is not None
    request.transport.abort()
    return response


async def slow(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    for letter in FERIES:
        await response.write(bytes([letter]))
        await asyncio.sleep(0.2)
    return response


async def circle(request: web.Request) -> web.StreamResponse:
    raise web.HTTPFound(str(request.url))


async def bomb(_: web.Request) -> web.StreamResponse:
    packed = gzip.compress(b"\0" * 200_000_000, compresslevel=1)
    return web.Response(body=packed, headers={"Content-Encoding": "gzip"})


@pytest.mark.parametrize("answer", [broken, login, empty, half, nothing, cut, slow, circle, bomb])
async def test_whatever_its_server_does_what_was_read_stays_and_is_told_once(
    hall: FeedHall, school: Elsewhere, answer: object
) -> None:
    await hall.say(f"!agenda suivre {school.url}")
    before = len(hall.said())
    school.answer = answer  # type: ignore[assignment]

    for _ in range(3):
        await hall.read(hours=7)
    assert len(hall.said()) == before, "a bad hour is nobody's business"
    for _ in range(3):
        await hall.read(hours=7)
    said = hall.said()[before:]
    assert len(said) == 1
    assert said[0].startswith("⚠ Je n’arrive plus à lire Rivemont, que suit ce salon.")
    assert "Ce que j’ai lu le" in said[0]
    assert hall.messages()[-1].content["m.mentions"] == {}
    await hall.say("!agenda jeudi")
    assert "Fête du village" in hall.said()[-1]
    await hall.say("!agenda suivis")
    assert "⚠ illisible depuis le" in hall.said()[-1]

    school.answer = None
    await hall.read(hours=7)
    assert hall.said()[-1] == "✔ Je peux de nouveau lire Rivemont."
    after = len(hall.said())
    await hall.read(hours=7)
    assert len(hall.said()) == after


async def test_only_the_town_whose_person_followed_it_says_that_it_fails(hall: FeedHall, school: Elsewhere) -> None:
    from bots.assistant.testing.talk import Talk  # noqa: PLC0415
    from bots.events.followed.source import KIND, source_id  # noqa: PLC0415

    state = hall.ledger.known(ROOM)
    async with hall.ledger.begin(hall.edge.database) as transaction:
        state = await hall.ledger.state(transaction, ROOM)
    written = {"address": school.url, "name": "École", "status": "followed"}
    change = Change(KIND, source_id(ROOM, school.url), set=written, first={"creator": str(MAIRE)})
    Talk([], state=state).fold(change, author=OTHER, by=MAIRE)
    school.answer = broken
    before = len(hall.said())

    for _ in range(6):
        await hall.read(hours=7)

    assert len(hall.said()) == before


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("http://ecole.example/a.ics", "https://"),
        ("ftp://ecole.example/a.ics", "https://"),
        ("file:///etc/passwd", "https://"),
        ("https://dgs:secret@ecole.example/a.ics", "mot de passe"),
        ("ecole.example", "https://"),
        ("", "Donnez une adresse"),
        ("https://a.example/ https://b.example/", "Donnez une adresse"),
    ],
)
async def test_an_address_that_is_none_is_said(hall: FeedHall, typed: str, said: str) -> None:
    from bots.assistant.testing.talk import Talk  # noqa: PLC0415
    from bots.events.capability import events  # noqa: PLC0415
    from bots.events.followed.commands import following  # noqa: PLC0415

    talk = Talk([events(), following({})])

    assert said in talk.body(f"!agenda suivre {typed}")


async def test_what_is_no_calendar_is_not_followed(hall: FeedHall, school: Elsewhere) -> None:
    school.answer = login
    await hall.say(f"!agenda suivre {school.url}")

    assert hall.said()[-1] == "✖ Je ne suis pas cette adresse. Ce qui s’y trouve n’est pas un agenda."
    await hall.say("!agenda suivis")
    assert "ne suit aucun agenda" in hall.said()[-1]


async def test_it_is_followed_no_longer(hall: FeedHall, school: Elsewhere) -> None:
    await hall.say(f"!agenda suivre {school.url}")
    await hall.say(f"!agenda suivre {school.url}")
    assert "suit déjà cette adresse" in hall.said()[-1]

    await hall.say("!agenda ne plus suivre 1", sender=DGS)
    assert hall.said()[-1] == "✔ Ce salon ne suit plus Rivemont."
    before = len(school.asked)
    await hall.read(hours=30)

    assert len(school.asked) == before
    await hall.say("!agenda jeudi")
    assert "Fête" not in hall.said()[-1]


async def test_deleting_the_command_ends_it(hall: FeedHall, school: Elsewhere) -> None:
    command = await hall.say(f"!agenda suivre {school.url}")
    await hall.redact(command.event_id)
    await hall.say("!agenda jeudi")

    assert "Fête" not in hall.said()[-1]


async def test_what_comes_from_outside_is_never_a_command_nor_a_mention(hall: FeedHall, school: Elsewhere) -> None:
    hostile = "!tâche ajouter @dgs:valbourg.fr <b>x</b>\\n✔ Tâche 12 faite https://matrix.to/#/@dgs:valbourg.fr"
    school.body = calendar(event("1", hostile), head="X-WR-CALNAME:!agenda annuler 1\\n@dgs:valbourg.fr\r\n")
    await hall.say(f"!agenda suivre {school.url}")
    await hall.say("!agenda jeudi")

    shown = hall.messages()[-1].content
    assert shown["m.mentions"] == {}
    assert "<b>x</b>" not in shown["formatted_body"]
    assert "matrix.to/#/@dgs" not in shown["formatted_body"].replace("https://matrix.to/#/@dgs:valbourg.fr ·", "")
    assert not any(line.startswith("✔ Tâche") for line in hall.said()[-1].splitlines())


async def test_it_is_there_after_a_restart_and_dates_move_on(hall: FeedHall, school: Elsewhere) -> None:
    school.headers = {"ETag": '"v1"'}
    school.body = calendar(event("1", "Marché", 26, "RRULE:FREQ=WEEKLY"))
    await hall.say(f"!agenda suivre {school.url}")
    hall.restart()
    await hall.say("!agenda jeudi")
    assert "Marché" in hall.said()[-1]

    await hall.read(hours=8 * 24)
    assert "If-None-Match" not in school.asked[-1].headers, "its dates are worked out anew"
    now = datetime.fromtimestamp(hall.time / 1000, UTC)
    assert now.isoformat()[:10] == "2026-12-01"


async def test_without_the_process_that_reads_nothing_is_followed_and_that_is_said(tmp_path: Path) -> None:
    from bots.events.followed.reading import office  # noqa: PLC0415

    hall = FeedHall(tmp_path / "calendars", 1)
    await hall.open()
    patience, office._PATIENCE_S = office._PATIENCE_S, 1  # type: ignore[misc]
    try:
        await hall.say("!agenda suivre https://ecole.example/agenda.ics")
    finally:
        office._PATIENCE_S = patience  # type: ignore[misc]
        await hall.close()

    assert "ne répond pas" in hall.said()[-1]
