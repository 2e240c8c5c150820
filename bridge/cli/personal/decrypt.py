"""``beffroi decrypt``: opens a share link without a browser, and without the code of the server that keeps it."""

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.cli.terminal.asking import secret
from bridge.cli.terminal.speech import LANGUAGE, Lang

if TYPE_CHECKING:
    from bots.links.client.fetching import Opened, Visitor
    from bots.links.format.address import ShareLink
    from config.texts import Texts


def register(app: typer.Typer) -> None:
    """Add ``decrypt`` to *app*."""
    app.command()(decrypt)


def decrypt(
    address: Annotated[
        str,
        typer.Argument(metavar="URL", help="The whole address, in single quotes; - to read it from standard input."),
    ],
    directory: Annotated[Path, typer.Option("--dir", help="Where to save; nothing there is overwritten.")] = Path(),
    only_list: Annotated[bool, typer.Option("--list", help="Show what the link holds, and take nothing.")] = False,
    lang: Lang = LANGUAGE,
) -> None:
    """Save the files of a share link, checked and decrypted here."""
    from bots.links.client.errors import Away, Over, ShareRefused, Spent  # noqa: PLC0415 - read at every start
    from bots.links.client.staging import BeingFetched  # noqa: PLC0415
    from bots.links.format.address import ShareLink  # noqa: PLC0415
    from bots.links.format.errors import Altered, DamagedLink, MalformedLink, WrongSecret  # noqa: PLC0415
    from config.texts import texts  # noqa: PLC0415

    known = texts(lang)
    _ = known.gettext
    ends = {
        "expired": _("This link is no longer available: its date has passed."),
        "exhausted": _("All downloads of this link have been used."),
        "revoked": _("This link was withdrawn: its files are no longer available."),
        "burnt": _("This link was for one use, and has been used."),
    }
    try:
        link = ShareLink.parse(sys.stdin.readline() if address == "-" else address)
        asyncio.run(_decrypt(link, directory, known, only_list=only_list))
    except DamagedLink:
        _give_up(_("This link is damaged: a part of the address is missing or was changed on its way."))
    except WrongSecret:
        _give_up(_("This is not the right password."))
    except Altered:
        _give_up(_("What came is not what was sent: it was altered. Nothing of that file was kept."))
    except MalformedLink:
        _give_up(_("This link comes from a later version."))
    except Over as over:
        _give_up(ends.get(over.how, _("This link has ended.")))
    except ShareRefused:
        _give_up(_("This link does not exist, or has not for a long time."))
    except Spent:
        _give_up(
            _(
                "This download was cut off and resumed too many times: the server has stopped it. What has come is"
                " kept; the same command goes on from there, and takes one more download."
            )
        )
    except Away:
        _give_up(_("The server cannot be reached just now, or asks for patience: try again later."))
    except BeingFetched:
        _give_up(_("Another command is fetching this file into the same folder: wait for it."))


async def _decrypt(link: "ShareLink", directory: Path, known: "Texts", *, only_list: bool) -> None:
    import aiohttp  # noqa: PLC0415

    from bots.links.client.fetching import Visitor  # noqa: PLC0415

    async with aiohttp.ClientSession() as http:
        visitor = Visitor(http)
        opened = await _open(visitor, link, known)
        for file in opened.manifest.files:
            scan = known.gettext("checked by an antivirus") if file.scan == "clean" else known.gettext("not checked")
            typer.echo(known.gettext("{name}, {size} bytes, {scan}").format(name=file.name, size=file.size, scan=scan))
        if not only_list:
            await _save(visitor, opened, directory, known)


async def _open(visitor: "Visitor", link: "ShareLink", known: "Texts") -> "Opened":
    from bots.links.client.fetching import PasswordWanted  # noqa: PLC0415
    from bots.links.format.password import meant  # noqa: PLC0415

    try:
        return await visitor.open(link, None)
    except PasswordWanted:
        return await visitor.open(link, meant(secret(known.gettext("Password of the link"))))


async def _save(visitor: "Visitor", opened: "Opened", directory: Path, known: "Texts") -> None:
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress  # noqa: PLC0415

    from bots.links.client.errors import Away  # noqa: PLC0415
    from bots.links.client.saving import taking  # noqa: PLC0415

    with taking(visitor, opened, directory) as download:
        if download.resumed:
            typer.echo(known.gettext("An earlier command was cut short: it is gone on with."), err=True)
        for place, file in enumerate(opened.manifest.files):
            with Progress(console=Console(stderr=True), transient=True) as bar:
                task = bar.add_task("", total=file.size)

                def show(done: int, task: "object" = task, bar: Progress = bar) -> None:
                    bar.update(task, completed=done)  # type: ignore[arg-type]

                try:
                    path = await download.save(place, show)
                except Away:
                    kept = known.gettext("What has come so far is kept: the same command, later, goes on from there.")
                    typer.echo(kept, err=True)
                    raise
            typer.echo(known.gettext("saved, complete and verified: {path}").format(path=path))
        await download.end()


def _give_up(reason: str) -> None:
    typer.echo(f"beffroi: {reason}", err=True)
    raise typer.Exit(2)
