"""Who comes to one time of a series, and where that one is: said, shown, exported, weighed, taken back."""

import re
from datetime import date
from pathlib import Path

import pytest

from bots.assistant.dispatch.answering import How, Taken, read
from bots.assistant.testing.hall import Hall
from bots.assistant.testing.people import DGS, DIRECT, plain
from bots.assistant.testing.talk import Talk
from bots.events.kept.busy import takes
from bots.events.kept.kinds import ONCE
from bots.events.kept.meeting import Meeting
from bots.events.kept.sitting import on_day
from bots.events.talk.facts import agenda_of
from bots.events.words.times import zone_of
from bots.register.format.operation import Change
from config.identifiers import UserId
from tests.unit.events.feeds import feed_hall
from tests.unit.events.feeds import read as fetched
from tests.unit.events.files.test_files import exported, imported

# It is Tuesday 24 November 2026, 11 h in Paris.
SERIES = "!agenda ajouter réunion de service tous les lundis 9h"
OTHER = UserId("@beffroi:rivemont.fr")
SAID = [
    ("je ne viens pas lundi 7 décembre", "❌", "lundi 7 décembre 2026"),
    ("je ne viens pas le 7", "❌", "lundi 7 décembre 2026"),
    ("je serai absente le 14", "❌", "lundi 14 décembre 2026"),
    ("absent le 7 décembre", "❌", "lundi 7 décembre 2026"),
    ("pas dispo le 14, désolé", "❌", "lundi 14 décembre 2026"),
    ("je ne viens pas cette fois", "❌", "lundi 30 novembre 2026"),
    ("je ne viens pas lundi, j'ai un rendez-vous", "❌", "lundi 30 novembre 2026"),
    ("je ne viens pas les 7 et 14 décembre", "❌", "lundi 7 décembre 2026, lundi 14 décembre 2026"),
    ("je ne viens pas les 4 et 11 janvier", "❌", "lundi 4 janvier 2027, lundi 11 janvier 2027"),
    ("je viens le 14 décembre", "✅", "lundi 14 décembre 2026"),
    ("peut-être le 7", "❔", "lundi 7 décembre 2026"),
    ("!agenda absent 1 le 7 décembre", "❌", "lundi 7 décembre 2026"),
]
PLACED = [
    ("le 7 décembre à la salle des fêtes", "lundi 7 décembre 2026", "salle des fêtes"),
    ("celle du 14 sera à la mairie", "lundi 14 décembre 2026", "mairie"),
    ("la réunion du 14 aura lieu à la mairie", "lundi 14 décembre 2026", "mairie"),
    ("!agenda lieu 1 le 7 décembre : gymnase", "lundi 7 décembre 2026", "gymnase"),
    ("!agenda lieu 1 celle du 14 décembre salle des fêtes", "lundi 14 décembre 2026", "salle des fêtes"),
    ("!agenda lieu 1 à partir du 14 décembre : gymnase", "à partir du lundi 14 décembre 2026", "gymnase"),
]
ASKED = ["je ne viens pas du 7 au 14", "je ne viens pas, j'ai un rendez-vous mardi à 9h"]


@pytest.fixture
def series(talk: Talk) -> Talk:
    talk.reply(SERIES)
    return talk


def on_card(talk: Talk, said: str, sender: UserId = DGS) -> str:
    return talk.body(said, card=talk.object("event", 1).id, sender=sender)


def meeting(talk: Talk) -> Meeting:
    request = talk.request("")
    found = agenda_of(request, talk.state).get(talk.object("event", 1).id)
    assert found is not None
    return found


def is_taken(talk: Talk, day: date, person: UserId = DGS) -> bool:
    sitting = on_day(meeting(talk), day, zone_of(talk.request("").zone))
    assert sitting is not None
    return takes(sitting, person)


@pytest.mark.parametrize(("said", "sign", "days"), SAID, ids=[said for said, *_ in SAID])
def test_an_answer_to_one_time_is_to_that_time_alone(series: Talk, said: str, sign: str, days: str) -> None:
    told = on_card(series, said)

    assert told.startswith(f"{sign} @dgs")
    assert f"à l’événement 1 ({days}) : réunion de service" in told
    assert "répondez" not in told
    card = series.card("event", 1)
    for day in days.split(", "):
        assert f"{day} : {sign} @dgs" in card
    assert not [*series.state.all("event.answer")], "of the series nothing was said"


