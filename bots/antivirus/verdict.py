"""What an antivirus says of a file, and what that means to people: clean, infected, or not scanned and why (pure).

Source: clamd(8), "INSTREAM"; cases F50–F52.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class ScanState(StrEnum):
    """``CLEAN`` only where each byte was looked at; whatever else is no virus is ``UNSCANNED``."""

    CLEAN = "clean"
    INFECTED = "infected"
    UNSCANNED = "unscanned"


class Why(StrEnum):
    """Why a file was not scanned."""

    NOTHING = ""
    LARGE = "large"
    """Larger than what the scanner is sent, or takes."""
    LIMIT = "limit"
    """It holds more, or deeper, than the scanner opens."""
    ENCRYPTED = "encrypted"
    """An archive or document with a password."""
    CUT = "cut"
    """Fewer, or other, bytes came than there are."""
    GONE = "gone"
    """Its data cannot be had any more."""
    UNREADABLE = "unreadable"
    """The scanner's answer is none."""
    LAX = "lax"
    """The scanner is set up so that it calls clean what it has not opened."""
    ABSENT = "absent"
    """The scanner cannot be reached."""
    SILENT = "silent"
    """The scanner has not answered in time, or has failed at it: the file's fault, or its own."""
    NONE = "none"
    """The collectivity has no antivirus."""
    PENDING = "pending"
    """Its turn has not come yet."""
    BEFORE = "before"
    """It was sent before there was one, or before we were there."""


_WAITS: Final = frozenset({Why.ABSENT, Why.SILENT, Why.LAX})


@dataclass(frozen=True, slots=True)
class Scan:
    """What was found of some bytes: *name* is the signature's, where they are infected."""

    state: ScanState
    why: Why = Why.NOTHING
    name: str = ""

    @property
    def clean(self) -> bool:
        """Whether each byte was looked at, and nothing found."""
        return self.state is ScanState.CLEAN

    @property
    def infected(self) -> bool:
        """Whether nobody should open it."""
        return self.state is ScanState.INFECTED

    @property
    def waits(self) -> bool:
        """Whether asking again later may give another answer."""
        return self.why in _WAITS


CLEAN: Final = Scan(ScanState.CLEAN)


def infected(name: str) -> Scan:
    """Return that something was found: the signature *name*."""
    return Scan(ScanState.INFECTED, name=name)


def unscanned(why: Why) -> Scan:
    """Return that a file was not scanned, and why."""
    return Scan(ScanState.UNSCANNED, why)


MOST_ANSWER: Final = 4096
"""Bytes of an answer that are read."""
_MOST_NAME: Final = 120
_OK: Final = "stream: OK"
_TOO_LARGE: Final = "INSTREAM size limit exceeded. ERROR"
_TIMED_OUT: Final = "COMMAND READ TIMED OUT"
_FOUND: Final = re.compile(r"stream: (?P<name>[!-~]{1,200}(?: [!-~]{1,100})?) FOUND")
_ERROR: Final = re.compile(r"[ -~]{1,1000} ERROR")
# Signatures of clamd's own that are no virus: it has met a limit, or a password (clamd.conf(5), AlertExceedsMax,
# AlertEncrypted).
_NO_VIRUS: Final = (("Heuristics.Limits.Exceeded", Why.LIMIT), ("Heuristics.Encrypted.", Why.ENCRYPTED))


def read(answer: bytes, *, sent: int, size: int) -> Scan:
    """Return what clamd's *answer* to ``zINSTREAM`` says of a file of *size* bytes, of which it was *sent* so many.

    *answer* is all that came until it closed. Anything but the very words of its manual is no answer.
    """
    words = _words(answer)
    if words == _OK:
        return CLEAN if sent == size else unscanned(Why.CUT)
    if words == _TOO_LARGE:
        return unscanned(Why.LARGE)
    found = _FOUND.fullmatch(words)
    if found is not None:
        name = found["name"]
        why = next((why for prefix, why in _NO_VIRUS if name.startswith(prefix)), None)
        return infected(name[:_MOST_NAME]) if why is None else unscanned(why)
    # Its disk is full, a parser gives up …: nobody knows whose fault it is.
    return unscanned(Why.SILENT if words == _TIMED_OUT or _ERROR.fullmatch(words) else Why.UNREADABLE)


def _words(answer: bytes) -> str:
    """Return the one line of an answer, "" where it is not one line of ASCII."""
    line = answer[:-1] if answer[-1:] in (b"\0", b"\n") else answer
    return line.decode("ascii") if line.isascii() and len(line) < MOST_ANSWER else ""


@dataclass(frozen=True, slots=True)
class Version:
    """What scans: the programme's *engine*, and since when (text of its own) its *signatures* are; "" where unsaid."""

    engine: str
    signatures: str = ""


_VERSION: Final = re.compile(r"(?P<engine>ClamAV [!-~]{1,60}?)(?:/[0-9]{1,9}/(?P<signatures>[ -~]{1,60}))?")


def read_version(answer: bytes) -> Version | None:
    """Return what clamd's *answer* to ``zVERSION`` says, None where it is none."""
    said = _VERSION.fullmatch(_words(answer))
    return None if said is None else Version(said["engine"], said["signatures"] or "")
