"""What somebody wishes of a drop box, taken out of their words (pure).

``"Permis de construire" 30j 5 fichiers 100Mo dossier Urbanisme/Permis tâche @urbanisme champs: nom!, adresse``
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from bots.assistant.talk.wording import fold
from bots.assistant.words.amounts import DAYS, amount
from bots.assistant.words.enumeration import between
from bots.assistant.words.names.people import is_mention
from bots.boxes.talk.fields import UnclearField, fields
from bots.links.box.descriptor import MOST_FILES, FormField
from bots.when.values import Doubt, When, rest

DEFAULT: Final = timedelta(days=30)
LONGEST: Final = timedelta(days=366)
MOST_SIZE: Final = 2 * 10**9
"""Bytes of one deposit: two minutes of this machine's network are enough for it."""
MOST_TITLE: Final = 100
_FORM: Final = re.compile(
    r"(?:^|\s)(?:avec\s+(?:(?:les|des|un)\s+)?)?(?:champs|formulaire|questions|fields|form)\s*:\s*", re.IGNORECASE
)
_ASKED: Final = re.compile(
    r"(?:^|[\s,;(]+)(?:(?:avec|with)\s+(?:(?:les|des|un|the|a)\s+)?(?P<form>(?:champs|formulaire|fields|form)\s+)?"
    r"|(?:en\s+|et\s+)?demand(?:e|ant|er)\s+|asking\s+for\s+)",
    re.IGNORECASE,
)
_BETWEEN: Final = between("ainsi que", "puis", marks=(",", ";", r"\)"))
_MUST: Final = re.compile(
    r"[\s(]*(?:qui (?:est|sont) |à remplir |\b)(?P<word>obligatoire|requise?|required|mandatory)(?P<many>s?)\)?$",
    re.IGNORECASE,
)
_ARTICLE: Final = re.compile(
    r"^(?:(?:le|la|les|un|une|des|son|sa|leurs?|ses|du|de|the|their|a)\s+|[ld]['’]\s?)+", re.IGNORECASE
)
_KNOWN: Final = re.compile(
    r"(?:(?:sur)?nom|prenom|adresse|e-?mail|mel|courriel|tel|telephone|portable|mobile"
    r"|date(?! (?:limite|de (?:fin|debut)))|lieu|commune|ville"
    r"|code postal|numero|age|classe|ecole|profession|motif|commentaires?|remarques?|quotient"
    r"|name|surname|first name|last name|birthday|phone|address)(?!\w)(?: \D{0,40})?"
)
"""What a form asks people of themselves."""
_FOR: Final = re.compile(r"^(?:pour|for)\s+(?:(?:les?|la|des?|the)\s+|l['’]\s?)?(?=\S)", re.IGNORECASE)
_SO_THAT: Final = re.compile(
    r"^(?:pour|afin)\s(?:que|qu['’])\s?(?:(?:les|nos|des)\s)?\S+\s(?:(?:puissent|peuvent)\s)?"
    r"(?:(?:s['’](?:inscrivent|inscrire)|(?:(?:m|nous\s|n)?['’]?\s?)(?:envoient|envoyer)|d[ée]posent|d[ée]poser|donnent)\s)"
    r"(?:(?:aux?|à\sla|à\sl['’]|à|pour|leurs?|l[ea]s?|l['’]|un|une|des)\s?)?(?:(?:le|la|les)\s|l['’])?",
    re.IGNORECASE,
)
"""« Pour que les gens s'inscrivent au repas »: the meal is the title."""
_WHETHER: Final = re.compile(
    r"^s(?:['’]ils?|['’]elles?|i\s\S+)\s(?:ont|a|veulent|veut|viennent|vient|sont|est)\s(?P<what>.+)$", re.IGNORECASE
)
_UNTIL: Final = re.compile(r"(?:^|(?<=\s))(?:jusqu['’ ](?:au?|à)|until|till)(?=\s)", re.IGNORECASE)
_QUOTED: Final = re.compile(r"«\s*(?P<french>[^«»]+?)\s*»|“(?P<curly>[^“”]+)”|\"(?P<straight>[^\"]+)\"")
_SIZES: Final = {"ko": 10**3, "kb": 10**3, "mo": 10**6, "mb": 10**6, "go": 10**9, "gb": 10**9}
_FILES: Final = frozenset({"fichier", "fichiers", "file", "files", "document", "documents", "piece", "pieces"})
_ONES: Final = frozenset({"un", "une", "one", "a"})
_LEADING: Final = frozenset(
    {
        "pendant",
        "pour",
        "for",
        "max",
        "maximum",
        "jusqu'a",
        "de",
        "et",
        "and",
        "au",
        "plus",
        "of",
        "intitulee",
        "avec",
        "with",
    }
)
_FOLDER: Final = frozenset({"dossier", "folder"})
_TASK: Final = frozenset({"tache", "task", "taches"})


@dataclass(frozen=True, slots=True)
class BoxWish:
    """*size* is in bytes, of one deposit. *task*: each deposit makes one, for *people* (as they were typed)."""

    title: str = ""
    lasts: timedelta = DEFAULT
    until: date | None = None
    """Instead of *lasts*."""
    files: int = 5
    size: int = 100 * 10**6
    folder: str = ""
    task: bool = False
    people: tuple[str, ...] = ()
    fields: tuple[FormField, ...] = ()
    unclear: UnclearField | None = None
    unread: tuple[str, ...] = ()
    """Words that say nothing that we know."""


Reader = Callable[[str], When | Doubt | None]
"""Reads the time that a text speaks of."""


