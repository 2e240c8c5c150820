"""What people can ask about polls (pure)."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from bots.assistant.dispatch.capability import Capability
from bots.assistant.dispatch.sentences import too_long
from bots.assistant.talk.markup import Rich
from bots.assistant.talk.question import Question
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.rights import Right, may, standing
from bots.assistant.talk.wording import fold
from bots.assistant.talk.wording import spoken as said
from bots.assistant.words.commands.courtesy import plainly
from bots.assistant.words.commands.vocabulary import Command, has_words, with_nouns
from bots.assistant.words.objects.articles import ALSO
from bots.assistant.words.objects.numbered import MAX_TITLE, reference
from bots.events.polls import answering, counting, saying, wire
from bots.events.polls.answers import Act, Said
from bots.events.polls.answers import said as meant_by
from bots.events.polls.counting import CLOSE, COUNT, END, Counting, cause_of, errand
from bots.events.polls.kind import CANCELLED, MOST, NAME, OPTIONS, POLL, labelled
from bots.events.polls.words import Asked, asked, asks_whether
from bots.items.board import Board
from bots.items.capability import capability
from bots.items.doing import adding, asking
from bots.items.doing.changing import on, to
from bots.items.doing.drafting import Draft
from bots.items.doing.work import Work
from bots.items.kind import WITHDRAWN, Item
from bots.items.saying import echo, listing
from bots.register.format.identity import object_id
from bots.register.format.operation import Change
from bots.when.finding import find
from bots.when.values import When

_MAKING: Final = (
    *("faire", "fais", "faites", "lancer", "lance", "lancez", "créer", "crée", "créez", "organiser", "organise"),
    *("organisez", "proposer", "propose", "proposez", "ouvrir", "ouvre", "prépare", "préparer"),
)
_FINDING: Final = tuple(
    f"{lead}{verb} {what}"
    for lead in ("", "il faudrait ", "il faut ", "on doit ", "on devrait ")
    for verb in ("trouver", "trouve", "trouvons", "choisir", "choisissons", "fixer", "fixons")
    for what in ("une date", "un jour", "un créneau", "une heure", "la date", "le jour")
)
_FOR_WHAT: Final = re.compile(r"\A(?:pour|de|du|d['’])\s?(?:(?:la|le|les|une?)\s|l['’])?", re.IGNORECASE)
_AND_ASK: Final = re.compile(
    r"[.?!,;]\s*(?:et\s)?(?:tu peux|peux-tu|tu pourrais|merci de|il faut|pourrais-tu)\s(?:le\s)?"
    r"(?:demander|proposer|sonder|interroger|lancer|faire|poser)[^:]{0,60}$",
    re.IGNORECASE,
)
"""« … Tu peux demander à tout le monde ? », behind the answers."""
_MAKE: Final = (
    *("sondage", "un sondage", "poll", "a poll"),
    *(f"{verb} {noun}" for verb in _MAKING for noun in ("un sondage", "un vote", "un doodle")),
    *(f"{verb} {noun}" for verb in ("start", "make", "create") for noun in ("a poll", "a vote")),
)
_ABOUT: Final = re.compile(
    r"\A(?:pour (?:savoir|choisir|décider(?: de)?)|pour|sur|concernant|about|on|for) ", re.IGNORECASE
)
"""What stands before the title of a poll that is asked for in a whole sentence."""
_CLOSE: Final = ("clore", "clôturer", "clôture", "clos", "fermer", "ferme", "terminer", "termine", "close", "end")
_EXTEND: Final = ("prolonger", "prolonge", "prolongez", "extend")
_LATER: Final = re.compile(
    r"(?P<named>.*?)[ ,:]*"
    r"(?P<until>\b(?:jusqu|au |à |a |pour |d['’]une? |de (?:\d|deux|trois)|until |by |to ).*)",
    re.IGNORECASE,
)
_CANCEL: Final = ("annuler", "annule", "annulez", "supprimer", "supprime", "abandonner", "abandonne", "cancel", "drop")
_OF_A_POLL: Final = frozenset({"", "pour", "for", "au", "le", "du", "de", "des", "d'", "sur", "of", "sondage", "poll"})
_MORE: Final = ("ajoute", "ajouter", "ajoutez", "rajoute", "rajouter", "add")
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
_LIST: Final = (
    *("liste les sondages", "liste des sondages", "la liste des sondages", "les sondages", "quels sondages"),
    *("quels sont les sondages", "quels sondages sont en cours", "quels sondages sont ouverts", "sondages en cours"),
    *("les sondages en cours", "list the polls", "the polls", "which polls are open"),
)
_THE: Final = ("le sondage", "ce sondage", "sondage", "the poll", "poll")
_COUNT: Final = (
    *(
        "qui peut",
        "qui peut venir",
        "ça donne quoi",
        "où en est-on",
        "qui a répondu",
        "qui est disponible",
        "résultat",
        "résultats",
        "où en est le sondage",
        "qui n'a pas répondu",
        "qui n'a pas encore répondu",
        "qui n'a pas voté",
        "qui n'a pas encore voté",
        "qui a déjà voté",
        "qui a voté",
    ),
    *("who can", "who can come", "results", "who has not answered", "who has not voted", "who has voted"),
)
_COUNT_NAMED: Final = (
    *("où en est le sondage", "où en est ce sondage", "où en est-on du sondage", "ça donne quoi le sondage"),
    *("que donne le sondage", "résultat du sondage", "résultats du sondage", "le résultat du sondage"),
    *("les résultats du sondage", "état du sondage", "qui a voté au sondage", "qui a répondu au sondage"),
    *("qui n'a pas voté au sondage", "qui n'a pas répondu au sondage", "results of the poll", "how is the poll"),
)
"""Behind these stands the name of a poll, whatever its first word."""
_MOST_WORDS: Final = 2_000
_ONTO: Final = re.compile(r"(?P<head>.+?)(?:\s*:|\s(?:sur|on))\s(?P<tail>.+)", re.IGNORECASE)
_SMALL: Final = frozenset(
    {"le", "la", "les", "l", "pour", "de", "du", "des", "d", "au", "a", "the", "for", "of", "to", "sondage", "poll"}
)


def polls() -> Capability:
    """Return what can be asked about polls."""
    own = capability(POLL, without=("add", "export", "closed"))
    return replace(
        own,
        commands=(*_own(), *map(_told, own.commands)),
        remark=_remark,
        reactions={key: partial(_pressed, act) for key, act in own.reactions.items()},
        errands={**own.errands, **{kind: Counting(kind) for kind in (COUNT, CLOSE, END)}},
        standing=counting.standing,
    )


def _own() -> tuple[Command, ...]:
    return (
        Command(
            name="poll.make",
            topic=NAME,
            forms=("sondage ajouter", "sondage créer", "poll add", "agenda sondage", "calendar poll"),
            short=_MAKE,
            banged=_MAKE,
            handle=make,
            usage=POLL.adds.example,
            about=POLL.adds.about,
            essential=True,
            takes=has_words,
        ),
        Command(
            name="poll.make.date",
            topic=NAME,
            short=_FINDING,
            banged=_FINDING,
            handle=_make_of_dates,
            takes=_has_choices,
        ),
        Command(
            name="poll.more",
            topic=NAME,
            short=_MORE,
            banged=_MORE,
            handle=more,
            takes=_is_one_more,
        ),
        Command(
            name="poll.list.said",
            topic=NAME,
            short=_LIST,
            banged=_LIST,
            handle=partial(listing.show_all, POLL),
            alone=True,
        ),
        Command(
            name="poll.close",
            topic=NAME,
            forms=with_nouns(("sondage", "poll"), _CLOSE),
            bare=tuple(f"{verb} {noun}" for verb in _CLOSE for noun in _THE),
            on_card=_CLOSE,
            handle=close,
        ),
        Command(
            name="poll.extend",
            topic=NAME,
            forms=with_nouns(("sondage", "poll"), _EXTEND),
            bare=tuple(f"{verb} {noun}" for verb in _EXTEND for noun in _THE),
            handle=extend,
        ),
        Command(
            name="poll.cancel.said",
            topic=NAME,
            bare=tuple(f"{verb} {noun}" for verb in _CANCEL for noun in _THE),
            handle=cancel,
        ),
        Command(
            name="poll.count",
            topic=NAME,
            forms=tuple(f"{noun} {words}" for noun in ("agenda", "sondage", "poll", "calendar") for words in _COUNT),
            short=_COUNT,
            banged=_COUNT,
            on_card=_COUNT,
            handle=count,
            takes=_may_be_a_poll,
            asks=True,
        ),
        Command(
            name="poll.count.named",
            topic=NAME,
            short=_COUNT_NAMED,
            banged=_COUNT_NAMED,
            handle=count,
            asks=True,
        ),
    )


def _may_be_a_poll(rest: Sequence[str]) -> bool:
    """Tell whether *rest* may name a poll: « qui est disponible mercredi à 14h ? » asks something else."""
    first = fold(rest[0].strip("?!. ")) if rest else ""
    return first in _OF_A_POLL or reference(first) is not None


def _has_choices(rest: Sequence[str]) -> bool:
    """Tell whether answers to choose from stand behind a colon: « une date pour les vœux : vendredi 8 ou samedi 9 »."""
    _, colon, listed = " ".join(rest).partition(":")
    return bool(colon) and bool(re.search(r"\bou\b|\bor\b|,", listed))


def _is_one_more(rest: Sequence[str]) -> bool:
    """Tell whether *rest*, behind « ajoute », is one more answer: « aussi le vendredi 11 », « le choix mardi »."""
    whole = " ".join(rest)
    if _TO_A_POLL.fullmatch(whole) is not None and _OTHER_THINGS.match(whole) is None:
        return True
    if _A_DAY.fullmatch(plainly(whole)):
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
        poll = _meant(request, to["named"].strip(" .!?").split())
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


def _make_of_dates(request: Request, rest: list[str]) -> Reply:
    """Ask which date it shall be: « trouve une date pour les vœux : vendredi 8 ou samedi 9 »."""
    return make(request, _FOR_WHAT.sub("", " ".join(rest), count=1).split())


def make(request: Request, rest: list[str]) -> Reply:
    """Ask everybody in the room."""
    if not may(standing(own=request.own), Right.ADD):
        return ask(request, asking.may_not(request))
    if request.inverse:
        return ask(request, saying.is_asked(request))
    spoken = _AND_ASK.sub("", " ".join(rest)).strip(" :")
    if len(spoken) > _MOST_WORDS:
        return ask(request, too_long(request, spoken, MAX_TITLE))
    wanted = asked(_ABOUT.sub("", spoken), request, request.language)
    question = _unclear(request, wanted)
    return _asked(request, wanted) if question is None else ask(request, question)


def _unclear(request: Request, wanted: Asked) -> Rich | Question | None:
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


def _asked(request: Request, wanted: Asked) -> Reply:
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


def _told(command: Command) -> Command:
    """Return what every kind has, with what is more to it here: « sondage 3 clore », and polls end for clients, too."""
    handle = partial(_one, command.handle) if command.name == "poll.one" else command.handle
    return replace(command, handle=partial(_ending, handle))


def _one(handle: Callable[[Request, list[str]], Reply], request: Request, rest: list[str]) -> Reply:
    work = Work.on(POLL, request)
    item, words = work.target(rest)
    said = None if item is None or not has_words(words) else answering.behind(request, item, words)
    return said or handle(request, rest)


def _remark(request: Request) -> Reply | None:
    reply = answering.remark(request)
    return None if reply is None else _ended(request, reply)


def close(request: Request, rest: list[str]) -> Reply:
    """Close a poll, by the word of whoever has asked it: « clore le sondage menu, on retient le poisson »."""
    named, choice = _parted(request, rest, Work.on(POLL, request).board)
    item = _meant(request, named)
    if isinstance(item, Reply):
        return item
    spelled = not any("," in word for word in rest) and not answering.names_one(item, choice)
    if spelled and not _says_when(request, choice):
        # “clore le sondage 1 chocolat”: what follows a number may be what was typed for its name, a date never is.
        choice = ""
    reply = answering.done(request, item, Said(Act.CLOSE, choice), sure=True)
    assert reply is not None, "closing is sure"
    return reply


def _until(request: Request, whole: str, board: Board) -> tuple[list[str], str] | None:
    """Return the name and the time in « menu dimanche soir »; None where all of it is a name, or none is before it."""
    when = find(whole, request.here, request.zone, request.language)
    if not isinstance(when, When) or whole[when.spans[-1][1] :].strip(" .!"):
        return None
    name = whole[: when.spans[0][0]].split()
    name = name[:-1] if name and fold(name[-1]) in ("a", "au", "le", "jusqu'a", "jusqu'au") else name
    if _words(whole) <= set().union(*(_words(poll.title) for poll in board.in_use())):
        return None
    return (name, whole[when.spans[0][0] :]) if not name or _called(name, board) is not None else None


def _parted(request: Request, rest: Sequence[str], board: Board) -> tuple[list[str], str]:
    """Return the name of the poll in *rest*, and the answer that is taken.

    That stands behind a comma, behind the number, or behind « sur » and « : » where they are not of a name on *board*.
    """
    whole = " ".join(rest)
    number = bool(rest) and reference(rest[0].rstrip(",;:")) is not None
    head, comma, tail = (rest[0], " ", " ".join(rest[1:])) if number else whole.partition(",")
    behind = None if number or comma or _called(rest, board) is not None else _ONTO.fullmatch(whole)
    if behind is not None and _called(behind["head"].split(), board) is not None:
        head, comma, tail = behind["head"], ":", behind["tail"]
    timed = None if number or comma or behind is not None else _until(request, whole, board)
    if timed is not None:
        return timed
    closing = meant_by(f"clore {tail}") if comma and tail.strip() else None
    return [head.rstrip(",;: ")] if number else head.split(), "" if closing is None else closing.choice


def extend(request: Request, rest: list[str]) -> Reply:
    """Let a poll be open for longer: « prolonge le sondage menu jusqu'à vendredi »."""
    whole = " ".join(rest)
    found = _LATER.fullmatch(whole)
    item = _meant(request, (whole if found is None else found["named"]).split())
    return (
        item if isinstance(item, Reply) else answering.extended(request, item, "" if found is None else found["until"])
    )


