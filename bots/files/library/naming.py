"""What a file is called: by its sender, who may write anything, and by us, wherever it is shown or written (pure).

Source: RFC 6266 §4.3 (nothing outside the place that is meant); cases F01–F08.
"""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from bots.assistant.talk.wording import clean

UNNAMED: Final = "fichier"
MOST: Final = 300
"""Characters of a name that are kept; file systems take fewer bytes (``links.format.names.on_disk``)."""
_SEPARATORS: Final = re.compile(r"[/\\]")
_LEVELS: Final = re.compile(r"[/\\]|(?<=\s)>(?=\s)")
"""« Compta > Factures » is a folder in a folder, too."""
_MARKS: Final = str.maketrans("«»", "‹›")
"""A name stands between these where we complete a command: its sender must not end it, and name another file."""
MOST_FOLDERS: Final = 8
MOST_FOLDER: Final = 80


def shown(given: object) -> str:
    """Return what people read for the name that a sender has *given*: its last segment, nothing invisible in it."""
    if not isinstance(given, str):
        return UNNAMED
    last = _SEPARATORS.split(given[-4 * MOST :])[-1]
    name = " ".join(clean(last).translate(_MARKS).split())
    return UNNAMED if name.strip(".") == "" else name[:MOST].rstrip()


def inside(words: Sequence[str]) -> frozenset[int]:
    """Return which of *words* stand between guillemets: a name, no part of which says anything else."""
    found, start = set[int](), -1
    for at, word in enumerate(words):
        if start < 0 and word.startswith("«"):
            start = at
        if start >= 0 and word.rstrip(",;.").endswith("»"):
            found.update(range(start, at + 1))
            start = -1
    return frozenset(found)


def folder(words: str) -> str | None:
    """Return the folder that people call ``Marchés / Lot 3``: its segments with one ``/`` between; None: too deep."""
    levels = _LEVELS.split(words[:2000])
    segments = [" ".join(clean(segment).split())[:MOST_FOLDER] for segment in levels]
    kept = [segment.strip('«»"“”').translate(_MARKS).strip() for segment in segments]
    kept = [segment for segment in kept if segment and segment.strip(".")]
    return "/".join(kept) if len(kept) <= MOST_FOLDERS else None


def compared(words: str) -> str:
    """Return *words* as names and folders are compared and searched: no case, no accents."""
    if words.isascii():
        return words.lower()
    apart = unicodedata.normalize("NFKD", words.lower().replace("œ", "oe").replace("’", "'"))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
