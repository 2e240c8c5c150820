"""What can be wrong with a share link, told apart by what its holder can do.

LinkError
├── DamagedLink     the address is none that we make: ask for it again
├── WrongKey        the secret or the password is another: type it again
├── Altered         what came is not what was sealed: try again, then tell whoever sent the link
└── MalformedLink   the seal is good and what it holds is not: whoever made it has a defect, or is of a later version
"""


class LinkError(Exception):
    """What was handed over is no share link that can be opened."""


class DamagedLink(LinkError):
    """The address is none that we make: something was cut off, added or exchanged on its way."""


class WrongSecret(LinkError):
    """The secret or the password is not the one under which it was sealed."""


class Altered(LinkError):
    """A manifest or a piece of a file is not what was sealed."""


class MalformedLink(LinkError):
    """What a manifest says makes no sense; the message names the place, never what stands there."""
