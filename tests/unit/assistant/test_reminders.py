"""⏰ over the desk: promised at once, said once and in time, to whoever pressed it."""

from typing import Any

from bots.assistant.talk.gathering import AT_ONCE
from bots.matrix.events import Event
from tests.unit.assistant.conftest import PEOPLE, Town

SECRETAIRE, DGS, _ = PEOPLE
HOUR = 3_600_000


async def tend(town: Town) -> None:
    await town.desk.errands.tend()
    await town.edge.flush()


async def pressed(town: Town, title: str = "relancer le SDIS vendredi à 14h") -> tuple[Any, Event]:
    card = await town.task(title)
    return card, await town.react(SECRETAIRE, card, "⏰")


def reminders(town: Town) -> list[Any]:
    return [each.content for each in town.messages() if each.content["body"].startswith("⏰ @secretaire")]


async def test_it_is_promised_at_once_and_said_in_time(town: Town) -> None:
    await pressed(town)
    promise = town.messages()[-1].content
    assert promise["body"] == "⏰ Je rappellerai la tâche 1 à @secretaire\u00a0: vendredi 27 novembre 2026 à 13\u00a0h"
    assert promise["m.mentions"] == {}
    # Friday, a minute before 13 h.
    town.now[0] += (4 * 24 + 1) * HOUR - 60_000
    await tend(town)
    assert reminders(town) == []
    town.now[0] += 60_000
    await tend(town)
    await tend(town)
    (said,) = reminders(town)
    assert said["body"] == "⏰ @secretaire · 1 relancer le SDIS (vendredi 27 novembre 2026 à 14\u00a0h)"
    assert said["m.mentions"] == {"user_ids": [SECRETAIRE]}


async def test_an_answer_to_the_reminder_acts_on_the_task(town: Town) -> None:
    await pressed(town)
    town.now[0] += (4 * 24 + 1) * HOUR
    await tend(town)
    await town.say(SECRETAIRE, "fait", town.id_of(town.messages()[-1]))
    assert "✔ Tâche 1 faite" in town.sentences()[-1]


async def test_taking_the_reaction_back_cancels_it(town: Town) -> None:
    _card, press = await pressed(town)
    await town.redact(SECRETAIRE, press.event_id)
    town.now[0] += 7 * 24 * HOUR
    await tend(town)
    assert reminders(town) == []


async def test_of_a_task_that_is_done_nothing_is_said(town: Town) -> None:
    card, _press = await pressed(town)
    await town.react(SECRETAIRE, card, "✅")
    await town.wait(11)
    town.now[0] += 7 * 24 * HOUR
    await tend(town)
    assert reminders(town) == []


async def test_a_task_that_is_moved_takes_its_reminder_with_it(town: Town) -> None:
    card, _press = await pressed(town)
    await town.say(DGS, "!tâche 1")
    await town.say(SECRETAIRE, "reporter au 4 décembre", card)
    town.now[0] += (4 * 24 + 1) * HOUR
    await tend(town)
    assert reminders(town) == []
    town.now[0] += 7 * 24 * HOUR
    await tend(town)
    (said,) = reminders(town)
    assert "4 décembre" in said["body"]


async def test_late_rather_than_never_and_it_says_so(town: Town) -> None:
    await pressed(town)
    town.now[0] += (4 * 24 + 3) * HOUR
    town.restart()
    await tend(town)
    (said,) = reminders(town)
    late = "C’était prévu pour le vendredi 27 novembre 2026 à 13\u00a0h\u202f; j’étais à l’arrêt."
    assert said["body"].endswith(late)


async def test_several_are_promised_in_one_sentence_and_cancelled_one_by_one(town: Town) -> None:
    cards = [await town.task(f"chose {number} vendredi") for number in range(AT_ONCE + 2)]
    presses = [await town.react(SECRETAIRE, card, "⏰") for card in cards]
    await town.wait(3)
    numbers = ", ".join(str(number + 1) for number in range(AT_ONCE + 2))
    assert town.notices() == [f"⏰ Je rappellerai {AT_ONCE + 2} tâches à @secretaire\u00a0: {numbers}"]
    await town.redact(SECRETAIRE, presses[2].event_id)
    town.now[0] += 7 * 24 * HOUR
    await tend(town)
    assert {each["body"].split(" · ")[1].split()[0] for each in reminders(town)} == {
        str(number + 1) for number in range(AT_ONCE + 2) if number != 2
    }