def test_a_day_on_which_it_does_not_take_place_is_no_answer(series: Talk) -> None:
    assert on_card(series, "je ne viens pas mardi") == "L’événement 1 (réunion de service) n’a pas lieu ce jour-là."
    assert not [*series.state.all(ONCE)]


@pytest.mark.parametrize("said", ASKED)
def test_what_may_be_one_time_or_all_is_asked(series: Talk, said: str) -> None:
    reply = series.reply(said, card=series.object("event", 1).id, sender=DGS)

    assert not reply.changes
    assert "répondez-vous pour une seule fois, ou pour toutes ?" in plain(reply.body)
    assert reply.question is not None
    for word, days in (("cette fois", " (lundi 30 novembre 2026)"), ("toute la série", "")):
        meant = read(series.request(word), reply.question, How.REPLY, lambda: False)
        assert isinstance(meant, Taken)
        told = plain(series.reply(meant.command, sender=DGS).body)
        assert told.startswith(f"❌ @dgs ne vient pas à l’événement 1{days} :")


@pytest.mark.parametrize("said", ["je viens au bureau demain", "je viens te voir lundi"])
def test_what_is_said_to_people_is_no_answer(series: Talk, said: str) -> None:
    with pytest.raises(AssertionError, match="nobody answers"):
        on_card(series, said)


@pytest.mark.parametrize(
    ("said", "when"),
    [
        ("lundi 7 cest decalé au mardi 8 a 17h30", "mardi 8 décembre 2026 de 17 h 30 à 18 h 30"),
        ("lundi 7 c'est décalé au mardi 8 à 17h30", "mardi 8 décembre 2026 de 17 h 30 à 18 h 30"),
        ("le 7 décalé à 10h", "lundi 7 décembre 2026 de 10 h à 11 h"),
        ("lundi 7 décembre, décalée d'une heure", "lundi 7 décembre 2026 de 10 h à 11 h"),
    ],
)
def test_the_day_said_before_what_becomes_of_it_is_the_time_that_moves(series: Talk, said: str, when: str) -> None:
    assert f"{when} (au lieu de : lundi 7 décembre 2026" in plain(on_card(series, said))


def test_a_day_of_no_time_of_it_moves_nothing(series: Talk) -> None:
    said = "jeudi 31 c'est décalé à 17h"
    assert on_card(series, said) == "L’événement 1 (réunion de service) n’a pas lieu ce jour-là."


@pytest.mark.parametrize(
    ("said", "verb"),
    [
        ("je ne peux pas, plutôt le 16", "déplacer au 16"),
        ("je ne peux pas, plutôt lundi 14 décembre à 10h", "déplacer au lundi 14 décembre à 10h"),
        ("je ne peux pas, plutôt jeudi 10h", "déplacer à jeudi 10h"),
    ],
)
def test_what_is_offered_to_all_is_french(talk: Talk, said: str, verb: str) -> None:
    talk.reply("!agenda ajouter point mardi 1er décembre 9h")

    assert f"répondez « {verb} »" in plain(on_card(talk, said))


def test_of_what_takes_place_once_only_its_own_day_is_one(talk: Talk) -> None:
    talk.reply("!agenda ajouter conseil le 8 décembre 18h")

    assert on_card(talk, "je ne viens pas le 8 décembre").startswith("❌ @dgs ne vient pas à l’événement 1 : conseil")
    assert "n’a pas lieu ce jour-là" in on_card(talk, "je ne viens pas le 9 décembre")


def test_the_series_and_its_one_time_are_answered_apart(series: Talk) -> None:
    on_card(series, "je viens")
    on_card(series, "je ne viens pas le 7 décembre")

    assert "✅ @dgs · lundi 7 décembre 2026 : ❌ @dgs" in series.card("event", 1)
    assert not is_taken(series, date(2026, 12, 7))
    assert is_taken(series, date(2026, 12, 14))
    assert "@dgs" not in series.body("!agenda 14 décembre")
    assert series.body("!agenda 7 décembre").endswith("1 réunion de service · ❌ @dgs")
    assert "❌ @dgs" in on_card(series, "qui vient le 7 décembre ?")
    assert "✅ @dgs" in on_card(series, "qui vient le 14 décembre ?")
    on_card(series, "finalement je viens le 7 décembre")
    assert "7 décembre" not in series.card("event", 1), "as of all others"


