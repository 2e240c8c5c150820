"""``beffroi upgrade``: this version instead of the one that runs, while people go on; and back if it must be."""

import asyncio
import logging
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.cli.running.town import Config
from bridge.cli.terminal.heedless import heedless
from bridge.cli.terminal.options import Members
from bridge.cli.terminal.speech import known
from config.errors import InvalidSettings
from config.sentence import said, sentence
from config.texts import mark

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bridge.backup.staging import Town
    from bridge.doctor.finding import Finding
    from bridge.upgrade.course import Ended, Upgrade
    from config.texts import Texts

_HERE = Path("collectivity.yaml")
_PATIENCE_S = 600.0


def register(app: typer.Typer) -> None:
    """Add the commands to *app*."""
    app.command(
        help=mark("Have this version take over from the one that runs; it is taken back when anything is wrong.")
    )(upgrade)
    app.command(hidden=True)(schema)
    app.command(hidden=True)(answers)


def upgrade(
    config: Config = _HERE,
    federation: Members = None,
    check: Annotated[bool, typer.Option("--check", help=mark("Only look whether it can be done."))] = False,
) -> None:
    """Have this version take over from the one that runs; it is taken back when anything is wrong."""
    import structlog  # noqa: PLC0415 - imported late: this file is read at every start

    from bridge.upgrade.course import Outcome, Upgrade  # noqa: PLC0415
    from bridge.upgrade.driving import driver, ours  # noqa: PLC0415

    # What the administrator's own client logs is for nobody here.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    words = known()
    town = _loaded(config.absolute(), None if federation is None else federation.absolute())
    work = Upgrade(town, driver(town), ours(), _teller(words))
    work.theirs()
    _look(work, words)
    if check:
        typer.echo(words.gettext("✔ It can be done: the same line without `--check` does it. Nothing was changed."))
        return
    _outlast()
    ended = asyncio.run(work.run())
    _say(ended, words)
    if ended.outcome is not Outcome.UPGRADED:
        raise typer.Exit(1 if ended.outcome is Outcome.TAKEN_BACK else 2)
    _point(town)


def schema(
    config: Config = _HERE,
    federation: Members = None,
    to: Annotated[str, typer.Option("--to", help="The revision to bring the assistant's database to.")] = "",
    share: Annotated[int, typer.Option("--share", help="The version to bring the share server's database to.")] = 0,
) -> None:
    """Bring the databases to other schemas, forwards or back; what an upgrade runs in its middle."""
    from bridge.backup.staging import Town  # noqa: PLC0415 - imported late: this file is read at every start
    from bridge.upgrade.schemas import NEWEST, Schemas, bring_to  # noqa: PLC0415

    wanted = Schemas(to or NEWEST.assistant, share or NEWEST.share)
    asyncio.run(bring_to(Town.load(config, federation), wanted))


def answers(
    config: Config = _HERE,
    federation: Members = None,
    patience: Annotated[float, typer.Option("--patience", help="For how many seconds to wait.")] = 90,
) -> None:
    """Ask the assistant a question in an encrypted room; exit code 1 without an answer. Run where Synapse is found."""
    from bridge.backup.staging import Town  # noqa: PLC0415 - imported late: this file is read at every start
    from bridge.upgrade.answering import answers as told  # noqa: PLC0415

    if not asyncio.run(told(Town.load(config, federation), patience)):
        raise typer.Exit(1)


def _loaded(config: Path, federation: Path | None) -> "Town":
    """Return the town; whoever may not read its secrets is told by what means they may."""
    from bridge.backup.staging import Town  # noqa: PLC0415 - imported late: this file is read at every start
    from bridge.upgrade.errors import NotReady  # noqa: PLC0415

    try:
        return Town.load(config, federation)
    except (InvalidSettings, PermissionError) as exc:
        refused = exc if isinstance(exc, PermissionError) else exc.__cause__
        if not isinstance(refused, PermissionError):
            raise
        told = sentence(
            "{path}: you may not read this: call `upgrade` with sudo. Nothing was changed.", path=refused.filename
        )
        raise NotReady(told) from exc


def _look(work: "Upgrade", words: "Texts") -> None:
    from bridge.doctor.examination import lines  # noqa: PLC0415 - imported late: this file is read at every start
    from bridge.doctor.finding import Severity  # noqa: PLC0415
    from bridge.upgrade.errors import NotReady  # noqa: PLC0415
    from bridge.upgrade.looking import stopping  # noqa: PLC0415

    _ = words.gettext
    typer.echo(_("Looking…"))
    findings = asyncio.run(_looked(work, words))
    for line in lines([finding for finding in findings if finding.standing is not Severity.WELL]):
        typer.echo(f"  {line}")
    if stopping(findings):
        raise NotReady(sentence("This must be put right before an upgrade; nothing was changed."))


async def _looked(work: "Upgrade", words: "Texts") -> "Sequence[Finding]":
    """Return what was found; what Synapse does by itself after its last start is waited for."""
    from bridge.upgrade.looking import PASSING, look, stopping, until_it_has_passed  # noqa: PLC0415 - imported late, as above

    findings = await look(work.town, words, work.driver.asked)
    if {finding.check for finding in stopping(findings)} != PASSING:
        return findings
    typer.echo(words.gettext("Synapse still works on its database: waiting for it, ten minutes at most…"))
    await until_it_has_passed(work.town, words, _PATIENCE_S)
    return await look(work.town, words, work.driver.asked)


def _outlast() -> None:
    """Go on to the end, whoever no longer listens: half of the town stands still in between.

    An ssh session that breaks off is a hangup, and nobody to write to; whoever wants an end (SIGTERM) has it as by
    Ctrl-C, with Synapse's door open.
    """
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.stdout.flush()
    sys.stdout, sys.stderr = heedless(1), heedless(2)


def _teller(words: "Texts") -> "Callable[[str, str], None]":
    _ = words.gettext
    sentences = {
        "backup": _("Backing up, by the version that runs…"),
        "backed up": "{what}",
        "exchange": _("Exchanging the version ({what}); people's messages wait a few seconds…"),
        "verify": _("Asking whether all is well…"),
        "stop": _("One moment: the old version comes back first, so that the town is not left between two…"),
        "back": _("✖ The new version does not do: {what}\nGoing back to the old one…"),
    }

    def tell(step: str, what: str) -> None:
        typer.echo(sentences[step].format(what=said(what, words)))

    return tell


def _say(ended: "Ended", words: "Texts") -> None:
    from bridge.upgrade.course import Outcome  # noqa: PLC0415 - imported late: this file is read at every start

    _ = words.gettext
    if ended.outcome is Outcome.UPGRADED and not ended.asked:
        typer.echo(
            _(
                "✔ The new version runs. Before, the assistant had not answered a question: it was not asked again."
                " Write to it. Keep the old one's folder for a few days."
            )
        )
    elif ended.outcome is Outcome.UPGRADED:
        typer.echo(_("✔ The new version runs, and the assistant answers. Keep the old one's folder for a few days."))
    elif ended.outcome is Outcome.TAKEN_BACK:
        typer.echo(_("The old version runs again, and nothing was lost. Tell us what was wrong (see above)."))
    else:
        unrestored = _("✖ The old version does not come up either: {reason}\nRestore the backup that was just made.")
        typer.echo(unrestored.format(reason=said(ended.reason, words)), err=True)


def _point(town: "Town") -> None:
    from bridge.operate.services.shortcut import point  # noqa: PLC0415 - imported late: this file is read at every start

    point(town.config.parent)
