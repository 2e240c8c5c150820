"""What a person at their terminal reads of what went wrong, and what to do about it (pure)."""

from typing import Final

from bots.envelope.errors import Corrupt, EnvelopeError
from bots.matrix.errors import IdentityLost, LoggedOut, MatrixError, Refused, TooLarge, Unreachable
from bots.matrix.person.errors import (
    NothingStored,
    NotLoggedIn,
    PersonError,
    Undiscovered,
    WrongPassword,
    WrongRecoveryKey,
)
from bridge.agent.errors import AgentError
from config.sentence import said
from config.texts import Texts, mark

SAID: Final = (AgentError, PersonError, MatrixError, EnvelopeError)
"""The errors that :func:`explained` says; others are defects of ours, or the disk's."""

_SENTENCES: Final = (
    (WrongRecoveryKey, mark("This recovery key does not open the account. Nothing was kept here.")),
    (WrongPassword, mark("The server refuses this address and password.")),
    (NotLoggedIn, mark("This computer is not a device of yours yet: beffroi files login @you:your.town")),
    (Undiscovered, mark("Your town does not say where its homeserver is: add --homeserver https://…")),
    (IdentityLost, mark("Your identity has changed since this device was signed: beffroi files logout, then login.")),
    (LoggedOut, mark("The server no longer knows this device: beffroi files logout, then login.")),
    (Unreachable, mark("The server cannot be reached just now, or asks for patience: try again later.")),
    (TooLarge, mark("The disk has no room for this file.")),
    (Corrupt, mark("What came is not what was sent: it was altered. Nothing of that file was kept.")),
    (EnvelopeError, mark("This file is not encrypted as Matrix says: it cannot be opened.")),
)
_REFUSED: Final = {
    "M_TOO_LARGE": mark("The server refuses a file of this size."),
    "M_NOT_FOUND": mark("The server no longer has this."),
    "M_FORBIDDEN": mark("The server does not allow this: you are not in that room, or may not send there."),
}
_NO_KEY: Final = mark("This account has no recovery key: make one in your usual client (Settings, Encryption) first.")
_NO_SECRET: Final = mark(
    "Under this recovery key there is nothing that signs your devices: set it up again in your usual client."
)


def explained(error: Exception, texts: Texts) -> list[str]:
    """Return the lines that say what is wrong."""
    if isinstance(error, AgentError):
        return said(error, texts).splitlines()
    if isinstance(error, NothingStored):
        lacking = _NO_KEY if error.what == "key" else _NO_SECRET
        return [texts.gettext(lacking)]
    found = next((sentence for kind, sentence in _SENTENCES if isinstance(error, kind)), None)
    if found is not None:
        return [texts.gettext(found)]
    if isinstance(error, Refused) and error.errcode in _REFUSED:
        return [texts.gettext(_REFUSED[error.errcode])]
    return [texts.gettext("The server refuses this: {reason}").format(reason=getattr(error, "errcode", error))]
