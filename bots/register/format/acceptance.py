"""Whether an operation counts: a function of what was signed and of the member list, and of nothing else.

So two assistants that hold the same envelope always agree, however it reached them. FORMAT.md §5.
"""

from collections.abc import Callable

from bots.register.format.canonical import check as check_canonical
from bots.register.format.errors import Reason, Rejected
from bots.register.format.operation import Operation, parse
from bots.register.format.signature import verify
from config.identifiers import RoomId, ServerName, UserId

Keys = Callable[[UserId], tuple[str, ...]]
"""The register keys (unpadded base64) that the member list gives an assistant; empty when it lists no such one."""

Speaks = Callable[[ServerName], bool]
"""Tells whether the people of a homeserver have an assistant of their own, with keys in the member list."""


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


def guest_of(operation: Operation, speaks: Speaks) -> UserId | None:
    """Return whom *operation* was done for, where anybody may say so: somebody without an assistant of their own.

    Of others a ``for`` is refused, as if it were not there, and the operation counts for ``by`` alone. It is not
    malformed: the list grows, and what was done for a town's guests before it had an assistant must not come to lack
    in everybody's state, nor make whole snapshots refused.
    """
    return None if operation.behalf is None or speaks(operation.behalf.server) else operation.behalf
