"""What goes wrong is said: to whoever asked, once in a while, and nobody else waits for it."""

from typing import Any

import pytest

from bots.assistant.sync.chores import TRIES
from bots.assistant.talk.gathering import AT_ONCE
from bots.matrix.events import Event, Unreadable
from config.identifiers import EventId, UserId
from tests.unit.assistant.conftest import PEOPLE, ROOM, Town

SECRETAIRE, DGS, _ = PEOPLE
TROUBLE = "Un incident s’est produit de mon côté. Rien n’a été modifié\u202f; réessayez plus tard."
UNREAD = "Je ne peux pas lire ce message\u00a0: renvoyez-le, s’il vous plaît."


async def _abandon(town: Town, event: Event | Unreadable) -> None:
    """What the edge does when an item is given up."""
    async with town.edge.database.begin() as transaction:
        await town.desk.abandoned(event, transaction)
    await town.edge.flush()


async def test_who_asked_for_what_is_given_up_hears_it_once_in_ten_minutes(town: Any, now: list[int]) -> None:
    command = await town.say(SECRETAIRE, "!tâches")
    before = len(town.sentences())
    await _abandon(town, command)
    await _abandon(town, command)

    assert town.sentences()[before:] == [TROUBLE]
    assert town.messages()[-1].content["m.mentions"] == {"user_ids": [SECRETAIRE]}
    now[0] += 601_000
    await _abandon(town, await town.say(SECRETAIRE, "!tâches"))
    assert town.sentences()[-1] == TROUBLE


async def test_of_what_was_no_command_nobody_is_told(town: Any) -> None:
    chat = await town.say(SECRETAIRE, "bonjour à tous")
    card = await town.task("relancer le SDIS")
    smile = await town.react(SECRETAIRE, card, "🙂")
    others = await town.say(DGS, "!tâches")
    pressed = await town.react(SECRETAIRE, card, "✅")
    before = len(town.sentences())

    for event in (chat, smile, others):
        await _abandon(town, event)
    assert town.sentences()[before:] == []
    await _abandon(town, pressed)
    assert town.sentences()[before:] == [TROUBLE]


async def test_a_command_is_told_of_also_where_to_look_at_it_is_what_fails(
    town: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def failing(*_: object, **__: object) -> None:
        raise ValueError("cannot")

    command = await town.say(SECRETAIRE, "!tâches")
    before = len(town.sentences())
    monkeypatch.setattr(type(town.desk.line.gatherer), "request", failing)
    await _abandon(town, command)

    assert town.sentences()[before:] == [TROUBLE]


async def test_sixty_unreadable_events_are_one_answer_and_a_sum(town: Any, now: list[int]) -> None:
    for number in range(60):
        event = Unreadable(ROOM, EventId(f"$unread{number}"), UserId(SECRETAIRE), now[0], "no_session")
        await town.edge.deliver(event)
    await town.wait(5)
    assert town.sentences() == [UNREAD]

    now[0] += 600_000
    await town.wait(1)
    assert len(town.sentences()) == 2
    assert town.sentences()[-1].startswith("Je n’ai pas pu lire 59 autres messages de @secretaire")
    now[0] += 600_000
    await town.wait(1)
    assert len(town.sentences()) == 2


async def test_a_flood_is_summed_up_for_the_room(town: Any) -> None:
    async def crowded(person: str) -> None:
        async with town.edge.database.begin() as transaction:
            await town.desk.crowded(ROOM, UserId(person), 87, transaction)
        await town.edge.flush()

    await crowded(SECRETAIRE)
    await crowded(SECRETAIRE)
    # Theirs is another assistant's to speak of.
    await crowded(DGS)

    assert len(town.sentences()) == 1
    assert town.sentences()[0].startswith("87 messages de @secretaire en attente")
    assert town.messages()[0].content["m.mentions"] == {}


async def test_one_chore_that_fails_leaves_the_others_theirs(town: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A room whose register could not be tended once kept all cards of all rooms from being drawn."""
    tried: list[None] = []

    async def failing(*_: object) -> None:
        tried.append(None)
        raise ValueError("cannot")

    card = await town.task("relancer le SDIS")
    monkeypatch.setattr(type(town.desk.registrar), "tend", failing)
    await town.say(SECRETAIRE, "fait", card)
    await town.wait(5)

    assert len(town.edits()) == 1
    await town.wait(60)
    assert len(tried) <= 8, "less and less often"


async def test_reactions_that_cannot_be_answered_are_given_up_and_another_s_are_answered(
    town: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = type(town.desk.reactions).answer

    async def failing(self: Any, transaction: Any, held: Any) -> None:
        if held[0].sender == SECRETAIRE:
            raise ValueError("cannot")
        await answer(self, transaction, held)

    monkeypatch.setattr(type(town.desk.reactions), "answer", failing)
    cards = [await town.task(f"chose {number}") for number in range(AT_ONCE + 2)]
    for card in cards[:-1]:
        await town.react(SECRETAIRE, card, "✅")
    before = len(town.sentences())
    await town.wait(11 + 2**TRIES + 2)

    assert town.sentences()[before:] == [TROUBLE]
