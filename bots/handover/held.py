"""What somebody holds in a room, of whatever kind (pure)."""

from collections.abc import Iterable
from datetime import datetime

from bots.assistant.talk.offers.holding import Held, Holder
from bots.register.replica.state import State
from config.identifiers import UserId


def held(state: State, holders: Iterable[Holder], person: UserId, me: UserId, now: datetime) -> list[Held]:
    """Return what *person* holds in a room and is neither ended nor past, by kind and number."""
    found = (thing for holder in holders for thing in holder.held(state, person, me, now))
    return sorted(found, key=lambda thing: (thing.kind, thing.number, thing.id))
