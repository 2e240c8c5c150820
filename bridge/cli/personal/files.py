"""``beffroi files``: the files of a room on one's own disk, as a device of one's own that one's identity has signed."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from bridge.cli.terminal.asking import secret
from bridge.cli.terminal.options import AsJson
from bridge.cli.terminal.speech import LANGUAGE, known
from config.texts import mark

if TYPE_CHECKING:
    from bots.matrix.person.device import PersonDevice
    from bridge.agent.library import LibraryReading
    from config.identifiers import RoomId, UserId
    from config.texts import Texts

_CANNOT_GO_ON = 2
_NO_PARTS = mark("Homeservers send and take files in one piece: what is cut off begins anew, and is never half there.")

As = Annotated[
    str | None, typer.Option("--as", metavar="@YOU:TOWN", help=mark("Which of your accounts, where you have several."))
]
Room = Annotated[str, typer.Argument(metavar="ROOM", help=mark("The room’s name, a part of it, or its identifier."))]


def register(app: typer.Typer) -> None:
    """Add the ``files`` commands."""
    group = typer.Typer(help=mark("The files of your rooms, on your own computer."), no_args_is_help=True)
    group.command("login", help=mark("Make this computer a device of yours, signed by your recovery key."))(login)
    group.command("logout", help=mark("End this device, and forget all that it has kept."))(logout)
    group.command("list", help=mark("List a room’s files, by folder and name."))(list_)
    group.command("get", help=mark("Fetch a file: whole and verified, or not at all.") + "\n\n" + _NO_PARTS)(get)
    group.command("put", help=mark("Send a file to a room, encrypted.") + "\n\n" + _NO_PARTS)(put)
    app.add_typer(group, name="files")


def login(
    user: Annotated[str, typer.Argument(metavar="@YOU:TOWN", help=mark("Your address."))],
    homeserver: Annotated[str | None, typer.Option(help=mark("Where your homeserver is, if it does not say."))] = None,
) -> None:
    """Make this computer a device of yours, signed by your recovery key."""
    from bots.matrix.person.enrolling import enroll, homeserver_of  # noqa: PLC0415 - imported late: read at every start
    from bots.matrix.person.kept import devices, folder_of  # noqa: PLC0415

    texts = known()
    _ = texts.gettext

    async def key(wrong: bool) -> str:
        if wrong:
            typer.echo(_("This recovery key does not open the account. Once more:"), err=True)
        return secret(_("Recovery key, or its passphrase"))

    async def made() -> None:
        user_id = _user(user, texts)
        url = homeserver or await homeserver_of(user_id.server)
        folder = folder_of(devices(), user_id)
        if (folder / "device.json").exists():
            _give_up(
                _("This computer is a device of {user} already: beffroi files logout ends it.").format(user=user_id)
            )
        kept = await enroll(folder, url, user_id, secret(_("Password of {user}").format(user=user_id)), key)
        typer.echo(
            _("This computer is a device of yours now: {device}, signed by your identity.").format(
                device=kept.device_id
            )
        )
        if kept.backup is None:
            typer.echo(_("Your account has no backup of its keys: files from before today cannot be opened here."))

    _run(made(), texts)


def logout(account: As = None) -> None:
    """End this device, and forget all that it has kept."""
    from bots.matrix.person.enrolling import leave  # noqa: PLC0415 - imported late: this file is read at every start
    from bots.matrix.person.kept import KeptDevice, forget  # noqa: PLC0415

    texts = known()
    folder = _folder(account, texts)

    async def left() -> None:
        await leave(KeptDevice.read(folder))
        forget(folder)
        typer.echo(texts.gettext("This computer is no device of yours any more."))

    _run(left(), texts)


def list_(
    room: Room,
    folder: Annotated[str | None, typer.Argument(help=mark("Only this folder, and those below it."))] = None,
    account: As = None,
    as_json: AsJson = False,
) -> None:
    """List a room’s files, by folder and name."""
    from bridge.agent.listing import facts, show  # noqa: PLC0415 - imported late: this file is read at every start

    texts = known()

    async def listed(device: "PersonDevice") -> None:
        reading = await _read(device, await _room(device, room), texts)
        if as_json:
            typer.echo(json.dumps(facts(reading, folder), ensure_ascii=False, indent=2))
        else:
            show(reading, folder, texts, LANGUAGE)
        _warn(device, reading, texts)

    _with_device(account, texts, listed)


def get(
    room: Room,
    file: Annotated[str, typer.Argument(metavar="FILE", help=mark("The file’s name, or its folder and name."))],
    to: Annotated[Path | None, typer.Option(help=mark("A folder, or the name of the new file."))] = None,
    version: Annotated[
        int | None, typer.Option(help=mark("Which version, where it has several; the current one."))
    ] = None,
    account: As = None,
) -> None:
    """Fetch a file: whole and verified, or not at all."""
    from bots.envelope.file import EncryptedFile  # noqa: PLC0415 - imported late: this file is read at every start
    from bridge.agent import getting  # noqa: PLC0415
    from bridge.agent.errors import Infected  # noqa: PLC0415
    from bridge.agent.finding import file_called  # noqa: PLC0415

    texts = known()
    _ = texts.gettext

    async def fetched(device: "PersonDevice") -> None:
        reading = await _read(device, await _room(device, room), texts)
        library = reading.library()
        wanted = file_called(file, library, version)
        scan = library.scan(wanted)
        if scan.infected:
            raise Infected(scan.name)
        target = getting.Target.of(wanted, to)
        with _bar(wanted.entry.size) as progress:
            saved = await getting.save(device.media, reading.sources[wanted.id], wanted, target, progress)
        if saved.resumed:
            typer.echo(
                _("An earlier command was cut short; the server sends no part of a file, so it was begun anew."),
                err=True,
            )
        whole = _("saved, complete and verified: {path}")
        clear = _("saved: {path}. It was sent in the clear: nothing tells whether it is what was sent.")
        sealed = isinstance(reading.sources[wanted.id], EncryptedFile)
        typer.echo((whole if sealed else clear).format(path=saved.path))

    _with_device(account, texts, fetched)


def put(
    room: Room,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=mark("The file to send."))],
    folder: Annotated[
        str | None, typer.Option(help=mark("Where the assistant files it, such as Contracts/Lot 3."))
    ] = None,
    new_version: Annotated[
        bool, typer.Option("--new-version", help=mark("It is the next version of a file there."))
    ] = False,
    account: As = None,
) -> None:
    """Send a file to a room, encrypted."""
    from bots.assistant.talk.wording import clean  # noqa: PLC0415 - imported late: this file is read at every start
    from bridge.agent import putting  # noqa: PLC0415

    texts = known()
    _ = texts.gettext

    async def sent(device: "PersonDevice") -> None:
        parcel = putting.Parcel.of(file, folder)
        room_id = await _room(device, room)
        reading = await _read(device, room_id, texts)
        entered = await device.enter(room_id)
        putting.check(parcel, entered, reading.library(), await device.media.largest(), anew=new_version)
        order = _("file in {folder}").format(folder=parcel.folder) if parcel.folder else ""
        with _bar(parcel.path.stat().st_size) as progress:
            event_id = await putting.send(device, room_id, parcel, order, progress)
        typer.echo(_("sent to {room}: {path}").format(room=clean(entered.name or room_id), path=parcel.name))
        if not parcel.folder:
            return
        if await putting.filed(device, room_id, event_id, lambda: None):
            typer.echo(_("filed by the assistant: {path}").format(path=parcel.place))
        else:
            typer.echo(_("The assistant has not filed it yet; its answer will be in the room."), err=True)

    _with_device(account, texts, sent)


async def _room(device: "PersonDevice", wanted: str) -> "RoomId":
    from bridge.agent.finding import room_called, room_id_in  # noqa: PLC0415

    # The names of all rooms are a long question to the homeserver of whoever is in many.
    return room_id_in(wanted) or room_called(wanted, await device.names())


async def _read(device: "PersonDevice", room_id: "RoomId", texts: "Texts") -> "LibraryReading":
    from rich.console import Console  # noqa: PLC0415

    from bridge.agent.library import read  # noqa: PLC0415

    await device.enter(room_id)
    with Console(stderr=True).status("") as status:

        def seen(count: int) -> None:
            said = texts.ngettext("{count} message read", "{count} messages read", count)
            status.update(said.format(count=count))

        return await read(device, room_id, seen)


def _warn(device: "PersonDevice", reading: "LibraryReading", texts: "Texts") -> None:
    """Say what the list may lack."""
    if not device.backed_up:
        typer.echo(
            texts.gettext("No backup of your keys can be opened: files from before this device are not shown."),
            err=True,
        )
    elif reading.unreadable:
        said = texts.ngettext(
            "{count} message of this room cannot be read here; a file in it is not shown.",
            "{count} messages of this room cannot be read here; files in them are not shown.",
            reading.unreadable,
        )
        typer.echo(said.format(count=reading.unreadable), err=True)


@contextmanager
def _bar(size: int | None) -> Iterator[Callable[[int], None]]:
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=size)
        yield lambda done: bar.update(task, completed=done)


def _with_device(account: str | None, texts: "Texts", work: "Callable[[PersonDevice], Awaitable[None]]") -> None:
    from bots.matrix.person.device import PersonDevice  # noqa: PLC0415

    folder = _folder(account, texts)

    async def done() -> None:
        async with PersonDevice.open(folder) as device:
            await work(device)

    _run(done(), texts)


def _run(work: "Any", texts: "Texts") -> None:
    from bridge.agent.saying import SAID, explained  # noqa: PLC0415

    try:
        asyncio.run(work)
    except SAID as exc:
        _give_up(*explained(exc, texts))


def _folder(account: str | None, texts: "Texts") -> Path:
    from bots.matrix.person.kept import accounts, devices, folder_of  # noqa: PLC0415

    if account is not None:
        return folder_of(devices(), _user(account, texts))
    found = accounts(devices())
    if len(found) > 1:
        _give_up(texts.gettext("Several of your accounts are known here: choose one by --as."), *found)
    return folder_of(devices(), found[0]) if found else devices() / "@"


def _user(typed: str, texts: "Texts") -> "UserId":
    from config.errors import MalformedId  # noqa: PLC0415
    from config.identifiers import UserId  # noqa: PLC0415

    try:
        return UserId.parse(typed.strip())
    except MalformedId:
        _give_up(texts.gettext("This is no address such as @anne:valbourg.fr: {address}").format(address=typed))


def _give_up(*lines: str) -> NoReturn:
    for line in lines:
        print(f"beffroi: {line}", file=sys.stderr)
    raise typer.Exit(_CANNOT_GO_ON)
