"""Lists of files, and all that is known of one, in the language of the room (pure)."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from bots.assistant.talk.markup import (
    Rich,
    code,
    fill,
    join,
    lines,
    message_link,
    room_link,
    short,
    small,
    strong,
    text,
)
from bots.assistant.talk.request import Request
from bots.assistant.words.files.sizes import size_of
from bots.assistant.words.lenient import line
from bots.assistant.words.names.people import Company, name_of
from bots.assistant.words.objects import numbered
from bots.files.library import scans
from bots.files.library.library import Library
from bots.files.library.request import Shelved, library
from bots.files.library.shelf import File
from bots.when.saying import say
from config.identifiers import UserId

MOST_LISTED: Final = 20


_MOST_FOLDERS: Final = 30


_MOST_NAME: Final = 40


_ICONS: Final = {"image": "🖼", "video": "🎞", "audio": "🎙"}


def listed(request: Request, files: Sequence[File], count: int, head: Rich) -> Rich:
    """Return a numbered list of *files*, the first of *count*, below *head*."""
    rows = [_row(request, number, file) for number, file in enumerate(files, 1)]
    gettext = request.texts.gettext
    older = next((number for number, file in enumerate(files, 1) if file.versions > 1), 0)
    said = gettext("A number acts on it: “file {number} in Contracts/Lot 3”, “details {number}”.")
    with_older = gettext(
        "A number acts on it: “file {number} in Contracts/Lot 3”, “details {number}”, “version 1 of {older}”."
    )
    hint = small((with_older if older else said).format(number=min(2, len(files)), older=older))
    more = text(gettext("and {count} more: say a word of its name.").format(count=count - len(files)))
    return lines((head, *rows, *((more,) if count > len(files) else ()), *((hint,) if files else ())))


def overview(request: Request, folders: Counter[str], count: int) -> Rich:
    """Return how many files there are, and in which folders."""
    if not count:
        return nothing_yet(request)
    sentence = request.texts.ngettext("📁 {count} file", "📁 {count} files", count)
    head = fill(sentence, count=strong(str(count)))
    named = sorted((name, held) for name, held in folders.items() if name)
    shown = [join(" ", (strong(short(name)), text(f"({held})"))) for name, held in named[:_MOST_FOLDERS]]
    rest = [text(f"+{len(named) - _MOST_FOLDERS}")] if len(named) > _MOST_FOLDERS else []
    return lines((head, join(" · ", [*shown, *rest]))) if shown else head


def nothing_yet(request: Request) -> Rich:
    """Say that there is nothing to list, and why that may be."""
    if request.private:
        example = code(request.texts.gettext("find the estimate"))
        said = request.texts.gettext("No file in our conversation. {example} looks for one in all our rooms.")
        return fill(said, example=example)
    return text(
        request.texts.gettext(
            "No file yet: whatever is sent in this room from now on is listed here, for who was here."
        )
    )


def found(request: Request, words: str, count: int) -> Rich:
    """Say how many files a search has found."""
    sentence = request.texts.ngettext("{count} file for “{words}”", "{count} files for “{words}”", count)
    none = request.texts.gettext("No file for “{words}”.")
    said = fill(sentence if count else none, count=strong(str(count)), words=text(line(words, 200)))
    if count or not request.private:
        return said
    here = request.texts.gettext("I have looked in all rooms that we share, for what was sent since you came there.")
    return join(" ", (said, text(here)))


def elsewhere(request: Request, found: Sequence[tuple[Shelved, File]]) -> list[Rich]:
    """Return the lines of files in other rooms, each a link to its message there; and what is not done from here."""
    gettext = request.texts.gettext
    rows = [join(" ", (text("•"), there(request, shelved, file))) for shelved, file in found[:MOST_LISTED]]
    more = text(gettext("and {count} more: say a word of its name.").format(count=len(found) - MOST_LISTED))
    return [*rows, *((more,) if len(found) > MOST_LISTED else ()), not_from_here(request)]


def not_from_here(request: Request) -> Rich:
    """Say where a file of another room is acted on."""
    return small(request.texts.gettext("To file, rename or share one, answer it in its room."))


def there(request: Request, shelved: Shelved, file: File) -> Rich:
    """Return the line of a file of another room, a link to its message there."""
    scene = shelved.scene
    name = line(scene.name, _MOST_NAME) or request.texts.gettext("a room without a name")
    linked = message_link(scene.room_id, file.entry.event_id, short(file.path))
    facts = [*_said_of(request, shelved.library, file, scene), room_link(scene.room_id, name)]
    return join(" ", (linked, text("–"), join(" · ", facts)))


def in_folder(request: Request, folder: str, count: int) -> Rich:
    """Say how many files a folder holds."""
    sentence = request.texts.ngettext("📁 {folder}: {count} file", "📁 {folder}: {count} files", count)
    return fill(sentence, folder=strong(folder), count=text(str(count)))


def unfiled(request: Request, count: int) -> Rich:
    """Say how many files are in no folder."""
    sentence = request.texts.ngettext("📁 {count} file in no folder", "📁 {count} files in no folder", count)
    none = request.texts.gettext("✔ All files are in a folder.")
    return fill(sentence if count else none, count=strong(str(count)))


def sent_by(request: Request, person: UserId, count: int) -> Rich:
    """Say how many files *person* has sent."""
    sentence = request.texts.ngettext("📁 {count} file of {person}", "📁 {count} files of {person}", count)
    none = request.texts.gettext("{person} has sent no file here that you could read.")
    return fill(sentence if count else none, count=strong(str(count)), person=name_of(person, request))


def in_bin(request: Request, count: int, days: int) -> Rich:
    """Say what the bin holds, and for how long."""
    texts = request.texts
    if not count:
        return text(texts.gettext("Nothing was thrown away in the last {days} days.").format(days=days))
    sentence = texts.ngettext(
        "🗑 {count} file, to be had back for {days} days: “restore 1”",
        "🗑 {count} files, to be had back for {days} days: “restore 1”",
        count,
    )
    return fill(sentence, count=strong(str(count)), days=text(str(days)))


def named(request: Request, file: File) -> Rich:
    """Return the path of *file*, a link to the message that carries it."""
    return message_link(request.room_id, file.entry.event_id, short(file.path))


def shown(request: Request, files: Sequence[File]) -> Rich:
    """Return all that is known of *files*."""
    return lines(_whole(request, file) for file in files[:MOST_LISTED])


def _whole(request: Request, file: File) -> Rich:
    gettext, filing = request.texts.gettext, file.filing
    rows = [join(" ", (text(_icon(file)), _linked(request, file), text("–"), join(" · ", _facts(request, file))))]
    if file.versions > 1:
        sentence = gettext("version {number} of {count}; “version {example}” makes that one the newest")
        example = 1 if file.version > 1 else 2
        rows.append(text(sentence.format(number=file.version, count=file.versions, example=example)))
    if filing.name and filing.name != file.entry.name:
        rows.append(fill(gettext("sent as {name}"), name=text(short(file.entry.name))))
    if filing.tags:
        rows.append(text(" ".join(f"#{tag}" for tag in filing.tags)))
    about = [said for said in (_about(request, key) for key in filing.about) if said]
    if about:
        rows.append(fill(gettext("attached to {things}"), things=join(", ", about)))
    if filing.binned is not None:
        rows.append(fill(gettext("🗑 thrown away on {day}"), day=text(say(filing.binned, request.language))))
    rows.append(scans.said(request, library(request).scan(file)))
    if file.entry.sha256:
        rows.append(small(gettext("SHA-256 of what was sent, encrypted: {hash}").format(hash=file.entry.sha256)))
    return lines(rows)


def _about(request: Request, key: str) -> Rich | None:
    kind, _, object_id = key.partition(":")
    found = numbered.get(request.state, kind, object_id)
    names = {
        "task": request.texts.gettext("the task {number}"),
        "objective": request.texts.gettext("the objective {number}"),
        "event": request.texts.gettext("the event {number}"),
    }
    return None if found is None else fill(names.get(kind, "{number}"), number=strong(found.label))


def _row(request: Request, number: int, file: File) -> Rich:
    return join(" ", (text(f"{number}."), _linked(request, file), text("–"), join(" · ", _facts(request, file))))


def _linked(request: Request, file: File) -> Rich:
    return message_link(request.room_id, file.entry.event_id, short(file.path))


def _facts(request: Request, file: File) -> list[Rich]:
    return _said_of(request, library(request), file, request)


def _said_of(request: Request, known: Library, file: File, place: Company) -> list[Rich]:
    entry = file.entry
    day = datetime.fromtimestamp(entry.at / 1000, request.zone).date()
    versions = [text(f"v{file.version}")] if file.versions > 1 else []
    sizes = [] if entry.size is None else [text(size_of(entry.size, request.language))]
    marks = [scans.mark(request)] if known.scan(file).infected else []
    return [*marks, *versions, *sizes, name_of(entry.sender, place), text(_day(day, request.language))]


def _day(day: date, language: str) -> str:
    return day.isoformat() if language == "en" else f"{day:%d/%m/%Y}"


def _icon(file: File) -> str:
    return _ICONS.get(file.entry.content_type.partition("/")[0], "📄")