def wish(words: Sequence[str], when: Reader = lambda _: None) -> BoxWish:
    """Return what *words* wish, and what of it could not be read; *when* reads « jusqu’au 15 décembre »."""
    said, _, form = _split(" ".join(words))
    found = BoxWish()
    quoted = _QUOTED.search(said)
    if quoted is not None:
        title = next(part for part in quoted.groups() if part)
        found = replace(found, title=" ".join(title.split()))
        said = f"{said[: quoted.start()]} {said[quoted.end() :]}"
    until, said = _until(said, when)
    if not form:
        form, said = _asked(said)
    found = _read(replace(found, until=until), said.split())
    if quoted is None:
        found = _bare_title(found)
    asked = fields(form) if form else ()
    return replace(found, unclear=asked) if isinstance(asked, UnclearField) else replace(found, fields=asked)


def _bare_title(found: BoxWish) -> BoxWish:
    """Return *found* with the title that « pour les inscriptions » leads to; what must be filled in is no title."""
    unread = tuple(word for word in found.title.split() if _MUST.search(fold(word)))
    return replace(found, title=_FOR.sub("", _SO_THAT.sub("", found.title)), unread=(*unread, *found.unread))


def _asked(said: str) -> tuple[str, str]:
    """Return the fields that « avec nom et date de naissance obligatoires » asks for, and what is left of *said*.

    Without « champs » or « obligatoire » only what forms are known to ask is a field: a title may hold « avec ».
    """
    for head in _ASKED.finditer(said):
        items = _BETWEEN.split(said[head.end() :].rstrip(" .,;"))
        must = [_MUST.search(item) for item in items]
        surely = head.groupdict()["form"] is not None or any(must)
        last = max((at for at, found in enumerate(must) if found), default=-1)
        all_of = any(found and found["many"] for found in must)
        labels: list[str] = []
        end = head.end()
        for at, item in enumerate(items):
            label = _ARTICLE.sub("", _MUST.sub("", item).strip(" .,;:"))
            whether = _WHETHER.match(item.strip()) if labels else None
            if whether is not None:
                # « … et s'ils ont besoin d'un transport »
                labels.append(f"{whether['what'].strip(' .,;:')} (oui|non)")
                end = said.index(item, end) + len(item)
                continue
            known = _KNOWN.fullmatch(fold(label)) is not None or (surely and (at <= last or last < 0))
            if not label or not known or any(map(str.isdigit, label)) or "@" in label:
                break
            labels.append(f"{label}!" if must[at] or (all_of and at <= last) else label)
            end = said.index(item, end) + len(item)
        if labels:
            return ", ".join(labels), f"{said[: head.start()]} {said[end:].lstrip(' ,;)')}"
    return "", said


def _until(said: str, when: Reader) -> tuple[date | None, str]:
    """Return until which day *said* wishes it, and what is left of it; days are looked for behind the word alone."""
    matched = _UNTIL.search(said)
    read = None if matched is None else when(said[matched.start() :])
    if matched is None or not isinstance(read, When) or not isinstance(read.value, date) or read.rule is not None:
        return None, said
    day = read.value.date() if isinstance(read.value, datetime) else read.value
    left = rest(said[matched.start() :], read.spans)
    return day, f"{said[: matched.start()]} {_UNTIL.sub(' ', left)}"


def _split(said: str) -> tuple[str, str, str]:
    matched = _FORM.search(said)
    return (said, "", "") if matched is None else (said[: matched.start()], matched[0], said[matched.end() :])


def _read(found: BoxWish, words: list[str]) -> BoxWish:
    title, unread, at, begun = list[str](), list[str](), 0, False
    while at < len(words):
        step = _step(found, words[at:])
        if step is not None:
            found, taken = step
            at, begun = at + taken, True
            continue
        if not found.title and not begun:
            title.append(words[at])
        elif fold(words[at]) not in _LEADING and words[at].strip(".,;:–-"):
            unread.append(words[at])
        at += 1
    while title and fold(title[-1]) in _LEADING:
        title.pop()
    called = found.title or " ".join(title).strip(" .,;:")
    return replace(found, title=called, unread=tuple(unread))


def _step(found: BoxWish, words: Sequence[str]) -> tuple[BoxWish, int] | None:
    first = fold(words[0]).strip(",;")
    if first in _FOLDER and len(words) > 1:
        taken = _folder(words[1:])
        return replace(found, folder=" ".join(words[1 : 1 + taken]).strip(' «»"“”,;')), 1 + taken
    if first in _TASK:
        people = []
        for word in words[1:]:
            if not is_mention(word) and fold(word) not in ("et", "and", "pour", "for", "a"):
                break
            people.append(word)
        named = tuple(word.strip(",;") for word in people if is_mention(word))
        return replace(found, task=True, people=named), 1 + (len(people) if named else 0)
    return _counted(found, words)


def _folder(words: Sequence[str]) -> int:
    """Return how many of *words* are a folder's name: until what says something else."""
    for at, word in enumerate(words):
        if at and (fold(word) in _TASK or _counted(BoxWish(), words[at:]) is not None):
            return at
    return len(words)


def _counted(found: BoxWish, words: Sequence[str]) -> tuple[BoxWish, int] | None:
    said = amount([fold(word).strip(",;") for word in words[:2]], _ONES)
    if said is None:
        return None
    if said.unit in _FILES and said.count <= MOST_FILES:
        return replace(found, files=said.count), said.taken
    if said.unit in _SIZES:
        return replace(found, size=said.count * _SIZES[said.unit]), said.taken
    lasts = said.of(DAYS)
    return None if lasts is None else (replace(found, lasts=lasts), said.taken)