def test_it_stays_with_its_day_when_the_hour_of_the_series_moves(series: Talk) -> None:
    on_card(series, "je ne viens pas le 7 décembre")
    series.says("!agenda déplacer 1 toute la série à 14h")

    assert "lundi 7 décembre 2026 : ❌ @dgs" in series.card("event", 1)
    on_card(series, "je viens le 7 décembre")
    assert "lundi 7 décembre 2026 : ✅ @dgs" in series.card("event", 1)


def test_it_stays_with_its_time_when_that_one_is_moved(series: Talk) -> None:
    on_card(series, "je ne viens pas le 7 décembre")
    series.says("!agenda déplacer 1 celle du 7 décembre à mardi 8 décembre 10h")

    assert series.body("!agenda 8 décembre").endswith("1 réunion de service · ❌ @dgs")
    assert not is_taken(series, date(2026, 12, 8))


def test_taken_back_it_is_as_of_the_series(series: Talk) -> None:
    on_card(series, "je viens")
    before = series.card("event", 1)
    series.says("je ne viens pas le 7 décembre", card=series.object("event", 1).id, sender=DGS)
    assert series.card("event", 1) != before

    series.deletes(series.last)

    assert series.card("event", 1) == before
    assert is_taken(series, date(2026, 12, 7))


def test_whose_word_it_is_stands_beside_it(series: Talk) -> None:
    on_card(series, "je ne viens pas le 7 décembre")
    answer = next(series.state.all(ONCE))
    series.fold(Change(ONCE, answer.id, set={"partstat": "ACCEPTED"}), author=OTHER)

    assert "✅ @beffroi:rivemont.fr au nom de @dgs" in series.card("event", 1)


@pytest.mark.parametrize(
    "fields",
    [
        {"recurrence": "RECURRENCE-ID;TZID=Europe/Paris:99991207T090000", "of": str(DGS)},
        {"recurrence": "DTSTART:20261207T090000", "of": str(DGS)},
        {"recurrence": 7, "of": str(DGS)},
        {"recurrence": "RECURRENCE-ID:20261208T010203Z", "of": str(DGS)},
        {"recurrence": "RECURRENCE-ID;TZID=Europe/Paris:20261207T090000", "of": "personne"},
    ],
)
def test_what_makes_no_sense_is_as_if_nobody_had_written_it(series: Talk, fields: dict[str, str]) -> None:
    before = series.card("event", 1)
    first = {"event": series.object("event", 1).id, **fields}
    series.fold(Change(ONCE, "00000000-0000-5000-8000-000000000009", set={"partstat": "DECLINED"}, first=first))

    assert series.card("event", 1) == before


@pytest.mark.parametrize(("said", "when", "place"), PLACED, ids=[said for said, *_ in PLACED])
def test_a_place_of_one_time_is_of_that_time_alone(series: Talk, said: str, when: str, place: str) -> None:
    told = on_card(series, said)

    assert told.startswith(f"✔ Événement 1, {when}")
    assert told.endswith(f": 📍 {place}")
    assert f"{when} : 📍 {place}" in series.card("event", 1)
    assert series.body("!agenda 30 novembre").endswith("1 réunion de service")
    day = re.sub(r"^(à partir du )?lundi ", "", when)
    assert series.body(f"!agenda {day}").endswith(f"1 réunion de service · {place}")


def test_a_place_taken_back_is_that_of_the_series_again(series: Talk) -> None:
    series.says("!agenda lieu 1 mairie")
    series.says("!agenda renommer 1 celle du 7 décembre en bilan")
    before = series.card("event", 1)
    series.says("!agenda lieu 1 le 7 décembre : gymnase")
    assert "📍 gymnase" in series.card("event", 1)

    series.deletes(series.last)

    assert series.card("event", 1) == before
    assert series.body("!agenda 7 décembre").endswith("1 bilan · mairie")


def test_what_is_a_place_is_no_day(series: Talk) -> None:
    assert "📍 salle du 8 mai 1945" in series.body("!agenda lieu 1 salle du 8 mai 1945")


