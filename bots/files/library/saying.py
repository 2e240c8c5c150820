"""What is said of what was done to files, and what is asked and refused, in the language of the room (pure)."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from bots.assistant.talk.markup import Rich, code, fill, join, short, strong, text
from bots.assistant.talk.question import Candidate, Question
from bots.assistant.talk.request import Request
from bots.assistant.talk.sentence import says, says_most
from bots.assistant.words.lenient import line
from bots.assistant.words.objects import numbered
from bots.files.library.linked import Thing
from bots.files.library.shelf import File
from bots.files.library.told import named
from bots.when.saying import say
from config.texts import Texts, mark

_YES: Final = (
    *("oui", "oui jette", "jette", "jette-le", "jette le", "jeter", "supprime", "supprime-le", "oui supprime"),
    *("yes", "bin it", "throw it away", "yes please"),
)
"""What agrees to a file's being thrown away."""


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


def bin_it(request: Request, file: File) -> Question:
    """Ask whether the file that was just spoken of is to be thrown away."""
    gettext = request.texts.gettext
    word = "fichier jeter" if request.language == "fr" else "file bin"
    sentence = fill(gettext("Shall I throw {file} away?"), file=strong(short(file.name)))
    return Question(sentence, (Candidate(code(gettext("throw it away")), f"!{word} «{file.path}»", words=_YES),))


def _object(texts: Texts, kind: str, found: numbered.Numbered) -> Rich:
    names = {
        "task": texts.gettext("task {number}"),
        "objective": texts.gettext("objective {number}"),
        "event": texts.gettext("event {number}"),
    }
    return fill(names.get(kind, "{number}"), number=strong(found.label))


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
