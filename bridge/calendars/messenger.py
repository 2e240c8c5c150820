"""Reads the addresses that the assistant asks for, and leaves what they say in its letter box."""

import asyncio
import os
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import structlog

from bots.events.followed.address import host_of
from bots.events.followed.letters import (
    ANSWERED,
    ASKED,
    NAME,
    LetterAnswer,
    LetterQuestion,
    NoLetter,
    answer_as_bytes,
    read_question,
)
from bridge.calendars.fetching import Fetcher

_log = structlog.get_logger(__name__)
_LOOK_S: Final = 0.5
_AT_ONCE: Final = 8
_AT_ONCE_EACH: Final = 2
"""Of one host: whatever it does, the others have their turn."""
_MOST_QUESTION: Final = 8_192
_PAUSE_S: Final = 10


@dataclass(slots=True)
class Messenger:
    """Watches the letter box below *folder*; a question is taken away once its answer lies there."""

    folder: Path
    fetcher: Fetcher
    look_s: float = _LOOK_S
    _busy: dict[str, str] = field(default_factory=dict)
    """Questions that are being answered, with their hosts."""

    async def run(self) -> None:
        """Answer until cancelled."""
        for box in (self._asked, self._answered):
            box.mkdir(mode=0o700, parents=True, exist_ok=True)
        async with asyncio.TaskGroup() as group:
            while True:
                for name, question in await asyncio.to_thread(self._waiting):
                    if self._may_begin(question):
                        self._busy[name] = host_of(question.address)
                        group.create_task(self._answer(name, question))
                await asyncio.sleep(self.look_s)

    @property
    def _asked(self) -> Path:
        return self.folder / ASKED

    @property
    def _answered(self) -> Path:
        return self.folder / ANSWERED

    def _may_begin(self, question: LetterQuestion) -> bool:
        hosts = Counter(self._busy.values())
        return len(self._busy) < _AT_ONCE and hosts[host_of(question.address)] < _AT_ONCE_EACH

    def _waiting(self) -> list[tuple[str, LetterQuestion]]:
        """Return the questions that nobody is at, the oldest first; what is none is thrown away."""
        found: list[tuple[float, str, LetterQuestion]] = []
        for path in self._asked.iterdir():
            if NAME.fullmatch(path.name) is None or path.name in self._busy:
                continue
            try:
                with path.open("rb") as file:
                    question = read_question(file.read(_MOST_QUESTION))
                found.append((path.stat().st_mtime, path.name, question))
            except FileNotFoundError:
                continue
            except (NoLetter, OSError):
                path.unlink(missing_ok=True)
        return [(name, question) for _, name, question in sorted(found, key=lambda each: each[:2])]

    async def _answer(self, name: str, question: LetterQuestion) -> None:
        try:
            answer = await self.fetcher.read(question)
            await asyncio.to_thread(self._leave, name, answer)
            _log.info("address_read", letter=name, outcome=answer.outcome, status=answer.status, bytes=len(answer.body))
        except asyncio.CancelledError:
            raise
        except Exception as exc:  # the outermost frame of one letter: the question lies there still
            _log.error("letter_failed", letter=name, error=type(exc).__name__)
            await asyncio.sleep(_PAUSE_S)
        finally:
            self._busy.pop(name, None)

    def _leave(self, name: str, answer: LetterAnswer) -> None:
        put(self._answered / name, answer_as_bytes(answer))
        (self._asked / name).unlink(missing_ok=True)


def put(path: Path, data: bytes) -> None:
    """Write a letter, whole or not at all."""
    draft = path.with_name(f".{path.name}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
    draft.replace(path)
