"""Whom the assistant has written to, on every database."""

from bots.assistant.store import welcome_store
from bots.assistant.store.welcome_store import Meeting, WelcomeStep
from bots.database.engine import Database
from bots.database.migrate import migrate
from config.identifiers import RoomId, UserId

ANNE, PAUL = UserId("@anne:valbourg.fr"), UserId("@paul:valbourg.fr")


async def test_how_far_it_has_come_with_each_is_kept_who_waits_longest_first(database_url: str) -> None:
    database = Database.open(database_url)
    await migrate(database)
    async with database.begin() as transaction:
        await welcome_store.keep(transaction, PAUL, Meeting(WelcomeStep.INVITED, RoomId("!room")), 1)
        await welcome_store.keep(transaction, ANNE, Meeting(WelcomeStep.MET), 2)
        await welcome_store.keep(transaction, PAUL, Meeting(WelcomeStep.MET, RoomId("!room")), 3)
    async with database.begin() as transaction:
        kept = await welcome_store.everybody(transaction)
    assert list(kept.items()) == [(ANNE, Meeting(WelcomeStep.MET)), (PAUL, Meeting(WelcomeStep.MET, RoomId("!room")))]
    await database.close()
