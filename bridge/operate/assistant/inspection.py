"""One room's register as its assistants see it: what ``beffroi room check`` asks and shows."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import aiohttp

from bots.assistant.dispatch.identity import is_present
from bots.assistant.handler.desk import Desk
from bots.database.engine import Database
from bots.register.format.chapter import Peer, reach_of
from bots.register.replica.comparison import compare
from bots.register.store import roots
from bots.register.store.ledger import Ledger
from bridge.operate.ports import HOST
from config.federation import Federation
from config.identifiers import RoomId
from config.load import load_collectivity, load_federation
from config.settings import Collectivity
from config.texts import Texts

if TYPE_CHECKING:
    from rich.table import Table

_TIMEOUT = aiohttp.ClientTimeout(total=10)


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another assistant of the room. *stands* is a ``Comparison``, "silent" or "distrusted"."""

    user_id: str
    stands: str
    operations: int | None
    state_hash: str | None
    heard_at: str | None


@dataclass(frozen=True, slots=True)
class RoomReport:
    """A room's register. *joining*: since when (ISO 8601) it waits for a snapshot; *chapters*: how many are known.

    *identities_changed*: whose encryption identity has changed and is not confirmed; *without_identity*: who has none.
    """

    room_id: str
    user_id: str
    state_hash: str
    clock: int
    objects: int
    operations: int
    gaps: int
    missing: Sequence[str]
    waiting: int
    joining: str | None
    chapters: int
    neighbours: Sequence[Neighbour] = field(default_factory=tuple)
    identities_changed: Sequence[str] = ()
    without_identity: Sequence[str] = ()

    @property
    def well(self) -> bool:
        """Whether nothing is missing, nobody makes something else of the same, and everybody is whom we knew."""
        agreed = all(each.stands != "diverged" for each in self.neighbours)
        return not self.gaps and not self.joining and not self.identities_changed and agreed


async def inspect(database: Database, ledger: Ledger, desk: Desk, room_id: RoomId) -> RoomReport | None:
    """Return what the assistant of this process holds of a room, None when it is not in it."""
    room = desk.edge.room(room_id)
    if room is None:
        return None
    async with database.begin() as transaction:
        state = await ledger.state(transaction, room_id)
        heard = {each.assistant: each for each in await roots.peers(transaction, room_id)}
        joining = await roots.joining(transaction, room_id)
        chapters = await roots.roots(transaction, room_id)
    own, own_hash = ledger.frontier(room_id), ledger.state_hash(room_id)
    neighbours = [
        _neighbour(each, heard.get(each), own, own_hash)
        for each in desk.assistants()
        if each in room.joined and each != desk.edge.user_id
    ]
    gaps = ledger.gaps(room_id)
    return RoomReport(
        room_id=room_id,
        user_id=desk.edge.user_id,
        state_hash=own_hash,
        clock=state.clock,
        objects=len(state),
        operations=reach_of(own),
        gaps=sum(last - first + 1 for ranges in gaps.values() for first, last in ranges),
        missing=tuple(
            f"{sender} {src} {first}–{last}" for (sender, src), ranges in gaps.items() for first, last in ranges[:5]
        ),
        waiting=ledger.waiting(room_id),
        joining=_moment(joining),
        chapters=len(chapters),
        neighbours=tuple(neighbours),
        identities_changed=sorted(
            change.user_id for change in desk.edge.identity_changes() if is_present(room, change.user_id)
        ),
        without_identity=sorted(person for person in desk.edge.without_identity if is_present(room, person)),
    )


def _neighbour(user_id: str, heard: Peer | None, own: Mapping[str, Mapping[str, int]], own_hash: str) -> Neighbour:
    if heard is None or heard.frontier is None or heard.state_hash is None:
        return Neighbour(user_id, "silent", None, None, None)
    stands = compare(own, own_hash, heard.frontier, heard.state_hash).value
    if heard.distrusted:
        stands = "distrusted"
    return Neighbour(user_id, stands, reach_of(heard.frontier), heard.state_hash, _moment(heard.heard_at))


def _moment(milliseconds: int | None) -> str | None:
    if milliseconds is None:
        return None
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="seconds")


