"""A town hall whose assistant keeps reminders: a shared room, and a secretary's conversation with it."""

from collections.abc import AsyncIterator, Callable

import pytest

import bridge.operate.schema  # noqa: F401 - declares every table
from bots.assistant.dispatch.capability import Capability
from bots.assistant.testing import hall as halls
from bots.reminders.commands import reminders
from bots.tasks.commands import TASKS
from config.identifiers import EventId, RoomId, UserId

V, R = UserId("@beffroi:valbourg.fr"), UserId("@beffroi:rivemont.fr")
SEC, DGS = UserId("@sec:valbourg.fr"), UserId("@dgs:valbourg.fr")
DIRECT, COMMUN = RoomId("!direct"), RoomId("!commun")


class Hall(halls.Hall):
    """The assistant of Valbourg, alone with its secretary unless another room is named."""

    home = DIRECT
    asker = SEC

    def __init__(self, *more: Callable[[], Capability]) -> None:
        super().__init__(lambda: [TASKS, reminders(), *(make() for make in more)])

    async def open(self) -> None:
        await self.make_tables()
        self.edge.add_room(DIRECT, [SEC], direct=True)
        self.edge.add_room(COMMUN, [SEC, DGS, R], name="Commun")

    def number(self, number: int = -1, room: RoomId = DIRECT) -> EventId:
        """The event id of a message of ours."""
        message = self.messages(room)[number]
        return self.edge.event_ids[room, message.txn]


@pytest.fixture
async def hall() -> AsyncIterator[Hall]:
    made = Hall()
    await made.open()
    yield made
    await made.close()
