"""Whether an operation counts: a function of what was signed and of the member list, and of nothing else.

So two assistants that hold the same envelope always agree, however it reached them. FORMAT.md §5.
"""

from collections.abc import Callable

from bots.register.canonical import check as check_canonical
from bots.register.errors import Reason, Rejected
from bots.register.operation import Operation, parse
from bots.register.signature import verify
from config.identifiers import RoomId, UserId

Keys = Callable[[UserId], tuple[str, ...]]
"""The register keys (unpadded base64) that the member list gives an assistant; empty when it lists no such one."""


def accept(raw: object, room_id: RoomId, sender: UserId, keys: Keys) -> Operation:
    """Return the operation, or raise :class:`Rejected`.

    *sender* is whoever is said to have written it: the event's sender, or the one that a relay names.
    Membership is not checked: the room's own authorisation did that, and leaving later removes nothing.
    """
    if not isinstance(raw, dict):
        raise Rejected(Reason.MALFORMED, "the envelope is not an object")
    check_canonical(raw)
    listed = keys(sender)
    if not listed:
        raise Rejected(Reason.UNKNOWN_SENDER, f"the member list has no assistant {sender}")
    operation = parse(raw, room_id, sender, verify(raw, room_id, sender, listed))
    # A homeserver speaks only for its own users.
    if operation.by.server != sender.server:
        raise Rejected(Reason.FOREIGN_BY, f"{sender} cannot speak for {operation.by}")
    return operation
