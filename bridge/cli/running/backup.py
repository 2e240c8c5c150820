"""``beffroi backup``, ``backup list``, ``backup rehearse`` and ``beffroi restore``."""

import asyncio
import json
import logging
import sys
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from bridge.cli.owned import want_owned
from bridge.cli.terminal.options import AsJson, Config, Members
from bridge.cli.terminal.speech import known
from config.texts import mark

if TYPE_CHECKING:
    from bridge.backup.copies import Copy, Store
    from bridge.backup.staging import Town
    from config.texts import Texts

_T = TypeVar("_T")
_CANNOT_GO_ON = 2
_DEFAULT = Path("collectivity.yaml")


def register(app: typer.Typer) -> None:
    """Add ``backup`` and ``restore`` to *app*."""
    group = typer.Typer(help=mark("Back the town up while it runs."), invoke_without_command=True)
    group.callback()(backup)
    group.command("list", help=mark("Show the backups, the newest first."))(list_)
    group.command(
        "rehearse",
        help=mark("Rehearse a restore in a throw-away place: start it, count it, read it; nothing of it leaves."),
    )(rehearse)
    app.add_typer(group, name="backup")
    app.command(help=mark("Restore a town into an empty place; nothing is started."))(restore)


def backup(context: typer.Context, config: Config = _DEFAULT, federation: Members = None) -> None:
    """Back the town up while it runs: one encrypted archive, and old ones deleted."""
    if context.invoked_subcommand is not None:
        return
    from bridge.backup import key, saying  # noqa: PLC0415 - imported late: this file is read at every start
    from bridge.backup.making import back_up  # noqa: PLC0415

    town, texts = _town(config, federation)
    _begin(texts.gettext("Backing up, while everything goes on: a large town takes some minutes…"))
    done = _run(lambda: back_up(town, datetime.now(UTC)), texts)
    for line in saying.made(done, texts):
        typer.echo(line)
    if done.new_key:
        typer.echo(saying.new_key(str(key.key_file(town.collectivity.paths.data)), texts))


def list_(as_json: AsJson = False, config: Config = _DEFAULT, federation: Members = None) -> None:
    """Show the backups, the newest first."""
    from bridge.backup import saying  # noqa: PLC0415 - imported late: this file is read at every start

    town, texts = _town(config, federation)
    copies = _run(lambda: _copies(town), texts)
    if as_json:
        rows = [{"made": copy.made.isoformat(), "place": copy.place} for copy in copies]
        typer.echo(json.dumps(rows, indent=2))
        return
    for copy in copies:
        size = "" if copy.size is None else saying.size(copy.size, texts)
        made = saying.moment(copy.made.isoformat(), town.collectivity.timezone, texts)
        typer.echo(f"{made}  {size:>10}  {copy.place}")
    if not copies:
        typer.echo(texts.gettext("There is no backup yet: `beffroi backup` makes one."))


def rehearse(
    archive: Annotated[
        str | None, typer.Argument(help=mark("A backup, as `list` names it; the newest one by default."))
    ] = None,
    as_json: AsJson = False,
    config: Config = _DEFAULT,
    federation: Members = None,
) -> None:
    """Rehearse a restore in a throw-away place: start it, count it, read it; nothing of it leaves."""
    from bridge.backup import key, making, restic, saying  # noqa: PLC0415 - imported late: this file is read at every start
    from bridge.backup.copies import Copy  # noqa: PLC0415
    from bridge.backup.rehearsal import rehearse as try_out  # noqa: PLC0415

    town, texts = _town(config, federation)
    data = town.collectivity.paths.data
    opening, _ = key.load_or_create(data)
    copy = Copy(datetime.now(UTC), archive) if archive is not None else _run(lambda: _newest(town), texts)
    _begin(texts.gettext("Restoring into a throw-away place, and starting what is there: some minutes…"))
    done = _run(lambda: try_out(copy, opening, restic.secrets(data)), texts)
    if archive is None:
        told = {"made": done.manifest.made, "at": making.moment().isoformat(timespec="seconds"), "well": done.well}
        making.note(data, "rehearsal", told | {"seconds": round(done.seconds, 1)})
    if as_json:
        rows = [{**asdict(check), "well": check.well} for check in done.checks]
        typer.echo(json.dumps({"well": done.well, "seconds": done.seconds, "checks": rows}, indent=2))
    else:
        for check in done.checks:
            typer.echo(saying.compared(check, texts))
        typer.echo(saying.verdict(done, town.collectivity.timezone, texts))
    if not done.well:
        raise typer.Exit(1)


