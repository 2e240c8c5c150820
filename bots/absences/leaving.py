"""Somebody leaves the town: whom they stand in for has their successor instead, their own absences end (pure)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Final

from bots.absences.away import Away, roll
from bots.absences.kind import CANCELLED, DEPUTY, NAME
from bots.assistant.talk.offers.holding import Held
from bots.items.status import KEPT
from bots.register.format.operation import Change
from bots.register.replica.state import State
from config.identifiers import UserId
from config.texts import marks

_COUNTED: Final = marks("{count} absence ({numbers})", "{count} absences ({numbers})")


@dataclass(frozen=True, slots=True)
class AbsencesHeld:
    """The absences that name somebody, as themselves or as the deputy."""

    kind: str = NAME

    def held(self, state: State, person: UserId, me: UserId, now: datetime) -> Iterator[Held]:
        """Yield those that are not over, of people of our own town: on another's our word does not count."""
        for away in roll(state).of(None, now.date(), date.max):
            if away.person == person:
                yield Held(NAME, away.id, away.number, _COUNTED, partial(_ended, away), ends=True)
            elif away.deputy == person and away.person.server == me.server:
                yield Held(NAME, away.id, away.number, _COUNTED, partial(_handed, away))


def _ended(away: Away, _heir: UserId) -> tuple[Change, Change]:
    return _standing(away, CANCELLED.value), _standing(away, KEPT.value)


def _standing(away: Away, value: str) -> Change:
    return Change(NAME, away.id, set={"status": value})


def _handed(away: Away, heir: UserId) -> tuple[Change, Change]:
    # Nobody stands in for themselves.
    return _deputy(away, None if heir == away.person else heir), _deputy(away, away.deputy)


def _deputy(away: Away, deputy: UserId | None) -> Change:
    return Change(NAME, away.id, set={DEPUTY.name: None if deputy is None else str(deputy)})
