"""What is said of files, in the language of the room (pure)."""

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
from bots.assistant.talk.question import Candidate, Question
from bots.assistant.talk.request import Request
from bots.assistant.talk.sentence import says, says_most
from bots.assistant.words.files.sizes import size_of
from bots.assistant.words.lenient import line
from bots.assistant.words.names.people import Company, name_of
from bots.assistant.words.objects import numbered
from bots.files.library import scans
from bots.files.library.library import Library
from bots.files.library.linked import Thing
from bots.files.library.request import Shelved, library
from bots.files.library.shelf import File
from bots.when.saying import say
from config.identifiers import UserId
from config.texts import Texts, mark

MOST_LISTED: Final = 20
_MOST_FOLDERS: Final = 30
_MOST_NAME: Final = 40
_YES: Final = (
    *("oui", "oui jette", "jette", "jette-le", "jette le", "jeter", "supprime", "supprime-le", "oui supprime"),
    *("yes", "bin it", "throw it away", "yes please"),
)
"""What agrees to a file's being thrown away."""
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


def kept(request: Request) -> Rich:
    """Say of a file that came with words that order nothing that it is here, and who reads it."""
    gettext = request.texts.gettext
    quoted = request.quoted
    name = "" if quoted is None or quoted.attached is None else short(quoted.attached.name)
    said = (
        gettext("📄 {file} is kept in our conversation: nobody else reads it. Answer it “file in …” or “share”.")
        if request.private
        else gettext("📄 {file} is in the library. Answer it “file in …” or “share”.")
    )
    return fill(said, file=strong(name))


def read_by(request: Request, file: File) -> Rich:
    """Say who reads a file where it was sent."""
    gettext = request.texts.gettext
    said = (
        gettext("🔒 {file} is in our conversation, where nobody else is. “!shares” tells whether a link to it is open.")
        if request.private
        else gettext("👥 {file} is read by who was in this room when it was sent; by nobody outside without a link.")
    )
    return fill(said, file=strong(short(file.name)))


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


def bin_it(request: Request, file: File) -> Question:
    """Ask whether the file that was just spoken of is to be thrown away."""
    gettext = request.texts.gettext
    word = "fichier jeter" if request.language == "fr" else "file bin"
    sentence = fill(gettext("Shall I throw {file} away?"), file=strong(short(file.name)))
    return Question(sentence, (Candidate(code(gettext("throw it away")), f"!{word} «{file.path}»", words=_YES),))


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


def _object(texts: Texts, kind: str, found: numbered.Numbered) -> Rich:
    names = {
        "task": texts.gettext("task {number}"),
        "objective": texts.gettext("objective {number}"),
        "event": texts.gettext("event {number}"),
    }
    return fill(names.get(kind, "{number}"), number=strong(found.label))


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


def tag(word: str) -> str:
    """Return what is kept of a tag that somebody typed."""
    return line(word.strip(".,;:!?#"), 60)


def moved(request: Request, files: Sequence[File], folder: str) -> Rich:
    """Say where *files* are now."""
    if not folder:
        return fill(request.texts.gettext("✔ {files} in no folder any more"), files=_names(files))
    return fill(request.texts.gettext("✔ {files} filed in {folder}"), files=_names(files), folder=strong(folder))


def renamed(request: Request, file: File, name: str) -> Rich:
    """Say what *file* is called now."""
    return fill(request.texts.gettext("✔ {file} is now called {name}"), file=text(short(file.name)), name=strong(name))


def binned(request: Request, files: Sequence[File], until: date) -> Rich:
    """Say that *files* are in the bin, and that their messages are not."""
    sentence = request.texts.gettext(
        "🗑 {files} thrown away, to be had back until {day} (“restore”). The message itself stays in the room: only its"
        " sender or a moderator can delete that."
    )
    return fill(sentence, files=_names(files), day=text(say(until, request.language)))


def restored(request: Request, files: Sequence[File]) -> Rich:
    """Say that *files* are back."""
    return fill(request.texts.gettext("✔ {files} back in the library"), files=_names(files))


def raised(request: Request, file: File) -> Rich:
    """Say that an older version is the newest again."""
    sentence = request.texts.gettext("✔ {file}: version {number} is the current one again")
    return fill(sentence, file=named(request, file), number=strong(str(file.version)))


def tagged(request: Request, files: Sequence[File], tags: Sequence[str], *, joins: bool) -> Rich:
    """Say which tags *files* have got, or no longer have."""
    gettext = request.texts.gettext
    sentence = gettext("✔ {files}: {tags}") if joins else gettext("✔ {files}: no longer {tags}")
    return fill(sentence, files=_names(files), tags=strong(" ".join(f"#{each}" for each in tags)))


def attached(request: Request, files: Sequence[File], found: numbered.Numbered, kind: str, *, joins: bool) -> Rich:
    """Say what *files* have been attached to."""
    gettext = request.texts.gettext
    sentence = gettext("✔ {files} attached to {thing}") if joins else gettext("✔ {files} detached from {thing}")
    things = {
        "task": gettext("the task {number} “{title}”"),
        "objective": gettext("the objective {number} “{title}”"),
        "event": gettext("the event {number} “{title}”"),
    }
    thing = fill(things[kind], number=strong(found.label), title=text(short(found.title)))
    return fill(sentence, files=_names(files), thing=thing)


def _names(files: Sequence[File]) -> Rich:
    shown = [strong(short(file.name)) for file in files[:5]]
    return join(", ", [*shown, *([text(f"+{len(files) - 5}")] if len(files) > 5 else [])])


