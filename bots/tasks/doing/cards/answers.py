"""What an answer to a task's card asks, without number or noun: ``@dgs``, ``bloquée``, ``repousser à lundi`` (pure).

The commands are those of ``changing``; here is only when words that answer a card are one. What would change nothing is
none: it is conversation. ``fait`` is a row of ``commands``.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Final

from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.rights import Right
from bots.assistant.talk.wording import fold, has_words, words_of
from bots.assistant.words.commands.command import Command
from bots.assistant.words.commands.courtesy import essence
from bots.assistant.words.names.people import is_mention
from bots.items.doing import asking
from bots.tasks.doing import aiming, changing, dates, parts
from bots.tasks.doing.cards import buttons, freely, promising
from bots.tasks.doing.cards.remarks import spoken
from bots.tasks.doing.changing import Handler, on_each, on_one
from bots.tasks.doing.closing import dropping, to
from bots.tasks.doing.restoring import field_in, restore_needs, restoring
from bots.tasks.doing.statuses import restore, set_status, status_in
from bots.tasks.doing.work import Work
from bots.tasks.kept.model import Board
from bots.tasks.kept.task import Status
from bots.tasks.saying import replies
from bots.tasks.words import remark
from bots.tasks.words.drafting import draft
from bots.tasks.words.marks import URGENT
from bots.tasks.words.timing import timing

_BETWEEN: Final = frozenset({"et", "and", "&", "+", ",", "a", "pour", "for", "to", "→", "->"})
_SIGNS: Final = ("@", "#", "!")
_RATHER: Final = frozenset(
    {"finalement", "plutot", "non", "attends", "attendez", "pardon", "euh", "oups", "bon", "alors"}
    | {"no", "actually", "rather", "instead", "wait", "sorry", "oops"}
)
_AS_PLANNED: Final = (("comme", "prevu"), ("comme", "convenu"), ("comme", "avant"), ("as", "planned"), ("as", "before"))
_UNTIL: Final = frozenset({"pour", "for", "by"})
_BECAUSE: Final = frozenset({"car", "parce", "because"})
_INTO: Final = ("", "dans", "sous", "mets la dans", "mets-la dans", "mettre dans", "range la dans", "rattacher à")
_JUDGED: Final = frozenset(
    {"a", "pas", "trop", "est", "incorrect", "mal", "faux", "bizarre", "ok", "bon", "bien", "peu", "plus", "et", "ou"}
    | {"is", "not", "too", "wrong", "to", "fine", "good", "and", "or", "?"}
)
"""What follows a “title” of which something is only said."""
_OBJECTIVES: Final = (
    *(f"{verb} {objective}".strip() for verb in _INTO for objective in ("objectif", "l'objectif", "l objectif")),
    *("rattache-la à l'objectif", "objective", "under objective", "put it under objective"),
)
_ASSIGN: Final = (
    *("assigner", "attribuer", "confier", "assigne", "attribue", "confie", "donne", "assign", "give"),
    *(f"{verb}{joint}la" for verb in ("assigne", "attribue", "confie", "donne", "passe") for joint in ("-", " ")),
    *("assign it", "give it"),
)
_BACK: Final = (
    *("restaurer", "restaure", "rétablir", "restore", "restore it"),
    *(f"{verb}{it}" for verb in ("remets", "rouvre", "restaure", "rétablis") for it in ("-la", "-le", " la", " le")),
)


def take(request: Request, _: list[str]) -> Reply:
    """Assign the card's task to whoever answers, and note that it is being done."""
    reply = buttons.take(request)
    if reply is not None:
        return reply
    task = None if request.card is None else Board(request.state).get(request.card)
    return ask(request, replies.gone(request) if task is None else replies.already(request, task))


def _row(name: str, forms: Sequence[str], handle: Handler) -> Command:
    """Return the row of a verb that says what is to be done, and after which nothing may follow."""
    return _answer(name, forms, handle, None)


def _answer(
    name: str, forms: Sequence[str], handle: Handler, fits: Callable[[Request, list[str]], bool] | None
) -> Command:
    return Command(
        name=f"task.card.{name}",
        topic="task",
        handle=handle,
        on_card=tuple(forms),
        fits=fits,
    )


