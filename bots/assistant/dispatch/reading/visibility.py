"""What somebody may have read out to them: nothing from before they came (DESIGN.md, "What the asker could read").

We may read what others may not: we were there when it was said. So whatever gives out somebody's words because a person
points at them (a quotation, a pin, an import; a link, an export, a feed) asks here first.
"""

from bots.matrix.port import Edge
from config.identifiers import EventId, RoomId, UserId


async def could_read(edge: Edge, asker: UserId, room_id: RoomId, event_id: EventId) -> bool:
    """Tell whether *asker* has been in *room_id* without a break since *event_id* was sent; raises ``Unreachable``.

    What the room's history visibility would let them read does not count, ``world_readable`` neither: of what is
    encrypted they have no keys, and the rest they can say themselves.
    """
    return await edge.was_there(room_id, event_id, asker)
