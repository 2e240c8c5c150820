"""The errands about calendars of others: follow one, tell that one cannot be read (shell)."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Final
from zoneinfo import ZoneInfo

from bots.assistant.talk.later.runner import Offline, Payload, Runner, excused
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import NOTHING, Needs, Request
from bots.assistant.words.lenient import line
from bots.database.engine import Database
from bots.events.followed import commands, saying
from bots.events.followed.address import host_of
from bots.events.followed.letters import LetterAnswer, LetterQuestion
from bots.events.followed.reading import store
from bots.events.followed.reading.post import Post, letter
from bots.events.followed.reading.reader import read_and_judged
from bots.events.followed.reading.store import ReadingState
from bots.events.followed.source import KIND, FollowedCalendar, source_id, sources
from bots.events.followed.timetable import Timetable
from bots.matrix.port import Edge

_PATIENCE_S: Final = 60
_LOOK_S: Final = 0.1
_MOST_NAME: Final = 80


@dataclass(frozen=True, slots=True)
class SourceOffice:
    """What the errands need; *wake* has it looked what is followed."""

    database: Database
    post: Post
    zone: ZoneInfo
    wake: Callable[[], None]
    now_ms: Callable[[], int]

    def runners(self) -> Mapping[str, Runner]:
        """Return what does each errand."""
        return {commands.FOLLOW: Following(self), commands.TELL: FailureTeller()}


@dataclass(frozen=True, slots=True)
class FetchedCalendar:
    """What an address holds; *why* it is nothing, and what its server answered."""

    timetable: Timetable
    why: str = ""
    status: int = 0


@dataclass(frozen=True, slots=True)
class Following:
    """Reads an address for the first time, and follows it if it is a calendar's."""

    office: SourceOffice

    needs: ClassVar[Needs] = NOTHING

    async def prepare(self, request: Request, payload: Payload, edge: Edge) -> FetchedCalendar:
        """Have it read, and keep that."""
        del edge
        office, address = self.office, str(payload["address"])
        answer = await self._answer(letter("first", str(request.event_id), address), LetterQuestion(address))
        row = ReadingState(request.room_id, source_id(request.room_id, address), address)
        verdict, read = await read_and_judged(row, Timetable(), answer, office.zone, office.now_ms())
        if read is None:
            return FetchedCalendar(Timetable(), verdict.row.why, answer.status)
        async with office.database.begin() as transaction:
            await store.put(transaction, verdict.row, read)
        return FetchedCalendar(read)

    async def _answer(self, name: str, question: LetterQuestion) -> LetterAnswer:
        post = self.office.post
        if not await asyncio.to_thread(post.is_asked, name) and name not in await asyncio.to_thread(post.answers):
            await asyncio.to_thread(post.ask, name, question)
        found: LetterAnswer | None = None
        for _ in range(round(_PATIENCE_S / _LOOK_S)):
            found = await asyncio.to_thread(post.answer, name)
            if found is not None:
                break
            await asyncio.sleep(_LOOK_S)
        await asyncio.to_thread(post.forget, name)
        return LetterAnswer("here") if found is None else found

    def finish(self, request: Request, payload: Payload, prepared: FetchedCalendar) -> Reply:
        """Follow it, or say why not."""
        if prepared.why:
            return Reply(saying.not_followed(request, prepared.why, prepared.status))
        address, holidays = str(payload["address"]), payload["holidays"] is True
        if any(source.address == address for source in sources(request.state)):
            return Reply(saying.followed_already(request))
        self.office.wake()
        name = line(prepared.timetable.name, _MOST_NAME) or host_of(address)
        change, inverse = commands.followed_by(request, address, name, holidays=holidays)
        source = FollowedCalendar(change.id, address, name, holidays)
        said = saying.now_followed(request, source, prepared.timetable)
        return Reply(said, changes=(change,), inverse=(inverse,), shows=((KIND, change.id),))

    failed = excused(lambda request, _: saying.not_followed(request, ""))


class FailureTeller(Offline):
    """Tells a room, once, that what it follows can no longer be read; and when it can again."""

    def finish(self, request: Request, payload: Payload, prepared: None) -> Reply | None:
        """Say it, where the room follows it still."""
        found = next((source for source in sources(request.state) if source.id == payload["source"]), None)
        if found is None:
            return None
        if payload["tell"] == "back":
            return Reply(saying.back(request, found))
        why, status, read = str(payload["why"]), payload["status"], payload["read"]
        assert isinstance(status, int)
        assert isinstance(read, int)
        return Reply(saying.failing(request, found, why, status, read))