def _open(name: str, forms: Sequence[str], handle: Handler, *, bare: bool = False) -> Command:
    """Return the row of a verb with what it needs after it; *bare*: there is no verb, and only signs tell."""

    def fits(request: Request, rest: list[str]) -> bool:
        if bare and not (_is_signed(rest) or status_in(rest) is not None):
            return False
        if not rest:
            return False
        reply = handle(request, rest)
        asks = reply.question is not None and (bare or dates.is_time(request, rest))
        return bool(reply.changes) or asks or _is_doubtful(request, rest)

    return _answer(name, forms, handle, fits)


def _is_signed(rest: Sequence[str]) -> bool:
    words = [each for each in rest if fold(each) not in _BETWEEN]
    return bool(words) and all(is_mention(each) or (each[0] in _SIGNS and len(each) > 1) for each in words)


def _is_doubtful(request: Request, rest: list[str]) -> bool:
    """Tell whether *rest* names a time that is not clear: that is worth a question."""
    return draft([rest], request).doubt is not None


def _before(request: Request, rest: list[str]) -> str:
    """Return the word before *rest*, the end of an answer, as it was typed: ``fait,``, ``:``."""
    if not has_words(rest[:1]):
        return rest[0]
    said = essence(words_of(request))
    return said[len(said) - len(rest) - 1] if len(said) > len(rest) else ""


def _reasoned(status: Status, forms: Sequence[str]) -> Command:
    """Return the row of ``bloquée, on attend le devis``: the status, and all of it as a comment.

    Only behind a comma or the like, because ``fait attention`` is nothing that is done. What takes half of it back
    (``fait, mais …``) is a comment alone.
    """

    def fits(request: Request, rest: list[str]) -> bool:
        if not request.may(Right.CHANGE):
            return False
        said = [each for each in rest if has_words([each])]
        # That something is missing blocks: there only the first word tells.
        if not said or {fold(each) for each in (said if status is Status.DONE else said[:1])} & remark.HALF:
            return False
        return fold(rest[0]) in _BECAUSE or _before(request, rest)[-1:] in tuple(",;:.!")

    def handle(request: Request, _: list[str]) -> Reply:
        work = Work.on(request)
        for task in work.targets([]).tasks:
            set_status(work, task, status)
            parts.comment(work, task, spoken(request), said=replies.remarked)
        return work.reply()

    return _answer(f"{status.value}.because", forms, handle, fits)


def _written(name: str, forms: Sequence[str], handle: Handler, *, judged: Collection[str] | None = None) -> Command:
    """Return the row of ``titre : …``: only with the colon, because ``description à revoir`` is a comment.

    *judged*: without the colon, too, where the next word is none of these.
    """

    def fits(request: Request, rest: list[str]) -> bool:
        if not has_words(rest):
            return False
        before = _before(request, rest)
        # « Renomme le projet en … » is said of something else.
        other = fold(before).startswith("renomme") and "en" in map(fold, rest[1:])
        return before[-1:] == ":" or (judged is not None and fold(rest[0]) not in judged and not other)

    def write(request: Request, rest: list[str]) -> Reply:
        return handle(request, rest if has_words(rest[:1]) else rest[1:])

    return _answer(name, forms, write, fits)


def _new_time(request: Request, rest: list[str]) -> list[str] | None:
    """Return the time in ``non, finalement mardi``, ``pour mardi`` and ``mardi``; None for any other answer."""
    said = [each for each in rest if has_words([each]) and fold(each).strip(",;:.!") not in _RATHER]
    if tuple(fold(each).strip(".!") for each in said[-2:]) in _AS_PLANNED:
        del said[-2:]
    if not said:
        return None
    meant = len(said) < len(rest) or fold(rest[0]) in _UNTIL
    doubtful = _is_doubtful(request, said) and (meant or _is_all_time(request, said))
    return said if doubtful or dates.is_time(request, said) else None


def _is_all_time(request: Request, words: Sequence[str]) -> bool:
    """Tell whether *words*, of which the time is not clear, say nothing beside it: ``mardi 10h ou jeudi``."""
    return not has_words(timing(" ".join(words), request).beside.split())


def _postpone(request: Request, rest: list[str]) -> Reply:
    if not request.may(Right.CHANGE):
        return ask(request, asking.may_not(request))
    work = Work.on(request)
    # No number in it is a task's: what it answers is the card.
    for task in work.targets([]).tasks:
        dates.postpone(work, task, _new_time(request, rest) or rest)
    return work.reply()


def _aim(request: Request, rest: list[str]) -> Reply:
    if not request.may(Right.CHANGE):
        return ask(request, asking.may_not(request))
    work = Work.on(request)
    # As above: the number is the objective's.
    for task in work.targets([]).tasks:
        aiming.aim(work, task, rest)
    return work.reply()


