"""The files of one room, to be listed and searched: 100,000 of them in a few milliseconds (pure; one reader at a time).

What is asked of all files lies in lists side by side, in the order of the messages, so that a look at all of them is a
loop that Python itself does in C.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Final

from bots.antivirus.verdict import Scan
from bots.files.library.entry import KIND, UNTOUCHED, Entry, Filing, filing_of
from bots.files.library.naming import compared
from bots.register.replica.places import Key
from bots.register.replica.state import State
from config.identifiers import RoomId

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


def _order(entry: Entry) -> tuple[int, str]:
    return entry.position, entry.event_id


def _hay(entry: Entry, filing: Filing, folder: str, name: str) -> str:
    tags = " ".join(f"#{compared(tag)}" for tag in filing.tags)
    sent = compared(entry.name) if filing.name else ""
    return f"{folder}/{name} {sent} {tags} {entry.sender.localpart.lower()} {_day(entry.at // _DAY_MS)}"


@cache
def _day(number: int) -> str:
    """Return the date of a day since 1970: a room has a few thousand."""
    return (date(1970, 1, 1) + timedelta(days=number)).isoformat()
