"""From the register's object to the item: whatever makes no sense is read as if nobody had written it (pure)."""

from bots.assistant.words.lenient import identifier
from bots.assistant.words.objects import numbered
from bots.items.kind import WITHDRAWN, Item, Kind
from bots.register.replica.object import Object
from config.identifiers import UserId


def read(kind: Kind, found: Object) -> Item | None:
    """Return the item in *found*; None without a number that people can say and a title."""
    if found.kind != kind.name or not numbered.is_numbered(found):
        return None
    values = {row.name: value for row in kind.fields if (value := row.read(found)) not in (None, (), "")}
    status = found.value("status")
    number = found.first("number")
    return Item(
        kind=kind,
        id=found.id,
        number=number,
        title=kind.title.read(found) or "…",
        status=kind.status(status),
        values=values,
        creator=identifier(UserId.parse, found.first("creator")),
        giver=found.first_author("number"),
        withdrawn=status == WITHDRAWN,
        label=str(number),
    )
