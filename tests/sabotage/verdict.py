"""What one run of pytest says about one test, read from its JUnit file: pure."""

import re
from dataclasses import dataclass
from xml.etree import ElementTree as Xml

# A mistake that merely breaks the code proves nothing about the test.
_BROKEN = re.compile(
    r"(?:\w+\.)*(?:NameError|ImportError|ModuleNotFoundError|SyntaxError|IndentationError|UnboundLocalError)\b"
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How often the test (each of its parameters counts) passed, failed, was skipped or could not be run."""

    passed: int = 0
    failed: int = 0
    broken: int = 0
    skipped: int = 0

    @property
    def is_good(self) -> bool:
        """The test ran and has nothing to say against the code."""
        return self.passed > 0 and self.failed == self.broken == 0

    @property
    def is_caught(self) -> bool:
        """The test ran and failed for a reason of its own, in at least one of its parameters.

        An error beside that failure is allowed: a fixture that cannot clean up after it.
        """
        return self.failed > 0

    def __str__(self) -> str:
        """Say what happened in a few words."""
        parts = {"passed": self.passed, "failed": self.failed, "broken": self.broken, "skipped": self.skipped}
        return ", ".join(f"{count} {what}" for what, count in parts.items() if count) or "not found"


def read(junit: str, test: str) -> Outcome:
    """Return the outcome of the node id *test* in the text of a JUnit file; one that is not there has all zeros."""
    path, _, name = test.partition("::")
    wanted_class = ".".join([path.removesuffix(".py").replace("/", "."), *name.split("::")[:-1]])
    wanted = name.split("::")[-1]
    counts = {"passed": 0, "failed": 0, "broken": 0, "skipped": 0}
    for case in Xml.fromstring(junit).iter("testcase"):
        shown = case.get("name", "")
        if case.get("classname") == wanted_class and (shown == wanted or shown.partition("[")[0] == wanted):
            counts[_judge(case)] += 1
    return Outcome(**counts)


def _judge(case: Xml.Element) -> str:
    if case.find("error") is not None:
        return "broken"
    if (failure := case.find("failure")) is not None:
        return "broken" if _BROKEN.match(failure.get("message", "")) else "failed"
    return "passed" if case.find("skipped") is None else "skipped"