async def look(collectivities: Sequence[Collectivity], room: str) -> dict[str, dict[str, Any] | None]:
    """Ask the assistants of *collectivities* about *room*; None where one does not answer or is not in it."""
    async with aiohttp.ClientSession(timeout=_TIMEOUT) as http:
        found = await asyncio.gather(*(_ask(http, each, room) for each in collectivities))
    return {each.server_name: report for each, report in zip(collectivities, found, strict=True)}


def of_demo(directory: Path) -> list[Collectivity]:
    """Return the collectivities of the demo below *directory*; raises ``InvalidSettings`` when there is none."""
    federation: Federation = load_federation(directory / "federation.yaml")
    labels = [each.server_name.partition(".")[0] for each in federation.members]
    return [load_collectivity(directory / label / "collectivity.yaml") for label in labels]


async def _ask(http: aiohttp.ClientSession, collectivity: Collectivity, room: str) -> dict[str, Any] | None:
    url = f"http://{HOST}:{collectivity.network.metrics_port}/rooms/{quote(room, safe='')}"
    try:
        async with http.get(url) as response:
            raw = await response.json(content_type=None) if response.status == 200 else None
    except (aiohttp.ClientError, TimeoutError, ValueError):
        return None
    return raw if isinstance(raw, dict) else None


def as_json(reports: Mapping[str, Mapping[str, Any] | None]) -> str:
    """Return what was found for machines."""
    return json.dumps({"collectivities": reports}, indent=2, ensure_ascii=False)


def report_json(report: RoomReport) -> dict[str, Any]:
    """Return what the assistant's process answers."""
    return {**asdict(report), "well": report.well}


def as_table(reports: Mapping[str, Mapping[str, Any] | None], known: Texts) -> "Table":
    """Return what was found for people: one column for each collectivity."""
    # Only for who shows it: the assistant's own process, which answers here too, needs no tables.
    from rich.table import Table  # noqa: PLC0415

    table = Table(show_lines=False)
    table.add_column("")
    for name in reports:
        table.add_column(name, overflow="fold")
    for label, cells in _rows(list(reports.values()), known):
        table.add_row(label, *cells)
    return table


def _rows(reports: Sequence[Mapping[str, Any] | None], known: Texts) -> list[tuple[str, list[str]]]:
    _ = known.gettext
    absent = _("no answer")

    def cells(key: str) -> list[str]:
        return [absent if each is None else str(each.get(key)) for each in reports]

    names = sorted({each["user_id"] for report in reports if report for each in report["neighbours"]})
    return [
        (_("State"), [absent if each is None else str(each["state_hash"])[:16] for each in reports]),
        (_("Clock"), cells("clock")),
        (_("Objects"), cells("objects")),
        (_("Operations"), cells("operations")),
        (_("Missing operations"), cells("gaps")),
        (_("Waiting operations"), cells("waiting")),
        (_("Chapters"), cells("chapters")),
        (
            _("Knows the room"),
            [absent if each is None else _("no") if each["joining"] else _("yes") for each in reports],
        ),
        (_("Identities changed"), [_named(each, "identities_changed", known) for each in reports]),
        (_("People without identity"), [_named(each, "without_identity", known) for each in reports]),
        *((name, [_standing(each, name, known) for each in reports]) for name in names),
    ]


def _named(report: Mapping[str, Any] | None, key: str, known: Texts) -> str:
    if report is None:
        return known.gettext("no answer")
    return "\n".join(map(str, report.get(key) or ())) or "–"


def _standing(report: Mapping[str, Any] | None, name: str, known: Texts) -> str:
    _ = known.gettext
    words = {
        "same": _("the same"),
        "behind": _("has not heard all of it"),
        "ahead": _("holds more"),
        "apart": _("holds other things"),
        "diverged": _("DIVERGED: same operations, another state"),
        "silent": _("nothing heard yet"),
        "distrusted": _("not believed"),
    }
    found = [] if report is None else [each for each in report["neighbours"] if each["user_id"] == name]
    if not found:
        return "–"
    heard = str(found[0]["heard_at"] or "")[:19]
    return f"{words.get(str(found[0]['stands']), '?')} {heard}".rstrip()
