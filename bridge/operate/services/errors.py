"""What can keep a town from running.

OperateError
├── Missing          a program is not installed: install what the message names
├── NotAsRoot        PostgreSQL refuses root: run as the town's own user
├── PortsClosed      Caddy may not open its ports here: allow it with the line of the message
├── Unshowable       a certificate that was given, or its key, is of no use: the message says what to do
├── Gone             a database that was there is not any more: put it back, or restore a backup
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


class Unshowable(OperateError):
    """No server can show a certificate that was given."""


class Gone(OperateError):
    """A database that was there at an earlier start is not there any more."""


class NotUp(OperateError):
    """The town does not run."""


class CameToNothing(OperateError):
    """The start has ended before the town was up."""