def which(request: Request) -> Rich:
    """Ask which file is meant."""
    return fill(
        request.texts.gettext("Say which file: answer its message, or give its name, as in {example}"),
        example=code(request.texts.gettext("!file move minutes.pdf in Council/2026")),
    )


def no_mail(request: Request, name: str) -> Rich:
    """Say that nothing is sent by e-mail, and how a link to the file called *name* is made."""
    gettext = request.texts.gettext
    said = gettext("I send nothing by e-mail. For a link that you can send yourself, say for example: {example}")
    return fill(said, example=code(gettext("!share {name} 7 days").format(name=line(name, 200))))


def none_such(request: Request, name: str) -> Rich:
    """Say that nobody knows such a file; the same where it is from before they came."""
    gettext = request.texts.gettext
    said = fill(
        gettext("I know no file “{name}” that was sent since you came to this room."), name=text(line(name, 200))
    )
    if not request.private:
        return said
    typed = code(gettext("find {name}").format(name=line(name, 60)))
    more = gettext("{example} looks for it in all our rooms; what is done to a file is done in its room.")
    return join(" ", (said, fill(more, example=typed)))


def several(request: Request, name: str, count: int) -> Rich:
    """Ask which of several files is meant."""
    sentence = request.texts.gettext("“{name}” fits {count} files. Which one?")
    return fill(sentence, name=text(line(name, 200)), count=text(str(count)))


def for_us(request: Request, file: File, words: Sequence[str]) -> Question:
    """Ask whether an order that points to a file was for us."""
    gettext = request.texts.gettext
    said = " ".join(words)
    sentence = fill(gettext("Is that for me, about {file}?"), file=strong(short(file.name)))
    return Question(sentence, (Candidate(code(short(said)), f"!{said}"),))


before_they_came: Final = says(
    mark("That file is from before you came to this room: I cannot do anything with it for you.")
)
"""Say that a file is not theirs to handle."""


def no_such_number(request: Request, count: int) -> Rich:
    """Say how many files the list had."""
    return text(request.texts.gettext("The list has the numbers 1 to {count}.").format(count=count))


def no_such_version(request: Request, file: File, versions: Sequence[File]) -> Rich:
    """Say which versions there are."""
    sentence = request.texts.gettext("{file} has these versions: {numbers}.")
    numbers = ", ".join(str(version.version) for version in versions)
    return fill(sentence, file=named(request, file), numbers=text(numbers))


too_deep: Final = says(mark("Eight folders one within another are the most."))
"""Refuse a folder below too many."""


too_many: Final = says_most(mark("These are more than {most} versions: name fewer files."))
"""Refuse what one operation cannot hold."""


one_at_a_time: Final = says(mark("One file at a time, please."))
"""Refuse to do to several what only one can be."""


may_not: Final = says(mark("As a guest you can file what you have sent yourself."))
"""Refuse a guest."""


def empties_itself(request: Request, days: int) -> Rich:
    """Say that nobody empties the bin."""
    said = request.texts.gettext("🗑 The bin empties itself: each file goes {days} days after it was thrown away.")
    return text(said.format(days=days))


def folders_come_and_go(request: Request) -> Rich:
    """Say what makes a folder, and what ends it."""
    example = code(request.texts.gettext("file minutes.pdf in Council/2026"))
    said = request.texts.gettext("A folder comes with its first file, as in {example}, and goes with its last one.")
    return fill(said, example=example)


def which_folder(request: Request) -> Rich:
    """Say that it is not clear which folder is meant."""
    example = code(request.texts.gettext("rename the folder Contracts to Contracts 2026"))
    return fill(request.texts.gettext("Say which folder: {example}"), example=example)


def no_such_folder(request: Request, name: str) -> Rich:
    """Say that no file is in a folder of that name."""
    return fill(request.texts.gettext("I know no folder “{name}” here."), name=text(line(name, 100)))


def attach_to_what(request: Request) -> Rich:
    """Ask what a file is to be attached to."""
    return fill(
        request.texts.gettext("Say to which task, objective or event, as in {example}"),
        example=code(request.texts.gettext("attach to task 12")),
    )


def which_thing(request: Request, files: Sequence[File], found: Sequence[Thing], *, attaches: bool) -> Question:
    """Ask which of several things a file is to be attached to."""
    texts, shown_ = request.texts, found[:9]
    verbs = ("rattacher", "à") if attaches else ("détacher", "de")
    nouns = {"task": "tâche", "objective": "objectif", "event": "événement"}
    paths = " et ".join(f"«{file.path}»" for file in files)
    candidates = tuple(
        Candidate(
            join(" ", (_object(texts, kind, thing), text("–"), text(short(thing.title)))),
            f"!fichier {verbs[0]} {paths} {verbs[1]} {nouns[kind]} {thing.label}",
            words=(thing.label, f"{nouns[kind]} {thing.label}", thing.title),
        )
        for kind, thing in shown_
    )
    return Question(text(texts.gettext("That fits several things here. Which one?")), candidates)


def no_such_object(request: Request, words: str) -> Rich:
    """Say that there is no such task, or several."""
    return fill(request.texts.gettext("I find no “{what}” in this room."), what=text(line(words, 100)))


def taken_back(request: Request, count: int) -> Rich:
    """Say that what was done to files is undone, without their names."""
    sentence = request.texts.ngettext("↩ {count} file as before", "↩ {count} files as before", count)
    return text(sentence.format(count=count))


def counted(texts: Texts, count: int) -> str:
    """Say how many files something was done to."""
    return texts.ngettext("{count} filed file", "{count} filed files", count).format(count=count)
