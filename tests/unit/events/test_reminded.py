"""What answers the reminder of one time of a series is said of that time, in each town."""

from collections.abc import AsyncIterator

import pytest

from bots.assistant.testing.hall import Hall
from bots.assistant.testing.people import DGS
from bots.calendar.format.zones import iana
from bots.events.kept.book import book
from bots.events.kept.kinds import ONCE
from bots.events.kept.meeting import Meeting
from bots.matrix.events import Outgoing
from config.identifiers import EventId
from tests.unit.assistant.town import ROOM, R, V
from tests.unit.events.test_takeover import Towns
from tests.unit.reminders.test_takeover import cut, mend

# It is Monday 23 November 2026, 12 h in Paris.
SERIES = "!agenda ajouter point tous les lundis 12h30, rappel 15 minutes"
ONE = "!agenda ajouter visite aujourd'hui 12h30, rappel 15 minutes"


async def reminded(hall: Hall, said: str) -> EventId:
    await hall.say(said)
    await hall.later(minutes=16)
    return hall.id_of("⏰")


@pytest.mark.parametrize("how", ["je ne viens pas", "❌"])
async def test_of_a_series_it_is_that_time(hall: Hall, how: str) -> None:
    reminder = await reminded(hall, SERIES)

    await (hall.react(reminder, how, sender=DGS) if how == "❌" else hall.say(how, about=reminder, sender=DGS))

    assert hall.said()[-1].startswith("❌ @dgs ne vient pas à l’événement 1 (lundi 23 novembre 2026)")
    await hall.say("!agenda 1")
    assert "lundi 23 novembre 2026 : ❌ @dgs" in hall.said()[-1]


async def test_of_a_single_event_it_is_the_event(hall: Hall) -> None:
    reminder = await reminded(hall, ONE)

    await hall.react(reminder, "✅", sender=DGS)

    assert hall.said()[-1].startswith("✅ @dgs vient à l’événement 1")


@pytest.mark.parametrize("how", ["je ne viens pas", "❌"])
async def test_below_one_time_that_moved_it_is_that_time(hall: Hall, how: str) -> None:
    """Whoever had said that they come is called there, and asked to press ❌ if not then."""
    await hall.say("!agenda ajouter point tous les mardis 9h")
    await hall.say("je viens", about=hall.id_of("point"), sender=DGS)
    await hall.say("!agenda déplacer 1 celle du 8 décembre à 14h")
    moved = hall.id_of("déplacé")

    await (hall.react(moved, how, sender=DGS) if how == "❌" else hall.say(how, about=moved, sender=DGS))

    await hall.say("!agenda 1")
    assert "✅ @dgs · mardi 8 décembre 2026 : ❌ @dgs" in hall.said()[-1]
    await hall.say("!agenda déplacer 1 toute la série à 10h")
    await hall.say("je ne viens pas", about=hall.id_of("point"), sender=DGS)
    await hall.say("!agenda 1")
    assert "· ❌ @dgs" in hall.said()[-1], "of the whole series again"


async def test_what_else_is_said_below_a_reminder_stays_what_it_was(hall: Hall) -> None:
    reminder = await reminded(hall, SERIES)
    before = len(hall.said())

    await hall.say("super, merci", about=reminder, sender=DGS)
    assert len(hall.said()) == before
    await hall.say("!agenda", about=reminder, sender=DGS)
    assert hall.said()[-1].startswith("Agenda du lundi 23 novembre 2026")
    await hall.react(reminder, "🗑", sender=DGS)
    await hall.say("!agenda 1")
    assert "annulé" not in hall.said()[-1], "a pressed bin throws the reminder away, not the event"


@pytest.fixture
async def town() -> AsyncIterator[Towns]:
    made = Towns(V, R)
    for assistant in (V, R):
        await made.enter(assistant)
    await made.run()
    yield made
    await made.close()


def held(town: Towns, me: object) -> Meeting:
    paris = iana("Europe/Paris")
    assert paris is not None
    agenda = town.sides[me].ledger.known(ROOM).view(book(paris))  # type: ignore[index] # one of both
    (meeting,) = agenda.all()
    return meeting


async def test_both_towns_know_what_each_has_answered_also_across_a_cut(town: Towns) -> None:
    ours, theirs = town.sides[V], town.sides[R]
    await ours.ask("!agenda ajouter service tous les lundis 9h")
    await town.run()
    await theirs.ask("!agenda absent 1 le 7 décembre")
    await town.run()
    assert held(town, V).once == held(town, R).once
    assert [*held(town, V).once]

    cut(town, R)
    await ours.ask("!agenda absent 1 le 14 décembre")
    await theirs.ask("!agenda présent 1 le 14 décembre")
    await ours.ask("!agenda lieu 1 le 14 décembre : gymnase")
    await town.run(minutes=1)
    assert held(town, V).once != held(town, R).once
    mend(town)
    await town.run(minutes=1)

    assert held(town, V).once == held(town, R).once
    assert sum(len(once.answers) for once in held(town, V).once.values()) == 3
    assert [change.event.location for change in held(town, R).changes] == ["gymnase"]
    assert ours.hash == theirs.hash
    assert len([*town.sides[R].ledger.known(ROOM).all(ONCE)]) == 3


async def test_the_other_town_s_reminder_is_answered_as_ours(town: Towns) -> None:
    """It is Monday 23 November 2026, 12 h in Paris."""
    await town.sides[V].ask(SERIES)
    await town.run(minutes=16)
    edge = town.sides[V].edge
    (reminder,) = [
        sent for sent in edge.said if isinstance(sent, Outgoing) and "⏰ lundi" in sent.content.get("body", "")
    ]

    relation = {"m.in_reply_to": {"event_id": edge.event_ids[reminder.room_id, reminder.txn]}}
    answer = await town.sides[R].edge.say(
        ROOM, town.sides[R].person, "je ne viens pas", content={"body": "je ne viens pas", "m.relates_to": relation}
    )
    await edge.deliver(answer)
    await town.run(minutes=1)

    (once,) = held(town, V).once.values()
    assert [*once.answers] == [town.sides[R].person]
    assert held(town, R).once == held(town, V).once
