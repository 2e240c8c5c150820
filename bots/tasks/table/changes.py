"""What changes a task and stands behind its number: a row for each (pure)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import has_words
from bots.assistant.words.commands.command import Command, with_nouns
from bots.items.spoken import NOT_SHOWN, Usage
from bots.tasks.doing import aiming, changing, dates, linking, parts
from bots.tasks.doing.changing import on_each, on_one
from bots.tasks.doing.closing import to
from bots.tasks.kept.task import Status
from bots.tasks.lists.showing import show
from bots.tasks.saying.targets import begins_with_number
from bots.tasks.table.verbs import STANDING_VERBS, TOPIC
from config.texts import mark


@dataclass(frozen=True, slots=True)
class _Row:
    """One change: what its command is called, its verbs, what does it, and its line of the help."""

    name: str
    verbs: tuple[str, ...]
    handle: Callable[[Request, list[str]], Reply]
    usage: Usage = NOT_SHOWN


_CHANGES: Final = (
    _Row(
        "task.postpone",
        (
            *("reporter", "reporte", "reportez", "repousser", "repousse", "décaler", "décale", "déplacer", "déplace"),
            *("avancer", "avance", "échéance", "postpone", "move", "due"),
        ),
        on_each(dates.postpone),
        Usage(mark("!task postpone 12 to Monday"), mark("says when it is due")),
    ),
    _Row(
        "task.title",
        ("titre", "intitulé", "title"),
        on_one(changing.title),
        Usage(mark("!task title 12 call the fire brigade back"), mark("writes another title")),
    ),
    _Row("task.rename", ("renommer", "rename"), on_one(changing.rename)),
    _Row("task.change", ("modifier", "modifie", "modifiez", "changer", "modify", "change"), changing.several),
    _Row(
        "task.assign",
        (
            *("assigner", "attribuer", "confier", "affecter", "responsable", "assign", "give", "owner"),
            *("assigne", "assignez", "attribue", "attribuez", "confie", "confiez", "affecte", "affectez"),
        ),
        on_each(changing.assign),
    ),
    _Row(
        "task.remove",
        ("retirer", "enlever", "remove", "unassign", "untag"),
        on_each(changing.remove),
        Usage(mark("!task remove 12 @dgs #roads"), mark("takes people or labels off")),
    ),
    _Row("task.priority", ("priorité", "priority"), on_each(changing.prioritise)),
    _Row("task.label", ("étiquette", "étiquettes", "étiqueter", "label", "labels", "tag"), on_each(changing.tag)),
    _Row("task.estimate", ("estimation", "estimer", "durée", "estimate"), on_one(changing.estimate)),
    _Row("task.repeat", ("répéter", "récurrence", "répétition", "repeat", "recurrence"), on_each(dates.repeat)),
    _Row("task.describe", ("description", "décrire", "describe"), on_one(changing.describe)),
    _Row(
        "task.item",
        ("point", "points", "item", "items", "checklist"),
        on_one(parts.lines),
        Usage(mark("!task item 12 book the room"), mark("adds a line to its checklist; “tick 12 1” ticks it")),
    ),
    _Row("task.tick", ("cocher", "coche", "tick", "check"), on_one(parts.tick_lines)),
    _Row("task.untick", ("décocher", "untick", "uncheck"), on_one(parts.untick_lines)),
    _Row("task.strike", ("rayer", "biffer", "strike"), on_one(parts.remove_lines)),
    _Row(
        "task.under",
        ("sous", "sous-tâche", "under", "sub", "subtask"),
        parts.under,
        Usage(mark("!task under 12 read the estimate"), mark("adds a subtask")),
    ),
    _Row("task.detach", ("détacher", "detach"), on_each(linking.detach)),
    _Row(
        "task.depends",
        ("dépend", "attend", "après", "depends", "waits", "after"),
        on_each(linking.depend),
        Usage(mark("!task depends 12 on 8"), mark("makes it wait for another; “free 12” ends that")),
    ),
    _Row("task.free", ("libérer", "délier", "free", "unlink"), on_each(linking.free)),
    _Row(
        "task.objective",
        ("objectif", "objective"),
        on_one(aiming.aim),
        Usage(
            mark("!task add ask for an estimate objective:3"),
            mark("adds it to an objective; “task objective 12 3” later"),
        ),
    ),
    _Row(
        "task.comment",
        ("commenter", "commentaire", "noter", "note", "comment"),
        parts.note,
        Usage(mark("!task comment 12 they agree"), mark("notes something on it")),
    ),
    _Row("task.block", ("bloquer", "bloque", "bloquée", "block", "blocked"), on_each(to(Status.BLOCKED))),
    _Row("task.start", STANDING_VERBS.all, on_each(to(Status.DOING))),
    _Row(
        "task.reopen",
        ("rouvrir", "réouvrir", "rouvre", "rouvrez", "réouvre", "reopen"),
        on_each(to(Status.TODO)),
    ),
    _Row("task.show", ("voir", "montrer", "détail", "détails", "show", "details"), show),
)
_POSTPONE: Final = (
    *("reporter", "reporte", "repousser", "repousse", "décaler", "décale", "déplacer", "déplace", "échéance"),
    *("postpone", "move", "due"),
)


_FILED: Final = frozenset({"task.title", "task.rename", "task.describe", "task.item", "task.under", "task.comment"})
"""What follows their numbers is kept as it stands."""
_NOTES: Final = tuple(
    f"{verb} un commentaire" for verb in ("ajoute", "ajouter", "ajoutez", "mets", "note", "laisse", "rajoute")
)
_OBJECTIVES: Final = frozenset({"objectif", "objective", "responsable", "owner"})
"""Verbs that without the noun mean an objective, or are one."""


def changes() -> tuple[Command, ...]:
    """Return the command of each row."""
    return (_NOTED, *_rows())


_NOTED: Final = Command(
    name="task.comment.said",
    topic=TOPIC,
    short=_NOTES,
    banged=_NOTES,
    handle=parts.note_on_it,
    takes=has_words,
    on_card=_NOTES,
    fits=lambda _, rest: has_words(rest),
    whole=has_words,
)


def _rows() -> tuple[Command, ...]:
    return tuple(
        Command(
            name=row.name,
            topic=TOPIC,
            forms=with_nouns(("tâche", "task"), row.verbs),
            bare=tuple(verb for verb in row.verbs if verb not in _OBJECTIVES),
            bare_takes=begins_with_number,
            handle=row.handle,
            usage=row.usage.example,
            about=row.usage.about,
            on_card=_POSTPONE if row.name == "task.postpone" else (),
            fits=dates.is_time if row.name == "task.postpone" else None,
            whole=has_words if row.name in _FILED else None,
        )
        for row in _CHANGES
    )