def _no_date(request: Request, _: list[str]) -> Reply:
    return on_each(dates.take_off)(request, ["sans", "date"])


def _no_hour(request: Request, _: list[str]) -> Reply:
    return on_each(dates.take_off)(request, ["sans", "heure"])


def _after_all(forms: Sequence[str]) -> tuple[str, ...]:
    return (*forms, *(f"{word} {form}" for form in forms for word in ("finalement", "actually")))


def _urgent(request: Request, _: list[str]) -> Reply:
    return on_each(changing.prioritise)(request, ["haute"])


ANSWERS: Final = (
    _reasoned(Status.BLOCKED, ("bloquée", "bloqué", "blocked")),
    _reasoned(Status.DONE, ("fait", "faite", "terminé", "terminée", "réglé", "réglée", "done", "finished")),
    _written("title", ("titre", "title"), on_one(changing.title), judged=_JUDGED),
    _written(
        "rename",
        (
            *("renommer", "renomme", "renomme-la", "renommer en", "renomme en", "renomme-la en", "intituler"),
            *("intitule-la", "le titre c'est", "le titre c est", "le titre est", "nouveau titre"),
            *("rename", "rename to", "rename it to", "call it"),
        ),
        on_one(changing.title),
        judged=frozenset(),
    ),
    _answer("objective", _OBJECTIVES, _aim, lambda _, rest: aiming.is_one(rest)),
    _written("describe", ("description",), on_one(changing.describe)),
    _answer("rather", ("",), _postpone, lambda request, rest: _new_time(request, rest) is not None),
    _answer("promised", promising.FORMS, promising.asked, promising.is_promise),
    _row("done", ("réglé", "réglée"), on_each(to(Status.DONE))),
    _row("block", ("bloquée", "bloqué", "bloquer", "blocked"), on_each(to(Status.BLOCKED))),
    _row(
        "start",
        ("en cours", "commencée", "commencé", "commencer", "in progress", "started", "doing"),
        on_each(to(Status.DOING)),
    ),
    _row(
        "drop",
        (
            *("abandonner", "abandonnée", "abandonné", "annulée", "annulé", "supprimer", "supprime"),
            *("plus besoin", "pas besoin", "plus la peine", "inutile", "on laisse tomber", "no longer needed"),
            *("drop", "dropped", "delete"),
        ),
        dropping,
    ),
    _row("reopen", ("à faire", "rouvrir", "à refaire", "to do", "todo", "reopen"), on_each(to(Status.TODO))),
    _row("off.date", _after_all(dates.NO_DATE), _no_date),
    _row("off.hour", _after_all(dates.NO_HOUR), _no_hour),
    _row("urgent", URGENT, _urgent),
    _row("restore", _BACK, on_each(restore)),
    _answer("back", _BACK, on_each(restore), lambda request, rest: _before(request, rest)[-1:] in tuple(",;:.!")),
    Command(
        name="task.card.restore.field",
        topic="task",
        handle=restoring,
        on_card=("restaurer", "rétablir", "restore"),
        fits=lambda _, rest: field_in(rest) is not None,
        needs=restore_needs,
    ),
    _row(
        "take",
        (
            *("je m'en occupe", "je m'en charge", "je prends", "je la prends", "pour moi"),
            *("i take it", "i'll take it", "i'm on it", "mine", "for me"),
        ),
        take,
    ),
    _open(
        "postpone",
        (
            *("repousser", "repousse", "repoussée", "reporter", "reporte", "reportée"),
            *("repousse-la", "reporte-la", "la repousser", "la reporter", "postpone", "postpone it"),
        ),
        on_each(dates.postpone),
    ),
    _open(
        "move",
        (
            *("décaler", "décale", "décalée", "décale-la", "déplacer", "déplace", "déplacée", "déplace-la"),
            *("avancer", "avance", "avancée", "avance-la", "move", "move it", "bring forward", "bring it forward"),
        ),
        on_each(dates.postpone),
    ),
    _open("assign", _ASSIGN, on_each(changing.assign)),
    _open("put", ("mets", "met", "mettre", "mets la", "mets-la", "mettez", "put", "put it"), changing.several),
    _open("remove", ("retirer", "enlever", "remove", "unassign"), on_each(changing.remove)),
    _open("priority", ("priorité", "priority"), on_each(changing.prioritise)),
    _open("signs", ("",), changing.several, bare=True),
    _answer("freely", ("",), freely.handle, freely.fits),
)
