"""What can go wrong for a person's own device.

PersonError
├── WrongKey         the recovery key, or passphrase, is not the one of this account: ask again
├── WrongPassword    the homeserver does not know this address with this password: ask again
├── NothingStored    the account has no recovery key, or nothing below it that we need: set it up in a client first
├── Undiscovered     a town that does not say where its homeserver is: say it
└── NotLoggedIn      there is no device of this account here, or it has ended: log in
"""


class PersonError(Exception):
    """A person's device cannot go on before somebody has done something."""


class WrongRecoveryKey(PersonError):
    """What was typed is no recovery key, or does not open what the account keeps."""


class WrongPassword(PersonError):
    """The homeserver refuses address and password."""


class NothingStored(PersonError):
    """The account keeps no *what* under a recovery key."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class NotLoggedIn(PersonError):
    """There is no device here to go on with."""


class Undiscovered(PersonError):
    """The town's name leads to no homeserver."""
