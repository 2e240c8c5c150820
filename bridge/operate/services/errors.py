"""What can keep a town from running.

OperateError
├── Missing          a program is not installed: install what the message names
├── NotAsRoot        PostgreSQL refuses root: run as the town's own user
├── PortsClosed      Caddy may not open its ports here: allow it with the line of the message
├── NotUp            nothing runs here, and something was asked of it
└── CameToNothing    the start has ended before the town was up; the message says why
"""

from bridge.operate.errors import OperateError


class Missing(OperateError):
    """A program that the town needs is not on this machine."""


class NotAsRoot(OperateError):
    """PostgreSQL refuses to run as root, and so should a town."""


class PortsClosed(OperateError):
    """Only root may open the ports at which people come in."""


class NotUp(OperateError):
    """The town does not run."""


class CameToNothing(OperateError):
    """The start has ended before the town was up."""
