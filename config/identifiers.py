"""Matrix identifiers, valid because they exist.

Source: Matrix specification v1.18, appendices, "Identifier Grammar".
"""

import re
from typing import Self

from config.errors import MalformedId
from config.sentence import sentence

_MAX_BYTES = 255
_PORT = r"(?::[0-9]{1,5})?"
_HOST = r"(?:[A-Za-z0-9.-]{1,230}|\[[0-9A-Fa-f:.]{2,45}\])"
_SERVER = re.compile(_HOST + _PORT)
# The historical user grammar allows any printable ASCII before the first colon; other servers still have such users.
_USER = re.compile(r"@(?P<localpart>[\x21-\x39\x3b-\x7e]*):(?P<server>" + _HOST + _PORT + ")")
# Since room version 12 a room id is a hash and names no server; since version 4 an event id does not either. No
# database and no other server takes NUL or half a surrogate pair, so whatever has been parsed may go anywhere.
_ROOM = re.compile(r"![^\x00\s\ud800-\udfff]+")
_EVENT = re.compile(r"\$[^\x00\s\ud800-\udfff]+")
_DEVICE = re.compile(r"[^\x00\ud800-\udfff]+")
# A server name of dots alone would climb in the path of a download; what media ids may hold is in the specification's
# security considerations of the content repository.
_MXC = re.compile(r"mxc://(?!\.*/)(?P<server>" + _HOST + _PORT + ")/(?P<media>[A-Za-z0-9_-]{1,255})")


class _Identifier(str):
    """A string that has been checked; build one with :meth:`parse`."""

    __slots__ = ()
    _noun = sentence("identifier")
    _grammar: re.Pattern[str] = re.compile("(?!)")
    _most_bytes = _MAX_BYTES

    @classmethod
    def parse(cls, raw: object) -> Self:
        """Return *raw* as an identifier, or raise :class:`MalformedId`."""
        if not isinstance(raw, str) or cls._grammar.fullmatch(raw) is None or _too_long(raw, cls._most_bytes):
            raise MalformedId(cls._noun, raw)
        return cls(raw)


def _too_long(raw: str, most: int) -> bool:
    return len(raw) > most or len(raw.encode("utf-8", "surrogatepass")) > most


class ServerName(_Identifier):
    """A homeserver's name, ``valbourg.fr`` or ``valbourg.fr:8448``."""

    __slots__ = ()
    _noun = sentence("server name")
    _grammar = _SERVER


class UserId(_Identifier):
    """A user, ``@secretaire:valbourg.fr``."""

    __slots__ = ()
    _noun = sentence("user id")
    _grammar = _USER

    @property
    def localpart(self) -> str:
        """The part before the first colon, without ``@``."""
        return self[1 : self.index(":")]

    @property
    def server(self) -> ServerName:
        """The homeserver that answers for this user."""
        return ServerName(self[self.index(":") + 1 :])


class RoomId(_Identifier):
    """A room, ``!abc``: an opaque string (no server can be read from it since room version 12)."""

    __slots__ = ()
    _noun = sentence("room id")
    _grammar = _ROOM


class EventId(_Identifier):
    """An event, ``$abc``: an opaque string."""

    __slots__ = ()
    _noun = sentence("event id")
    _grammar = _EVENT


class DeviceId(_Identifier):
    """A device of a user: an opaque string."""

    __slots__ = ()
    _noun = sentence("device id")
    _grammar = _DEVICE


class MxcUri(_Identifier):
    """A media in a homeserver's content repository, ``mxc://valbourg.fr/abc``: up to 512 bytes."""

    __slots__ = ()
    _noun = sentence("mxc URI")
    _grammar = _MXC
    _most_bytes = 512

    @property
    def server(self) -> ServerName:
        """The homeserver that holds the original."""
        return ServerName(self[len("mxc://") : self.rindex("/")])

    @property
    def media_id(self) -> str:
        """What that homeserver calls it: letters, digits, ``_`` and ``-``."""
        return self[self.rindex("/") + 1 :]