def restore(
    archive: Annotated[
        str, typer.Argument(help=mark("The archive (beffroi-….tar.gz.age), or the repository of restic."))
    ],
    target: Annotated[Path, typer.Option("--into", help=mark("A folder that is empty, or not there yet."))],
    key: Annotated[Path, typer.Option("--key", help=mark("The key of the backups (key.txt)."))],
) -> None:
    """Restore a town into an empty place; nothing is started."""
    from bridge.backup import key as keys  # noqa: PLC0415 - imported late: this file is read at every start
    from bridge.backup import saying  # noqa: PLC0415
    from bridge.backup.restoring import restore as bring_back  # noqa: PLC0415
    from bridge.operate.services.shortcut import point  # noqa: PLC0415
    from config.load import load_collectivity  # noqa: PLC0415

    texts = known()

    async def done() -> Any:
        return await bring_back(archive, keys.load(key), target)

    _begin(texts.gettext("Examining the backup, then restoring it: some minutes…"))
    restored = _run(done, texts)
    point(restored.config.parent)
    _ = texts.gettext
    sentence = _("Restored: {server}, as it was on {made}. Nothing was started.")
    manifest = restored.manifest
    made = saying.moment(manifest.made, load_collectivity(restored.config).timezone, texts)
    typer.echo(sentence.format(server=manifest.server_name, made=made))
    typer.echo(
        _(
            "Make sure that the old machine is off for good: two homeservers of one name would tear your rooms apart. "
            "Then: cd {folder}, `./beffroi check`, `./beffroi up`. The assistant comes back as a new, signed device; "
            "what partners still hold of your rooms comes back by itself; people may be asked for their recovery key."
        ).format(folder=restored.config.parent)
    )


def _begin(what: str) -> None:
    """Say to whoever waits at a terminal *what* is done now; a log wants to know how it ended only."""
    if sys.stderr.isatty():
        typer.echo(what, err=True)


def _town(config: Path, federation: Path | None) -> "tuple[Town, Texts]":
    from bridge.backup.staging import Town  # noqa: PLC0415 - imported late: this file is read at every start

    town = Town.load(config, federation)
    want_owned(town.collectivity)
    return town, known()


def _store(town: "Town") -> "Store":
    from bridge.backup import key  # noqa: PLC0415 - imported late: this file is read at every start
    from bridge.backup.keeping import store  # noqa: PLC0415

    return store(town.collectivity, key.load_or_create(town.collectivity.paths.data)[0])


async def _copies(town: "Town") -> "Sequence[Copy]":
    return _store(town).copies()


async def _newest(town: "Town") -> "Copy":
    from bridge.backup.copies import newest  # noqa: PLC0415 - imported late: this file is read at every start

    return newest(_store(town))


def _run(work: Callable[[], Coroutine[Any, Any, _T]], texts: "Texts") -> _T:
    """Do *work*, or say what is wrong and end."""
    import structlog  # noqa: PLC0415 - imported late: this file is read at every start

    from bridge.backup.errors import BackupError  # noqa: PLC0415
    from bridge.backup.saying import explained  # noqa: PLC0415
    from bridge.operate.errors import OperateError  # noqa: PLC0415
    from config.sentence import said  # noqa: PLC0415

    # What a rehearsal's assistant logs is for nobody at this terminal.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    try:
        return asyncio.run(work())
    except BackupError as exc:
        reason = explained(exc, texts)
    except OperateError as exc:
        reason = said(exc, texts)
    print(f"beffroi: {reason}", file=sys.stderr)
    raise typer.Exit(_CANNOT_GO_ON)
