"""What the share server may answer to the assistant, told apart by what the caller does.

ShareError
├── Away            it cannot be reached, or takes nothing just now: the same may succeed later
├── Spent           this download was asked for too often; another one may be taken
├── Over            the link has ended, for good: say so
└── ShareRefused    it will not do this, whoever tries again
"""


class ShareError(Exception):
    """The share server did not do what was asked."""


class Away(ShareError):
    """It cannot be reached, or takes nothing just now; the same may succeed later."""


class Spent(ShareError):
    """All bytes that this download was given have been asked for: to wait does not help, another download may."""


class Over(ShareError):
    """The link has ended for good; *how* is ``expired``, ``revoked``, ``exhausted`` or ``burnt``."""

    def __init__(self, how: str) -> None:
        super().__init__(how)
        self.how = how


class ShareRefused(ShareError):
    """It will not do this, whoever tries again; *status* is HTTP's, 0 where it was our own *source*."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(f"{status} {why}")
        self.status = status
