"""What can go wrong when we run servers on one machine.

OperateError
├── PortTaken        somebody else listens on a port that people were told: free it, or forget it
├── DirectoryInUse   another demo runs in the same directory: stop that one, or choose another directory
├── StartFailed      a process did not come up; carries the tail of its log
└── BadArchive       an Element archive that is not what it should be: nothing of it is kept
"""


class OperateError(Exception):
    """Something on this machine must change before we can go on; the message is one line that says what."""


class PortTaken(OperateError):
    """A remembered port, which people may have written down, is taken by another program."""

    def __init__(self, label: str, port: int) -> None:
        super().__init__(f"port {port} ({label}) is taken")
        self.label = label
        self.port = port


class DirectoryInUse(OperateError):
    """Another demo holds the lock of this directory."""

    def __init__(self, directory: str) -> None:
        super().__init__(f"{directory} is in use by another demo")
        self.directory = directory


class StartFailed(OperateError):
    """A process ended, or kept silent, before it was ready."""

    def __init__(self, name: str, reason: str, tail: str) -> None:
        super().__init__(f"{name}: {reason}\n{tail}" if tail else f"{name}: {reason}")
        self.name = name
        self.reason = reason
        self.tail = tail


class BadArchive(OperateError):
    """An archive with the wrong SHA-256, or with a member that would land outside its directory."""
