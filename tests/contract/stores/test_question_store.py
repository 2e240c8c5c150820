"""Questions that wait for an answer, on every database."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bots.assistant.store import question_store
from bots.assistant.store.question_store import Posed
from bots.assistant.talk.markup import NOTHING
from bots.assistant.talk.question import Around, Candidate, Question, Slot, Takes
from bots.database.engine import Database, Transaction
from bots.database.migrate import migrate
from config.identifiers import EventId, RoomId, UserId

ROOM, ANNE = RoomId("!room"), UserId("@anne:valbourg.fr")
COMMAND, ASKED, ANSWER, OTHER = EventId("$command"), EventId("$asked"), EventId("$answer"), EventId("$other")
NOW = 1_795_431_600_000
WHICH = Question(
    NOTHING,
    (
        Candidate(NOTHING, "", Around("!tâche ajouter x lundi"), words=("lundi", "le 30\x00%_'")),
        Candidate(NOTHING, "", Around("!tâche ajouter x jeudi"), words=("jeudi",), hidden=True, answers=OTHER),
    ),
    Slot(Takes.TIME, Around("!tâche ajouter x ", "")),
    by_word=True,
)
POSED = Posed(ROOM, "txn", COMMAND, ANNE, EventId("$thread"), EventId("$card"), WHICH, NOW)


@pytest.fixture
async def transaction(database_url: str) -> AsyncIterator[Transaction]:
    database = Database.open(database_url)
    await migrate(database)
    async with database.begin() as opened:
        yield opened
    await database.close()


async def test_what_is_asked_is_read_back_as_it_completes_commands(transaction: Transaction) -> None:
    await question_store.keep(transaction, POSED)
    await question_store.sent(transaction, ROOM, "txn", ASKED)
    (posed,) = await question_store.open_to(transaction, ROOM, ANNE, NOW)
    assert posed == await question_store.under(transaction, ROOM, ASKED, NOW)
    assert posed.question is not None
    assert [each.command for each in posed.question.candidates] == ["!tâche ajouter x lundi", "!tâche ajouter x jeudi"]
    assert [each.names for each in posed.question.candidates] == [("lundi", "le 30\x00%_'"), ("jeudi",)]
    assert [(each.hidden, each.answers) for each in posed.question.candidates] == [(False, None), (True, OTHER)]
    assert (posed.question.slot, posed.question.by_word) == (WHICH.slot, True)
    assert replace(posed, question=WHICH, event_id=None) == POSED


async def test_it_is_answered_once(transaction: Transaction) -> None:
    await question_store.keep(transaction, POSED)
    await question_store.keep(transaction, replace(POSED, txn="before"))
    assert await question_store.take(transaction, POSED, ANSWER)
    assert not await question_store.take(transaction, POSED, OTHER)
    assert await question_store.take(transaction, POSED, ANSWER), "the same answer, edited"
    assert await question_store.open_to(transaction, ROOM, ANNE, NOW) == []
    assert await question_store.under(transaction, ROOM, ASKED, NOW) is None, "what was asked before is moot"
    taken = await question_store.taken_by(transaction, ROOM, ANSWER, NOW)
    assert taken is not None
    assert (taken.txn, taken.taken) == ("txn", ANSWER)
    await question_store.give_back(transaction, POSED)
    assert len(await question_store.open_to(transaction, ROOM, ANNE, NOW)) == 1


async def test_it_is_its_askers_alone_and_forgotten(transaction: Transaction) -> None:
    await question_store.keep(transaction, POSED)
    assert await question_store.open_to(transaction, ROOM, UserId("@other:valbourg.fr"), NOW) == []
    assert await question_store.open_to(transaction, ROOM, ANNE, NOW + 1) == []
    assert await question_store.rooms(transaction) == {ROOM}
    await question_store.forget(transaction, NOW)
    assert await question_store.rooms(transaction) == {ROOM}
    await question_store.forget(transaction, NOW + 1)
    assert await question_store.rooms(transaction) == set()


async def test_the_newest_is_first_and_lists_stand_among_them(transaction: Transaction) -> None:
    listed = replace(POSED, txn="list", question=None, at=NOW + 1)
    for posed in (POSED, listed):
        await question_store.keep(transaction, posed)
    await question_store.pass_by(transaction, POSED)
    found = await question_store.open_to(transaction, ROOM, ANNE, NOW)
    assert [(each.txn, each.question is None, each.fresh) for each in found] == [
        ("list", True, True),
        ("txn", False, False),
    ]


@pytest.mark.parametrize("gone", [COMMAND, ASKED])
async def test_what_is_deleted_is_not_asked_about_any_more(transaction: Transaction, gone: EventId) -> None:
    await question_store.keep(transaction, POSED)
    await question_store.sent(transaction, ROOM, "txn", ASKED)
    await question_store.close(transaction, RoomId("!other"), gone)
    assert await question_store.about(transaction, ROOM, COMMAND, NOW) is not None
    await question_store.close(transaction, ROOM, gone)
    assert await question_store.about(transaction, ROOM, COMMAND, NOW) is None


async def test_words_of_completed_commands_can_be_erased(transaction: Transaction) -> None:
    await question_store.keep(transaction, POSED)
    await question_store.keep(transaction, replace(POSED, txn="open", cause=OTHER))
    await question_store.take(transaction, POSED, ANSWER)
    await question_store.erase(transaction, ROOM)
    assert [each.txn for each in await question_store.open_to(transaction, ROOM, ANNE, NOW)] == ["open"]
    assert await question_store.taken_by(transaction, ROOM, ANSWER, NOW) is None
