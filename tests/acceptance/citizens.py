"""People with a light, real, encrypted client, who say many things quickly, and what became of what they asked."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bots.matrix.events import Event
from bridge.operate.demonstration.resident import Resident, living
from config.identifiers import EventId, RoomId, UserId
from tests.acceptance.assistants import Assistant
from tests.acceptance.conftest import Country
from tests.acceptance.element_client import ElementClient, ElementError, Seen

OPERATIONS = "fr.beffroi.ops"
_POLL = 0.2


@dataclass(slots=True)
class Citizen:
    """Somebody of one town; remembers every command and what it was about."""

    resident: Resident
    assistant: Assistant
    label: str
    asked: dict[RoomId, dict[EventId, str]] = field(default_factory=dict)
    _said: int = 0

    @property
    def user_id(self) -> str:
        """Who this is."""
        return self.resident.user_id

    async def ask(self, room: RoomId) -> EventId:
        """Ask for a task that nobody else asks for; return the command's event once the homeserver has it."""
        self._said += 1
        title = f"dossier {self.label} {self._said:03}"
        command = await self.resident.ask(room, f"!tâche ajouter {title}", f"{self.label}-{self._said}")
        self.asked.setdefault(room, {})[command] = title
        return command

    async def chat(self, room: RoomId) -> EventId:
        """Say what no assistant answers."""
        self._said += 1
        return await self.resident.ask(room, f"bavardage {self._said:03}", f"{self.label}-{self._said}")

    async def hear(self, command: EventId) -> Event:
        """Wait for the answer of the own town's assistant."""
        return await self.resident.hear([command], UserId(self.assistant.user_id))

    async def hear_all(self) -> None:
        """Wait until every command has an answer."""
        await asyncio.gather(*(self.hear(each) for asked in self.asked.values() for each in asked))


@asynccontextmanager
async def citizen(country: Country, town: str, name: str, folder: Path) -> AsyncIterator[Citizen]:
    """Somebody new in *town*, whose client keeps its keys below *folder*; joins wherever a listed server invites."""
    label = f"{name}-{secrets.token_hex(2)}"
    federation = country.servers.layout.federation
    account = await country.servers[town].user(name)
    async with living(
        account.client_url,
        account.user_id,
        account.password,
        folder / label,
        display_name=name,
        pinned={each.assistant: each.master_key for each in federation.members if each.master_key},
        listed=federation.listed_servers,
    ) as resident:
        yield Citizen(resident, country.assistants[town], label)


async def gather_in(
    maker: ElementClient, name: str, assistants: Sequence[Assistant], *citizens: Citizen, also: Sequence[str] = ()
) -> RoomId:
    """Make an encrypted room; return once everybody is in it and each citizen knows of all the others."""
    invited = [*(each.user_id for each in assistants), *(each.user_id for each in citizens)]
    room = RoomId(await maker.create_room(name, [*invited, *also]))
    everybody = frozenset(UserId(each) for each in (maker.user_id, *invited))
    async with asyncio.timeout(60):
        for each in invited:
            await maker.wait_for_membership(room, each)
        for citizen in citizens:
            await citizen.resident.sees(room, everybody)
    return room


UNREAD = "Je ne peux pas lire ce message"
"""What is said of a message whose key was late, to a device that was new: it is no answer, and the answer comes."""


async def one_answer_each(
    witness: ElementClient, room: RoomId, asked: Mapping[EventId, str], assistants: Sequence[Assistant]
) -> None:
    """Check by what a third client reads in ``/messages`` that each command has one answer, about its own object."""
    answers: dict[str, list[Seen]] = {}

    async def are_there() -> bool:
        answers.clear()
        for each in await witness.history(room):
            unread = each.body.startswith(UNREAD)
            if each.sender in names and each.in_reply_to is not None and each.in_reply_to in asked and not unread:
                answers.setdefault(each.in_reply_to, []).append(each)
        return asked.keys() <= answers.keys() and not any(each.failure for found in answers.values() for each in found)

    names = {each.user_id for each in assistants}
    # The witness's own sync, which brings its keys, may not have found its homeserver again yet; and what federation
    # left out while that was down it fetches because somebody pages back. The assistants tell each other sooner.
    await until(f"all answers are there and readable for {witness.user_id}", are_there)
    lost = [title for command, title in asked.items() if command not in answers]
    doubled = [[each.body for each in found] for found in answers.values() if len(found) > 1]
    wrong = [
        (title, found.body)
        for command, title in asked.items()
        for found in answers.get(command, ())
        if title not in found.body or found.content.get(OPERATIONS, {}).get("cause") != command
    ]
    # Said in so many words: this module's assertions are not rewritten by pytest.
    assert (lost, doubled, wrong) == ([], [], []), f"lost {lost}, doubled {doubled}, wrong {wrong}"


async def shows(reader: ElementClient, room: str, message: str, *words: str, without: Sequence[str] = ()) -> None:
    """Wait until *message*, as *reader* sees it after its edits, has all the *words* and none of those *without*."""
    last = [""]

    async def is_so() -> bool:
        last[0] = next((each.body for each in await reader.timeline(room) if each.event_id == message), "")
        return all(each in last[0] for each in words) and not any(each in last[0] for each in without)

    try:
        await until(f"{message} shows {words} and not {without}", is_so, 30)
    except BaseException:
        print(f"{reader.user_id} reads: {last[0]}")
        raise


async def hear_each_other(room: str, *people: ElementClient, patience: float = 60) -> None:
    """Say something on each side until all others see it: a new event makes Synapse try the other one again."""
    for speaker in people:

        async def is_heard(speaker: ElementClient = speaker) -> bool:
            said = await speaker.send(room, "bavardage")
            try:
                for each in people:
                    await each.wait_for(room, event_id=said, timeout=2)
            except ElementError:
                return False
            return True

        await until(f"{speaker.user_id} is heard", is_heard, patience)


async def until(what: str, holds: Callable[[], Awaitable[bool]], patience: float = 60) -> None:
    """Wait until *holds*; fail the test, naming *what* was waited for, after *patience* seconds."""
    try:
        async with asyncio.timeout(patience):
            while not await holds():
                await asyncio.sleep(_POLL)
    except TimeoutError:
        pytest.fail(f"not within {patience:.0f} s: {what}")


async def settled(assistants: Collection[Assistant], shared: Collection[RoomId], patience: float = 90) -> None:
    """Wait until the assistants have nothing left to do and show the same hash for each of the *shared* rooms."""
    last: list[object] = []

    async def are_settled() -> bool:
        told = [await each.health() for each in assistants]
        hashes = [[(each or {}).get("state_hashes", {}).get(room) for each in told] for room in shared]
        last[:] = [{**each, "state_hashes": hashes} if each else None for each in told]
        quiet = all(each and each["inbox_waiting"] == each["outbox_waiting"] == 0 for each in told)
        return quiet and all(len({*each}) == 1 and None not in each for each in hashes)

    try:
        await until("quiet and of one mind", are_settled, patience)
    except BaseException:
        print("last health:", *last, sep="\n")
        raise
