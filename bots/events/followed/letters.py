"""What the assistant and the calendars' process write to one another about addresses to read (pure).

Two folders are their letter boxes: the assistant has no way out of its machine, and the process has no key.
"""

import json
import re
from dataclasses import asdict, dataclass
from typing import Any, Final

NAME: Final = re.compile(r"[0-9a-f]{32}")
"""Of a letter: an answer has the name of its question."""
ASKED: Final = "asked"
ANSWERED: Final = "answered"
"""The folders."""
MOST: Final = 16 * 2**20
"""Bytes of an answer at most."""


class NoLetter(ValueError):
    """What lies there was not written by the other side."""


@dataclass(frozen=True, slots=True)
class LetterQuestion:
    """Read *address*, unless it still is what ``ETag`` and ``Last-Modified`` said last time ("" for none)."""

    address: str
    etag: str = ""
    modified: str = ""


@dataclass(frozen=True, slots=True)
class LetterAnswer:
    """What became of a question.

    *outcome* is ``read`` (then *body* is what was read, not compressed), ``same``, or why there is nothing: ``address``
    (it leads to a private network), ``name`` (nobody has it), ``away``, ``status`` (then *status* is the answer's),
    ``large``, ``slow``, ``redirects``, ``certificate``, ``garbled``. *sorry* (seconds): the server wants us to wait.
    """

    outcome: str
    etag: str = ""
    modified: str = ""
    status: int = 0
    sorry: int = 0
    body: bytes = b""


def question_as_bytes(question: LetterQuestion) -> bytes:
    """Return *question* as a letter."""
    return json.dumps(asdict(question)).encode()


def read_question(data: bytes) -> LetterQuestion:
    """Return the question in a letter; raises :class:`NoLetter`."""
    raw = _object(data)
    try:
        return LetterQuestion(str(raw["address"]), str(raw["etag"]), str(raw["modified"]))
    except KeyError as exc:
        raise NoLetter from exc


def answer_as_bytes(answer: LetterAnswer) -> bytes:
    """Return *answer* as a letter: a line of JSON, then what was read."""
    head = {"outcome": answer.outcome, "etag": answer.etag, "modified": answer.modified}
    return json.dumps({**head, "status": answer.status, "sorry": answer.sorry}).encode() + b"\n" + answer.body


def read_answer(data: bytes) -> LetterAnswer:
    """Return the answer in a letter; raises :class:`NoLetter`."""
    head, _, body = data.partition(b"\n")
    raw = _object(head)
    try:
        words = (str(raw["outcome"]), str(raw["etag"]), str(raw["modified"]))
        return LetterAnswer(*words, int(raw["status"]), int(raw["sorry"]), body)
    except (KeyError, TypeError, ValueError) as exc:
        raise NoLetter from exc


def _object(data: bytes) -> dict[str, Any]:
    try:
        raw = json.loads(data)
    except (ValueError, RecursionError) as exc:
        raise NoLetter from exc
    if not isinstance(raw, dict):
        raise NoLetter
    return raw
