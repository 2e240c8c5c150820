"""What reading a calendar file changed, left out or would not take: named, so that nothing is lost in silence."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from config.texts import Texts


class Severity(StrEnum):
    """What happened to what a finding names."""

    NOTED = "noted"
    """It stands as it was written, and people should know how it was read."""
    REPAIRED = "repaired"
    """It was read as what its writer meant."""
    DROPPED = "dropped"
    """It was left out; what it belongs to was read."""
    REFUSED = "refused"
    """A whole event was left out: it would cost too much, or says nothing."""


class Unreadable(Exception):
    """The file as a whole is no calendar, or too large; ``finding`` says why."""

    def __init__(self, finding: "Finding") -> None:
        super().__init__(finding.sentence)
        self.finding = finding


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to tell."""

    severity: Severity
    sentence: str
    """The English sentence, marked for translation; with fields in braces."""
    fields: dict[str, str] = field(default_factory=dict)
    uid: str | None = None
    """The event it is about."""
    line: int | None = None
    """Where it starts in the file, from 1."""

    def said(self, texts: Texts) -> str:
        """Return the sentence in the language of *texts*."""
        return texts.gettext(self.sentence).format(**self.fields)


class Findings:
    """Collects findings, a bounded number: whoever reads them is a person."""

    MOST = 500

    def __init__(self) -> None:
        self._found: list[Finding] = []
        self.more = 0
        """How many were counted and not kept."""
        self._worst: set[Severity] = set()

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._found)

    def add(
        self, severity: Severity, sentence: str, *, uid: str | None = None, line: int | None = None, **fields: object
    ) -> None:
        """Note one thing; what *fields* quote is cut to a length that can be read."""
        self._worst.add(severity)
        if len(self._found) >= self.MOST:
            self.more += 1
            return
        self._found.append(
            Finding(
                severity,
                sentence,
                {name: _cut(str(word)) for name, word in fields.items()} | {"line": str(line)},
                uid,
                line,
            )
        )

    @property
    def lost(self) -> bool:
        """Whether anything was left out."""
        return bool(self._worst & {Severity.DROPPED, Severity.REFUSED})


def _cut(word: str, most: int = 80) -> str:
    shown = "".join(letter if letter.isprintable() else " " for letter in word)
    return shown if len(shown) <= most else shown[: most - 1] + "…"
