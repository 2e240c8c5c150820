"""What people can ask about polls (pure)."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from bots.assistant.dispatch.capability import Capability
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold, has_words
from bots.assistant.words.commands.command import Command, with_nouns
from bots.assistant.words.objects.numbered import reference
from bots.events.polls import answering, counting
from bots.events.polls.counting import CLOSE, COUNT, END, Counting
from bots.events.polls.ending import cancel, close, count, ended, extend
from bots.events.polls.kind import NAME, POLL
from bots.events.polls.making import has_choices, is_one_more, make, make_of_dates, more
from bots.items.capability import capability
from bots.items.doing.work import Work
from bots.items.saying import listing

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
_PROPOSING: Final = tuple(
    f"{verb} {count} {what}"
    for verb in ("propose", "proposer", "proposez", "proposons", "je propose", "on propose", "nous proposons")
    for count in ("des", "plusieurs", "deux", "trois", "quatre", "cinq", "2", "3", "4", "5")
    for what in ("dates", "jours", "créneaux")
)
_WHICH: Final = ("quelle date", "quelles dates", "quel jour", "quel créneau", "which date", "which day")
_MAKE: Final = (
    *("sondage", "un sondage", "poll", "a poll"),
    *(f"{verb} {noun}" for verb in _MAKING for noun in ("un sondage", "un vote", "un doodle")),
    *(f"{verb} {noun}" for verb in ("start", "make", "create") for noun in ("a poll", "a vote")),
)
_CLOSE: Final = ("clore", "clôturer", "clôture", "clos", "fermer", "ferme", "terminer", "termine", "close", "end")
_EXTEND: Final = ("prolonger", "prolonge", "prolongez", "extend")
_CANCEL: Final = ("annuler", "annule", "annulez", "supprimer", "supprime", "abandonner", "abandonne", "cancel", "drop")
_OF_A_POLL: Final = frozenset({"", "pour", "for", "au", "le", "du", "de", "des", "d'", "sur", "of", "sondage", "poll"})
_MORE: Final = ("ajoute", "ajouter", "ajoutez", "rajoute", "rajouter", "add")
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
            short=(*_FINDING, *_PROPOSING, *_WHICH),
            banged=(*_FINDING, *_PROPOSING),
            handle=make_of_dates,
            takes=has_choices,
        ),
        Command(
            name="poll.more",
            topic=NAME,
            short=_MORE,
            banged=_MORE,
            handle=more,
            takes=is_one_more,
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
    return None if reply is None else ended(request, reply)


def _ending(handle: Callable[[Request, list[str]], Reply], request: Request, rest: list[str]) -> Reply:
    return ended(request, handle(request, rest))


def _pressed(act: Callable[[Request], Reply | None], request: Request) -> Reply | None:
    reply = act(request)
    return None if reply is None else ended(request, reply)
