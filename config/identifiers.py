"""Matrix identifiers, valid because they exist.

Source: Matrix specification v1.18, appendices, "Identifier Grammar".
"""

import re
from typing import Self

from config.errors import MalformedId

_MAX_BYTES = 255
_PORT = r"(?::[0-9]{1,5})?"
_HOST = r"(?:[A-Za-z0-9.-]{1,230}|\[[0-9A-Fa-f:.]{2,45}\])"
_SERVER = re.compile(_HOST + _PORT)
# The historical user grammar allows any printable ASCII before the first colon; other servers still have such users.
_USER = re.compile(r"@(?P<localpart>[\x21-\x39\x3b-\x7e]*):(?P<server>" + _HOST + _PORT + ")")
# Since room version 12 a room id is a hash and names no server; since version 4 an event id does not either.
_ROOM = re.compile(r"![^\x00\s]+")
_EVENT = re.compile(r"\$[^\x00\s]+")
_DEVICE = re.compile(r"[^\x00]+")


class _Identifier(str):
    """A string that has been checked; build one with :meth:`parse`."""

    __slots__ = ()
    _noun = "identifier"
    _grammar: re.Pattern[str] = re.compile("(?!)")

    @classmethod
    def parse(cls, raw: object) -> Self:
        """Return *raw* as an identifier, or raise :class:`MalformedId`."""
        if not isinstance(raw, str) or cls._grammar.fullmatch(raw) is None or _too_long(raw):
            raise MalformedId(cls._noun, raw)
        return cls(raw)


def _too_long(raw: str) -> bool:
    return len(raw) > _MAX_BYTES or len(raw.encode("utf-8", "surrogatepass")) > _MAX_BYTES


class ServerName(_Identifier):
    """A homeserver's name, ``valbourg.fr`` or ``valbourg.fr:8448``."""

    __slots__ = ()
    _noun = "server name"
    _grammar = _SERVER


class UserId(_Identifier):
    """A user, ``@secretaire:valbourg.fr``."""

    __slots__ = ()
    _noun = "user id"
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
    _noun = "room id"
    _grammar = _ROOM


class EventId(_Identifier):
    """An event, ``$abc``: an opaque string."""

    __slots__ = ()
    _noun = "event id"
    _grammar = _EVENT


class DeviceId(_Identifier):
    """A device of a user: an opaque string."""

    __slots__ = ()
    _noun = "device id"
    _grammar = _DEVICE
