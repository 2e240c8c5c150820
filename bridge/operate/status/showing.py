"""How each collectivity of a demo, or one town, is doing: for people as a table, for machines as JSON."""

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rich.table import Table

from bridge.operate.names import called
from bridge.operate.services.timers import BACKUP, REHEARSAL
from bridge.operate.status.asking import TownStatus
from config.sentence import said
from config.texts import Texts

_OWN_ROW = frozenset({"synapse", "assistant"})


def as_json(statuses: tuple[TownStatus, ...]) -> str:
    """Return *statuses* for machines."""
    rows = [{**asdict(each), "well": each.well} for each in statuses]
    return json.dumps({"collectivities": rows}, indent=2, ensure_ascii=False)


def as_table(statuses: tuple[TownStatus, ...], known: Texts) -> Table:
    """Return *statuses* for people: one column for each collectivity.

    What only those who wrote this could do something with is for machines; the verdict says what is to be done.
    """
    table = Table(show_lines=False)
    table.add_column("")
    for status in statuses:
        table.add_column(f"{status.name}\n{status.server_name}", overflow="fold")
    for label, cells in _rows(statuses, known):
        table.add_row(label, *cells)
    return table


def _rows(statuses: tuple[TownStatus, ...], known: Texts) -> list[tuple[str, list[str]]]:
    _ = known.gettext
    absent = _("no answer")

    def answer(value: bool | None) -> str:
        return absent if value is None else _("yes") if value else _("no")

    def number(value: int | None) -> str:
        return absent if value is None else str(value)

    def process(pid: int | bool | None) -> str:
        if pid is None:
            return _("not running")
        return _("running") if pid is True else f"pid {pid}"

    return [
        (
            _("Homeserver (Synapse)"),
            [f"{process(each.processes['synapse'])}, {each.synapse_version or absent}" for each in statuses],
        ),
        (
            _("Assistant"),
            [
                f"{process(each.processes['assistant'])}, {each.assistant_version or absent}\n{_condition(each, known)}"
                for each in statuses
            ],
        ),
        *_others(statuses, process, known),
        (_("Believed by people's Element"), [answer(each.device_signed) for each in statuses]),
        (
            _("Reaches"),
            ["\n".join(f"{server}: {answer(ok)}" for server, ok in each.reaches.items()) for each in statuses],
        ),
        (_("Rooms"), [number(each.rooms) for each in statuses]),
        (
            _("Last heard of its homeserver"),
            [_local(each.last_sync, each, known) if each.last_sync else absent for each in statuses],
        ),
        (_("Encryption identities to confirm"), [number(each.identities_changed) for each in statuses]),
        (_("People who have not set up encryption in Element"), [number(each.without_identity) for each in statuses]),
        (_("Antivirus"), [_scanning(each, known) for each in statuses]),
        *((label, [_timed(each, name, known) for each in statuses]) for name, label in _timed_names(statuses, known)),
    ]


def _others(
    statuses: tuple[TownStatus, ...], process: Callable[[int | bool | None], str], known: Texts
) -> list[tuple[str, list[str]]]:
    """Return a row of the processes that have none of their own; none where there are no such processes."""
    cells = [
        "\n".join(
            f"{said(called(name), known)}: {process(pid)}"
            for name, pid in status.processes.items()
            if name not in _OWN_ROW
        )
        for status in statuses
    ]
    return [(known.gettext("Other processes"), cells)] if any(cells) else []


def _timed_names(statuses: tuple[TownStatus, ...], known: Texts) -> list[tuple[str, str]]:
    _ = known.gettext
    labels = {BACKUP: _("Backup"), REHEARSAL: _("Rehearsal of a restore")}
    return [(name, label) for name, label in labels.items() if any(name in each.timers for each in statuses)]


def _timed(status: TownStatus, name: str, known: Texts) -> str:
    _ = known.gettext
    timed = status.timers.get(name)
    if timed is None:
        return ""
    last = (
        _("never yet") if timed.last is None else _("last: {moment}").format(moment=_local(timed.last, status, known))
    )
    following = (
        _("by hand only")
        if timed.next is None
        else _("next: {moment}").format(moment=_local(timed.next, status, known))
    )
    lines = [last, following]
    return "\n".join([_("FAILED the last time"), *lines] if timed.failed else lines)


def _local(moment: str, status: TownStatus, known: Texts) -> str:
    """Return an instant as the town's clocks show it, wherever the machine thinks that it is."""
    try:
        there = datetime.fromisoformat(moment).astimezone(ZoneInfo(status.timezone))
    except (ValueError, ZoneInfoNotFoundError):
        return moment
    return known.gettext("{moment:%Y-%m-%d %H:%M}").format(moment=there)


def _condition(status: TownStatus, known: Texts) -> str:
    _ = known.gettext
    says = {
        "ok": _("well"),
        "stale": _("hears nothing of its server"),
        "stuck": _("stuck: somebody has waited for a minute, see its log"),
    }
    return says.get(status.assistant_status or "", _("no answer"))


def _scanning(status: TownStatus, known: Texts) -> str:
    if status.scanned is None:
        return known.gettext("no answer")
    if not status.scanned:
        return known.gettext("none: nothing is checked")
    if status.scanner_away:
        sentence = known.gettext("is away, or not to be believed: see beffroi doctor ({count} waiting)")
        return sentence.format(count=status.scans_waiting)
    return known.gettext("well ({count} waiting)").format(count=status.scans_waiting)
