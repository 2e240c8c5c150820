"""What can go wrong at the edge to Matrix.

MatrixError
├── Refused          4xx with an errcode: the request was wrong or not allowed, do not retry
│   └── LoggedOut    401 M_UNKNOWN_TOKEN: log in again (``soft`` keeps the device)
├── Unreachable      no answer, 5xx, a rate limit (``retry_after`` in seconds): try again later
├── IdentityLost     our cross-signing keys are gone but the server still has an identity: a person must decide
└── TooLarge         a media larger than the caller takes

What is wrong with an encrypted attachment itself stands in ``bots/envelope/errors.py``.
"""


class MatrixError(Exception):
    """Something went wrong between us and our homeserver."""


class Refused(MatrixError):
    """The homeserver understood the request and refuses it."""

    def __init__(self, status: int, errcode: str, message: str) -> None:
        super().__init__(f"{status} {errcode}: {message:.200}")
        self.status = status
        self.errcode = errcode


class LoggedOut(Refused):
    """Our access token is no longer valid."""

    def __init__(self, status: int, errcode: str, message: str, *, soft: bool) -> None:
        super().__init__(status, errcode, message)
        self.soft = soft


class Unreachable(MatrixError):
    """The homeserver did not answer usefully; the same request may succeed later."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class IdentityLost(MatrixError):
    """The server holds a cross-signing identity for us whose private keys we no longer have."""


class TooLarge(MatrixError):
    """A media has more bytes than the caller takes; ``size`` in bytes where the server said it."""

    def __init__(self, most: int, size: int | None = None) -> None:
        super().__init__(f"larger than {most} bytes" if size is None else f"{size} bytes, more than {most}")
        self.most = most
        self.size = size
