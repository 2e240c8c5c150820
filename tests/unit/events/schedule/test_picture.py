"""The agenda as a picture: what is in it, who gets it, and that whatever things are called it is one."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bots.absences.commands import absences
from bots.absences.known import ABSENCES
from bots.assistant.dispatch.capability import Capability
from bots.assistant.talk.request import Request, Word
from bots.assistant.talk.scene import Scene
from bots.assistant.testing.hall import Hall
from bots.assistant.testing.people import BEFFROI, DIRECT, ROOM, SECRETAIRE
from bots.assistant.testing.talk import Talk
from bots.assistant.words.dates.period import Period
from bots.assistant.words.files.picture import Drawn
from bots.calendar.daysoff import MAINLAND
from bots.envelope.file import parse_attachment
from bots.events.capability import events
from bots.events.picture.drawing import draw
from bots.events.picture.figure import Day, Entry, Figure, Painter
from bots.events.picture.listing import rows
from bots.events.picture.pen import WIDTH, wrapped
from bots.events.picture.sending import Picture
from bots.matrix.events import OutgoingRedaction
from config.identifiers import RoomId

WEEK = Period(date(2026, 11, 23), date(2026, 11, 30))
NOON = datetime(2026, 11, 24, 11, tzinfo=UTC)
ELSEWHERE = RoomId("!cabinet")
PAINTER = Painter(MAINLAND, ABSENCES)


def capabilities() -> list[Capability]:
    return [absences(), events(MAINLAND, ABSENCES)]


@pytest.fixture
def talk() -> Talk:
    return Talk(capabilities())


def figure(talk: Talk, wanted: Period = WEEK, **more: Any) -> Figure:
    return PAINTER.made(talk.request("", **more), wanted).figure


def titles(shown: Figure) -> dict[int, list[str]]:
    return {day.day.day: [entry.title for entry in day.entries] for day in shown.days if day.entries}


async def image(hall: Hall, body: str, room: RoomId = ROOM) -> dict[str, Any]:
    """The one message that *body* is answered with."""
    before = len(hall.messages(room))
    await hall.say(body, room=room)
    await hall.tend()
    (message,) = hall.messages(room)[before:]
    return dict(message.content)


@pytest.fixture
async def drawing(hall: Hall) -> Hall:
    await hall.say("!agenda ajouter conseil municipal jeudi 18h30-21h salle des fêtes")
    return hall


@pytest.mark.parametrize("body", ["!agenda semaine image", "!agenda image", "!agenda de la semaine en image"])
async def test_it_is_one_encrypted_picture_that_says_what_it_is(drawing: Hall, body: str) -> None:
    content = await image(drawing, body)
    assert content["msgtype"] == "m.image"
    assert content["filename"] == "agenda-2026-11-23.png"
    assert content["body"] == "Agenda du lundi 23 au dimanche 29 novembre 2026 – 1 date"
    assert "url" not in content
    data = await drawing.edge.download(parse_attachment(content), most=10**7)
    assert data not in drawing.edge.repository.blobs.values()
    with Image.open(BytesIO(data)) as picture:
        assert picture.size == (content["info"]["w"], content["info"]["h"]) == (WIDTH, picture.height)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("image du mois de décembre", "Agenda, décembre 2026 – Rien n’a lieu ces jours-là."),
        ("l'agenda de la semaine en image", "Agenda du lundi 23 au dimanche 29 novembre 2026 – 1 date"),
        ("dessine-moi la semaine prochaine", "Agenda du lundi 30 novembre au dimanche 6 décembre 2026 – Rien"),
        ("picture of the month", "Agenda, novembre 2026 – 1 date"),
        ("mon agenda de demain en image", "Agenda du mardi 24 novembre 2026 – Rien"),
    ],
)
async def test_it_is_asked_for_as_people_say_it(drawing: Hall, body: str, said: str) -> None:
    content = await image(drawing, body, DIRECT)
    assert content["msgtype"] == "m.image"
    assert content["body"].startswith(said)


async def test_a_whole_year_is_no_picture(drawing: Hall) -> None:
    content = await image(drawing, "!agenda du 1er janvier 2027 au 31 décembre 2027 image")
    assert "Une image montre deux mois au plus" in content["body"]


async def test_an_erased_event_takes_the_picture_with_it(drawing: Hall) -> None:
    await image(drawing, "!agenda semaine image")
    drawn = drawing.id_of("– 1 date")
    await drawing.say("!agenda effacer 1 définitivement")
    await drawing.wait(3)
    assert drawn in [gone.target for gone in drawing.edge.said if isinstance(gone, OutgoingRedaction)]


def test_the_month_that_is_named_is_the_one_that_is_shown(talk: Talk) -> None:
    assert "du mardi 1er au jeudi 31 décembre 2026" in talk.body("!agenda mois de décembre")


def test_each_day_says_what_it_is(talk: Talk) -> None:
    talk.reply("!absent du 24 au 25 novembre")
    shown = figure(talk, Period(date(2026, 11, 9), date(2026, 12, 1)))
    days = {day.day.day: day for day in shown.days if day.inside}
    assert shown.sheet
    assert len(shown.days) % 7 == 0
    assert days[24].today == "aujourd’hui"
    assert days[11].holiday == "Armistice"
    assert days[24].away.startswith("Absence\u00a0: ")
    assert not days[26].away
    assert shown.empty


def test_what_takes_several_days_is_on_each_and_the_night_is_no_day(talk: Talk) -> None:
    talk.reply("!agenda ajouter marché de Noël du 27 au 29 novembre")
    talk.reply("!agenda ajouter astreinte mercredi 20h-2h")
    shown = figure(talk)
    assert titles(shown) == {25: ["astreinte"], **{day: ["marché de Noël"] for day in (27, 28, 29)}}
    assert shown.days[2].entries[0].hours == "20\u00a0h – 2\u00a0h"
    assert shown.days[4].entries[0].hours == ""
    assert shown.count == 2


def test_more_than_fits_is_counted(talk: Talk) -> None:
    for number in range(30):
        talk.reply(f"!agenda ajouter point {number} jeudi {8 + number % 10}h")
    (day,) = (day for day in figure(talk).days if day.entries)
    assert len(day.entries) + day.more == 30


def private(talk: Talk, *rooms: RoomId) -> Request:
    """Alone, with an agenda of *rooms*."""
    members = {SECRETAIRE: None, BEFFROI: None}
    scenes = tuple(Scene(room, talk.state, members, talk.now, name="Cabinet") for room in rooms)
    return talk.request("", room_id=DIRECT, direct=True, private=True, members=members, rooms=scenes)


def test_alone_all_rooms_are_in_it_and_in_a_room_no_other(talk: Talk) -> None:
    talk.reply("!agenda ajouter licenciement jeudi 10h")
    alone = private(talk, ELSEWHERE)
    empty = replace(alone, state=Talk([]).state)
    assert titles(PAINTER.made(empty, WEEK).figure) == {26: ["licenciement"]}
    assert PAINTER.made(empty, WEEK).figure.days[3].entries[0].place == "Cabinet"
    assert titles(PAINTER.made(replace(empty, private=False), WEEK).figure) == {}


async def test_whoever_has_come_to_read_along_gets_no_picture_of_other_rooms(hall: Hall, talk: Talk) -> None:
    talk.reply("!agenda ajouter licenciement jeudi 10h")
    alone = replace(private(talk, ELSEWHERE), state=Talk([]).state)
    picture, payload = Picture(PAINTER), {"first": "2026-11-23", "stop": "2026-11-30"}
    prepared = await picture.prepare(alone, payload, hall.edge)
    assert prepared is not None
    said = picture.finish(alone, payload, prepared)
    assert said is not None
    assert said.attachment is not None
    for changed in (replace(alone, private=False), replace(alone, rooms=())):
        again = picture.finish(changed, payload, prepared)
        assert again is not None
        assert again.attachment is None
        assert len(again.errands) == 1


def test_an_absence_that_was_said_elsewhere_is_not_in_the_picture_of_a_room(talk: Talk) -> None:
    talk.reply("!absent du 24 au 25 novembre")
    elsewhere = talk.request("")
    here = replace(
        elsewhere,
        room_id=ELSEWHERE,
        state=Talk([]).state,
        rooms=(Scene(ROOM, talk.state, elsewhere.members, talk.now),),
        word=Word.SEALED,
    )
    assert not any(day.away for day in PAINTER.made(here, WEEK).figure.days)


def entry(title: str, start: float, hours: float, said: str = "10 h") -> Entry:
    begins = NOON + timedelta(hours=start)
    return Entry(said, title, begins, begins + timedelta(hours=hours))


def test_what_overlaps_stands_side_by_side_and_whole_days_on_top() -> None:
    found = [entry("c", 2, 1), entry("a", 0, 2), entry("b", 1, 2), entry("d", 5, 1), entry("fair", 0, 24, "")]
    assert [[shown.title for shown in row] for row in rows(found)] == [["fair"], ["a", "b", "c"], ["d"]]


TEXTS = st.text(max_size=80)
ENTRIES = st.builds(
    Entry,
    st.sampled_from(["", "10 h", "10 h – 11 h 30"]),
    TEXTS,
    st.datetimes(timezones=st.just(UTC)),
    st.datetimes(timezones=st.just(UTC)),
    TEXTS,
    st.sampled_from(["", "annulé"]),
    st.booleans(),
)
DAYS = st.builds(
    Day, st.dates(), TEXTS, TEXTS, TEXTS, TEXTS, st.lists(ENTRIES, max_size=5).map(tuple), st.integers(0, 10**6)
)
FIGURES = st.builds(
    Figure, TEXTS, st.lists(DAYS, max_size=8).map(tuple), st.booleans(), TEXTS, st.lists(TEXTS, max_size=2).map(tuple)
)


@given(FIGURES)
@settings(max_examples=30, deadline=None)
def test_whatever_things_are_called_it_is_a_picture_and_always_the_same(shown: Figure) -> None:
    made = draw(shown)
    assert isinstance(made, Drawn)
    assert draw(shown) == made
    with Image.open(BytesIO(made.data)) as picture:
        picture.load()
        assert picture.format == "PNG"
        assert picture.size == (made.width, made.height)


@pytest.mark.parametrize(
    ("word", "broken"),
    [
        ("permanence", ["perma-", "nence"]),
        ("commissionnaire", ["commis-", "sionnaire"]),
        ("manœuvrabilitésss", ["manoeuv-", "rabilitésss"]),
        ("xxxxxxxxxxxxxxx", ["xxxxxxxx-", "xxxxxxx"]),
        ("dématérialisation", ["dématé-", "rialisation"]),
    ],
)
def test_a_word_that_is_too_long_is_broken_between_syllables(word: str, broken: list[str]) -> None:
    """« perma-nence » stood as « permane-nce » in each month."""
    assert wrapped(word, 26, 118, 2) == broken
