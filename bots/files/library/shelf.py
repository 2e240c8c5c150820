"""The files of one room, to be listed and searched: 100,000 of them in a few milliseconds (pure; one reader at a time).

What is asked of all files lies in lists side by side, in the order of the messages, so that a look at all of them is a
loop that Python itself does in C.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import compress
from typing import Final

from bots.antivirus import verdict
from bots.antivirus.verdict import Scan, Why, unscanned
from bots.files.library.entry import KIND, UNTOUCHED, Entry, Filing, filing_of
from bots.files.library.naming import compared
from bots.register.replica.places import Key
from bots.register.replica.state import State
from config.identifiers import RoomId

BIN_DAYS: Final = 30
"""How long what was thrown away can be had back."""
_SHORT: Final = 3
"""Letters: what is no longer stands in half of all names."""
_DAY_MS: Final = 86_400_000
_GONE: Final = "\0"
"""Stands for a folder in which nothing is looked for."""


@dataclass(frozen=True, slots=True)
class File:
    """One version of a file as people see it: ``version`` counts those of the same folder and name, from 1, by age."""

    entry: Entry
    filing: Filing
    version: int = 1
    versions: int = 1

    @property
    def id(self) -> str:
        """What the register knows it by."""
        return self.entry.id

    @property
    def name(self) -> str:
        """What it is called now."""
        return self.filing.name or self.entry.name

    @property
    def path(self) -> str:
        """Its folder and its name."""
        return f"{self.filing.folder}/{self.name}" if self.filing.folder else self.name


class Touched:
    """The objects of files that have changed since they were last asked for: a view of a room's state."""

    def __init__(self) -> None:
        self.ids: set[str] = set()

    def update(self, _: State, touched: Collection[Key]) -> None:
        """Take in what has become of the objects *touched*."""
        self.ids |= {object_id for kind, object_id in touched if kind == KIND}


