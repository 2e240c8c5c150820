"""What people ask to see of the files: a folder, the bin, what came last, what is in no folder, whose it is (pure)."""

import re
from collections.abc import Callable, Sequence
from typing import Final

from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.words.asides import folded_text
from bots.files.library import acting, listing, meant, saying, sending
from bots.files.library.library import BIN_DAYS, Library
from bots.files.library.linked import called
from bots.files.library.orders import Order, Verb
from bots.files.library.request import library
from bots.files.library.shelf import File
from bots.files.plain import described
from bots.files.plain.lately import lately
from bots.files.plain.seeking import telling

_SHOW: Final = r"(?:montre|affiche|liste|donne|ouvre|voir)(?:r|z)?(?:[ -](?:moi|nous))?"
_FILES: Final = r"(?:fichiers|documents|docs|pieces|files)"
_SEE: Final = (
    rf"(?:(?:qu'est-ce qu'|qu'est ce qu'|qu'est-ce que |ce qu')(?:il y a|on a)"
    rf"|que contient|qu'y a-t-il|(?:il )?y a quoi|{_SHOW}|what is in|what's in|show|open)"
)
_INSIDE: Final = rf"(?:{_SEE} )?(?:(?:(?:le )?contenu|ce qu'il y a|(?:tous )?les {_FILES}) )?(?:(?:dans|de|in) )?"
_WHAT: Final = r"(?:(?:(?:il )?y ?a|on a|c'?(?:est)?|est-ce qu'il y a) ?)?(?:quoi|koi|kwa)(?: de range)?"
"""« ya koi », « c quoi »."""
_FOLDER: Final = re.compile(rf"{_INSIDE}(?:(?:le|la|du|the) )?(?:dossier|repertoire|folder) (?P<name>.+)")
_FOLDERS: Final = re.compile(
    rf"(?:(?:quels sont|{_SHOW}) )?(?:tous )?(?:les|la liste des|quels) (?:dossiers|repertoires)"
    r"(?: (?:on a|il y a|y a-t-il))?"
)
_IN: Final = re.compile(
    rf"(?:(?:{_SEE}|qu'?y ?a[ -]t[ -]il|(?:le )?contenu|(?:tous )?les {_FILES}) (?:(?:dans|ds|de|du|in) |d')?"
    rf"|{_WHAT} (?:dans|ds|in) )(?:la |le |l')?(?P<name>.+)"
)
_PRIVATELY: Final = re.compile(
    r"(?:(?:r?envoie|donne|passe|transmets)[rz]?[ -](?:moi|nous)[ -])?(?P<name>.+?) (?:en|par) "
    r"(?:prive|message prive|mp)"
)
_HISTORY: Final = re.compile(
    r"(?:(?:montre(?:[ -]moi)?|affiche|quel est|quelles sont) )?(?:l'|un |les |la liste des |quelles )?"
    r"(?:historique|versions)"
    r"(?: (?:de ce fichier|du fichier|de ce document|du document)| (?:du |de la |de l'|de |des )(?P<name>.+))?"
)
_EMPTIED: Final = re.compile(
    r"(?:vide|vider|videz|purge)[rz]? (?:la |the )?(?:corbeille|poubelle)|empty the (?:bin|trash)"
)
_BIN: Final = re.compile(rf"{_INSIDE}(?:la |the )?(?:corbeille|poubelle|bin|trash)")
_LATEST: Final = re.compile(
    rf"(?:(?:quels?|(?:c'est )?quoi) (?:sont |etaient )?|{_SHOW} )?(?:les|mes|nos) (?:derniers|nouveaux) {_FILES}"
    r"(?: (?:depos|envoy|ajout|rec|partag|arriv|mis)\w*(?: (?:ici|dans le salon))?)?"
)
_UNFILED: Final = re.compile(
    rf"(?:quel(?:le)?s (?:sont (?:les )?)?|{_SHOW} )?(?:les )?{_FILES} (?:qui )?(?:(?:ne )?sont |restent |encore )?"
    r"(?:pas (?:encore )?(?:rang|class)ee?s?|sans dossier|non (?:rang|class)ee?s?|a (?:ranger|classer))"
)
_OF: Final = re.compile(
    rf"(?:(?:(?:c'est )?quoi|quel est|quels sont|ou (?:est|sont)|(?:re)?trouve(?:[ -]moi)?|je cherche|{_SHOW}) )?"
    r"(?:le|la|les) (?:fichiers?|documents?|docs?|photos?|pieces?(?: jointes?)?) "
    r"(?:que |qu')(?P<who>.{1,60}?) (?:m'|nous )?a "
    r"(?:envoy|mis|post|depos|partag|transmis)\w*"
    r"(?: (?:tout a l'heure|tantot|aujourd'hui|ce matin|hier|recemment|ici))?"
)
_THAT_ONE: Final = re.compile(
    rf"(?:(?:je veux|{_SHOW}) )?(?:celui|celle) (?:qui (?:parle|traite) )?"
    r"(?:du |de la |de l'|de |d'|sur |pour |avec )(?P<name>.+)"
)
_ATTACHED: Final = re.compile(
    rf"(?:qu'est-ce qui est|ce qui est) (?:joint|attache|rattache) "
    r"(?:a la |a l'|au |a |pour (?:la |le |l')?)(?P<thing>.+)"
    rf"|(?:(?:{_SHOW}|m'envoyer|me donner|envoie[ -]moi)(?: en prive)? )?"
    rf"(?:(?:quels|les) )?{_FILES} (?:(?:qui )?(?:sont )?(?:joints|attaches|rattaches) )?"
    r"(?:a la |a l'|au |de la |de l'|du |pour (?:la |le |l')?)(?P<of>.+)"
)
_WHO_SEES: Final = re.compile(
    r"(?:(?:est-ce que |est ce que )?(?:les autres|mes collegues|tout le monde|quelqu'un(?: d'autre)?"
    r"|d'autres(?: personnes)?)"
    r"(?: que moi)? (?:peu(?:t|vent) |pourr\w+ )?(?:le |la |les |l'|y )?(?:voi\w*|lire|lisent|acceder|acces)(?: ca)?"
    r"|qui (?:peut |a )?(?:le |la |les |l'|y )?(?:voit|voir|lire|lit|acceder|acces)(?: ca| a ce fichier| ce fichier)?"
    r"|qui (?:peut )?(?:voit|voir|lire|lit) (?P<name>.+)|who can (?:see|read) (?P<called>.+))"
)
_TO_ME: Final = re.compile(
    r"(?:tu )?(?:(?:me (?:le |la |les |l'\s?)|m')r?envo(?:ies?|yer|yez)|me (?:le|la|les) (?:transmets|passes?|passer)"
    r"|me (?:le|la|les) transmettre"
    r"|r?envoie[sz]?[ -](?:le|la|les)[ -]moi|send it to me)(?: (?:en|par) (?:prive|message prive|mp))?"
)


