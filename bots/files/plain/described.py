"""Which files somebody means who describes them, in any order: « tous les pdf de Paul étiquetés PLU » (pure)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from itertools import islice
from typing import Final

from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold
from bots.assistant.words.asides import folded_text
from bots.assistant.words.dates.period import Period, is_period, period
from bots.assistant.words.names.people import Person, find, somebody
from bots.assistant.words.objects.articles import ARTICLES
from bots.files.library import listing, meant
from bots.files.library.library import Library
from bots.files.library.naming import compared
from bots.files.library.request import library
from bots.files.library.shelf import File
from bots.files.plain.lately import sent_by_them
from bots.files.plain.seeking import is_called, telling
from config.identifiers import UserId

_ENDINGS: Final = {
    "pdf": (".pdf",),
    "photo": (".jpg", ".jpeg", ".png", ".heic", ".webp"),
    "image": (".jpg", ".jpeg", ".png", ".heic", ".webp", ".gif"),
    "word": (".doc", ".docx", ".odt"),
    "excel": (".xls", ".xlsx", ".ods"),
}
_FILES: Final = r"(?:fichiers?|documents?|docs?|pieces? jointes?|pieces?|files?|pdfs?|photos?|images?|words?|excels?)"
_SHOW: Final = (
    r"(?:(?:je (?:veux|voudrais|souhaite) )?(?:me |nous )?"
    r"(?:montre|affiche|liste|donne|sors|sortir|retrouve|trouve|cherche|voir|ouvre)[rz]?(?:[ -](?:moi|nous))?)"
    r"(?: (?:la )?liste (?:des|de|d'))?|(?:la )?liste (?:des|de|d')"
    r"|(?:quels?|quelles?|ou|c'est quoi) (?:sont|etaient)|show(?: me)?|list|find"
    r"|combien (?:y a-t-il |il y a |on a |as-tu )?(?:de|d')|(?:tu as|t'as|on a) quoi comme|qu'est-ce qu'on a comme"
    r"|quel(?:le)?s"
)
_ONE: Final = r"(?:(?:le|la) (?:tout )?(?:dernier|derniere)|the last)"
_ALL: Final = r"(?:(?:tou(?:s|tes?)|ttes?|ts|all)(?: (?:les|mes|nos|ces|the))?|les|mes|nos|ces|the)"
_EVERY: Final = re.compile(r"tou|tt|ts|all")
_NOUN: Final = rf"(?:(?P<files>{_FILES})|(?P<called>(?!(?:des?|du|las?|les?|une?)\b)\w+))(?= |$)"
_HEAD: Final = re.compile(
    rf"(?:(?P<show>{_SHOW})(?: |(?<=')))?(?:(?P<what>tout ce|ce|qu'est-ce)(?= qui est | qu)"
    rf"|(?:(?P<all>{_ALL}) |(?P<one>{_ONE}) )?{_NOUN})(?P<rest>(?: .*)?)"
)
_SENT: Final = r"(?:envoy|depos|post|partag|recu|transmis|mis|ajout|arriv)\w*"
_TAGGED: Final = r"(?:etiquet\w+|tagu?e\w*|avec (?:l'|la |le |les )?(?:etiquettes?|tags?|mots?[ -]cles?)|tags?|#)"
_INVERTED: Final = re.compile(rf"^qu'(?:a|ont) {_SENT} (?P<who>.+)$")
"""« Qu'a envoyé Paul ? »"""
_CLAUSE: Final = re.compile(
    rf" (?={_TAGGED}|{_SENT}\b|(?:de|du|des|dans|sous|par|pour|sur|que|qui|cette|ce|depuis|from|in|by)\b|d'|qu'"
    r"|hier\b|aujourd'hui\b)"
)
_TAG: Final = re.compile(rf"(?:qui (?:est|sont|a|ont) )?{_TAGGED} ?(?::|comme )? ?(?P<tags>.*)")
_LEADING: Final = re.compile(
    r"(?P<by>de la |de l'|des |du |de |d'|par (?:la |le |l')?|que (?:la |le |l')?|qu'|from |by )?"
    r"(?P<in>dans |sous |in )?(?:(?:la |le |the )?(?P<folder>dossier|repertoire|folder) )?(?P<rest>.+)"
)
_WHICH_IS: Final = re.compile(r"^qui (?:est|sont|a ete|ont ete) (?=.)")
_HAS: Final = re.compile(rf" (?:m'|nous )?(?:a|ont)(?: {_SENT})?$")
_LITTLE: Final = re.compile(
    rf"(?:{_SENT}|qui (?:est|sont|a ete|ont ete)|ici|dans le salon|sur|pour|on a|y a-t-il|il y a)"
)
_TO_COME: Final = frozenset({"demain", "semaine", "mois", "prochain", "prochaine", "tomorrow", "week", "month", "next"})
_BACK: Final = timedelta(days=60)
_MOST_BACK: Final = 31
"""Five years, within which the last 29 February was."""
_WEEKDAYS: Final = frozenset(
    {"lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"}
    | {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}
)
_BETWEEN: Final = re.compile(r"(?:, ?| et | and | )#?")


