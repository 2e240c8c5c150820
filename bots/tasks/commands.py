"""What people can ask about tasks, as one table (pure)."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Final

from bots.assistant.dispatch.capability import Capability
from bots.assistant.dispatch.commands import for_good
from bots.assistant.dispatch.commands.help import summary
from bots.assistant.dispatch.reading import elsewhere
from bots.assistant.talk.needing import rooms_alone
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import NOTHING, Needs, Request
from bots.assistant.talk.wording import fold, has_words
from bots.assistant.words.commands.command import Command, with_nouns
from bots.items import verbs
from bots.items.capability import PIECE
from bots.register.replica.state import State
from bots.tasks.doing import changing, parts, plain, supposing
from bots.tasks.doing.adding import add, pin
from bots.tasks.doing.cards import among, freely
from bots.tasks.doing.cards.answers import ANSWERS
from bots.tasks.doing.cards.buttons import buttons
from bots.tasks.doing.cards.remarks import remark
from bots.tasks.doing.cards.reminding import ERRAND, Reminding
from bots.tasks.doing.cards.titled import Titled
from bots.tasks.doing.closing import done, dropping, tick, undone
from bots.tasks.doing.erasing import erase_needs, erasing
from bots.tasks.doing.restoring import restore_needs, restoring
from bots.tasks.doing.work import Work
from bots.tasks.kept.index import Index
from bots.tasks.kept.model import WORDS
from bots.tasks.kept.task import COMMENT, ITEM, KIND
from bots.tasks.lists.found import FINDER
from bots.tasks.lists.history import history, history_of
from bots.tasks.lists.showing import show
from bots.tasks.saying.cards import CARD
from bots.tasks.saying.targets import after_numbers, begins_with_number
from bots.tasks.sheet.exporting import EXPORT, TaskExporter, export
from bots.tasks.sheet.importing import IMPORT, NEXT, TaskImporter, importing
from bots.tasks.table.adding import ADDING, plainly_wanted
from bots.tasks.table.asking import LISTS, is_list, without_csv
from bots.tasks.table.changes import changes
from bots.tasks.table.verbs import DONE_VERBS, ERASE_VERBS, NOUN, TOPIC, of_any
from bots.tasks.words import filters
from bots.tasks.words.numbers import each_of, references
from config.texts import mark

_LONGEST_VERB: Final = 2


def explain(request: Request, rest: list[str]) -> Reply:
    """Answer ``!tâche`` alone: make a task of the message replied to, or say what can follow."""
    if request.quoted is not None and request.card is None:
        return add(request, rest)
    return ask(request, summary(request, COMMANDS))


def one(request: Request, rest: list[str]) -> Reply:
    """Answer ``!tâche 12 …``: change what is said, or show it; « la tâche 12 faite ? » changes nothing."""
    reply, after = _change_or_show(request, rest), after_numbers(rest)
    asks = bool(rest) and rest[-1].endswith("?") and not _is_filed(rest)
    return show(request, rest[: len(rest) - len(after)]) if asks and reply.changes else reply


def _change_or_show(request: Request, rest: list[str]) -> Reply:
    said = [each for each in rest if each.strip(".,;:!?")]
    if not said:
        return explain(request, [])
    verbed = _verbed(rest)
    if verbed is not None:
        command, words = verbed
        return command.handle(request, words)
    only_numbers = not references(said)[1]
    if only_numbers:
        return show(request, rest)
    reply = changing.several(request, rest)
    if reply.changes or reply.question is not None:
        return reply
    # « !tâche 12 : M. Lemaire ne peut pas jeudi », as below its card.
    done_so = _said_of_one(request, rest)
    return done_so or (parts.note(request, rest) if _is_set_off(rest) else reply)


def _said_of_one(request: Request, rest: list[str]) -> Reply | None:
    """Return what « !tâche 12 : c'est plus la peine » asks for, as below the card of 12."""
    found = Work.on(request).targets(rest)
    words = " ".join(after_numbers(rest)).lstrip(" :").split()
    return freely.freely(replace(request, card=found.tasks[0].id), words) if len(found.tasks) == 1 else None


def change(request: Request, rest: list[str]) -> Reply:
    """Answer ``!tâche modifier 12 titre …``: as without the verb; alone, which one is asked."""
    verbed = _verbed(rest)
    return verbed[0].handle(request, verbed[1]) if verbed is not None else changing.several(request, rest)


