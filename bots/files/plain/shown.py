"""What people ask to see of the files: a folder, the bin, what came last, what is in no folder, whose it is (pure)."""

import re
from collections.abc import Callable, Sequence
from typing import Final

from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.words.asides import folded_text
from bots.assistant.words.names.people import Person, find, somebody
from bots.assistant.words.objects.articles import ARTICLES
from bots.files.library import acting, listing, saying, sending
from bots.files.library.entry import KIND
from bots.files.library.library import Library
from bots.files.library.linked import called
from bots.files.library.orders import Order, Verb
from bots.files.library.request import library
from bots.files.library.seeking import telling
from bots.files.library.shelf import File
from bots.files.plain.lately import lately

_SHOW: Final = r"(?:montre|affiche|liste|donne|ouvre|voir)(?:r|z)?(?:[ -](?:moi|nous))?"
_FILES: Final = r"(?:fichiers|documents|docs|pieces|files)"
_SEE: Final = (
    rf"(?:(?:qu'est-ce qu'|qu'est ce qu'|qu'est-ce que |ce qu')(?:il y a|on a)"
    rf"|que contient|qu'y a-t-il|(?:il )?y a quoi|{_SHOW}|what is in|what's in|show|open)"
)
_INSIDE: Final = rf"(?:{_SEE} )?(?:(?:le contenu|ce qu'il y a|(?:tous )?les {_FILES}) )?(?:(?:dans|de|in) )?"
_FOLDER: Final = re.compile(rf"{_INSIDE}(?:(?:le|la|du|the) )?(?:dossier|repertoire|folder) (?P<name>.+)")
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
    r"|qui (?:peut |a )?(?:le |la |les |l'|y )?(?:voit|voir|lire|lit|acceder|acces)(?: ca| a ce fichier| ce fichier)?)"
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


def _of_person(request: Request, matched: "re.Match[str]") -> Reply | None:
    who = matched["who"].split()
    found = find(f"@{' '.join(word for word in who if word not in ARTICLES)}", request)
    person = found.user if isinstance(found, Person) else somebody(who, request)
    return None if person is None else listing.sent_by(request, person)


def _attached(request: Request, matched: "re.Match[str]") -> Reply | None:
    """Return what is attached to the one thing that is called so."""
    found = called(request, (matched["thing"] or matched["of"]).split())
    return listing.attached(request, *found[0]) if len(found) == 1 else None


def _who_sees(request: Request, _: "re.Match[str]") -> Reply | None:
    files = lately(request)
    return None if len(files) != 1 else ask(request, saying.read_by(request, files[0]))


def _to_me(request: Request, _: "re.Match[str]") -> Reply | None:
    files = lately(request)
    return sending.brought(request, files[0]) if len(files) == 1 else None


def _that_one(request: Request, matched: "re.Match[str]") -> Reply | None:
    """Return the one of those that were listed whose name has the words of what is said."""
    wanted = telling(matched["name"].split())
    fitting = [file for file in lately(request) if _has(library(request), file, wanted)]
    return acting.act(request, [Order(Verb.SHOW)], ((KIND, fitting[0].id),)) if len(fitting) == 1 else None


def _has(known: Library, file: File, words: Sequence[str]) -> bool:
    return bool(words) and any(each.id == file.id for each in known.files(known.find([*words]), 1000))


_SHOWN: Final[tuple[tuple["re.Pattern[str]", Callable[[Request, "re.Match[str]"], Reply | None]], ...]] = (
    (_FOLDER, _of_folder),
    (_BIN, lambda request, _: listing.show(request, ["corbeille"])),
    (_LATEST, lambda request, _: listing.show(request, [])),
    (_UNFILED, lambda request, _: listing.unfiled(request)),
    (_OF, _of_person),
    (_ATTACHED, _attached),
    (_THAT_ONE, _that_one),
    (_WHO_SEES, _who_sees),
    (_TO_ME, _to_me),
)
