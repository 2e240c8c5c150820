"""What is said of an antivirus's findings, in the language of the room (pure)."""

from collections.abc import Sequence

from bots.antivirus.verdict import Scan, Why
from bots.assistant.talk.markup import Rich, fill, join, message_link, short, strong, text
from bots.assistant.talk.request import Request
from bots.assistant.words.lenient import line
from bots.files.library.shelf import File


def said(request: Request, scan: Scan) -> Rich:
    """Return what the antivirus said of a file."""
    gettext = request.texts.gettext
    if scan.clean:
        return text(gettext("Antivirus: nothing found."))
    if scan.infected:
        return infected(request, scan.name)
    return text(_why(request, scan.why))


def infected(request: Request, name: str) -> Rich:
    """Say that nobody should open a file."""
    sentence = request.texts.gettext("⛔ Antivirus: infected ({name}). Do not open it.")
    return text(sentence.format(name=line(name, 120)))


def _why(request: Request, why: Why) -> str:
    gettext = request.texts.gettext
    known = {
        Why.LARGE: gettext("Not checked by the antivirus: too large."),
        Why.LIMIT: gettext("Not checked by the antivirus: it holds more than the antivirus opens."),
        Why.ENCRYPTED: gettext("Not checked by the antivirus: it has a password."),
        Why.CUT: gettext("Not checked by the antivirus: its data does not come whole."),
        Why.GONE: gettext("Not checked by the antivirus: its data cannot be had any more."),
        Why.UNREADABLE: gettext("Not checked: the antivirus gave an answer that makes no sense."),
        Why.LAX: gettext("Not checked yet: the antivirus does not say what it has not opened; tell whoever runs it."),
        Why.ABSENT: gettext("Not checked yet: the antivirus does not answer; it is asked again."),
        Why.SILENT: gettext("Not checked: the antivirus has not come to an end with it."),
        Why.NONE: gettext("Not checked: this collectivity has no antivirus."),
        Why.BEFORE: gettext("Not checked by the antivirus: it was sent before there was one."),
        Why.PENDING: gettext("Not checked yet: the antivirus is being asked."),
    }
    return known.get(why, gettext("Not checked by the antivirus."))


def not_touched(request: Request, files: Sequence[File]) -> Rich:
    """Refuse to file what is infected."""
    sentence = request.texts.gettext(
        "⛔ The antivirus calls {files} infected: I file it nowhere. “bin” takes it off the list."
    )
    return fill(sentence, files=join(", ", [strong(short(file.name)) for file in files[:5]]))


def warned(request: Request, files: Sequence[tuple[File, str]]) -> Rich:
    """Warn of infected files, each with the name of what it holds."""
    named = [
        fill(
            "{file} ({name})",
            file=message_link(request.room_id, file.entry.event_id, short(file.name)),
            name=text(name),
        )
        for file, name in files
    ]
    sentence = request.texts.ngettext(
        "⛔ The antivirus finds malware in {files}: do not open it. I neither file nor share it. Only who sent it, or a"
        " moderator, can delete the message.",
        "⛔ The antivirus finds malware in {files}: do not open them. I neither file nor share them. Only who"
        " sent them, or a moderator, can delete the messages.",
        len(files),
    )
    return fill(sentence, files=join(", ", named))


def mark(request: Request) -> Rich:
    """Return what stands beside an infected file in a list."""
    return strong(request.texts.gettext("⛔ infected"))
