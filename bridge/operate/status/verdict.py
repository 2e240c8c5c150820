"""What a status comes to, in sentences: that all is well, or each thing that is not, and what to do. Pure."""

from collections.abc import Iterator, Sequence

from bridge.operate.names import called
from bridge.operate.services.timers import BACKUP, REHEARSAL
from bridge.operate.status.asking import TownStatus
from config.sentence import said
from config.texts import Texts


def verdict(statuses: Sequence[TownStatus], known: Texts) -> list[str]:
    """Return the lines below a status; they tell it all to whoever does not read tables."""
    _ = known.gettext
    ill = [status for status in statuses if not status.well]
    if not ill:
        bare = [status for status in statuses if BACKUP in status.timers and status.timers[BACKUP].last is None]
        # The doctor calls it ill from the first hour: what is said here must not contradict it.
        backup = _("{name} was never backed up yet: `beffroi backup` does it now.")
        return [*(f"! {backup.format(name=status.name)}" for status in bare), _("✔ All is well.")]
    lines = []
    for status in ill:
        lines.append(_("✖ {name}: something is wrong.").format(name=status.name))
        lines += [f"  • {reason}" for reason in _reasons(status, known)]
    return lines


def _reasons(status: TownStatus, known: Texts) -> Iterator[str]:
    _ = known.gettext
    if status.full:
        yield _("the disk is full, or nearly: make room, before anything else; `beffroi doctor` says how much is left")
    away = [said(called(name), known) for name, pid in status.processes.items() if not pid]
    if away and len(away) == len(status.processes):
        yield _("nothing runs: `beffroi up` starts it")
        return
    if away:
        yield _("{names} does not run: `beffroi logs` says why, `beffroi up` starts it").format(names=", ".join(away))
    elif status.assistant_status != "ok":
        yield _("the assistant runs and is not well: `beffroi restart assistant`, then `beffroi logs assistant`")
    elif status.device_signed is not True:
        yield _("the assistant's device is not signed: `beffroi doctor` says what to do")
    for server, reached in status.reaches.items():
        if not reached:
            yield _("{server} cannot be reached: `beffroi doctor` says on which side that is").format(server=server)
    if status.gaps:
        yield _(
            "what partners have done has not all arrived: it comes by itself once they answer; if it lasts for a day, "
            "telephone those who run their homeservers"
        )
    if status.identities_changed:
        yield _("somebody's encryption identity has changed: `beffroi identity show`")
    if status.scanner_away:
        yield _("the antivirus is away or not to be believed: `beffroi doctor` says why")
    failed = {BACKUP: _("the last backup failed"), REHEARSAL: _("the last rehearsal of a restore failed")}
    for name, timed in status.timers.items():
        if timed.failed:
            yield _("{what}: `beffroi logs {name}`").format(what=failed[name], name=name)
