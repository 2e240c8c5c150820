"""The fields of an event have the names of MSC4496, or FIELDS.md says why not; neither drifts from the other."""

import re
from dataclasses import dataclass
from pathlib import Path

from bots import events as package
from bots.assistant.testing.hall import Hall
from bots.assistant.testing.people import DGS, ROOM
from bots.events.kept.kinds import ANSWER, CHANGE, KIND, ONCE
from bots.events.kept.wire import NAMES
from bots.events.talk.kind import EVENT
from bots.register.replica.object import Object
from tests.unit.events.files.test_files import event, file, imported

KINDS = {KIND, CHANGE, ANSWER, ONCE}


@dataclass(frozen=True)
class Row:
    """One line of the table: what MSC4496 calls it, what we do, and why it is otherwise."""

    theirs: set[str]
    ours: set[str]
    reason: str


def rows() -> list[Row]:
    lines = (Path(package.__file__).parent / "FIELDS.md").read_text("utf-8").splitlines()
    found = [line.strip("|").split("|") for line in lines if line.startswith("| ")]
    return [
        Row(quoted(theirs), quoted(ours) - {CHANGE, ANSWER}, reason.strip()) for theirs, ours, _, reason in found[1:]
    ]


def quoted(cell: str) -> set[str]:
    return set(re.findall(r"`([^`/]+)`", cell))


def named() -> set[str]:
    return {name.partition(".")[0] for row in rows() for name in row.ours}


def names_in(found: Object) -> set[str]:
    return {*found.fields, *found.firsts}


async def written(hall: Hall) -> dict[str, set[str]]:
    """Say whatever makes one of the four kinds of objects; return the names that each then holds."""
    await hall.say("!agenda ajouter conseil tous les mardis 18h30 avec @dgs")
    await hall.react(hall.id_of("conseil"), "✅", sender=DGS)
    await hall.say("!agenda déplacer 1 à partir du 15 décembre à 14h")
    await hall.say("je ne viens pas la prochaine fois", about=hall.id_of("ajouté"), sender=DGS)
    everything = ("LOCATION:mairie", "URL:https://valbourg.example", "X-AUTRE:gardé", "SEQUENCE:2")
    await imported(hall, file(event("a", "point", 1, *everything, "LAST-MODIFIED:20261120T080000Z")))
    state = hall.ledger.known(ROOM)
    return {kind: {name for found in state.all(kind) for name in names_in(found)} for kind in sorted(KINDS)}


async def test_each_name_that_is_written_or_declared_stands_in_the_table_and_no_other(hall: Hall) -> None:
    found = await written(hall)

    assert all(found.values()), "not each kind was made"
    declared = {*NAMES, *(field.name for field in EVENT.fields)}
    assert named() == declared.union(*found.values())


def test_what_msc4496_names_is_named_so_or_the_table_says_why() -> None:
    other = [row for row in rows() if row.theirs and row.ours and not row.theirs & row.ours]

    assert [row for row in other if not row.reason] == []
    alike = set[str]().union(*(row.theirs & row.ours for row in rows()))
    assert alike == {"uid", "title", "status", "description", "sequence", "partstat"}
