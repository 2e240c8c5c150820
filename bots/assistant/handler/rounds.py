"""Going through all of a user directory that shows a few at a time and has no second page (pure)."""

import re
from collections.abc import Iterator
from string import ascii_lowercase, digits
from typing import Final

from bots.matrix.events import FoundUsers
from config.identifiers import ServerName, UserId

_LETTERS: Final = digits + ascii_lowercase
_MARKS: Final = "-._"
_LONGEST: Final = 16
"""Letters: no fifty people have more in common, and a round must end."""


class Round:
    """What to search for, one search after the other, until everybody of a server has been shown.

    Everybody has a word in their address that begins with a letter or a figure. Where more begin with the same than are
    shown, the next letter tells them apart.
    """

    def __init__(self, server: ServerName) -> None:
        # People are known by their server's name, never by its port.
        self._server = re.sub(r":[0-9]+\Z", "", server)
        self._waiting = [""]
        self.asked = 0
        """How many searches it has taken so far."""

    @property
    def words(self) -> str | None:
        """What to search for now; None when everybody has been shown."""
        return f"{self._server} {self._waiting[-1]}".rstrip() if self._waiting else None

    def shown(self, found: FoundUsers) -> None:
        """Note what that search has shown."""
        beginning = self._waiting.pop()
        self.asked += 1
        if found.more and len(beginning) < _LONGEST and all(_fits(beginning, *shown) for shown in found.people.items()):
            self._waiting += [beginning + further for further in _further(beginning, found)]


def _fits(beginning: str, user: UserId, name: str | None) -> bool:
    """Tell whether somebody is shown for what they are called, and not for their server's name.

    That fits least, so whoever is called like that has been shown before them.
    """
    called = re.compile(rf"(?<![^\W_]){re.escape(beginning)}")
    return any(called.search(words.lower()) for words in (user.localpart, name or ""))


def _further(beginning: str, found: FoundUsers) -> Iterator[str]:
    yield from _LETTERS
    if beginning.isalnum() and any(beginning in _words(user.localpart) for user in found.people):
        # One mark is enough, and alone it is no word.
        yield from (mark + letter for mark in _MARKS for letter in _LETTERS)


def _words(name: str) -> list[str]:
    return re.split(r"[\W_]+", name)
