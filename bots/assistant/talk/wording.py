"""From what a client sends to the words that were meant: pills become user ids, odd characters go."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from html import unescape
from typing import Final
from urllib.parse import unquote

from bots.assistant.talk.elision import elided
from bots.assistant.talk.measure import MOST, thinned
from bots.assistant.talk.request import Request
from config.errors import MalformedId
from config.identifiers import UserId

_MOST_NAMED: Final = 50
_MOST_FORMATTED: Final = 4 * MOST

_MATRIX_TO = r"https://matrix\.to/#/"
_USER_LINK = re.compile(
    _MATRIX_TO + r"(?P<user>(?:@|%40)[^?/\s<>)\"]+)|matrix:u/(?P<uri>[^?/\s<>)\"]+)[^\s)]*", re.IGNORECASE
)
_MARKDOWN_PILL = re.compile(
    r"\[[^\]\n]{0,255}\]\(<?(?P<link>(?:https://matrix\.to/#/|matrix:u/)[^\s)>]+)>?\)", re.IGNORECASE
)
_BREAKS: Final = frozenset(
    {"br", "p", "div", "li", "ul", "ol", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6"}
)

_PIECE = re.compile(r"<(?P<closing>/?)(?P<tag>[a-zA-Z][a-zA-Z0-9-]{0,20})(?P<attributes>[^<>]{0,2000})>|[^<]+|<")
_HREF = re.compile(r"""\bhref\s?=\s?(?:"(?P<double>[^"]{0,1000})"|'(?P<single>[^']{0,1000})')""", re.IGNORECASE)
_QUOTED_MESSAGE = re.compile(r"\A<mx-reply>.*?</mx-reply>", re.DOTALL | re.IGNORECASE)
_PLAIN: Final = str.maketrans("àâäáéèêëîïíôöóùûüúçñ’", "aaaaeeeeiiiooouuuucn'")
_LIGATURES: Final = str.maketrans({"œ": "oe", "æ": "ae", "’": "'", "‘": "'", "ʼ": "'", "´": "'", "`": "'", "！": "!"})
# What has no place in a title: controls, overrides of the writing direction, what is drawn as nothing (fillers, blanks,
# tags, separators of scripts), half surrogate pairs. The zero-width joiner (U+200D) stays: it holds emoji together; and
# so do variation selectors, of which one will do.
_UNWANTED = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f"
    r"\u2028-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    r"\U000e0000-\U000e0fff\ud800-\udfff]|(?<=[\ufe00-\ufe0f])[\ufe00-\ufe0f]+"
)
# No script stacks more on one letter; some people stack hundreds, over the lines above and below.
_STACKED = re.compile(
    r"([\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u06d6-\u06ed\u0e31-\u0e4e\u1ab0-\u1aff"
    r"\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{4})[\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f"
    r"\u06d6-\u06ed\u0e31-\u0e4e\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)
_MARKS: Final = dict.fromkeys(code for code in range(0x300, 0x20000) if unicodedata.combining(chr(code)))
"""What stands on or below a letter; none of it is in Latin-1, or beyond."""


def words_of(request: Request) -> list[str]:
    """Return the words of *request*, in NFC, each mention as one word: the user id."""
    return [_as_user(each) for each in spoken(request).split()]


def lines_of(request: Request, rest: Sequence[str]) -> list[list[str]]:
    """Return *rest*, the last words of *request*, in the lines in which they were written; never none."""
    lines = [[_as_user(each) for each in line.split()] for line in spoken(request).split("\n")]
    before = sum(map(len, lines)) - len(rest)
    if before < 0 or [each for line in lines for each in line][before:] != [*rest]:
        return [list(rest)]
    kept = []
    for line in lines:
        if before < len(line) or not before:
            kept.append(line[before:])
        before = max(0, before - len(line))
    while kept and not kept[0]:
        del kept[0]
    return kept or [[]]


def spoken(request: Request) -> str:
    """Return the text of *request*, in NFC, with a user id for each pill, and the apostrophes that were left out."""
    said = _from_pills(request.formatted) if request.formatted else None
    said = _name_mentions(request.text[:MOST], request) if said is None else said[:MOST]
    said = _MARKDOWN_PILL.sub(lambda found: f" {user_in(found['link']) or found[0]} ", said)
    return elided(thinned(clean(said)))


def written(request: Request) -> str:
    """Return the whole of what :func:`spoken` reads, as it was written."""
    said = _from_pills(request.formatted) if request.formatted else None
    return request.text if said is None else said


def clean(words: str) -> str:
    """Return *words* without the characters that only confuse, in NFC."""
    if words.isascii():
        return _UNWANTED.sub("", words)
    return _STACKED.sub(r"\1", unicodedata.normalize("NFC", _UNWANTED.sub("", words)))


def is_seen(words: str) -> bool:
    """Tell whether anything of *words* is drawn: marks, joiners and blanks alone are not."""
    return words.isalnum() or any(unicodedata.category(letter)[0] not in "CMZ" for letter in words)


def fold(word: str) -> str:
    """Return *word* as it is compared: no case, no accents, straight apostrophes, no punctuation at its end."""
    if not word.isascii():
        word = unicodedata.normalize("NFKD", word.translate(_LIGATURES).lower().translate(_LIGATURES))
        word = word.translate(_MARKS)
    return word.lower().rstrip(".,;:!?") or word


def unaccented(spoken: str) -> str:
    """Return *spoken* in small letters without accents, letter for letter; "" where that cannot be."""
    said = spoken.translate(_PLAIN).lower().translate(_PLAIN)
    return said if len(said) == len(spoken) else ""


def has_words(words: Sequence[str]) -> bool:
    """Tell whether *words* are more than the lone ``?`` or ``!`` that French puts after a space."""
    return any(each.strip(".,;:!?") for each in words)


def user_in(link: str) -> UserId | None:
    """Return the user that *link* (matrix.to, or ``matrix:``) points to."""
    found = _USER_LINK.match(link)
    if found is None:
        return None
    try:
        return UserId.parse(unquote(found["user"]) if found["user"] else "@" + unquote(found["uri"]))
    except MalformedId:
        return None


def _as_user(word: str) -> str:
    return user_in(word) or word


def _from_pills(formatted: str) -> str | None:
    """Return the text of *formatted* with a user id for each pill; None when it has no pill, or is far too long.

    Not by ``html.parser``: it takes 11 s for 32,000 characters of ``<a <a <a`` and raises on ``<![<![`` (3.11).
    """
    if len(formatted) > _MOST_FORMATTED:
        return None
    spoken: list[str] = []
    pills, in_pill = 0, False
    for found in _PIECE.finditer(_QUOTED_MESSAGE.sub("", formatted, count=1)):
        closing, tag = found["closing"], (found["tag"] or "").lower()
        user = _link_in(found["attributes"]) if tag == "a" and not closing else None
        if user is not None:
            spoken.append(f" {user} ")
            pills += 1
        in_pill = user is not None or (in_pill and tag != "a")
        if tag in _BREAKS:
            spoken.append("\n")
        elif not tag and not in_pill:
            spoken.append(unescape(found[0]))
    return "".join(spoken) if pills else None


def _link_in(attributes: str) -> UserId | None:
    found = _HREF.search(attributes)
    return None if found is None else user_in(unescape(found["double"] or found["single"] or ""))


def _name_mentions(text: str, request: Request) -> str:
    """Replace ``@Display Name`` of those in ``m.mentions`` by their ids: some clients send no HTML with a mention."""
    names: Mapping[UserId, str | None] = request.members
    for user in sorted(request.mentions)[:_MOST_NAMED]:
        name = names.get(user)
        if name and user not in text:
            # Split and joined rather than substituted: an id may hold what a template takes for a reference.
            text = user.join(re.split("@" + re.escape(name) + r"(?!\w)", text, flags=re.IGNORECASE))
    return text
