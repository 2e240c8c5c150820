"""What people can ask about tasks, as one table (pure)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Final

from bots.assistant.dispatch import for_good
from bots.assistant.dispatch.dispatcher import Capability
from bots.assistant.dispatch.help import summary
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import NOTHING, Needs, Request
from bots.assistant.talk.wording import fold
from bots.assistant.words.vocabulary import Command, has_words
from bots.tasks.doing import aiming, changing, parts, plain
from bots.tasks.doing.adding import add, add_mine, pin
from bots.tasks.doing.answers import ANSWERS
from bots.tasks.doing.buttons import buttons
from bots.tasks.doing.changing import on_each, on_one
from bots.tasks.doing.closing import done, dropping, tick, to, undone
from bots.tasks.doing.erasing import erase_needs, erasing
from bots.tasks.doing.remarks import remark
from bots.tasks.doing.reminding import ERRAND, Reminding
from bots.tasks.doing.restoring import restore_needs, restoring
from bots.tasks.kept.index import Index
from bots.tasks.kept.task import COMMENT, ITEM, KIND, Status
from bots.tasks.lists import everywhere
from bots.tasks.lists.history import history, history_of
from bots.tasks.lists.listing import show_open
from bots.tasks.lists.showing import show
from bots.tasks.saying.cards import CARD
from bots.tasks.saying.targets import after_numbers, begins_with_number
from bots.tasks.sheet.exporting import EXPORT, Exporter, export
from bots.tasks.sheet.importing import IMPORT, NEXT, Importer, importing
from bots.tasks.words import filters
from bots.tasks.words.numbers import each_of, references
from bots.tasks.words.offering import offered
from config.texts import mark

TOPIC: Final = "task"
_LONGEST_VERB: Final = 2


def explain(request: Request, rest: list[str]) -> Reply:
    """Answer ``!tâche`` alone: make a task of the message replied to, or say what can follow."""
    if request.quoted is not None and request.card is None:
        return add(request, rest)
    return ask(request, summary(request.texts, COMMANDS))


def one(request: Request, rest: list[str]) -> Reply:
    """Answer ``!tâche 12 …``: change what is said, or show it."""
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
    # « !tâche 12 : M. Lemaire ne peut pas jeudi », as below its card.
    noted = not reply.changes and reply.question is None and _is_set_off(rest)
    return parts.note(request, rest) if noted else reply


def _is_set_off(rest: list[str]) -> bool:
    """Tell whether a colon stands behind the number that *rest* begins with."""
    after = after_numbers(rest)
    before = rest[len(rest) - len(after) - 1] if len(after) < len(rest) else ""
    return has_words(after) and (after[0][0] == ":" or before[-1:] == ":")


def _one_needs(request: Request, rest: list[str]) -> Needs:
    verbed = _verbed(rest)
    return NOTHING if verbed is None or verbed[0].needs is None else verbed[0].needs(request, verbed[1])


def _verbed(rest: list[str]) -> tuple[Command, list[str]] | None:
    """Return the command whose verb stands behind the numbers, with the words as they would stand behind its verb.

    ``12 titre rappeler le SDIS``. What :func:`changing.several` reads by itself (``12 faite``, ``15 sous 12``) is none.
    """
    after = after_numbers(rest)
    if changing.reads(after):
        return None
    folded = tuple(fold(each) for each in after[:_LONGEST_VERB])
    for length in range(len(folded), 0, -1):
        command = _by_verb().get(folded[:length])
        if command is not None:
            return command, [*rest[: len(rest) - len(after)], *after[length:]]
    return None


@cache
def _by_verb() -> Mapping[tuple[str, ...], Command]:
    """Return the commands that begin with a number, by their verbs alone."""
    numbered = [each for each in COMMANDS if each.takes is None and each.name != "task.add"]
    return {tuple(map(fold, form.split()[1:])): each for each in numbered for form in each.forms if " " in form}


def listed(request: Request, rest: list[str]) -> Reply:
    """List the tasks that fit, or with ``csv`` anywhere send them all as a sheet."""
    plain = _without_csv(rest)
    return show_open(request, rest) if len(plain) == len(rest) else export(request, plain)


def _without_csv(words: list[str]) -> list[str]:
    return [each for each in words if fold(each).lstrip(".") != "csv"]


def _is_list(words: list[str]) -> bool:
    return filters.understood(_without_csv(words))


def _has_numbers(words: list[str]) -> bool:
    found, strange = references(each_of(words))
    return bool(found) and not strange


def _guess_numbers(words: list[str]) -> list[str] | None:
    """``!tâche 12`` and ``!tâche 12 faite`` were probably meant to mark it done."""
    verbs = {fold(each) for each in (*_DONE.french, *_DONE.english)}
    found, strange = references(each for each in words if fold(each) not in verbs)
    return [", ".join(each.label for each in found)] if found and not strange else None


def _guess_title(words: list[str]) -> list[str] | None:
    """``!tâche relancer le SDIS`` was probably meant to add it; ``!tâches en retrad`` is a slip in a list."""
    return words if words and filters.mended(words) is None else None


@dataclass(frozen=True, slots=True)
class _Verbs:
    french: tuple[str, ...]
    english: tuple[str, ...]

    def after(self, french: str, english: str) -> tuple[str, ...]:
        """One noun of each language with every verb."""
        return (
            *(f"{french} {verb}" for verb in self.french),
            *(f"{english} {verb}" for verb in self.english),
            *(f"{french} {verb}" for verb in self.english),
            *(f"{english} {verb}" for verb in self.french),
        )

    def after_nouns(self) -> tuple[str, ...]:
        """Every noun with every verb: those of one language first, because the first is the one suggested."""
        pairs = [
            *product(_FRENCH_NOUNS, self.french),
            *product(_ENGLISH_NOUNS, self.english),
            *product(_FRENCH_NOUNS, self.english),
            *product(_ENGLISH_NOUNS, self.french),
        ]
        return tuple(f"{noun} {verb}" for noun, verb in pairs)


_FRENCH_NOUNS = ("tâche", "tâches")
_ENGLISH_NOUNS = ("task", "tasks")
_ADD = _Verbs(
    ("ajouter", "ajoute", "ajoutez", "ajout", "nouvelle", "nouveau", "créer", "crée", "créez"), ("add", "new", "create")
)
_LIST = _Verbs(("liste", "lister", "ouvertes"), ("list", "open"))
_DONE = _Verbs(
    (
        "fait",
        "faite",
        "faits",
        "faites",
        "fini",
        "finie",
        "finir",
        "terminé",
        "terminée",
        "terminées",
        "terminer",
        "clore",
    ),
    ("done", "finish", "finished", "complete", "completed", "close", "closed"),
)

_EXPORT: Final = _Verbs(("exporter", "exporte", "export"), ("export",))
_IMPORT: Final = _Verbs(("importer", "importe", "import"), ("import",))
_RESTORE: Final = _Verbs(("restaurer", "rétablir"), ("restore",))
_ERASE: Final = _Verbs(("effacer", "efface"), ("erase",))
_HISTORY: Final = _Verbs(("historique", "journal"), ("history", "log"))
_STANDING: Final = _Verbs(
    ("en cours", "commencer", "commence", "commencée", "démarrer"), ("start", "doing", "started", "in progress")
)
_Row = tuple[str, tuple[str, ...], Callable[[Request, list[str]], Reply], str, str]
_CHANGES: Final[Sequence[_Row]] = (
    (
        *(
            "task.postpone",
            (
                *(
                    "reporter",
                    "reporte",
                    "reportez",
                    "repousser",
                    "repousse",
                    "décaler",
                    "décale",
                    "déplacer",
                    "déplace",
                    "avancer",
                    "avance",
                ),
                *("échéance", "postpone", "move", "due"),
            ),
        ),
        *(on_each(changing.postpone), mark("!task postpone 12 to Monday"), mark("says when it is due")),
    ),
    (
        *("task.title", ("titre", "intitulé", "title"), on_one(changing.title)),
        *(mark("!task title 12 call the fire brigade back"), mark("writes another title")),
    ),
    ("task.rename", ("renommer", "rename"), on_one(changing.rename), "", ""),
    ("task.change", ("modifier", "changer", "modify", "change"), changing.several, "", ""),
    (
        *(
            "task.assign",
            ("assigner", "attribuer", "confier", "affecter", "responsable", "assign", "give", "owner"),
            on_each(changing.assign),
        ),
        *("", ""),
    ),
    (
        *(
            "task.remove",
            ("retirer", "enlever", "remove", "unassign", "untag"),
            on_each(changing.remove),
        ),
        *(mark("!task remove 12 @dgs #roads"), mark("takes people or labels off")),
    ),
    ("task.priority", ("priorité", "priority"), on_each(changing.prioritise), "", ""),
    ("task.label", ("étiquette", "étiquettes", "étiqueter", "label", "labels", "tag"), on_each(changing.tag), "", ""),
    ("task.estimate", ("estimation", "estimer", "durée", "estimate"), on_one(changing.estimate), "", ""),
    ("task.repeat", ("répéter", "récurrence", "répétition", "repeat", "recurrence"), on_each(changing.repeat), "", ""),
    ("task.describe", ("description", "décrire", "describe"), on_one(changing.describe), "", ""),
    (
        *("task.item", ("point", "points", "item", "items", "checklist"), on_one(parts.lines)),
        *(mark("!task item 12 book the room"), mark("adds a line to its checklist; “tick 12 1” ticks it")),
    ),
    ("task.tick", ("cocher", "coche", "tick", "check"), on_one(parts.tick_lines), "", ""),
    ("task.untick", ("décocher", "untick", "uncheck"), on_one(parts.untick_lines), "", ""),
    ("task.strike", ("rayer", "biffer", "strike"), on_one(parts.remove_lines), "", ""),
    (
        *("task.under", ("sous", "sous-tâche", "under", "sub", "subtask"), parts.under),
        *(mark("!task under 12 read the estimate"), mark("adds a subtask")),
    ),
    ("task.detach", ("détacher", "detach"), on_each(changing.detach), "", ""),
    (
        *("task.depends", ("dépend", "attend", "après", "depends", "waits", "after"), on_each(changing.depend)),
        *(mark("!task depends 12 on 8"), mark("makes it wait for another; “free 12” ends that")),
    ),
    ("task.free", ("libérer", "délier", "free", "unlink"), on_each(changing.free), "", ""),
    (
        *("task.objective", ("objectif", "objective"), on_one(aiming.aim)),
        *(
            mark("!task add ask for an estimate objective:3"),
            mark("adds it to an objective; “task objective 12 3” later"),
        ),
    ),
    (
        *("task.comment", ("commenter", "commentaire", "noter", "note", "comment"), parts.note),
        *(mark("!task comment 12 they agree"), mark("notes something on it")),
    ),
    ("task.block", ("bloquer", "bloque", "bloquée", "block", "blocked"), on_each(to(Status.BLOCKED)), "", ""),
    ("task.start", (*_STANDING.french, *_STANDING.english), on_each(to(Status.DOING)), "", ""),
    ("task.reopen", ("rouvrir", "réouvrir", "reopen"), on_each(to(Status.TODO)), "", ""),
    ("task.show", ("voir", "montrer", "détail", "détails", "show", "details"), show, "", ""),
)


_POSTPONE: Final = (
    *("reporter", "reporte", "repousser", "repousse", "décaler", "décale", "déplacer", "déplace", "échéance"),
    *("postpone", "move", "due"),
)


_OBJECTIVES: Final = frozenset({"objectif", "objective", "responsable", "owner"})
"""Verbs that without the noun mean an objective, or are one."""


def _changes() -> tuple[Command, ...]:
    return tuple(
        Command(
            name=name,
            topic=TOPIC,
            forms=tuple(f"{noun} {verb}" for noun in ("tâche", "task") for verb in verbs),
            bare=tuple(verb for verb in verbs if verb not in _OBJECTIVES),
            bare_takes=begins_with_number,
            handle=handle,
            usage=usage,
            about=about,
            on_card=_POSTPONE if name == "task.postpone" else (),
            fits=changing.is_time if name == "task.postpone" else None,
        )
        for name, verbs, handle, usage, about in _CHANGES
    )


_DROP: Final = ("abandonner", "abandonne", "abandonnée", "supprimer", "annuler", "drop", "cancel", "delete")


_SETS_OFF: Final = frozenset({"pour", "for", "a", "au", "to"})


def _changes_one(words: list[str]) -> bool:
    """Tell whether *words*, without any verb before them, change a task: ``5 pour lundi``, ``12 titre …``."""
    after = after_numbers(words)
    if not after or not begins_with_number(words):
        return False
    set_off = fold(after[0]) in _SETS_OFF or after[0][0] in "@#"
    return set_off or _verbed(words) is not None or changing.reads(after)


_TASKS: Final = (
    *("tâches", "les tâches", "liste des tâches", "la liste des tâches", "quelles tâches", "quelles sont les tâches"),
    *("que fait", "que font", "tâches avec", "les tâches avec", "tasks", "the tasks", "list of tasks", "which tasks"),
    *("what are the tasks", "what does", "tasks with"),
)
"""What people say before what chooses tasks, or before a few words of theirs."""
_WHICH: Final = (
    *("liste", "quelles tâches sont", "lesquelles sont", "quels sont", "quelles sont", "quel est", "quelle est"),
    *("lesquelles", "combien", "combien sont", "combien de tâches", "qu'est-ce qui est", "ce qui est", "quoi"),
    *("je voudrais savoir ce qui est", "dis-moi ce qui est", "quels", "quelles", "qu'y a-t-il", "qu'est-ce qu'il y a"),
    *("combien de tâches sont", "combien y a-t-il de tâches", "y a-t-il des tâches", "y a-t-il des"),
    *("list", "which tasks are", "which are", "which ones are", "which ones"),
    *("how many", "how many are", "how many tasks", "how many tasks are", "what is", "are there tasks"),
)
"""What people say before what chooses tasks: alone with us of all rooms, elsewhere of that room."""
_LATE: Final = ("en retard", "retard", "retards", "les retards", "le retard", "overdue")
"""Said alone, it asks what is late."""
_SPEAKING_OF: Final = (
    *("où en est", "où en sont", "où en est-on pour", "où en est-on de", "où en est-on avec", "qui s'occupe de"),
    *("qui s'occupe du", "qui s'occupe des", "qui fait", "qui est chargé de", "qui est chargé du", "c'est quand"),
    *("quand est", "quand a lieu", "quand ont lieu", "quand est-ce que c'est", "quel jour est", "quel jour a lieu"),
    *("à quelle date est", "where are we with", "who does", "who is in charge of", "when is", "what day is"),
)
"""A question about what tasks speak of: their line says who does it, when, and how it stands."""
_WHO: Final = ("qui est", "qui a", "who is")
"""In a room its list tells that; alone with us a report does."""


def _chooses_or_names(words: list[str]) -> bool:
    """Tell whether *words* choose some of all tasks, or may call them by a few words of theirs."""
    return everywhere.chooses(words) or filters.searches(words)


def _of_all_rooms(
    name: str,
    forms: tuple[str, ...],
    *before: str,
    whole: bool = False,
    takes: Callable[[list[str]], bool] | None = None,
) -> Command:
    """Return the command that lists tasks of all rooms, where nobody else reads it.

    *before* is as if it were said; where that is the *whole* choice, nothing need follow.
    """

    def handle(request: Request, rest: list[str]) -> Reply:
        return everywhere.show(request, [*before, *rest])

    return Command(
        name=f"task.everywhere.{name}",
        topic=TOPIC,
        forms=(),
        apart=forms,
        handle=handle,
        usage="",
        about="",
        takes=takes or (lambda rest: everywhere.chooses([*(before if whole else ()), *rest])),
        needs=everywhere.needs,
        by_each=True,
    )


COMMANDS: Final = (
    Command(
        name="task.add",
        topic=TOPIC,
        forms=_ADD.after_nouns(),
        short=(
            *("ajouter", "ajoute", "ajoutez", "nouvelle tâche", "ajouter tâche", "ajouter la tâche"),
            *("ajouter une tâche", "ajoute une tâche", "ajoutez une tâche", "créer une tâche", "crée une tâche"),
            *("ajouter une tâche pour", "ajoute une tâche pour", "ajoutez une tâche pour", "créer une tâche pour"),
            *("add", "add task", "add a task", "new task", "create task", "create a task"),
            *("add a task to", "create a task to", "noter", "note", "notez"),
        ),
        banged=("ajouter", "ajoute", "ajoutez", "add"),
        handle=add,
        usage=mark("!task add call the fire brigade @dgs"),
        about=mark("adds a task: people, “Friday at 2pm”, #roads, ~2h, “every 2 weeks”"),
        essential=True,
        guess=_guess_title,
        offers=offered,
        on_message=("tâche", "task"),
    ),
    Command(
        name="task.add.mine",
        topic=TOPIC,
        forms=(),
        short=(
            *("ajouter une tâche pour moi", "ajoute une tâche pour moi", "ajoutez une tâche pour moi"),
            *("créer une tâche pour moi", "crée une tâche pour moi"),
            *("add a task for me", "add a task for me to", "create a task for me", "create a task for me to"),
        ),
        handle=add_mine,
        usage="",
        about="",
    ),
    Command(
        name="task.list",
        topic=TOPIC,
        forms=("tâches", "tasks", *_LIST.after_nouns()),
        short=("liste", "liste des tâches", "lister les tâches", "les tâches", "list", "list tasks", "the tasks"),
        handle=listed,
        usage=mark("!tasks"),
        about=mark("lists what is still to do; also: @me, late, blocked, #roads, done this week, by priority, page 2"),
        essential=True,
        takes=_is_list,
        otherwise=filters.searches,
        guess=filters.mended,
    ),
    Command(
        name="task.search",
        topic=TOPIC,
        forms=("tâches chercher", "tâches rechercher", "tâches sur", "tasks search", "tasks about"),
        short=(*("chercher", "cherche", "recherche", "rechercher", "tâches sur", "search", "find"),),
        handle=everywhere.search,
        usage=mark("!tasks council"),
        about=mark("the open tasks that speak of it; alone with me “where are we with the roof”, of all rooms"),
        takes=has_words,
        needs=everywhere.needs,
        by_each=True,
    ),
    Command(
        name="task.search.asked",
        topic=TOPIC,
        forms=(),
        short=_SPEAKING_OF,
        banged=_SPEAKING_OF,
        handle=everywhere.look,
        usage="",
        about="",
        takes=has_words,
        needs=everywhere.needs,
        by_each=True,
    ),
    _of_all_rooms("tasks", _TASKS, takes=_chooses_or_names),
    _of_all_rooms("which", _WHICH),
    _of_all_rooms("mine", ("mes tâches", "quelles sont mes tâches", "my tasks"), "@moi"),
    _of_all_rooms("late", ("late tasks", "overdue tasks", *_LATE), "late", whole=True),
    _of_all_rooms("blocked", ("blocked tasks",), "blocked", whole=True),
    Command(
        name="task.which",
        topic=TOPIC,
        forms=(),
        banged=(*_WHICH, *_WHO),
        handle=listed,
        usage="",
        about="",
        takes=everywhere.chooses,
    ),
    Command(
        name="task.which.tasks",
        topic=TOPIC,
        forms=(),
        banged=_TASKS,
        handle=listed,
        usage="",
        about="",
        takes=_chooses_or_names,
    ),
    Command(
        name="task.late",
        topic=TOPIC,
        forms=(),
        banged=_LATE,
        handle=lambda request, rest: listed(request, ["late", *rest]),
        usage="",
        about="",
        takes=_is_list,
    ),
    Command(
        name="task.mine",
        topic=TOPIC,
        forms=(),
        banged=("mes tâches", "quelles sont mes tâches", "my tasks", "what are my tasks"),
        handle=lambda request, rest: listed(request, [str(request.sender), *rest]),
        usage="",
        about="",
        takes=_is_list,
    ),
    Command(
        name="task.export",
        topic=TOPIC,
        forms=_EXPORT.after_nouns(),
        short=("exporter les tâches", "exporter", "export tasks", "export the tasks"),
        handle=lambda request, rest: export(request, _without_csv(rest)),
        usage=mark("!tasks export"),
        about=mark("sends them as a sheet for Excel or LibreOffice; also what a list takes: @me, late, all"),
        takes=_is_list,
    ),
    Command(
        name="task.import",
        topic=TOPIC,
        forms=_IMPORT.after_nouns(),
        short=("importer les tâches", "importer des tâches", "importer", "import tasks", "import the tasks"),
        handle=importing,
        usage=mark("!tasks import"),
        about=mark("in answer to a sheet: adds its rows as tasks, and changes those that have a number"),
        takes=lambda words: not any(each.strip(".,;:!?") for each in words),
    ),
    Command(
        name="task.done",
        topic=TOPIC,
        forms=_DONE.after("tâche", "task"),
        bare=(*_DONE.french, *_DONE.english),
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
        forms=_DONE.after("tâches", "tasks"),
        handle=done,
        usage="",
        about="",
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
    ),
    *_changes(),
    Command(
        name="task.drop",
        topic=TOPIC,
        forms=tuple(f"{noun} {verb}" for noun in ("tâche", "task") for verb in _DROP),
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
        forms=(),
        apart=("tâche là-bas",),
        handle=plain.there,
        usage="",
        about="",
        takes=plain.is_there,
        needs=everywhere.needs,
    ),
    Command(
        name="task.restore",
        topic=TOPIC,
        forms=_RESTORE.after("tâche", "task"),
        bare=(*_RESTORE.french, *_RESTORE.english),
        bare_takes=begins_with_number,
        handle=restoring,
        usage="",
        about="",
        needs=restore_needs,
    ),
    Command(
        name="task.erase",
        topic=TOPIC,
        forms=_ERASE.after("tâche", "task"),
        bare=(*_ERASE.french, *_ERASE.english),
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
        forms=_HISTORY.after("tâche", "task"),
        bare=(*_HISTORY.french, *_HISTORY.english),
        bare_takes=begins_with_number,
        on_card=("historique", "history"),
        handle=history,
        usage=mark("!task history 12"),
        about=mark("says who did what, and when; “restore 12 title” puts the title before back"),
        needs=history_of,
    ),
)

TASKS: Final = Capability(
    kinds=frozenset({KIND, ITEM, COMMENT}),
    commands=(*COMMANDS, *ANSWERS),
    undone=undone,
    reactions=buttons(tick),
    pins={"📌": pin},
    card=CARD,
    remark=remark,
    plain=plain.answer,
    plain_needs=plain.needs,
    errands={ERRAND: Reminding(), EXPORT: Exporter(), IMPORT: Importer(), NEXT: Importer()},
    # What ``!tâches`` asks for.
    ready=lambda state: state.view(Index).orders[filters.Order.DUE.value],
)
