"""What one person may see of the files of a room: listed, searched, called by name (pure)."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import compress
from typing import Final

from bots.antivirus import verdict
from bots.antivirus.verdict import Scan, Why, unscanned
from bots.files.library.naming import compared
from bots.files.library.shelf import File, Shelf
from config.identifiers import RoomId, UserId

BIN_DAYS: Final = 30
"""How long what was thrown away can be had back."""
_SHORT: Final = 3
"""Letters: what is no longer stands in half of all names."""


@dataclass(frozen=True, slots=True)
class Library:
    """What one person may see of a shelf: nothing from before they came.

    *first* is where that begins in the lists, *hidden* are files behind it of which it is not sure. *scanned*: there is
    an antivirus.
    """

    shelf: Shelf
    first: int = 0
    hidden: frozenset[str] = frozenset()
    scanned: bool = False

    def get(self, file_id: str) -> File | None:
        """Return a file, if it is theirs to see."""
        at = self.shelf.at.get(file_id)
        return None if at is None or not self._sees(at) else self.shelf.file(at)

    def versions(self, file_id: str) -> list[File]:
        """Return the versions of a file that are theirs to see, the oldest first."""
        return [found for found in self.shelf.versions(file_id) if self.get(found.id) is not None]

    def scan(self, file: File) -> Scan:
        """Return what the antivirus says of a file: ours, or where it says nothing, the one that has warned of it."""
        own = self.shelf.scans.get(file.id)
        if file.filing.infected and (own is None or not own.clean):
            return own if own is not None and own.infected else verdict.infected(file.filing.infected)
        return own or unscanned(Why.BEFORE if self.scanned else Why.NONE)

    def found_infected(self) -> list[File]:
        """Return the files in which our own antivirus has found something, the oldest first."""
        found = [file for file in map(self.get, self.shelf.infected) if file is not None]
        return sorted(found, key=lambda file: file.entry.position)

    def unscanned(self, whys: Collection[Why]) -> list[File]:
        """Return the files that our own antivirus has not scanned for one of the reasons *whys*."""
        waiting = (file_id for file_id, scan in self.shelf.scans.items() if scan.why in whys)
        return [file for file in map(self.get, waiting) if file is not None]

    def folders(self) -> Counter[str]:
        """Return how many files each folder holds, by its name as somebody wrote it last; "" is no folder."""
        shelf = self.shelf
        counted = Counter(compress(shelf.folders[self.first :], shelf.newest[self.first :]))
        for file_id in self.hidden:
            at = shelf.at.get(file_id, -1)
            if at >= self.first and shelf.newest[at]:
                counted[shelf.folders[at]] -= 1
        return Counter({shelf.written.get(folder, folder): count for folder, count in counted.items() if count > 0})

    def within(self, folder: str) -> list[int]:
        """Return where the files in *folder* and below it stand, the newest first."""
        wanted, below = compared(folder), f"{compared(folder)}/"
        folders = self.shelf.folders
        return self._newest(
            at for at in range(self.first, len(folders)) if folders[at] == wanted or (folders[at].startswith(below))
        )

    def unfiled(self) -> list[int]:
        """Return where the files stand that are in no folder, the newest first."""
        folders = self.shelf.folders
        return self._newest(at for at in range(self.first, len(folders)) if not folders[at])

    def sent_by(self, person: UserId) -> list[int]:
        """Return where the files stand whose listed version *person* has sent, the newest first."""
        entries = self.shelf.entries()
        return self._newest(at for at in range(self.first, len(entries)) if entries[at].sender == person)

    def all(self) -> list[int]:
        """Return where all files stand, the newest first."""
        newest = self.shelf.newest
        return self._newest(compress(range(self.first, len(newest)), newest[self.first :]))

    def find(self, words: Sequence[str]) -> list[int]:
        """Return where the files stand in which all of *words* are found, the newest first."""
        wanted = sorted((compared(word) for word in words if word), key=len, reverse=True)
        if not wanted:
            return self.all()
        hays, rarest = self.shelf.hays, wanted[0]
        found = [at for at, hay in enumerate(hays) if rarest in hay]
        for word in wanted[1:]:
            found = [at for at in found if word in hays[at]]
        return self._newest(at for at in found if at >= self.first)

    def called(self, name: str) -> list[File]:
        """Return the files that *name* means: the one with this path or name, else all in whose path it is found.

        What is short is a word of it: « le CR » is nothing that the secretary has sent.
        """
        wanted = compared(name.strip())
        found = self.files(self.find([wanted]), 1000)
        exact = [file for file in found if wanted in (compared(file.path), compared(file.name))]
        return exact or [file for file in found if _is_in(wanted, file)]

    def worded(self, words: Sequence[str]) -> list[File]:
        """Return the files in whose path each of several *words* is found: « délibération cimetière »."""
        wanted = [compared(word) for word in words]
        found = self.files(self.find(wanted), 1000) if len(wanted) > 1 else []
        return [file for file in found if all(_is_in(word, file) for word in wanted)]

    def binned(self, today: date) -> list[File]:
        """Return what was thrown away and can be had back, what went last first."""
        filings = self.shelf.filings.items()
        ids = [file_id for file_id, filing in filings if filing.binned and _is_kept(filing.binned, today)]
        found = [file for file in map(self.get, ids) if file is not None]
        return sorted(found, key=lambda file: (file.filing.binned or date.min, file.entry.position), reverse=True)

    def about(self, key: str) -> list[File]:
        """Return the files that were attached to an object, the newest first."""
        ids = [file_id for file_id, filing in self.shelf.filings.items() if key in filing.about and not filing.binned]
        found = [file for file in map(self.get, ids) if file is not None]
        return sorted(found, key=lambda file: file.entry.position, reverse=True)

    def files(self, places: Sequence[int], most: int) -> list[File]:
        """Return the first *most* files at *places*."""
        return [self.shelf.file(at) for at in places[:most]]

    def _newest(self, places: Iterable[int]) -> list[int]:
        newest = self.shelf.newest
        found = [at for at in places if newest[at]]
        if self.hidden:
            hidden = {self.shelf.at[file_id] for file_id in self.hidden if file_id in self.shelf.at}
            found = [at for at in found if at not in hidden]
        found.reverse()
        return found

    def _sees(self, at: int) -> bool:
        return at >= self.first and self.shelf.file(at).id not in self.hidden


def _is_in(wanted: str, file: File) -> bool:
    called = f"{compared(file.path)} {compared(file.entry.name)}"
    if len(wanted) > _SHORT:
        return wanted in called
    return re.search(rf"(?<![^\W_]){re.escape(wanted)}(?![^\W_])", called) is not None


def _is_kept(day: date, today: date) -> bool:
    return day > today - timedelta(days=BIN_DAYS)


EMPTY: Final = Library(Shelf(RoomId("!"), ()))
