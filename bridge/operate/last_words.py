"""What a process that did not start has said last, without what helps nobody, and what to do where we know. Pure."""

import json
import re
from collections.abc import Iterator

from config.sentence import Sentence, sentence

_MOST = 8
_PORT = re.compile(r"(?::|, )(\d{1,5})\)?:")
_DAMAGED = ("file is not a database", "database disk image is malformed", "invalid page in block")
"""As SQLite says it, and PostgreSQL."""
_HARMLESS = frozenset({"debug", "info", "warn"})


def last_words(log: str) -> list[str]:
    """Return the lines of *log* to show, each once, below what to do about them where we know it."""
    lines = list(dict.fromkeys(line for line in log.splitlines() if line.strip()))
    telling = [line for line in lines if not _is_harmless(line)] or lines
    return [*_remedies(telling), *telling[-_MOST:]]


def _is_harmless(line: str) -> bool:
    """Whether it is one of the many lines that Caddy writes of what it does (JSON with a level)."""
    if not line.startswith("{"):
        return False
    try:
        found = json.loads(line)
    except ValueError:
        return False
    return isinstance(found, dict) and found.get("level") in _HARMLESS


def _remedies(lines: list[str]) -> Iterator[Sentence]:
    for line in lines[::-1]:
        ports = _PORT.findall(line)
        if "already in use" in line.lower() and ports:
            yield sentence(
                "Another program has port {port} already. This names it: `sudo ss -ltnp 'sport = :{port}'`. End it, or "
                "write another port in collectivity.yaml.",
                port=ports[-1],
            )
            return
        if "no space left on device" in line.lower():
            yield sentence("The disk is full: make room, then start again.")
            return
        if any(words in line.lower() for words in _DAMAGED):
            yield sentence(
                "A database is damaged: `beffroi doctor` says which. Stop everything, copy its file away, restore the "
                "last backup, and have the disk looked at."
            )
            return
