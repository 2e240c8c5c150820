"""The folder in which feeds lie for the process that serves them: each file replaced in one step, or taken away."""

import os
from dataclasses import dataclass
from pathlib import Path

from bots.events.feeds.sealed import MOST_FACTS, NAME, Damaged, Facts, facts_of, seal


@dataclass(frozen=True, slots=True)
class FeedFolder:
    """The files below *path*, named as ``sealed.name_of`` names them."""

    path: Path

    def names(self) -> frozenset[str]:
        """Return the names of all feeds that lie there."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        return frozenset(found.name for found in self.path.iterdir() if NAME.fullmatch(found.name))

    def facts(self, name: str) -> Facts | None:
        """Return what is known of the one called *name*; None where there is none, or a damaged one."""
        try:
            with (self.path / name).open("rb") as file:
                return facts_of(file.read(MOST_FACTS))
        except (OSError, Damaged):
            return None

    def put(self, name: str, secret: str, calendar: bytes, facts: Facts) -> None:
        """Write the one called *name*; whoever reads meanwhile gets the old one or the new one, whole."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self.path / f".{name}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(seal(secret, calendar, facts))
        draft.replace(self.path / name)

    def take_away(self, name: str) -> None:
        """Have the one called *name* lead nowhere."""
        (self.path / name).unlink(missing_ok=True)