@dataclass(frozen=True, slots=True)
class Described:
    """What is said of files: *words* of their names, *tags*, whose they are, in which *folder*, of when, how they end.

    *many*: all of them are meant; *one*: the last of them. *asks*: nothing else can be meant.
    """

    words: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    sender: UserId | None = None
    folder: str = ""
    when: Period | None = None
    endings: tuple[str, ...] = ()
    many: bool = False
    asks: bool = False
    one: bool = False
    every: bool = False
    """« Toutes les … » was said."""

    @property
    def filters(self) -> bool:
        """Whether more is said than words of a name."""
        return bool(self.tags or self.sender or self.folder or self.when or self.endings)


def described(request: Request, words: Sequence[str]) -> Described | None:
    """Return what *words*, all of them, say of files; None where they are about something else."""
    said = _INVERTED.sub(r"ce que \g<who> a envoye", folded_text(words))
    head = _HEAD.fullmatch(said)
    if head is None or not _is_of_files(head):
        return None
    noun = head["files"] or head["called"] or ""
    many, asks = bool(head["all"] or head["what"]), head["show"] is not None or head["what"] is None
    every = _EVERY.match(head["all"] or "") is not None
    found = Described(many=many, asks=asks, one=head["one"] is not None, every=every)
    ending = _ENDINGS.get(noun.rstrip("s"))
    if ending is not None:
        found = replace(found, endings=ending)
    elif head["called"]:
        found = replace(found, words=(_singular(noun),))
    for clause in filter(None, _CLAUSE.split(head["rest"])):
        found = _with(request, found, clause.strip(" ,"))
    if head["what"] and not found.filters:
        # « Tout ce qui est urgent »
        return replace(found, tags=found.words, words=()) if found.words else None
    return found


def asks(words: Sequence[str]) -> bool:
    """Tell whether *words* may describe files."""
    head = _HEAD.fullmatch(_INVERTED.sub(r"ce que \g<who> a envoye", folded_text(words)))
    return head is not None and _is_of_files(head)


def _is_of_files(head: "re.Match[str]") -> bool:
    """Tell whether what is described is called as nothing but files are, and more than one, or the last."""
    if head["what"] is not None:
        return True
    noun, more = head["files"] or head["called"], bool(head["all"] or head["one"] or head["show"])
    if head["files"] is not None and head["one"] is None and not noun.endswith("s") and noun not in _ENDINGS:
        # « Le fichier du DGS » is one that is looked for by its name.
        return False
    return head["files"] is not None or (more and is_called([noun]))


def shown(request: Request, words: Sequence[str]) -> Reply | None:
    """List the files that *words* describe; None where nothing but words of a name is said, and none is called so."""
    return listed(request, words, described(request, words))


def listed(request: Request, words: Sequence[str], found: Described | None) -> Reply | None:
    """List the files that are as *found*, which *words* say; None where :func:`shown` has nothing."""
    if found is None or not (found.filters or found.words):
        return None
    places = [*places_of(library(request), found, request)]
    places = places[:1] if found.one else places
    if not places and (found.words or not found.filters or request.private or not found.asks):
        return None
    return listing.of_places(request, " ".join(words), places)


def files(request: Request, found: Described) -> list[File]:
    """Return the files that are as *found* where all are meant, one more than may be touched at the most.

    Their words are whole ones of a name, or tags: « les plans » are no planning.
    """
    if not found.many or not (found.filters or found.words):
        return []
    known = library(request)
    fitting = (known.shelf.file(at) for at in places_of(known, found, request))
    return [*islice((file for file in fitting if _is_called(file, found.words)), meant.MOST_AT_ONCE + 1)]


def to_be_moved(request: Request, found: Described, known: Sequence[File]) -> list[File]:
    """Return which of *known* whoever says « range les photos … » surely means; none where that is to be asked.

    Those that they have just sent; else all, where none lies in a folder, but for the folder that was named.
    """
    if found.folder:
        return [*known]
    theirs = {file.id for file in sent_by_them(request)}
    sent = [file for file in known if file.id in theirs]
    if len(sent) > 1 and not found.every:
        return sent
    return [] if any(file.filing.folder for file in known) else [*known]


