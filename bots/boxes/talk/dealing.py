"""What people say of deposits: dealt with, or not after all; by a command, an answer, a reaction (pure)."""

from collections.abc import Sequence

from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.rights import Right
from bots.assistant.words.objects import numbered
from bots.boxes.talk import deposit as register
from bots.boxes.talk import saying, telling
from bots.boxes.talk.boxing import bare
from bots.boxes.talk.deposit import Deposited


def process(request: Request, rest: list[str]) -> Reply:
    """Answer ``!dépôt traité 3``."""
    return _moved(request, _deposits(request, rest), "processed")


def reopen(request: Request, rest: list[str]) -> Reply:
    """Answer ``!dépôt rouvrir 3``."""
    return _moved(request, _deposits(request, rest), "received")


def _deposits(request: Request, rest: Sequence[str]) -> list[Deposited]:
    words = bare(rest)
    meant = numbered.reference(words[0].rstrip(".,;")) if len(words) == 1 else None
    if words:
        found = () if meant is None else numbered.called(request.state, register.KIND, meant)
        ids = [each.id for each in found]
    else:
        ids = [object_id for kind, object_id in request.shown if kind == register.KIND]
    read = (register.read(request.state, request.state.get(register.KIND, object_id)) for object_id in ids)
    return [deposit for deposit in read if deposit is not None]


def _moved(request: Request, found: Sequence[Deposited], status: register.Status) -> Reply:
    if not request.may(Right.CLOSE):
        return ask(request, saying.guests(request))
    if len(found) != 1:
        return ask(request, telling.which_deposit(request))
    deposit = found[0]
    said = telling.processed(request, deposit) if status == "processed" else telling.received(request, deposit)
    changed = deposit.status != status
    changes = (register.moving(deposit, status),) if changed else ()
    inverse = (register.moving(deposit, deposit.status),) if changed else request.inverse
    return Reply(
        said,
        changes=changes,
        shows=((register.KIND, deposit.id),),
        inverse=inverse,
    )


def finish_shown(request: Request) -> Reply | None:
    """What ✅ does below a deposit."""
    found = _deposits(request, ())
    return _moved(request, found, "processed") if len(found) == 1 else None