async def test_it_goes_out_as_a_changed_occurrence_and_comes_back(hall: Hall) -> None:
    await hall.say(SERIES)
    card = hall.id_of("réunion de service")
    await hall.say("je viens", sender=DGS, about=card)
    await hall.say("je ne viens pas le 7 décembre", sender=DGS, about=card)
    await hall.say("le 14 décembre à la salle des fêtes", about=card)

    data = await exported(hall)

    assert data is not None
    text = data.decode().replace("\r\n ", "").replace("\r\n", "\n")
    master, *others = re.findall(r"BEGIN:VEVENT\n.*?END:VEVENT", text, re.DOTALL)
    assert re.search(r"ATTENDEE;[^\n]*PARTSTAT=ACCEPTED:matrix:u/dgs:", master)
    seventh = next(part for part in others if "RECURRENCE-ID;TZID=Europe/Paris:20261207T090000" in part)
    assert re.search(r"ATTENDEE;[^\n]*PARTSTAT=DECLINED:matrix:u/dgs:", seventh)
    assert "RRULE" not in seventh
    fourteenth = next(part for part in others if "RECURRENCE-ID;TZID=Europe/Paris:20261214T090000" in part)
    assert "LOCATION:salle des fêtes" in fourteenth
    assert re.search(r"ATTENDEE;[^\n]*PARTSTAT=ACCEPTED:matrix:u/dgs:", fourteenth)
    assert len(others) == 2


async def test_a_person_s_own_feed_holds_the_times_that_they_come_to(tmp_path: Path) -> None:
    async with feed_hall(tmp_path / "calendars") as hall:
        await hall.say(SERIES)
        await hall.say("!agenda ajouter atelier tous les mardis 14h")
        service, workshop = hall.id_of("réunion de service"), hall.id_of("atelier")
        await hall.say("je viens", about=service)
        await hall.say("je ne viens pas le 7 décembre", about=service)
        await hall.say("je ne viens pas", about=workshop)
        await hall.say("je viens le 8 décembre", about=workshop)
        full = await hall.address("!agenda lien moi", where=DIRECT)
        busy = await hall.address("!agenda lien occupé", where=DIRECT)

        _, _, body = await fetched(full)
        _, _, taken = await fetched(busy)

    text = body.decode()
    assert "EXDATE;TZID=Europe/Paris:20261207T090000" in text
    assert text.count("SUMMARY:atelier") == 1, "the one time, without its series"
    assert "RECURRENCE-ID;TZID=Europe/Paris:20261208T140000" in text
    starts = re.findall(r"DTSTART:(\d+T\d+Z)", taken.decode())
    assert "20261130T080000Z" in starts
    assert "20261207T080000Z" not in starts
    assert "20261208T130000Z" in starts
    assert "20261215T130000Z" not in starts


async def test_a_file_s_answers_to_one_time_are_shown(hall: Hall) -> None:
    lines = [
        *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", "BEGIN:VEVENT", "UID:a", "SUMMARY:comité"),
        *("DTSTART;TZID=Europe/Paris:20261207T100000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY"),
        "ATTENDEE;CN=Zoé;PARTSTAT=ACCEPTED:mailto:zoe@valbourg.example",
        *("END:VEVENT", "BEGIN:VEVENT", "UID:a", "SUMMARY:comité", "DURATION:PT1H"),
        *("RECURRENCE-ID;TZID=Europe/Paris:20261214T100000", "DTSTART;TZID=Europe/Paris:20261214T100000"),
        "ATTENDEE;CN=Zoé;PARTSTAT=DECLINED:mailto:zoe@valbourg.example",
        *("END:VEVENT", "END:VCALENDAR", ""),
    ]
    await imported(hall, "\r\n".join(lines).encode())
    await hall.say("!agenda 1")

    card = plain(hall.said()[-1])
    assert "✅ Zoé · lundi 14 décembre 2026 : ❌ Zoé" in card
    data = await exported(hall)
    assert data is not None
    assert b"PARTSTAT=DECLINED:mailto:zoe@valbourg.example" in data


async def test_a_name_in_a_file_is_one_line_whatever_it_holds(hall: Hall) -> None:
    """RFC 6868 puts line ends into parameters: nothing may look like a sentence of ours."""
    lines = [
        *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", "BEGIN:VEVENT", "UID:a", "SUMMARY:comité"),
        *("DTSTART;TZID=Europe/Paris:20261207T100000", "DURATION:PT1H"),
        'ATTENDEE;CN="x^n✔ Tâche 12 faite";PARTSTAT=ACCEPTED:mailto:zoe@valbourg.example',
        f"ATTENDEE;CN={'z' * 3_000};PARTSTAT=DECLINED:mailto: anne@valbourg.example",
        *("END:VEVENT", "END:VCALENDAR", ""),
    ]
    await imported(hall, "\r\n".join(lines).encode())
    await hall.say("!agenda 1")

    card = plain(hall.said()[-1])
    assert "✅ x ✔ Tâche 12 faite" in card
    assert "z" * 200 not in card
