"""``beffroi verify``: holds a receipt of a deposit against its signature and files, without our server's code."""

import asyncio
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from bridge.cli.terminal.speech import LANGUAGE, Lang

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bots.links.box.checking import ReceiptFile
    from bots.links.box.receipt import TownStatement

_PIECE = 1 << 20


def register(app: typer.Typer) -> None:
    """Add ``verify`` to *app*."""
    app.command()(verify)


def verify(
    receipt: Annotated[
        str,
        typer.Argument(metavar="RECEIPT", help="The receipt's file, or the address of the way back, in single quotes."),
    ],
    files: Annotated[list[Path] | None, typer.Argument(help="Files that are said to be those of the receipt.")] = None,
    lang: Lang = LANGUAGE,
) -> None:
    """Check a receipt of a drop box: who has signed it, and whether files are those that were deposited."""
    from bots.links.client.errors import Away, ShareRefused  # noqa: PLC0415 - read at every start
    from bots.links.format.errors import LinkError  # noqa: PLC0415
    from config.texts import texts  # noqa: PLC0415

    _ = texts(lang).gettext
    try:
        found, said = _read(receipt)
    except OSError:
        _give_up(_("This receipt cannot be read: {path}").format(path=receipt))
    except LinkError:
        _give_up(_("This is no receipt of a drop box, or it is damaged."))
    except ShareRefused:
        _give_up(_("The server does not know this deposit, or no longer does."))
    except Away:
        _give_up(_("The server cannot be reached just now, or asks for patience: try again later."))
    right = _say(found, said, _)
    wrong = [path for path in files or [] if not _compared(found, path, _)]
    if wrong or not right:
        raise typer.Exit(1)


def _read(receipt: str) -> "tuple[ReceiptFile, TownStatement | None]":
    from bots.links.box.address import DepositAddress  # noqa: PLC0415
    from bots.links.box.checking import MOST_BYTES, ReceiptFile  # noqa: PLC0415

    if not receipt.startswith(("https://", "http://")):
        with Path(receipt).open("rb") as file:
            return ReceiptFile.parse(file.read(MOST_BYTES)), None
    return asyncio.run(_fetched(DepositAddress.parse(receipt)))


async def _fetched(back: "object") -> "tuple[ReceiptFile, TownStatement | None]":
    import aiohttp  # noqa: PLC0415

    from bots.links.client.returning import receipt_of  # noqa: PLC0415

    async with aiohttp.ClientSession() as http:
        return await receipt_of(http, back)  # type: ignore[arg-type]


def _say(found: "ReceiptFile", said: "TownStatement | None", _: "Callable[[str], str]") -> bool:
    """Say what the receipt is, and whether it is the town's word; returns whether it is."""
    from bots.links.format.names import shown  # noqa: PLC0415

    heading = _("Receipt {number}: “{title}”, {sender}")
    typer.echo(heading.format(number=shown(found.number), title=shown(found.title), sender=shown(found.sender)))
    if said is not None:
        states = {"received": _("received"), "processed": _("dealt with"), "refused": _("refused")}
        typer.echo(_("State: {state}").format(state=states[said.state]))
    sentences = {
        "signed": _("✔ Signed by the drop box that the address stands for: what follows was received."),
        "unsigned": _("Not signed: the town had not fetched the deposit yet. Check the way back later."),
        "false": _("✘ The signature is false, or this receipt was changed."),
    }
    signature = found.signature_of()
    typer.echo(sentences[signature])
    for file in found.files:
        typer.echo(
            _("  {name}, {size} bytes, SHA-256 {sha256}").format(name=file.name, size=file.size, sha256=file.sha256)
        )
    return signature != "false"


def _compared(found: "ReceiptFile", path: Path, _: "Callable[[str], str]") -> bool:
    from bots.links.box.checking import places_of  # noqa: PLC0415

    try:
        size, sha256 = _hashed(path)
    except OSError:
        typer.echo(_("✘ {path} cannot be read").format(path=path), err=True)
        return False
    same: Sequence[object] = places_of(found.files, size, sha256)
    sentence = _("✔ {path} is one of the deposited files") if same else _("✘ {path} is none of the deposited files")
    typer.echo(sentence.format(path=path))
    return bool(same)


def _hashed(path: Path) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
            size += len(piece)
    return size, digest.hexdigest()


def _give_up(reason: str) -> NoReturn:
    typer.echo(f"beffroi: {reason}", err=True)
    raise typer.Exit(2)
