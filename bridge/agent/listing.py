"""A room's library on a terminal, and as JSON for programs (pure, but for printing)."""

from datetime import UTC, datetime
from typing import Any

from bots.assistant.words.files.sizes import size_of
from bots.files.library import naming
from bots.files.library.library import Library
from bots.files.library.shelf import File
from bridge.agent.library import LibraryReading
from config.texts import Texts


def files_of(library: Library, folder: str | None) -> list[File]:
    """Return the files of *library*, or those in *folder* and below it, by folder and name."""
    places = library.all() if folder is None else library.within(naming.folder(folder) or folder)
    found = library.files(places, len(places))
    return sorted(found, key=lambda file: (naming.compared(file.filing.folder), naming.compared(file.name)))


def facts(reading: LibraryReading, folder: str | None) -> list[dict[str, Any]]:
    """Return each file as JSON: *size* in bytes or null, *sent* in ISO 8601.

    *vouched*: the message came from a device that its sender has signed; else from the backup of keys, into which a
    server could have put it.
    """
    library = reading.library()
    return [_facts(file, library, reading) for file in files_of(library, folder)]


def _facts(file: File, library: Library, reading: LibraryReading) -> dict[str, Any]:
    scan = library.scan(file)
    return {
        "path": file.path,
        "folder": file.filing.folder,
        "name": file.name,
        "version": file.version,
        "versions": file.versions,
        "size": file.entry.size,
        "type": file.entry.content_type,
        "sender": file.entry.sender,
        "sent": _day(file).isoformat(timespec="seconds"),
        "tags": list(file.filing.tags),
        "infected": scan.name if scan.infected else None,
        "vouched": file.id in reading.vouched,
        "event": file.entry.event_id,
    }


def show(reading: LibraryReading, folder: str | None, texts: Texts, language: str) -> None:
    """Print a table of the files."""
    from rich.console import Console  # noqa: PLC0415 - only for who shows it
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    _ = texts.gettext
    found = files_of(reading.library(), folder)
    if not found:
        print(_("No file here."))
        return
    table = Table(show_lines=False)
    for label in (_("File"), _("Size"), _("Sent"), _("By")):
        table.add_column(label, overflow="fold")
    for file in found:
        size = "" if file.entry.size is None else size_of(file.entry.size, language)
        version = f" ({file.version})" if file.versions > 1 else ""
        table.add_row(Text(file.path + version), size, f"{_day(file):%Y-%m-%d %H:%M}", Text(file.entry.sender))
    Console().print(table)


def _day(file: File) -> datetime:
    return datetime.fromtimestamp(file.entry.at / 1000, UTC).astimezone()
