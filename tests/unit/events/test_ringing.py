"""A room is reminded of its events: at the minute, once, late rather than never."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bots.assistant.store import errand_store
from bots.assistant.talk.errand import Errand
from bots.assistant.talk.scene import Scene
from bots.assistant.testing.hall import Hall
from bots.assistant.testing.people import BEFFROI, DGS, OTHER, ROOM, SECRETAIRE, plain
from bots.calendar.format.zones import Zone
from bots.events.kept.book import book
from bots.events.kept.ringing import due, since, to_come
from bots.events.talk.ringing import RING, standing
from bots.when.moments import stamp

PARIS = Zone("Europe/Paris", ZoneInfo("Europe/Paris"))
# It is Monday 23 November 2026, 12 h in Paris.
TODAY = "!agenda ajouter conseil aujourd'hui 15h-17h mairie avec @dgs, rappel 1 heure"


async def pass_time(hall: Hall, minutes: int) -> None:
    hall.time += minutes * 60_000
    await hall.tend()


def rung(hall: Hall) -> list[str]:
    return [said for said in hall.said() if said.startswith("⏰")]


async def test_the_room_is_reminded_at_its_minute_and_once(hall: Hall) -> None:
    await hall.say(TODAY)
    await pass_time(hall, 110)
    assert rung(hall) == []

    await pass_time(hall, 11)
    await pass_time(hall, 60)

    assert rung(hall) == ["⏰ lundi 23 novembre 2026 de 15 h à 17 h : conseil · 📍 mairie"]
    (message,) = [sent for sent in hall.messages() if plain(str(sent.content["body"])).startswith("⏰")]
    assert message.content["m.mentions"] == {"user_ids": [DGS]}


async def test_whoever_does_not_come_is_not_called(hall: Hall) -> None:
    await hall.say(TODAY)
    await hall.react(hall.id_of("ajouté"), "❌", sender=DGS)
    await hall.react(hall.id_of("ajouté"), "✅", sender=SECRETAIRE)
    await pass_time(hall, 121)

    message = [sent for sent in hall.messages() if plain(str(sent.content["body"])).startswith("⏰")][-1]
    assert message.content["m.mentions"] == {"user_ids": [SECRETAIRE]}


async def test_what_was_due_while_we_were_down_is_said_at_the_start_as_late_and_once(hall: Hall) -> None:
    await hall.say(TODAY)
    hall.time += 150 * 60_000
    for _ in range(2):
        hall.restart()
        async with hall.edge.database.begin() as transaction:
            await hall.ledger.open(transaction)
        await hall.tend()

    assert [said.endswith("(en retard : je ne fonctionnais pas à ce moment-là)") for said in rung(hall)] == [True]


async def test_a_lost_table_of_errands_loses_no_reminder(hall: Hall) -> None:
    await hall.say(TODAY)
    async with hall.edge.database.begin() as transaction:
        await errand_store.cancel(transaction, RING, "agenda", ROOM)
    hall.restart()
    async with hall.edge.database.begin() as transaction:
        await hall.ledger.open(transaction)
    await hall.tend()
    await pass_time(hall, 121)

    assert len(rung(hall)) == 1


async def test_what_is_moved_rings_when_it_is_due_then(hall: Hall) -> None:
    await hall.say(TODAY)
    await hall.say("!agenda déplacer 1 à 17h")
    await pass_time(hall, 125)
    assert rung(hall) == []

    await pass_time(hall, 120)
    assert len(rung(hall)) == 1


async def test_what_is_cancelled_does_not_ring(hall: Hall) -> None:
    await hall.say(TODAY)
    await hall.say("!agenda annuler 1")
    await pass_time(hall, 200)

    assert rung(hall) == []


async def test_each_time_of_a_series_rings_but_not_the_one_that_is_cancelled(hall: Hall) -> None:
    await hall.say("!agenda ajouter point tous les jours à 16h, rappel 1 heure")
    await hall.say("!agenda annuler 1 celle du 24 novembre")
    for _ in range(3):
        await pass_time(hall, 24 * 60)

    # Each is said when it is due, at noon of the next day here.
    assert [said.split(" de ")[0] for said in rung(hall)] == [
        "⏰ lundi 23 novembre 2026",
        "⏰ mercredi 25 novembre 2026",
    ]


async def test_a_series_that_begins_in_the_hour_that_clocks_skip_is_at_its_hour_from_the_next_day_on(
    hall: Hall,
) -> None:
    hall.time += 124 * 86_400_000  # Saturday 27 March 2027
    await hall.say("!agenda ajouter ronde tous les jours à 2h30 du matin, rappel 10 minutes")
    await hall.say("!agenda 28/03/2027")
    assert "de 3 h 30 à 4 h 30" in hall.said()[-1]
    await hall.say("!agenda 29/03/2027")
    assert "de 2 h 30 à 3 h 30" in hall.said()[-1]


async def test_what_should_have_rung_before_it_was_made_does_not(hall: Hall) -> None:
    await hall.say("!agenda ajouter conseil aujourd'hui 15h, rappel 1 jour")
    await pass_time(hall, 5)

    assert rung(hall) == []


@given(
    st.none()
    | st.text(max_size=20)
    | st.integers()
    | st.datetimes(timezones=st.just(UTC)).map(lambda at: at.isoformat()[:19] + "Z")
)
def test_whatever_stands_there_says_since_when(raw: object) -> None:
    now = datetime(2026, 11, 23, 11, tzinfo=UTC)

    assert since(raw, now) <= now


async def test_another_town_rings_a_minute_later_and_who_is_not_in_the_room_never(hall: Hall) -> None:
    await hall.say(TODAY)
    state, listed = hall.ledger.known(ROOM), (OTHER, BEFFROI)
    people = {SECRETAIRE: None, BEFFROI: None, OTHER: None}
    scene = Scene(ROOM, state, people, datetime(2026, 11, 23, 11, tzinfo=UTC), assistants=listed)

    (ours,), (theirs,) = standing(scene, BEFFROI), standing(scene, OTHER)
    assert isinstance(ours.errand, Errand)
    assert isinstance(theirs.errand, Errand)
    assert theirs.errand.due - ours.errand.due == 60_000
    assert not [*standing(replace(scene, members={SECRETAIRE: None, BEFFROI: None}), OTHER)]


async def test_what_was_said_is_not_due_again(hall: Hall) -> None:
    await hall.say(TODAY)
    meeting = next(iter(hall.ledger.known(ROOM).view(book(PARIS)).all()))
    at = datetime(2026, 11, 23, 13, tzinfo=UTC)

    found = to_come(meeting, at - timedelta(hours=1), PARIS)
    assert found is not None
    assert found.at == at
    assert [ring.at for ring in due(meeting, at, PARIS)] == [at]
    assert not [*due(replace(meeting, rung=stamp(at)), at, PARIS)]
