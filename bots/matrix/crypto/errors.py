"""What can go wrong in the end-to-end machine, beside :mod:`bots.matrix.errors`.

IdentityLost
└── DeviceLost     our device is on the server with other keys than ours: log in as a new device
ValueError
└── Malformed      something from outside is not what it should be: ignore and count it
"""

from bots.matrix.errors import IdentityLost


class DeviceLost(IdentityLost):
    """The server holds other keys for our device than our database does; the device id must not be used again."""


class Malformed(ValueError):
    """Input from outside does not have the shape, or the signature, that it should have."""
