"""What is said of an antivirus's findings, in the language of the room (pure)."""

from collections.abc import Sequence

from bots.antivirus.saying import say
from bots.antivirus.verdict import Scan
from bots.assistant.talk.markup import Rich, fill, join, message_link, short, strong, text
from bots.assistant.talk.request import Request
from bots.assistant.words.lenient import line
from bots.files.library.shelf import File


def said(request: Request, scan: Scan) -> Rich:
    """Return what the antivirus said of a file; a name that another town's assistant has written is cleaned."""
    return text(line(say(scan, request.texts), 400))


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


def unscanned(request: Request, *, lax: bool) -> Rich:
    """Say that what is sent in the room is not scanned for now; *lax*: by an antivirus that is not to be believed."""
    if lax:
        sentence = request.texts.gettext(
            "⚠ What is sent here is not checked for now: the antivirus does not say what it has not opened, so I do not"
            " believe it. Whoever runs it must set it up; then I check what has come meanwhile, and speak up only if"
            " something is found."
        )
        return text(sentence)
    return text(
        request.texts.gettext(
            "⚠ Not checked: the antivirus does not answer, so what is sent here is not checked for now. As soon as it"
            " answers I check what has come meanwhile, and speak up only if something is found."
        )
    )


def mark(request: Request) -> Rich:
    """Return what stands beside an infected file in a list."""
    return strong(request.texts.gettext("⛔ infected"))