def _says_when(request: Request, words: str) -> bool:
    return find(words, request.here, request.zone, request.language) is not None


def _words(said: str) -> set[str]:
    return {fold(word) for word in re.findall(r"\w+", said)}


def cancel(request: Request, rest: list[str]) -> Reply:
    """Give up the poll that is named."""
    item = _meant(request, rest)
    if isinstance(item, Reply):
        return item
    return _ended(request, on(POLL, to(CANCELLED))(request, [item.label]))


def count(request: Request, rest: list[str]) -> Reply:
    """Say how a poll stands."""
    item = _meant(request, rest)
    if isinstance(item, Reply):
        # « Qui n'a pas répondu pour jeudi ? » may be asked of an event.
        return replace(item, nothing=True)
    return answering.left(request, item, COUNT)


def _meant(request: Request, rest: Sequence[str]) -> Item | Reply:
    """Return the open poll that is named, or that of the card, or the only one, or the last one that was asked."""
    work = Work.on(POLL, request)
    called = _called(rest, work.board)
    if called is not None:
        return called
    if _words(" ".join(rest)) - _SMALL or (request.card is not None and work.board.get(request.card) is not None):
        item, _ = work.target([*rest])
        return work.reply() if item is None else item
    found = sorted(work.board.in_use(), key=lambda poll: poll.number)
    return found[-1] if found else ask(request, saying.none_open(request))


def _called(rest: Sequence[str], board: Board) -> Item | None:
    """Return the only open poll whose title holds all of the words, « pour la galette »; numbers are none."""
    said = _words(" ".join(rest)) - _SMALL
    if not said or any(reference(word) is not None for word in said):
        return None
    found = [poll for poll in board.in_use() if said <= _words(poll.title)]
    return found[0] if len(found) == 1 else None


def _ending(handle: Callable[[Request, list[str]], Reply], request: Request, rest: list[str]) -> Reply:
    return _ended(request, handle(request, rest))


def _pressed(act: Callable[[Request], Reply | None], request: Request) -> Reply | None:
    reply = act(request)
    return None if reply is None else _ended(request, reply)


def _ended(request: Request, reply: Reply) -> Reply:
    """Return *reply*; a poll that it gives up ends for people's clients too."""
    board = Board(POLL, request.state)
    errands = []
    for change in reply.changes:
        item = board.get(change.id) if change.kind == NAME and "status" in change.set else None
        cause = None if item is None or not item.open else cause_of(request.state.get(NAME, change.id))
        if item is not None and cause is not None:
            errands.append(errand(END, item, cause, 0))
    return replace(reply, errands=(*reply.errands, *errands)) if errands else reply
