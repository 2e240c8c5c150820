"""What a stranger calls a file: shown without tricks, and kept away from every path. Pure."""

import re
import unicodedata
from typing import Final

_NAMELESS: Final = "fichier"
_MOST_BYTES: Final = 255
# What has no shape of its own, or turns its neighbours around ("factureexe.pdf"): controls, format characters,
# private use, half surrogates, line and paragraph separators. Joiners that scripts and emoji need stay.
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_JOINERS: Final = frozenset("\u200c\u200d")
# Letters and marks that nothing is drawn of: Hangul fillers, an empty braille cell, a joiner, two Khmer vowels.
_BLANK: Final = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5")
# They shape a neighbour, and are nothing without one: joiners, and what chooses between two looks of a letter.
_SHAPING: Final = re.compile("[\u200c\u200d\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_FOREIGN: Final = re.compile(r'[<>:"/\\|?*]')
_DEVICE: Final = re.compile(r"(?:CON|PRN|AUX|NUL|COM[0-9]|LPT[0-9])(?=\.|\Z)", re.IGNORECASE)


def shown(given: str) -> str:
    """Return *given* as people read it: its last segment, nothing unseen in it, ``fichier`` where nothing is left.

    A percent sign is a letter like others; nothing is decoded.
    """
    last = re.split(r"[/\\]", given)[-1]
    clean = "".join(char for char in last if _is_seen(char)).strip()
    return _NAMELESS if _SHAPING.sub("", clean).strip() in {"", ".", ".."} else clean


def on_disk(given: str) -> str:
    """Return a name that any file system takes, for a folder that whoever asks has chosen.

    At most 255 bytes, cut between characters, the extension kept; no device of Windows, no hidden file.
    """
    name = _FOREIGN.sub("_", shown(given)).rstrip(". ") or _NAMELESS
    name = _DEVICE.sub(lambda match: f"_{match[0]}", name, count=1) if _DEVICE.match(name) else name
    name = f"_{name}" if name.startswith(".") else name
    return _shortened(unicodedata.normalize("NFC", name))


def _is_seen(char: str) -> bool:
    return char in _JOINERS or (char not in _BLANK and unicodedata.category(char) not in _UNSEEN)


def _shortened(name: str) -> str:
    if len(name.encode()) <= _MOST_BYTES:
        return name
    stem, dot, extension = name.rpartition(".")
    tail = dot + extension if stem and len(extension.encode()) <= 16 else ""
    room = _MOST_BYTES - len(tail.encode())
    cut = name.removesuffix(tail).encode()[:room].decode(errors="ignore")
    return cut.rstrip() + tail
