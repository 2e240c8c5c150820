"""From the bytes of a calendar file to its content lines (RFC 5545 §3.1), with what other programs get wrong mended.

A bad line costs that line, never the file.
"""

import codecs
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from bots.calendar.format.findings import Finding, Findings, Severity, Unreadable
from config.texts import mark

MOST_BYTES: Final = 10 * 2**20
"""A year of a large town hall is about one; more is somebody's whole past, or an attack."""
_LONGEST_LINE: Final = 100_000
_WIDE: Final = ("utf-16-le", "utf-16-be")

_NAME = re.compile(r"[A-Za-z0-9-]+")
_ALMOST_A_NAME = re.compile(r"([A-Z][A-Z0-9_. -]*?)\s*[:;]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_PARAMETER = re.compile(r"([A-Za-z0-9-]+)\s*[=:]\s*(.*)", re.DOTALL)
_ESCAPED = {"^n": "\n", "^'": '"', "^^": "^"}
_IN_TIME = re.compile(r"(DTSTART|DTEND|RECURRENCE-ID|EXDATE|RDATE)[;:]", re.IGNORECASE)
_TIME = re.compile(r":\s*(?=\d{4}-?\d\d-?\d\d)")
_INDENTED = re.compile(rb"^[ \t]+(?:BEGIN|END):[A-Z-]+[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_PROPERTY = re.compile(r"\s*(X-[A-Z0-9-]+|[A-Z-]+)[:;]", re.IGNORECASE)
_WORDS: Final = frozenset({"DESCRIPTION", "SUMMARY", "COMMENT", "LOCATION", "CONTACT", "X-ALT-DESC"})
"""Properties whose text people write, with line breaks that some programs leave as they are."""
_KNOWN: Final = frozenset(
    "BEGIN END VERSION PRODID CALSCALE METHOD NAME REFRESH-INTERVAL SOURCE COLOR IMAGE CONFERENCE ATTACH "  # noqa: SIM905 - as words they can be read
    "CATEGORIES CLASS COMMENT DESCRIPTION GEO LOCATION PERCENT-COMPLETE PRIORITY RESOURCES STATUS SUMMARY "
    "COMPLETED DTEND DUE DTSTART DURATION FREEBUSY TRANSP TZID TZNAME TZOFFSETFROM TZOFFSETTO TZURL "
    "ATTENDEE CONTACT ORGANIZER RECURRENCE-ID RELATED-TO URL UID EXDATE EXRULE RDATE RRULE ACTION REPEAT "
    "TRIGGER CREATED DTSTAMP LAST-MODIFIED SEQUENCE REQUEST-STATUS ACKNOWLEDGED PROXIMITY STRUCTURED-DATA "
    "TZUNTIL TZID-ALIAS-OF LINK CONCEPT REFID".split()
)


@dataclass(frozen=True, slots=True)
class ContentLine:
    """One property as it was written: its value is still escaped."""

    name: str
    """In capitals."""
    parameters: dict[str, tuple[str, ...]]
    value: str
    number: int
    """Where it starts in the file, from 1."""
    raw: str
    """The whole line, unfolded: what goes back out unchanged where we have nothing to add."""

    def parameter(self, name: str) -> str:
        """Return the first value of a parameter, or nothing."""
        return next(iter(self.parameters.get(name, ())), "")


def read_lines(data: bytes, findings: Findings) -> list[ContentLine]:
    """Return the content lines of a file; raises :class:`Unreadable` when it is too large or empty."""
    if len(data) > MOST_BYTES:
        sentence = mark("The file is larger than {most} MB, which is more than I read at once.")
        raise Unreadable(Finding(Severity.REFUSED, sentence, {"most": str(MOST_BYTES // 2**20)}))
    lines: list[ContentLine] = []
    for number, text in _unfolded(_flush_left(_as_utf8(data, findings), findings), findings):
        line = _parsed(text, number)
        if line is not None:
            lines.append(line)
        elif lines and _continues(text, lines[-1]):
            joined = lines[-1].value + "\\n" + text.strip()
            lines[-1] = replace(lines[-1], value=joined, raw=lines[-1].raw + "\\n" + text.strip())
            findings.add(
                Severity.REPAIRED,
                mark("Line {line} had lost its indent; it was joined to the text before it: “{text}”."),
                line=number,
                text=text,
            )
        else:
            findings.add(
                Severity.DROPPED,
                mark("Line {line} is no property of a calendar and was left out: “{text}”."),
                line=number,
                text=text,
            )
    return lines


def read_line(text: str) -> ContentLine | None:
    """Return one content line, not folded; None where it is none."""
    return _parsed(_CONTROLS.sub("", text), 0) if len(text) <= _LONGEST_LINE else None


def _as_utf8(data: bytes, findings: Findings) -> bytes:
    for bom, encoding in ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if data.startswith(bom) and encoding == "utf-8":
            return data[len(bom) :]
        if data.startswith(bom):
            findings.add(Severity.REPAIRED, mark("The file is written in {charset}, not in UTF-8."), charset="UTF-16")
            return data.decode(encoding, "replace").encode()
    for encoding in _WIDE:
        if data.startswith("BEGIN".encode(encoding)):
            findings.add(Severity.REPAIRED, mark("The file is written in {charset}, not in UTF-8."), charset="UTF-16")
            return data.decode(encoding, "replace").encode()
    return data


def _flush_left(data: bytes, findings: Findings) -> bytes:
    """Return *data* without the indent of a whole file, where each line would continue the one before."""
    if _INDENTED.search(data) is None:
        return data
    findings.add(Severity.REPAIRED, mark("The file is indented; each property was read as a line of its own."))
    return b"\n".join(map(_unindented, data.splitlines()))


def _unindented(line: bytes) -> bytes:
    match = _PROPERTY.match(line[:100].decode("latin-1"))
    known = match is not None and (match[1].upper() in _KNOWN or match[1][:2].upper() == "X-")
    bare = line.lstrip(b" \t")
    return bare if known or bare == line else b" " + bare


def _unfolded(data: bytes, findings: Findings) -> Iterator[tuple[int, str]]:
    """Yield (number, line); bytes are joined before they are decoded: a fold may stand inside a letter."""
    held: list[bytes] = []
    start = 0
    for number, read in enumerate(data.splitlines(), start=1):
        # Files that were put together keep the mark of each; some programs write blank lines between all.
        line = read.removeprefix(codecs.BOM_UTF8)
        if not line:
            continue
        if held and (line[:1] in (b" ", b"\t") or _softly_broken(held)):
            held.append(line[1:] if line[:1] in (b" ", b"\t") else line)
            continue
        yield from _decoded(held, start, findings)
        held, start = [line], number
    yield from _decoded(held, start, findings)


def _softly_broken(held: list[bytes]) -> bool:
    # vCalendar 1.0 breaks quoted-printable text with an equals sign.
    return held[-1].endswith(b"=") and b"QUOTED-PRINTABLE" in held[0].upper()


def _decoded(pieces: list[bytes], number: int, findings: Findings) -> Iterator[tuple[int, str]]:
    whole = b"".join(pieces)
    if not whole.strip():
        return
    if len(whole) > _LONGEST_LINE:
        name = whole[:40].decode("utf-8", "replace").split(":")[0].split(";")[0]
        findings.add(
            Severity.DROPPED,
            mark("Line {line} ({name}) is too long to be read and was left out."),
            line=number,
            name=name,
        )
        return
    try:
        text = whole.decode()
    except UnicodeDecodeError:
        text = whole.decode("cp1252", "replace")
        findings.add(
            Severity.REPAIRED, mark("Line {line} is not in UTF-8; it was read as Western European text."), line=number
        )
    yield number, _CONTROLS.sub("", text)


def _continues(text: str, before: ContentLine) -> bool:
    return before.name in _WORDS and _ALMOST_A_NAME.match(text) is None


def _parsed(text: str, number: int) -> ContentLine | None:
    head, colon, value = _split(text)
    if not value[:4].isdigit() and (found := _IN_TIME.match(text)) and (begins := _TIME.search(text, found.end() - 1)):
        # “TZID=(UTC+01:00) Paris” without its quotation marks; “DTSTART:TZID=Europe/Paris:…”.
        head, value = f"{found[1]};{text[found.end() : begins.start()]}".rstrip(";"), text[begins.end() :]
    name, *pieces = _pieces(head)
    spaced, name = name != name.strip(), name.strip()
    if not colon or _NAME.fullmatch(name) is None:
        return None
    name = name.upper()
    # “https://…” and “Attention : …” are somebody's text that a program broke.
    if name not in _KNOWN and not name.startswith("X-") and (spaced or not text.startswith(name)):
        return None
    parameters = dict(filter(None, map(_parameter, pieces)))
    if parameters.get("ENCODING", ("",))[0].upper() == "QUOTED-PRINTABLE":
        value = _quoted_printable(value, parameters.get("CHARSET", ("",))[0])
    return ContentLine(name, parameters, value, number, text)


def _split(text: str) -> tuple[str, str, str]:
    """Return what stands before and after the first colon outside of quotation marks, else the first one at all."""
    quoted = False
    for place, letter in enumerate(text):
        if letter == '"':
            quoted = not quoted
        elif letter == ":" and not quoted:
            return text[:place], ":", text[place + 1 :]
    return text.partition(":")


def _pieces(head: str, separator: str = ";") -> list[str]:
    pieces, quoted = [""], False
    for letter in head:
        quoted ^= letter == '"'
        if letter == separator and not quoted:
            pieces.append("")
        else:
            pieces[-1] += letter
    return pieces


def _parameter(piece: str) -> tuple[str, tuple[str, ...]] | None:
    match = _PARAMETER.fullmatch(piece.strip())
    if match is None:
        return None
    values = (value.removeprefix('"').removesuffix('"') for value in _pieces(match[2], ","))
    return match[1].upper(), tuple(re.sub(r"\^[n'^]", lambda found: _ESCAPED[found[0]], value) for value in values)


def _quoted_printable(value: str, charset: str) -> str:
    decoded = quopri.decodestring(value.replace("=\r", "=\n").encode())
    try:
        text = decoded.decode(charset or "utf-8")
    except (LookupError, UnicodeDecodeError):
        text = decoded.decode("cp1252", "replace")
    return text.replace("\\", "\\\\").replace("\r\n", "\n").replace("\n", "\\n").replace(";", "\\;").replace(",", "\\,")
