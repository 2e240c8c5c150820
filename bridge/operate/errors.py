"""What can go wrong when we run servers on one machine.

OperateError
├── PortTaken        somebody else listens on a port that people were told: free it, or forget it
├── DirectoryInUse   another demo runs in the same directory: stop that one, or choose another directory
├── StartFailed      a process did not come up; carries the tail of its log
└── BadArchive       an Element archive that is not what it should be: nothing of it is kept
"""

from bridge.operate.last_words import last_words
from bridge.operate.names import called
from config.sentence import Sentence, joined, sentence


class OperateError(Exception):
    """Something on this machine must change before we can go on; the message is one line that says what."""

    def __init__(self, what: Sentence) -> None:
        super().__init__(what)
        self.sentence = what


class PortTaken(OperateError):
    """A remembered port, which people may have written down, is taken by another program."""

    def __init__(self, label: str, port: int) -> None:
        super().__init__(
            sentence(
                "port {port}, which {label} had last time, is taken by another program: stop that one, or start with "
                "--reset to choose all ports anew.",
                port=port,
                label=label,
            )
        )
        self.label = label
        self.port = port


class DirectoryInUse(OperateError):
    """Another demo holds the lock of this directory."""

    def __init__(self, directory: str) -> None:
        super().__init__(
            sentence(
                "a demo is running in {directory} already: stop it, or choose another with --dir.", directory=directory
            )
        )
        self.directory = directory


class StartFailed(OperateError):
    """A process ended, or kept silent, before it was ready."""

    def __init__(self, name: str, reason: Sentence, tail: str = "") -> None:
        told = sentence("{name}: {reason}", name=called(name), reason=reason)
        super().__init__(joined([told, *last_words(tail)]))
        self.name = name
        self.reason = reason
        self.tail = tail


class BadArchive(OperateError):
    """An archive with the wrong SHA-256, or with a member that would land outside its directory."""