def asks(words: Sequence[str]) -> bool:
    """Tell whether *words* ask to see any of these."""
    said = folded_text(words)
    return any(form.fullmatch(said) for form, _ in _SHOWN)


def shown(request: Request, words: Sequence[str]) -> Reply | None:
    """Return what *words* ask to see; None where they ask for nothing of the sort."""
    said = folded_text(words)
    asked = ((matched, show) for form, show in _SHOWN if (matched := form.fullmatch(said)) is not None)
    return next((reply for matched, show in asked if (reply := show(request, matched)) is not None), None)


def _of_folder(request: Request, matched: "re.Match[str]") -> Reply:
    return listing.show(request, ["dossier", *matched["name"].split()])


def _within(request: Request, matched: "re.Match[str]") -> Reply | None:
    """Return what is in a folder that is not called one: « y a quoi dans Compta »."""
    name = matched["name"].strip('«»"“” ')
    return listing.show(request, ["dossier", *name.split()]) if library(request).within(name) else None


def _named(request: Request, name: str | None) -> list[File] | Reply:
    """Return the files that are called so, or that was just spoken of; none where nothing is."""
    return meant.if_known(request, name.split()) if name else lately(request)


def _privately(request: Request, matched: "re.Match[str]") -> Reply | None:
    found = _named(request, matched["name"])
    if isinstance(found, Reply):
        return found
    return sending.brought(request, found[0]) if len(found) == 1 else None


def _history(request: Request, matched: "re.Match[str]") -> Reply | None:
    found = _named(request, matched["name"])
    if isinstance(found, Reply):
        return found
    return acting.act(request, [Order(Verb.SHOW)], acting.keys_of(found)) if len(found) == 1 else None


def _of_person(request: Request, matched: "re.Match[str]") -> Reply | None:
    person = described.person(request, matched["who"].split())
    return None if person is None else listing.sent_by(request, person)


def _attached(request: Request, matched: "re.Match[str]") -> Reply | None:
    """Return what is attached to the one thing that is called so."""
    found = called(request, (matched["thing"] or matched["of"]).split())
    return listing.attached(request, *found[0]) if len(found) == 1 else None


def _who_sees(request: Request, matched: "re.Match[str]") -> Reply | None:
    name = matched["name"] or matched["called"]
    files = meant.if_known(request, name.split()) if name else lately(request)
    if isinstance(files, Reply):
        return files
    return None if len(files) != 1 else ask(request, saying.read_by(request, files[0]))


def _to_me(request: Request, _: "re.Match[str]") -> Reply | None:
    files = lately(request)
    return sending.brought(request, files[0]) if len(files) == 1 else None


def _that_one(request: Request, matched: "re.Match[str]") -> Reply | None:
    """Return the one of those that were listed whose name has the words of what is said."""
    wanted = telling(matched["name"].split())
    fitting = [file for file in lately(request) if _has(library(request), file, wanted)]
    return acting.act(request, [Order(Verb.SHOW)], acting.keys_of(fitting)) if len(fitting) == 1 else None


def _has(known: Library, file: File, words: Sequence[str]) -> bool:
    return bool(words) and any(each.id == file.id for each in known.files(known.find([*words]), 1000))


_SHOWN: Final[tuple[tuple["re.Pattern[str]", Callable[[Request, "re.Match[str]"], Reply | None]], ...]] = (
    (_FOLDER, _of_folder),
    (_BIN, lambda request, _: listing.show(request, ["corbeille"])),
    (_FOLDERS, lambda request, _: listing.show(request, [])),
    (_EMPTIED, lambda request, _: ask(request, saying.empties_itself(request, BIN_DAYS))),
    (_HISTORY, _history),
    (_PRIVATELY, _privately),
    (_IN, _within),
    (_LATEST, lambda request, _: listing.show(request, [])),
    (_UNFILED, lambda request, _: listing.unfiled(request)),
    (_OF, _of_person),
    (_ATTACHED, _attached),
    (_THAT_ONE, _that_one),
    (_WHO_SEES, _who_sees),
    (_TO_ME, _to_me),
)
