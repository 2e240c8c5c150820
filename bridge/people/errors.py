"""What can go wrong with people's accounts.

PeopleError
├── BadRoll          a list that holds mistakes: nothing of it was done; mend the lines that it names
├── NoSuchPerson     there is no such account: look at the spelling
├── Departed         the account belonged to somebody who has left: it is never given again
├── SamePerson       somebody cannot take over from themselves: name somebody else
├── Appointed        the settings name them among the administrators: name somebody else there first
├── Reserved         the account is no person's: leave it alone
├── DiskFull         the homeserver failed at it because its disk is full: make room, then try again
├── HomeserverAway   the homeserver does not answer: start it, then try again
└── HomeserverRefused it answered no; what was rendered does not fit what runs, or it has a reason of its own
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a list, as a sentence; *line* as spreadsheet programs number it, 0: with the whole of it."""

    line: int
    sentence: str


class PeopleError(Exception):
    """Something must change before we can go on."""


class BadRoll(PeopleError):
    """A list of people that holds mistakes."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(f"{fault.line}: {fault.sentence}" for fault in faults))
        self.faults = tuple(faults)


class NoSuchPerson(PeopleError):
    """There is no account of this name."""

    def __init__(self, user_id: str) -> None:
        super().__init__(user_id)
        self.user_id = user_id


class Departed(PeopleError):
    """The account was deactivated."""

    def __init__(self, user_id: str) -> None:
        super().__init__(user_id)
        self.user_id = user_id


class Appointed(PeopleError):
    """Who leaves is among the administrators that the settings name."""

    def __init__(self, user_id: str) -> None:
        super().__init__(user_id)
        self.user_id = user_id


class SamePerson(PeopleError):
    """Who leaves and who takes over are one."""

    def __init__(self, user_id: str) -> None:
        super().__init__(user_id)
        self.user_id = user_id


class Reserved(PeopleError):
    """The account is the assistant's or a machine's."""

    def __init__(self, user_id: str) -> None:
        super().__init__(user_id)
        self.user_id = user_id


class DiskFull(PeopleError):
    """The homeserver can write nothing more."""


class HomeserverAway(PeopleError):
    """Nobody answers at *url*."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url


class HomeserverRefused(PeopleError):
    """The homeserver refused: *reason* is its own sentence, *stale* says that it runs with another configuration."""

    def __init__(self, reason: str, *, stale: bool = False, status: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.stale = stale
        self.status = status
