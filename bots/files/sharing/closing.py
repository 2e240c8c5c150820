"""Closing several links with one word: « ferme tous les liens de ce salon » is asked once, with the list (pure)."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bots.assistant.talk.errand import Errand
from bots.assistant.talk.markup import fill, join, lines, text
from bots.assistant.talk.question import Candidate, Question
from bots.assistant.talk.reply import Reply, ask, leave_to
from bots.assistant.talk.request import Request
from bots.assistant.talk.sentence import and_more
from bots.assistant.words.asides import folded_text
from bots.assistant.words.objects.ending import UNASKED
from bots.files.library import meant
from bots.files.sharing import asking, saying, standing
from bots.files.sharing.errands import END
from bots.files.sharing.share import KIND, Share, shares
from bots.files.sharing.standing import ShareState
from bots.register.format.canonical import Json

MOST: Final = 20
"""Links that are closed at once: as many as one list shows."""
_ALL: Final = r"(?:tout|tous|toutes|all|every)(?: of)?"
_HERE: Final = r"(?: (?:(?:de|du|dans|sur|in|of) )?(?:ce|cette|le|la|this|the) (?:salon|conversation|room)| ici| here)"
SEVERAL: Final = (
    rf"(?:(?:{_ALL} )?(?:(?P<mine>mes|my)|les|nos|ces|the|our|these) |{_ALL} )(?:autres )?"
    r"(?:liens|partages|links|shares)(?: de partage)?(?: (?:qui sont )?(?:encore )?(?:ouverts|actifs|en cours|open))?"
    rf"(?:{_HERE}|(?: (?:de|du|des|vers|pour|d'|of|to|for) ?(?P<to>.+))?)"
)
"""Folded: « tous les liens », « mes liens de partage », « tous les liens du devis »."""
_SEVERAL: Final = re.compile(rf"(?:{SEVERAL}|tout|tous|all|everything)")
_CLOSING: Final = ("les", "liens")
"""Before the ids of what is closed, in the command that a yes completes."""
_YES: Final = (
    *("ferme-les", "ferme les", "fermer", "oui ferme-les", "ferme-les tous", "ferme tout", "oui"),
    *("close them", "close them all", "yes close them", "yes"),
)


def several(request: Request, rest: Sequence[str]) -> Reply | None:
    """Return what comes of « révoquer tous les liens », words behind the verb; None where they mean one link."""
    if tuple(rest[:2]) == _CLOSING and rest[2:]:
        named = [share for share in _theirs(request) if share.link_id in rest[2:]]
        return _close(request, named) if named else ask(request, saying.over(request, ""))
    matched = _SEVERAL.fullmatch(folded_text(rest)) if rest else None
    return None if matched is None else asked(request, matched)


def asked(request: Request, matched: "re.Match[str]") -> Reply:
    """Ask whether the links are to be closed that *matched* (of :data:`SEVERAL`) means: those that the asker may."""
    known: Sequence[Share] = _theirs(request)
    if matched["mine"]:
        known = [share for share in known if share.author == request.sender]
    if matched["to"]:
        files = meant.named(request, (matched["to"],), ())
        if isinstance(files, Reply):
            return files
        events = {file.entry.event_id for file in files}
        known = [share for share in known if events & {*share.files}]
    if not known:
        return ask(request, saying.none_of_theirs(request) if shares(request) else asking.which_link(request, 0))
    shown = known[:MOST]
    reply = ask(request, _question(request, shown, len(known) - len(shown)))
    return replace(reply, shows=tuple((KIND, share.link_id) for share in shown), lists=True)


def _theirs(request: Request) -> list[Share]:
    """Return the open links that the sender may close."""
    return [share for share in shares(request) if request.own or share.author == request.sender]


def _close(request: Request, known: Sequence[Share]) -> Reply:
    links: list[Json] = [share.link_id for share in known[:MOST]]
    return leave_to(request, Errand(END, str(request.event_id), {"links": links}), weighs=True)


def _question(request: Request, known: Sequence[Share], more: int) -> Question:
    """Ask whether *known* are to be closed, and list them; by a word alone, because none is opened again."""
    gettext = request.texts.gettext
    rows = [
        join(" ", (text(f"{number}."), standing.row(request, ShareState(share, UNASKED))))
        for number, share in enumerate(known, 1)
    ]
    word = text(gettext("close them"))
    foot = fill(gettext("What is closed stays closed. Answer “{word}”."), word=word)
    command = " ".join(("!révoquer", *_CLOSING, *(share.link_id for share in known)))
    sentence = lines((text(gettext("Shall I close these links?")), *rows, and_more(request, more)))
    return Question(sentence, (Candidate(word, command, words=_YES),), by_word=True, foot=foot)
