"""One deliberate mistake: a small unified diff whose header names the test that must notice it."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Self

_HEADER = re.compile(r"^(?P<key>Test|Why): (?P<value>.+)$", re.MULTILINE)


class BadPatch(Exception):
    """A patch file lacks its header or its diff."""


@dataclass(frozen=True, slots=True)
class Patch:
    """``test`` is a pytest node id, ``why`` the sentence that says what would go wrong in a town hall."""

    path: Path
    test: str
    why: str

    @property
    def name(self) -> str:
        """What it is called on the command line."""
        return self.path.stem

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read the header; raises :class:`BadPatch`."""
        head, found, _ = path.read_text(encoding="utf-8").partition("\n--- ")
        fields = {each["key"]: each["value"].strip() for each in _HEADER.finditer(head)}
        if not found or fields.keys() != {"Test", "Why"}:
            raise BadPatch(f"{path.name} needs a line `Test: path::name`, a line `Why: …` and a unified diff")
        return cls(path, fields["Test"], fields["Why"])
