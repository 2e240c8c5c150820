"""What an answer to a task's card asks, without number or noun: ``@dgs``, ``bloquée``, ``repousser à lundi`` (pure).

The commands are those of ``changing``; here is only when words that answer a card are one. What would change nothing is
none: it is conversation. ``fait`` is a row of ``commands``.
"""

from collections.abc import Sequence
from typing import Final

from bots.assistant.people import is_mention
from bots.assistant.reply import Reply, ask
from bots.assistant.request import Request
from bots.assistant.vocabulary import Command
from bots.assistant.wording import fold
from bots.tasks import buttons, changing, replies
from bots.tasks.changing import Handler, on_each
from bots.tasks.closing import dropping, to
from bots.tasks.drafting import draft
from bots.tasks.restoring import field_in, restore_needs, restoring
from bots.tasks.statuses import restore, status_in
from bots.tasks.task import Status

_BETWEEN: Final = frozenset({"et", "and", "&", "+", ",", "a", "pour", "for", "to", "→", "->"})
_SIGNS: Final = ("@", "#", "!")


def take(request: Request, _: list[str]) -> Reply:
    """Assign the card's task to whoever answers, and note that it is being done."""
    return buttons.take(request) or ask(request, replies.gone(request))


def _row(name: str, forms: Sequence[str], handle: Handler) -> Command:
    """Return the row of a verb that says what is to be done, and after which nothing may follow."""
    return Command(f"task.card.{name}", "task", forms=(), handle=handle, usage="", about="", on_card=tuple(forms))


def _open(name: str, forms: Sequence[str], handle: Handler, *, bare: bool = False) -> Command:
    """Return the row of a verb with what it needs after it; *bare*: there is no verb, and only signs tell."""

    def fits(request: Request, rest: list[str]) -> bool:
        if bare and not (_is_signed(rest) or status_in(rest) is not None):
            return False
        return bool(rest) and (bool(handle(request, rest).changes) or _is_doubtful(request, rest))

    return Command(
        f"task.card.{name}", "task", forms=(), handle=handle, usage="", about="", on_card=tuple(forms), fits=fits
    )


def _is_signed(rest: Sequence[str]) -> bool:
    words = [each for each in rest if fold(each) not in _BETWEEN]
    return bool(words) and all(is_mention(each) or (each[0] in _SIGNS and len(each) > 1) for each in words)


def _is_doubtful(request: Request, rest: list[str]) -> bool:
    """Tell whether *rest* names a time that is not clear: that is worth a question."""
    return draft([rest], request).doubt is not None


ANSWERS: Final = (
    _row("block", ("bloquée", "bloqué", "bloquer", "blocked"), on_each(to(Status.BLOCKED))),
    _row(
        "start",
        ("en cours", "commencée", "commencé", "commencer", "in progress", "started", "doing"),
        on_each(to(Status.DOING)),
    ),
    _row("drop", ("abandonner", "abandonnée", "abandonné", "annulée", "annulé", "drop", "dropped"), dropping),
    _row("reopen", ("à faire", "rouvrir", "à refaire", "to do", "todo", "reopen"), on_each(to(Status.TODO))),
    _row("restore", ("restaurer", "rétablir", "restore"), on_each(restore)),
    Command(
        "task.card.restore.field",
        "task",
        forms=(),
        handle=restoring,
        usage="",
        about="",
        on_card=("restaurer", "rétablir", "restore"),
        fits=lambda _, rest: field_in(rest) is not None,
        needs=restore_needs,
    ),
    _row(
        "take",
        (
            *("je m'en occupe", "je m'en charge", "je prends", "je la prends", "pour moi"),
            *("i take it", "i'll take it", "i'm on it", "mine"),
        ),
        take,
    ),
    _open(
        "postpone",
        ("repousser", "repousse", "repoussée", "reporter", "reporte", "reportée", "décaler", "postpone", "move"),
        on_each(changing.postpone),
    ),
    _open("assign", ("assigner", "attribuer", "confier", "assign", "give"), on_each(changing.assign)),
    _open("remove", ("retirer", "enlever", "remove", "unassign"), on_each(changing.remove)),
    _open("priority", ("priorité", "priority"), on_each(changing.prioritise)),
    _open("signs", ("",), changing.several, bare=True),
)
