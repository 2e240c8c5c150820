"""The assistant's end of the letter boxes: questions go out, answers come in, each once (shell)."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from bots.events.followed.letters import (
    ANSWERED,
    ASKED,
    MOST,
    NAME,
    LetterAnswer,
    LetterQuestion,
    NoLetter,
    question_as_bytes,
    read_answer,
)


@dataclass(frozen=True, slots=True)
class Post:
    """The boxes below *folder*; everything here waits for the disk."""

    folder: Path

    def ask(self, name: str, question: LetterQuestion) -> None:
        """Send a question, instead of one of the same name that nobody has answered."""
        box = self.folder / ASKED
        box.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = box / f".{name}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(question_as_bytes(question))
        draft.replace(box / name)

    def is_asked(self, name: str) -> bool:
        """Tell whether a question waits for its answer."""
        return (self.folder / ASKED / name).exists()

    def answers(self) -> list[str]:
        """Return the names of the answers that have come."""
        box = self.folder / ANSWERED
        try:
            return sorted(path.name for path in box.iterdir() if NAME.fullmatch(path.name))
        except FileNotFoundError:
            return []

    def answer(self, name: str) -> LetterAnswer | None:
        """Return an answer that has come; what is none is thrown away."""
        path = self.folder / ANSWERED / name
        try:
            with path.open("rb") as file:
                return read_answer(file.read(MOST))
        except FileNotFoundError:
            return None
        except NoLetter:
            path.unlink(missing_ok=True)
            return None

    def forget(self, name: str) -> None:
        """Throw an answer away, once what it says is kept; and its question."""
        for box in (ANSWERED, ASKED):
            (self.folder / box / name).unlink(missing_ok=True)


def letter(*words: str) -> str:
    """Return the name of the letter about *words*."""
    return hashlib.sha256("\n".join(words).encode()).hexdigest()[:32]