def _is_set_off(rest: list[str]) -> bool:
    """Tell whether a colon stands behind the number that *rest* begins with."""
    after = after_numbers(rest)
    before = rest[len(rest) - len(after) - 1] if len(after) < len(rest) else ""
    return has_words(after) and (after[0][0] == ":" or before[-1:] == ":")


def _is_filed(rest: list[str]) -> bool:
    """Tell whether a text that is kept as it stands ends *rest*: ``12 titre …``, ``12 : …``."""
    verbed, behind = _verbed(rest), [word for word in after_numbers(rest) if word != ":"]
    if verbed is not None:
        return verbed[0].whole is not None and verbed[0].whole(verbed[1])
    return _is_set_off(rest) and not changing.reads(behind)


def _one_needs(request: Request, rest: list[str]) -> Needs:
    verbed = _verbed(rest)
    return NOTHING if verbed is None or verbed[0].needs is None else verbed[0].needs(request, verbed[1])


def _verbed(rest: list[str]) -> tuple[Command, list[str]] | None:
    """Return the command whose verb stands behind the numbers, with the words as they would stand behind its verb.

    ``12 titre rappeler le SDIS``. What :func:`changing.several` reads by itself (``12 faite``, ``15 sous 12``) is none.
    """
    behind = after_numbers(rest)
    # « Modifie la tâche 12 : titre … »
    after = behind[1:] if behind[:1] == [":"] else behind
    if changing.reads(after):
        return None
    folded = tuple(fold(each) for each in after[:_LONGEST_VERB])
    for length in range(len(folded), 0, -1):
        command = _by_verb().get(folded[:length])
        if command is not None:
            return command, [*rest[: len(rest) - len(behind)], *after[length:]]
    return None


@cache
def _by_verb() -> Mapping[tuple[str, ...], Command]:
    """Return the commands that begin with a number, by their verbs alone."""
    numbered = [each for each in COMMANDS if each.takes is None and each.name != "task.add"]
    return {tuple(map(fold, form.split()[1:])): each for each in numbered for form in each.forms if " " in form}


def _has_numbers(words: list[str]) -> bool:
    found, strange = references(each_of(words))
    return bool(found) and not strange


def _guess_numbers(words: list[str]) -> list[str] | None:
    """``!tâche 12`` and ``!tâche 12 faite`` were probably meant to mark it done."""
    found, strange = references(each for each in words if fold(each) not in DONE_VERBS.folded)
    return [", ".join(each.label for each in found)] if found and not strange else None


_DROP: Final = ("abandonner", "abandonne", "abandonnée", "supprimer", "annuler", "drop", "cancel", "delete")


_SETS_OFF: Final = frozenset({"pour", "for", "a", "au", "to"})


def _changes_one(words: list[str]) -> bool:
    """Tell whether *words*, without any verb before them, change a task: ``5 pour lundi``, ``12 titre …``."""
    after = after_numbers(words)
    # « le 8 à 18h … » is a day and its hour.
    if not after or not begins_with_number(words) or _DAY_AND_HOUR.match(fold(" ".join(words[:4]))):
        return False
    set_off = fold(after[0]) in _SETS_OFF or after[0][0] in "@#"
    return set_off or _verbed(words) is not None or changing.reads(after)


_DAY_AND_HOUR: Final = re.compile(r"le \d{1,2} a \d{1,2} ?(?:h|:)")