class Shelf:
    """All files of one room, whoever may see them (:class:`Library` is what one person may)."""

    def __init__(
        self,
        room_id: RoomId,
        entries: Iterable[Entry],
        state: State | None = None,
        scans: Mapping[str, Scan] | None = None,
    ) -> None:
        self.room_id = room_id
        self.scans = {**(scans or {})}
        """What the antivirus has said, by the ids of the files."""
        self.infected = {file_id for file_id, scan in self.scans.items() if scan.infected}
        self._entries = sorted(entries, key=_order)
        self._state = state
        self.filings: dict[str, Filing] = {}
        """What was done to those files to which anything was done."""
        self.written: dict[str, str] = {}
        """The folders as somebody wrote them, by how they are compared."""
        if state is not None:
            for found in state.all(KIND):
                self._file_as(found.id, filing_of(found, room_id))
            state.view(Touched).ids.clear()
        self._fill()

    def __len__(self) -> int:
        return len(self.at)

    def add(self, entry: Entry) -> None:
        """Put a file where it belongs; the same again changes nothing."""
        if entry.id in self.at:
            return
        if self._entries and _order(entry) < _order(self._entries[-1]):
            # Its key came late: seldom.
            self._entries = sorted([*(each for each in self._entries if each.id in self.at), entry], key=_order)
            self._fill()
            return
        self._entries.append(entry)
        self._append(len(self._entries) - 1)

    def remove(self, file_id: str) -> None:
        """Take a file away."""
        at = self.at.pop(file_id, None)
        if at is None:
            return
        self._leave(at)
        self.folders[at], self.hays[at] = _GONE, ""

    def judge(self, file_id: str, scan: Scan) -> None:
        """Take in what the antivirus says of a file."""
        self.scans[file_id] = scan
        if scan.infected is (file_id in self.infected):
            return
        self.infected ^= {file_id}
        at = self.at.get(file_id)
        if at is not None:
            self._choose(self._chains[self._keys[at]])

    def follow(self, state: State) -> None:
        """Take in what was done to files since the last time."""
        touched = state.view(Touched).ids
        if self._state is not state:
            self._state, touched = state, touched | {*self.filings}
            touched |= {found.id for found in state.all(KIND)}
        for file_id in touched:
            self._refile(file_id, filing_of(state.get(KIND, file_id), self.room_id))
        state.view(Touched).ids.clear()

    def get(self, file_id: str) -> File | None:
        """Return a file by its id."""
        at = self.at.get(file_id)
        return None if at is None else self._file(at)

    def entries(self) -> list[Entry]:
        """Return all files as they were sent, in the order of the messages, those that are gone too."""
        return self._entries

    def since(self, position: int) -> list[Entry]:
        """Return the files that stand at *position* or behind it."""
        return [entry for entry in self._entries[bisect_left(self.positions, position) :] if entry.id in self.at]

    def file(self, at: int) -> File:
        """Return the file at a place of the lists."""
        return self._file(at)

    def versions(self, file_id: str) -> list[File]:
        """Return all versions of a file, the oldest first, thrown away ones too."""
        at = self.at.get(file_id)
        return [] if at is None else [self._file(each) for each in self._chains[self._keys[at]]]

    def _fill(self) -> None:
        self.at: dict[str, int] = {}
        """Where each file stands in the lists."""
        self.positions: list[int] = []
        self.folders: list[str] = []
        """The folder of each file, as it is compared."""
        self.hays: list[str] = []
        """All that is looked through for each."""
        self.newest = bytearray()
        """1 where it is the version that is listed."""
        self._keys: list[tuple[str, str]] = []
        self._chains: dict[tuple[str, str], list[int]] = {}
        for at in range(len(self._entries)):
            self._append(at)

    def _append(self, at: int) -> None:
        entry = self._entries[at]
        self.at[entry.id] = at
        self.positions.append(entry.position)
        filing = self.filings.get(entry.id, UNTOUCHED).of(entry)
        if entry.folder:
            self.written.setdefault(compared(filing.folder), filing.folder)
        self.folders.append("")
        self.hays.append("")
        self.newest.append(0)
        self._keys.append(("", ""))
        self._enter(at, filing)

    def _refile(self, file_id: str, filing: Filing | None) -> None:
        at = self.at.get(file_id)
        if at is not None:
            self._leave(at)
        self._file_as(file_id, filing)
        if at is not None:
            self._enter(at, (filing or UNTOUCHED).of(self._entries[at]))

    def _file_as(self, file_id: str, filing: Filing | None) -> None:
        if filing is None:
            self.filings.pop(file_id, None)
            return
        self.filings[file_id] = filing
        self.written[compared(filing.folder)] = filing.folder

    def _enter(self, at: int, filing: Filing) -> None:
        entry = self._entries[at]
        name = compared(filing.name or entry.name)
        self.folders[at] = compared(filing.folder)
        self.hays[at] = _hay(entry, filing, self.folders[at], name)
        key = self._keys[at] = (self.folders[at], name)
        chain = self._chains.get(key)
        if chain is None:
            self._chains[key] = [at]
            self.newest[at] = filing.binned is None
            return
        chain.insert(bisect_left(chain, at), at)
        self._choose(chain)

    def _leave(self, at: int) -> None:
        chain = self._chains[self._keys[at]]
        chain.remove(at)
        self.newest[at] = 0
        if chain:
            self._choose(chain)
        else:
            del self._chains[self._keys[at]]

    def _choose(self, chain: Sequence[int]) -> None:
        """Note which version of a file is the one that is listed."""
        for at in chain:
            self.newest[at] = 0
        kept = [at for at in chain if self._filing(at).binned is None]
        # What is infected takes no other version's place.
        sound = [at for at in kept if self._entries[at].id not in self.infected]
        if kept:
            self.newest[max(sound or kept, key=self._age)] = 1

    def _age(self, at: int) -> tuple[int, int]:
        return max(self._filing(at).raised, self._entries[at].at), at

    def _filing(self, at: int) -> Filing:
        entry = self._entries[at]
        return self.filings.get(entry.id, UNTOUCHED).of(entry)

    def _file(self, at: int) -> File:
        chain = self._chains[self._keys[at]]
        return File(self._entries[at], self._filing(at), bisect_left(chain, at) + 1, len(chain))


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


def _order(entry: Entry) -> tuple[int, str]:
    return entry.position, entry.event_id


def _is_kept(day: date, today: date) -> bool:
    return day > today - timedelta(days=BIN_DAYS)


def _hay(entry: Entry, filing: Filing, folder: str, name: str) -> str:
    tags = " ".join(f"#{compared(tag)}" for tag in filing.tags)
    sent = compared(entry.name) if filing.name else ""
    return f"{folder}/{name} {sent} {tags} {entry.sender.localpart.lower()} {_day(entry.at // _DAY_MS)}"


@cache
def _day(number: int) -> str:
    """Return the date of a day since 1970: a room has a few thousand."""
    return (date(1970, 1, 1) + timedelta(days=number)).isoformat()


EMPTY: Final = Library(Shelf(RoomId("!"), ()))
