"""A poll is asked, with its answers; another answer is offered as a new poll (pure)."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bots.assistant.dispatch.sentences import too_long
from bots.assistant.talk.markup import Rich
from bots.assistant.talk.question import Question
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.rights import Right
from bots.assistant.talk.wording import fold, unaccented
from bots.assistant.talk.wording import spoken as said
from bots.assistant.words.objects.articles import ALSO
from bots.assistant.words.objects.numbered import MAX_TITLE
from bots.assistant.words.questions import ASKED_OF_US
from bots.events.polls import saying, wire
from bots.events.polls.kind import MOST, NAME, OPTIONS, POLL, labelled
from bots.events.polls.meant import meant
from bots.events.polls.words import PollWish, asked, asks_whether
from bots.items.board import Board
from bots.items.doing import adding, asking
from bots.items.doing.drafting import Draft
from bots.items.kind import WITHDRAWN
from bots.items.saying import echo
from bots.register.format.identity import object_id
from bots.register.format.operation import Change
from bots.when.finding import find

_FOR_WHAT: Final = re.compile(r"\A(?:pour|de|du|d['’])\s?(?:(?:la|le|les|une?)\s|l['’])?", re.IGNORECASE)
_AND_ASK: Final = re.compile(
    rf"[.?!,;]\s*(?:et\s)?(?:{ASKED_OF_US}|merci de|il faut)\s(?:le\s)?"
    r"(?:demander|proposer|sonder|interroger|lancer|faire|poser)[^:]{0,60}$",
    re.IGNORECASE,
)
"""« … Tu peux demander à tout le monde ? », behind the answers."""
_ABOUT: Final = re.compile(
    r"\A(?:pour (?:savoir|choisir|décider(?: de)?)|pour|sur|concernant|about|on|for"
    r"|(?:de|des) (?:dates|jours|créneaux|horaires)(?: (?:pour|de|du|sur)(?: (?:la|le|les))?)?) ",
    re.IGNORECASE,
)
"""What stands before the title of a poll that is asked for in a whole sentence."""
_ALSO: Final = ALSO | {"too"}
_CHOICE: Final = frozenset({"choix", "creneau", "option", "reponse", "possibilite", "choice", "slot", "answer"})
_ARTICLES: Final = frozenset({"le", "la", "un", "une", "comme", "au", "sondage", "a", "the", "as"})
_TO_A_POLL: Final = re.compile(
    r"(?P<choice>.*?)\s*\b(?:au|dans le|dans ce|à ce|to the|in the) (?:sondage|poll)(?!\w)(?P<named>[^:]*)"
    r"(?::(?P<behind>.+))?",
    re.IGNORECASE,
)
"""« Ajoute mercredi 9h au sondage budget », « ajoute une date au sondage : mercredi 9h »."""
_OTHER_THINGS: Final = re.compile(
    r"(?:(?:une?|la|le|a|the) )?(?:tâche|rappel|réunion|événement|task|reminder|meeting|event)\b", re.IGNORECASE
)
_A_DAY: Final = re.compile(
    r"(?:le |la )?(?:(?:lun|mar|mercre|jeu|vendre|same)di |dimanche )?\d{1,2}(?:er)?(?:/\d{1,2}(?:/\d{2,4})?"
    r"| (?:janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre)(?: \d{4})?)?"
    r"(?: (?:a )?\d{1,2} ?h(?:\d\d)?)?[ .!]*"
)
"""« Ajoute le 12/02 » is nothing to do."""
_DATES: Final = frozenset({"date", "jour", "heure", "horaire", "day", "time"})
_A_TIME: Final = re.compile(r"\b(?:heure|horaire|créneau|slot|time)", re.IGNORECASE)
"""Where these are asked about, « 10 ou 14 » are no days."""
_MOST_WORDS: Final = 2_000


def has_choices(rest: Sequence[str]) -> bool:
    """Tell whether answers to choose from stand behind a colon: « une date pour les vœux : vendredi 8 ou samedi 9 »."""
    _, colon, listed = " ".join(rest).partition(":")
    return bool(colon) and bool(re.search(r"\bou\b|\bor\b|,", listed))


def is_one_more(rest: Sequence[str]) -> bool:
    """Tell whether *rest*, behind « ajoute », is one more answer: « aussi le vendredi 11 », « le choix mardi »."""
    whole = " ".join(rest)
    if _TO_A_POLL.fullmatch(whole) is not None and _OTHER_THINGS.match(whole) is None:
        return True
    if _A_DAY.fullmatch(unaccented(whole)):
        return True
    said = [fold(word).strip(",:") for word in rest[:3]]
    last = {fold(word).strip(".!") for word in rest[-1:]}
    return bool(_ALSO & ({*said[:1]} | last) or _CHOICE & {*said})


def more(request: Request, rest: list[str]) -> Reply:
    """Answer « ajoute aussi le vendredi 11 à 9h »: a poll keeps its answers, so another one is offered."""
    board = Board(POLL, request.state)
    found = sorted(board.in_use(), key=lambda poll: poll.number)
    to = _TO_A_POLL.fullmatch(" ".join(rest))
    if to is not None:
        poll = meant(request, to["named"].strip(" .!?").split())
        choice = _bare((to["behind"] or to["choice"]).split())
        return poll if isinstance(poll, Reply) else ask(request, saying.asked_anew(request, poll, choice))
    words = [word for word in rest if fold(word).strip(",:.!") not in _ALSO]
    choice = _bare(words)
    dated = find(choice, request.here, request.zone, request.language) is not None
    named = any(fold(word).strip(",:") in _CHOICE for word in rest[:3])
    fits = bool(found) and (named or dated == any(option.times is not None for option in found[-1].get(OPTIONS) or ()))
    if not fits or not choice:
        return replace(ask(request, saying.none_open(request)), nothing=True)
    return ask(request, saying.asked_anew(request, found[-1], choice))


def _bare(words: Sequence[str]) -> str:
    """Return the answer in *words*, without « le choix » before it."""
    left = [*words]
    while left and fold(left[0]).strip(",:") in _CHOICE | _ARTICLES | _DATES:
        del left[0]
    return " ".join(left).strip(" .!")


def make_of_dates(request: Request, rest: list[str]) -> Reply:
    """Ask which date it shall be: « trouve une date pour les vœux : vendredi 8 ou samedi 9 »."""
    return _made(request, _FOR_WHAT.sub("", " ".join(rest), count=1).split(), dates=True)


def make(request: Request, rest: list[str]) -> Reply:
    """Ask everybody in the room."""
    return _made(request, rest)


def _made(request: Request, rest: list[str], *, dates: bool = False) -> Reply:
    if not request.may(Right.ADD):
        return ask(request, asking.may_not(request))
    if request.inverse:
        return ask(request, saying.is_asked(request))
    spoken = _AND_ASK.sub("", " ".join(rest)).strip(" :")
    if len(spoken) > _MOST_WORDS:
        return ask(request, too_long(request, spoken, MAX_TITLE))
    days = dates and _A_TIME.search(said(request).partition(":")[0]) is None
    wanted = asked(_ABOUT.sub("", spoken), request, request.language, days=days)
    question = _unclear(request, wanted)
    if dates and question is None and all(option.times is None for option in wanted.options):
        question = saying.which_options(request, said(request).partition(":")[0])
    return _asked(request, wanted) if question is None else ask(request, question)


def _unclear(request: Request, wanted: PollWish) -> Rich | Question | None:
    if wanted.doubt is not None:
        return wanted.doubt
    if not wanted.title:
        return asking.which_title(POLL, request)
    if len(wanted.options) < 2:
        spoken = said(request)
        return saying.yes_or_no(request, spoken) if asks_whether(spoken) else saying.which_options(request, spoken)
    if len(wanted.options) > MOST:
        return saying.too_many(request, MOST)
    if wanted.strange:
        return saying.strange(request, wanted.strange)
    return too_long(request, wanted.title, MAX_TITLE) if len(wanted.title) > MAX_TITLE else None


def _asked(request: Request, wanted: PollWish) -> Reply:
    poll_id = object_id(NAME, request.room_id, request.seed, 0)
    board = Board(POLL, request.state)
    values = {"options": wanted.options, "until": wanted.until}
    title = wanted.title[:1].upper() + wanted.title[1:]
    change = adding.create(POLL, request, board, poll_id, Draft(title, values), {"cause": str(request.event_id)})
    item = Board(POLL, request.state, (change,)).get(poll_id)
    assert item is not None, "it has just been made"
    answers = [labelled(option, request) for option in wanted.options]
    return Reply(
        echo.added(request, item),
        changes=(change,),
        shows=((NAME, poll_id),),
        inverse=(Change(NAME, poll_id, set={"status": WITHDRAWN}),),
        posted=(wire.start(poll_id, title, answers, request.event_id),),
    )
