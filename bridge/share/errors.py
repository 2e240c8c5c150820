"""What the share server refuses, told apart by what whoever asks can do.

Refused
├── Unknown       there is no such thing (any more), or it is not for the asker: nothing else is said
├── Ended         a link that was open once: expired, revoked, exhausted or burnt
├── Locked        too many wrong passwords, or too many requests: later
├── Spent         this download was asked for too often: another one has to be taken
├── Conflict      it exists and is another, or is not where the asker thinks
└── Full          no room: the quota, the disk
"""

from typing import Literal

End = Literal["expired", "revoked", "exhausted", "burnt"]
"""How a link ended. Exhausted ones may be given another download; the others are over."""


class Refused(Exception):
    """The server does not do this."""


class Unknown(Refused):
    """There is no such thing, or it is not for the asker."""


class Ended(Refused):
    """The link was open once; *how* says why it is no longer."""

    def __init__(self, how: End) -> None:
        super().__init__(how)
        self.how = how


class Locked(Refused):
    """Later: in *seconds*; *guessed*: because of wrong passwords."""

    def __init__(self, seconds: int, *, guessed: bool = False) -> None:
        super().__init__(f"{seconds} s")
        self.seconds, self.guessed = seconds, guessed


class Spent(Refused):
    """All bytes that this download was given have been asked for: to wait does not help, another download does."""


class Conflict(Refused):
    """It exists and is another, or stands elsewhere than the asker thinks."""


class Full(Refused):
    """There is no room."""
