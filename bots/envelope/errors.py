"""What can be wrong with an encrypted attachment.

EnvelopeError
├── MalformedFile    an ``EncryptedFile`` that is none: whoever sent it must send it again
├── Corrupt          bytes that are not those that their sender hashed: nothing of them was released
│   ├── Truncated    and fewer than the sender had said: a cut; fetching them again may help
│   └── Trailing     and more than the sender had said
└── TooLong          a place in the file that the counter cannot name

A wrong key has no error of its own: the hash is over the ciphertext (Matrix specification), so it gives other bytes.
"""


class EnvelopeError(Exception):
    """Something is wrong with an encrypted attachment."""


class MalformedFile(EnvelopeError):
    """What stands in an event as ``EncryptedFile`` is none; *where* is the field, its value is never shown."""

    def __init__(self, where: str) -> None:
        super().__init__(f"not an EncryptedFile: {where}")
        self.where = where


class Corrupt(EnvelopeError):
    """A media came whole, and is not what its sender hashed."""


class Truncated(Corrupt):
    """Fewer bytes came than the sender had said, and they are not what was hashed."""


class Trailing(Corrupt):
    """More bytes came than the sender had said, and they are not what was hashed."""


class TooLong(EnvelopeError):
    """The 64-bit block counter ends before *offset* (bytes)."""

    def __init__(self, offset: int) -> None:
        super().__init__(f"no counter for byte {offset}")
        self.offset = offset