def _is_called(file: File, words: Sequence[str]) -> bool:
    parts = {_singular(part) for part in re.split(r"[\W_]+", compared(file.path))}
    tags = {_singular(compared(tag)) for tag in file.filing.tags}
    return all(_singular(compared(word)) in parts | tags for word in words)


def places_of(known: Library, found: Described, request: Request) -> Iterator[int]:
    """Yield where the files of *known* stand that are as *found*, the newest first."""
    sets: list[set[int]] = []
    if found.sender is not None:
        sets.append({*known.sent_by(found.sender)})
    if found.folder:
        sets.append({*known.within(found.folder)})
    if found.endings:
        sets.append({at for ending in found.endings for at in known.find([ending])})
    if found.tags:
        wanted, filings = {*map(compared, found.tags)}, known.shelf.filings.items()
        ids = (file_id for file_id, filing in filings if wanted <= {*map(compared, filing.tags)})
        sets.append({known.shelf.at[file_id] for file_id in ids if file_id in known.shelf.at})
    # Words are looked for in tags, too.
    sets += [{*known.find([word])} for word in found.words]
    entries, span = known.shelf.entries(), _span(found.when, request)
    for at in known.all():
        if all(at in held for held in sets) and (span is None or span[0] <= entries[at].at < span[1]):
            yield at


def person(request: Request, words: Sequence[str]) -> UserId | None:
    """Return whom *words* name: « Paul », « la secrétaire »."""
    found = find(f"@{' '.join(word for word in words if word not in ARTICLES)}", request)
    return found.user if isinstance(found, Person) else somebody(words, request)


def _with(request: Request, found: Described, clause: str) -> Described:
    """Return *found* with what *clause* says."""
    tagged = _TAG.fullmatch(clause)
    if tagged is not None:
        tags = (tag.strip(' #«»"“”.') for tag in _BETWEEN.split(tagged["tags"]))
        return replace(found, tags=(*found.tags, *filter(None, tags)))
    has = _HAS.search(clause) is not None
    leading = _LEADING.fullmatch(_WHICH_IS.sub("", clause))
    if _LITTLE.fullmatch(clause) or leading is None:
        return found
    rest = _HAS.sub("", leading["rest"])
    if (leading["in"] or leading["folder"]) and library(request).within(rest):
        return replace(found, folder=rest)
    sender = person(request, rest.split()) if leading["by"] or has else None
    if sender is not None and not is_period(rest.split()):
        return replace(found, sender=sender)
    return _of_words(request, found, rest)


def _of_words(request: Request, found: Described, rest: str) -> Described:
    """Return *found* with what *rest* says, which is no tag, folder or person: days, an ending, words."""
    named = telling(rest.split())
    if found.words and named and library(request).find([*found.words, *named]):
        # « CR mars 2026 » is what a file is called.
        return replace(found, words=(*found.words, *map(_singular, named)))
    if is_period(rest.split()):
        when = _past(rest.split(), request)
        # Days that nobody can count are in no name either: nothing is found, rather than files of any day.
        return replace(found, words=(*found.words, rest)) if when is None else replace(found, when=when)
    ends = _ENDINGS.get(rest.rstrip("s"))
    if ends is not None:
        return replace(found, endings=ends)
    return replace(found, words=(*found.words, *map(_singular, named)))


def _past(words: Sequence[str], request: Request) -> Period | None:
    """Return the days that *words* say: of files the last ones of that name."""
    yesterday = request.here.date() - timedelta(days=1)
    if [*words] in (["hier"], ["yesterday"]):
        return Period(yesterday, request.here.date())
    today = request.here.date()
    words = ["du", *words] if "au" in words else words
    found = period(words, request.here, request.language)
    if found is not None and found.first <= today:
        return found
    said, dated = {*map(fold, words)}, any(map(str.isdigit, " ".join(words)))
    if found is not None and _WEEKDAYS & said and not dated:
        return Period(found.first - timedelta(days=7), found.stop - timedelta(days=7))
    if not dated and _TO_COME & said:
        return found
    # What is over is read as it was before it: « du 12 novembre », « de mars ».
    before = (period(words, request.here - _BACK * ago, request.language) for ago in range(1, _MOST_BACK))
    return next((days for days in before if days is not None and days.first <= today), found)


def _span(when: Period | None, request: Request) -> tuple[float, float] | None:
    """Return from when until before when (ms) the days *when* last."""
    if when is None:
        return None
    first, stop = (datetime.combine(day, time(), request.zone).timestamp() * 1000 for day in (when.first, when.stop))
    return first, stop


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 4 and word.endswith(("s", "x")) else word
