"""When several people have time: working hours of working days, in the rooms that they share with whoever asks."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.absences.commands import absences
from bots.absences.known import ABSENCES
from bots.assistant.testing.hall import Hall
from bots.assistant.testing.people import DGS, SECRETAIRE
from bots.assistant.testing.talk import Talk
from bots.calendar.daysoff import DaysOff
from bots.events.capability import events
from bots.events.kept.free import AFTERNOON, MORNING, Search, slots
from config.identifiers import UserId
from tests.unit.events.schedule.test_clashing import beside, cabinet  # noqa: F401 - a fixture

PARIS = ZoneInfo("Europe/Paris")


def offered(talk: Talk, said: str, **more: object) -> list[str]:
    """The times that are offered, as they are typed in the command that each completes."""
    question = talk.reply(said, **more).question
    assert question is not None, talk.body(said, **more)
    return [candidate.command.split("» ")[-1].partition(" avec ")[0] for candidate in question.candidates]


def test_the_next_times_are_offered_one_of_each_half_day(talk: Talk) -> None:
    talk.says("!agenda ajouter conseil jeudi 9h-12h avec @dgs")
    talk.says("!agenda ajouter visite vendredi 14h-15h15 avec @dgs")

    assert offered(talk, "!agenda trouver 1h jeudi avec @dgs") == ["2026-11-26 14:00-15:00"]
    assert offered(talk, "!agenda trouver 1h vendredi avec @dgs") == [
        "2026-11-27 09:00-10:00",
        "2026-11-27 15:30-16:30",
    ]
    assert offered(talk, "!agenda trouver 1h jeudi avec @maire") == [
        "2026-11-26 09:00-10:00",
        "2026-11-26 14:00-15:00",
    ]


@pytest.mark.parametrize(
    ("said", "first"),
    [
        ("!agenda trouver 1h30 demain avec @dgs", "2026-11-25 09:00-10:30"),
        ("!agenda trouver un créneau d'une heure la semaine prochaine", "2026-11-30 09:00-10:00"),
        ("!agenda trouver un créneau de 45 min avec @dgs demain après-midi", "2026-11-25 14:00-14:45"),
        ("!agenda trouver une demi-journée en janvier avec @dgs", "2027-01-04 09:00-12:00"),
        ("!agenda trouver une journée la semaine prochaine", "2026-11-30 09:00-18:00"),
        ("!agenda trouver 2h demain entre 15h et 18h", "2026-11-25 15:00-17:00"),
        ("!agenda trouver un créneau demain à 14h", "2026-11-25 14:00-15:00"),
        ("!agenda trouver 1h samedi", "2026-11-28 09:00-10:00"),
        ("!trouver un créneau de 30 minutes pour l'entretien annuel avec @dgs jeudi", "2026-11-26 09:00-09:30"),
        ("!agenda find a slot of 1h tomorrow with @dgs", "2026-11-25 09:00-10:00"),
    ],
)
def test_how_people_ask(talk: Talk, said: str, first: str) -> None:
    assert offered(talk, said)[0] == first


def test_nobody_meets_on_a_public_holiday_nor_at_the_weekend() -> None:
    reunion = Talk([events(DaysOff("974"))], now=datetime(2026, 12, 17, 9, tzinfo=UTC))

    days = {found[:10] for found in offered(reunion, "!agenda trouver 3h du 18 au 29 décembre")}

    assert days == {"2026-12-18", "2026-12-21", "2026-12-22"}, "20 December is one there, too, but a Sunday"
    assert offered(reunion, "!agenda trouver 1h du 24 au 28 décembre")[-1].startswith("2026-12-28")


def test_what_it_is_for_becomes_its_title_and_one_answer_makes_it(talk: Talk) -> None:
    question = talk.reply("!agenda trouver 1h pour la réunion budget jeudi avec @dgs").question
    assert question is not None

    said = talk.body(question.candidates[1].command)

    assert "Événement 1 ajouté : Réunion budget\njeudi 26 novembre 2026 de 14 h à 15 h · avec @dgs" in said


def test_a_title_cannot_say_anything_else(talk: Talk) -> None:
    question = talk.reply("!agenda trouver 1h pour l'atelier « rangement avec @dgs vendredi » demain").question
    assert question is not None

    assert "mercredi 25 novembre 2026 de 9 h à 10 h" in talk.body(question.candidates[0].command)


def test_of_a_full_week_the_days_after_it_are_offered(talk: Talk) -> None:
    talk.says("!agenda ajouter séminaire du 24 au 27 novembre toute la journée avec @dgs")

    said = talk.body("!agenda trouver 1h cette semaine avec @dgs")

    assert said.startswith("Pas de créneau de 1 h libre pour @dgs, @secretaire, du mardi 24 au dimanche 29 novembre")
    assert "1️⃣ lundi 30 novembre 2026 de 9 h à 10 h" in said


def test_other_rooms_count_where_whoever_asks_reads_them(talk: Talk, cabinet: Talk) -> None:  # noqa: F811
    asked = "!agenda trouver 2h jeudi avec @dgs"
    shared = beside(cabinet, SECRETAIRE, DGS)

    assert offered(talk, asked, **shared)[0] == "2026-11-26 14:00-16:00"
    assert offered(talk, asked, **beside(cabinet, DGS))[0] == "2026-11-26 09:00-11:00"
    assert "disciplinaire" not in talk.body(asked, **shared)


def test_the_only_hour_of_six_people_is_found(talk: Talk, cabinet: Talk) -> None:  # noqa: F811
    """Each of them takes another hour of Thursday, one of them in another room; two of them overlap."""
    six = [UserId(f"@{name}:valbourg.fr") for name in ("ana", "bob", "cleo", "dan", "eve")]
    talk.members = {**talk.members, **dict.fromkeys(six, None)}
    hours = ("9h-10h", "11h-12h", "14h-15h", "14h30-16h", "16h-18h")
    for number, (person, hour) in enumerate(zip(six, hours, strict=True)):
        talk.says(f"!agenda ajouter affaire {number} jeudi {hour} avec {person}")
        talk.says(f"!agenda absent {number + 1}")
    everybody = " ".join([*six, DGS])

    assert offered(talk, f"!agenda trouver 1h jeudi avec {everybody}") == ["2026-11-26 10:00-11:00"]
    # The DGS is taken then, in a room that whoever asks reads.
    shared = beside(cabinet, SECRETAIRE, DGS)
    assert "2026-11-26" not in offered(talk, f"!agenda trouver 1h jeudi avec {everybody}", **shared)[0]


async def test_a_press_makes_the_event(hall: Hall) -> None:
    await hall.say("!agenda trouver 1h jeudi avec @dgs")

    await hall.react(hall.id_of("🕒"), "2️⃣")

    assert "Événement 1 ajouté" in hall.said()[-1]


@given(
    busy=st.lists(st.tuples(st.integers(0, 60), st.integers(1, 12)), max_size=30),
    minutes=st.sampled_from((15, 30, 60, 90, 180)),
)
def test_no_slot_touches_what_is_taken_and_none_before_it_was_free(busy: list[tuple[int, int]], minutes: int) -> None:
    """Against a check of each half hour, across the night in which clocks are set."""
    opens = datetime(2027, 3, 26, 8, tzinfo=UTC)
    taken = [(opens + timedelta(hours=start), opens + timedelta(hours=start + length / 4)) for start, length in busy]
    length = timedelta(minutes=minutes)
    hours = (MORNING, AFTERNOON)
    search = Search(length, date(2027, 3, 26), date(2027, 3, 30), hours, PARIS, lambda _: False, opens)

    found = slots(search, taken, 100)

    expected = []
    for day in search.days:
        for first, last in search.hours:
            start, closes = (datetime.combine(day, hour, PARIS).astimezone(UTC) for hour in (first, last))
            while start + length <= closes:
                if start >= opens and all(end <= start or start + length <= begin for begin, end in taken):
                    expected.append((start, start + length))
                    break
                start += timedelta(minutes=30)
    assert found == expected
    assert all(time(9) <= start.astimezone(PARIS).time() for start, _ in found)


@pytest.mark.parametrize("said", ["la semaine de Noël", "pendant les vacances", "le mois de la fête"])
def test_days_that_nobody_understands_are_asked_about(talk: Talk, said: str) -> None:
    """Never another week than the one that is meant."""
    reply = talk.reply(f"!agenda trouver 1h {said} avec @dgs")

    assert reply.question is not None
    assert "2026" not in reply.body


def test_whoever_is_away_has_no_time() -> None:
    talk = Talk([absences(), events(absences=ABSENCES)])
    talk.says("!absent du 25 au 26 novembre", sender=DGS)

    found = offered(talk, "!agenda trouver 1h du 25 au 27 novembre avec @dgs")

    assert found == ["2026-11-27 09:00-10:00", "2026-11-27 14:00-15:00"]


@pytest.mark.parametrize(
    "said",
    [
        "trouve un créneau avec la voisine la semaine prochaine pour parler du transport scolaire",
        "trouve un créneau d'une heure avec le dgs et la voisine jeudi",
        "trouve une date la semaine prochaine avec la voisine",
    ],
)
def test_whoever_is_not_known_here_is_asked_about(talk: Talk, said: str) -> None:
    reply = talk.reply(f"@beffroi {said}")

    assert "Personne ne s’appelle la voisine dans ce salon." in reply.body
    assert reply.question is not None
    assert reply.question.slot is not None


def test_a_partner_is_found_by_function_and_town(talk: Talk) -> None:
    said = talk.body("@beffroi trouve un créneau avec le maire de Rivemont la semaine prochaine")

    assert "@maire, @secretaire" in said


def test_with_whom_a_meeting_is_that_is_looked_for_is_its_title(talk: Talk) -> None:
    question = talk.reply("@beffroi trouve un créneau pour une réunion avec le SDIS jeudi").question

    assert question is not None
    assert "éunion avec le SDIS" in question.candidates[0].command
