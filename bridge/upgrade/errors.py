"""What can keep a town from being upgraded; nothing has been changed then.

OperateError
├── NotReady      something must be put right first: the message lists it
├── SameVersion   the version that was asked for is the one that runs
└── CopyFailed    the version that runs could not back the town up: the message says why
"""

from bridge.operate.errors import OperateError


class NotReady(OperateError):
    """Something would make the upgrade, or the way back, go wrong."""


class SameVersion(OperateError):
    """There is nothing to exchange."""


class CopyFailed(OperateError):
    """Without a backup there is no upgrade."""
