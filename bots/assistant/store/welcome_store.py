"""Whom the assistant has written to of its own accord, on disk: once each, whatever dies in between."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import text

from bots.assistant.store import tables  # noqa: F401 - declares what the statements name
from bots.database.engine import Transaction
from config.identifiers import RoomId, UserId

_KEEP = text(
    "INSERT INTO assistant_welcome (user_id, step, room_id, at) VALUES (:user_id, :step, :room_id, :at)"
    " ON CONFLICT (user_id) DO UPDATE SET step = excluded.step, room_id = excluded.room_id, at = excluded.at"
)
_ALL = text("SELECT user_id, step, room_id FROM assistant_welcome ORDER BY at, user_id")


class WelcomeStep(StrEnum):
    """How far we have come with somebody. What dies before is found again by the room's alias."""

    INVITED = "invited"
    """They are to be greeted when they come into it."""
    MET = "met"
    """Nothing is left to do: greeted, or known before, or not to be reached."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """How far we have come with somebody, and the conversation with them that we have made."""

    step: WelcomeStep
    room_id: RoomId | None = None


async def keep(transaction: Transaction, user_id: UserId, meeting: Meeting, at: int) -> None:
    """Note how far we have come with *user_id*, *at* ms."""
    row = {"user_id": user_id, "step": meeting.step.value, "room_id": meeting.room_id, "at": at}
    await transaction.execute(_KEEP, row)


async def everybody(transaction: Transaction) -> dict[UserId, Meeting]:
    """Return how far we have come with each, whoever waits longest first."""
    rows = await transaction.execute(_ALL)
    return {
        UserId(user_id): Meeting(WelcomeStep(step), None if room_id is None else RoomId(room_id))
        for user_id, step, room_id in rows
    }