COMMANDS: Final = (
    *ADDING,
    *LISTS,
    Command(
        name="task.export",
        topic=TOPIC,
        forms=of_any(verbs.EXPORT),
        short=("exporter les tâches", "exporter", "export tasks", "export the tasks"),
        handle=lambda request, rest: export(request, without_csv(rest)),
        usage=mark("!tasks export"),
        about=mark("sends them as a sheet for Excel or LibreOffice; also what a list takes: @me, late, all"),
        takes=is_list,
    ),
    Command(
        name="task.import",
        topic=TOPIC,
        forms=of_any(verbs.IMPORT),
        short=("importer les tâches", "importer des tâches", "importer", "import tasks", "import the tasks"),
        handle=importing,
        usage=mark("!tasks import"),
        about=mark("in answer to a sheet: adds its rows as tasks, and changes those that have a number"),
        takes=lambda words: not any(each.strip(".,;:!?") for each in words),
    ),
    Command(
        name="task.done",
        topic=TOPIC,
        forms=NOUN.before(DONE_VERBS),
        bare=DONE_VERBS.all,
        bare_takes=begins_with_number,
        short=("fait", "faite", "terminé", "terminée", "fini", "done", "finished"),
        on_card=("fait", "faite", "terminé", "terminée", "fini", "finie", "done", "finished", "clore", "close"),
        handle=done,
        usage=mark("!task done 12"),
        about=mark("marks a task done, or several: 12, 14"),
        essential=True,
        guess=_guess_numbers,
    ),
    Command(
        name="task.done.several",
        topic=TOPIC,
        banged=("fait", "faite", "faits", "faites", "terminé", "terminée"),
        forms=NOUN.before(DONE_VERBS, many=True),
        handle=done,
        takes=_has_numbers,
    ),
    Command(
        name="task.one",
        topic=TOPIC,
        forms=("tâche", "task"),
        handle=one,
        bare=("",),
        bare_takes=_changes_one,
        usage=mark("!task 12 for Friday @dgs #roads !high"),
        about=mark("changes what you say of it; “!task 12” alone shows it"),
        essential=True,
        takes=lambda words: not any(each.strip(".,;:!?") for each in words) or begins_with_number(words),
        needs=_one_needs,
        whole=_is_filed,
    ),
    *(
        replace(row, handle=change, needs=_one_needs, whole=_is_filed) if row.name == "task.change" else row
        for row in changes()
    ),
    Command(
        name="task.put",
        topic=TOPIC,
        short=("mets la tâche", "mettre la tâche", "passe la tâche", "passer la tâche", "put the task", "put task"),
        banged=("mets la tâche", "mettre la tâche", "passe la tâche", "passer la tâche", "put the task", "put task"),
        handle=changing.several,
        takes=begins_with_number,
    ),
    Command(
        name="task.drop",
        topic=TOPIC,
        forms=with_nouns(("tâche", "task"), _DROP),
        # Alone, “annuler” takes back what one did last.
        bare=tuple(verb for verb in _DROP if verb not in ("annuler", "cancel")),
        bare_takes=begins_with_number,
        handle=dropping,
        usage=mark("!task drop 12"),
        about=mark("drops it; “restore 12” brings it back"),
    ),
    Command(
        name="task.there",
        topic=TOPIC,
        apart=("tâche là-bas",),
        handle=elsewhere.there,
        takes=plain.is_there,
        needs=rooms_alone,
    ),
    Command(
        name="task.restore",
        topic=TOPIC,
        forms=NOUN.before(verbs.RESTORE),
        bare=verbs.RESTORE.all,
        bare_takes=begins_with_number,
        handle=restoring,
        needs=restore_needs,
    ),
    Command(
        name="task.erase",
        topic=TOPIC,
        forms=NOUN.before(ERASE_VERBS),
        bare=ERASE_VERBS.all,
        bare_takes=begins_with_number,
        on_card=for_good.VERBS,
        fits=for_good.fits,
        handle=erasing,
        usage=mark("!task erase 12"),
        about=mark("erases for good what you asked for, with its comments and history"),
        needs=erase_needs,
        by_word=True,
    ),
    Command(
        name="task.history",
        topic=TOPIC,
        forms=NOUN.before(verbs.HISTORY),
        bare=verbs.HISTORY.all,
        bare_takes=begins_with_number,
        on_card=("historique", "history"),
        handle=history,
        usage=mark("!task history 12"),
        about=mark("says who did what, and when; “restore 12 title” puts the title before back"),
        needs=history_of,
    ),
)


def _ready(state: State, _: datetime) -> bool:
    """Make a piece of the index; at last the order that ``!tâches`` asks for."""
    more = state.ahead(Index, PIECE) or state.ahead(WORDS, PIECE)
    if not more:
        state.view(Index).orders[filters.Order.DUE.value]
    return more or state.view(WORDS).ready(_SOME)


_SOME: Final = 100
"""Titles that are read while nobody asks, before others have their turn: some milliseconds."""
_TITLED: Final = Titled((*COMMANDS, *ANSWERS))
TASKS: Final = Capability(
    kinds=frozenset({KIND, ITEM, COMMENT}),
    commands=(*COMMANDS, *ANSWERS),
    undone=undone,
    reactions=buttons(tick),
    pins={"📌": pin},
    card=CARD,
    remark=remark,
    plain=lambda request, words: _TITLED.answer(request, words) or plainly_wanted(request, words),
    supposed=supposing.supposed,
    supposed_new=supposing.new,
    supposed_asks=mark("I do not understand “{typed}”. Shall I add it to the tasks?"),
    answered=among.answered,
    plain_needs=_TITLED.needs,
    errands={ERRAND: Reminding(), EXPORT: TaskExporter(), IMPORT: TaskImporter(), NEXT: TaskImporter()},
    ready=_ready,
    finders=(FINDER,),
)
