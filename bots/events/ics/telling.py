"""The sentences about calendar files (pure)."""

from collections.abc import Iterator, Mapping
from typing import Final

from bots.assistant.talk.markup import Rich, code, fill, join, lines, text
from bots.assistant.talk.request import Request
from bots.assistant.talk.sentence import says
from bots.assistant.words.lenient import line
from bots.calendar.format.findings import Finding, Severity
from bots.calendar.format.lines import MOST_BYTES
from bots.events.ics.diffing import EventDiff, Fate
from bots.events.ics.sheet import CalendarFile, FileEvent
from bots.events.kept.kinds import KIND
from bots.events.words.types import When
from config.texts import mark

_MOST: Final = 12
"""Findings that are said: more than anybody reads."""
_MOST_TITLE: Final = 200
_ICONS: Final = {
    Severity.NOTED: "ℹ",
    Severity.REPAIRED: "🔧",
    Severity.DROPPED: "✂",
    Severity.REFUSED: "✖",
}


def how(request: Request) -> Rich:
    """Say how a file is imported."""
    sentence = request.texts.gettext("Send the calendar file (.ics) here, then answer that message with {example}.")
    return fill(sentence, example=code(request.texts.gettext("!agenda import")))


at_work: Final = says(mark("I am reading the file."))
"""Say that the file is being read."""


def too_large(request: Request) -> Rich:
    """Refuse a file that is too large."""
    sentence = request.texts.gettext("The file is larger than {most} MB, which is more than I read at once.")
    return text(sentence.format(most=MOST_BYTES // 2**20))


gone: Final = says(mark("I find no calendar file there that was sent while you were in this room."))
"""Say that the file is not to be had, or not for them."""


def failed(request: Request, done: int) -> Rich:
    """Say that the file could not be read, or not to its end."""
    texts = request.texts
    if not done:
        return text(texts.gettext("I could not get the file: nothing was changed. Please try again later."))
    sentence = texts.ngettext(
        "I could not get the file to its end: {count} event was read. Please import it again.",
        "I could not get the file to its end: {count} events were read. Please import it again.",
        done,
    )
    return text(sentence.format(count=done))


def unreadable(request: Request, sheet: CalendarFile) -> Rich:
    """Say why the file is no calendar."""
    return lines(text(finding.said(request.texts)) for finding in sheet.findings[-1:])


def summary(request: Request, sheet: CalendarFile, counts: Mapping[Fate, int], *, whole: bool) -> Rich:
    """Say what was taken, repaired and left out; *whole*: deleting the command takes all of it back."""
    texts = request.texts
    parts = []
    if counts[Fate.NEW] or not any(counts.values()):
        sentence = texts.ngettext("{count} event added", "{count} events added", counts[Fate.NEW])
        parts.append(sentence.format(count=counts[Fate.NEW]))
    if counts[Fate.CHANGED]:
        sentence = texts.ngettext("{count} event changed", "{count} events changed", counts[Fate.CHANGED])
        parts.append(sentence.format(count=counts[Fate.CHANGED]))
    if counts[Fate.SAME]:
        sentence = texts.ngettext("{count} was here already", "{count} were here already", counts[Fate.SAME])
        parts.append(sentence.format(count=counts[Fate.SAME]))
    if counts[Fate.OLDER]:
        sentence = texts.ngettext("{count} is newer here", "{count} are newer here", counts[Fate.OLDER])
        parts.append(sentence.format(count=counts[Fate.OLDER]))
    head = fill(texts.gettext("📥 Imported: {what}."), what=join(", ", map(text, parts)))
    foot = texts.gettext("To take it back, delete your command.") if whole and counts[Fate.NEW] else ""
    return lines((head, *findings(request, sheet), text(foot)))


def event(request: Request, entry: FileEvent, taken: EventDiff, *, titled: bool) -> Rich:
    """Say what an event of a file is, and when; when it was before, and that it is cancelled now."""
    gettext = request.texts.gettext
    title = line(entry.fields.get("title"), _MOST_TITLE) or "…"
    now = _said_when(request, entry.fields.get("when"))
    held = request.state.get(KIND, taken.key) if taken.fate is Fate.CHANGED else None
    once = bool(entry.recurrence) and held is not None and held.first("recurrence") is None
    before = "" if held is None or once else _said_when(request, held.value("when"))
    off = entry.fields.get("status") == "cancelled"
    parts = [text(title if titled else ""), text(now)]
    if before and before != now:
        parts.append(text(gettext("instead of {before}").format(before=before)))
    if off:
        parts.append(text(gettext("cancelled")))
    return join(" ", (text("✖" if off else "📅"), join(" · ", [part for part in parts if part])))


def _said_when(request: Request, raw: object) -> str:
    times = When().read(raw)
    return "" if times is None else When().say(times, request).plain


def findings(request: Request, sheet: CalendarFile) -> Iterator[Rich]:
    """Yield what was refused, left out, repaired: the weightiest first, as many as anybody reads."""
    order = [Severity.REFUSED, Severity.DROPPED, Severity.REPAIRED, Severity.NOTED]
    found = sorted(sheet.findings, key=lambda finding: order.index(finding.severity))
    for finding in found[:_MOST]:
        yield text(f"{_ICONS[finding.severity]} {_said(request, finding)}")
    more = len(found) - _MOST + sheet.more
    if more > 0:
        sentence = request.texts.ngettext("… and {count} more remark.", "… and {count} more remarks.", more)
        yield text(sentence.format(count=more))


def _said(request: Request, finding: Finding) -> str:
    return " ".join(finding.said(request.texts).split())


exporting: Final = says(mark("I am writing the calendar file: it comes in a moment."))
"""Say that the file is being written."""


def exported(request: Request, count: int, left: int) -> Rich:
    """Say how many events are in the file, and how many are not because they are from before somebody came."""
    texts = request.texts
    said = texts.ngettext("{count} event is in the file.", "{count} events are in the file.", count)
    if not left:
        return text(said.format(count=count))
    more = texts.ngettext(
        "{count} from before you came here is not: whoever was here then can export it.",
        "{count} from before you came here are not: whoever was here then can export them.",
        left,
    )
    return text(f"{said.format(count=count)} {more.format(count=left)}")


nothing: Final = says(mark("There is no event here that I could export for you."))
"""Say that there is nothing to export."""


not_written: Final = says(mark("I could not send the calendar file. Please try again later."))
"""Say that there will be no file."""
