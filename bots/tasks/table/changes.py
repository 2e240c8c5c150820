"""What changes a task and stands behind its number: a row for each (pure)."""

from collections.abc import Callable, Sequence
from typing import Final

from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import has_words
from bots.assistant.words.commands.command import Command, with_nouns
from bots.tasks.doing import aiming, changing, dates, linking, parts
from bots.tasks.doing.changing import on_each, on_one
from bots.tasks.doing.closing import to
from bots.tasks.kept.task import Status
from bots.tasks.lists.showing import show
from bots.tasks.saying.targets import begins_with_number
from bots.tasks.table.verbs import STANDING_VERBS, TOPIC
from config.texts import mark

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
        *(on_each(dates.postpone), mark("!task postpone 12 to Monday"), mark("says when it is due")),
    ),
    (
        *("task.title", ("titre", "intitulé", "title"), on_one(changing.title)),
        *(mark("!task title 12 call the fire brigade back"), mark("writes another title")),
    ),
    ("task.rename", ("renommer", "rename"), on_one(changing.rename), "", ""),
    ("task.change", ("modifier", "modifie", "modifiez", "changer", "modify", "change"), changing.several, "", ""),
    (
        *(
            "task.assign",
            (
                *("assigner", "attribuer", "confier", "affecter", "responsable", "assign", "give", "owner"),
                *("assigne", "assignez", "attribue", "attribuez", "confie", "confiez", "affecte", "affectez"),
            ),
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
    ("task.repeat", ("répéter", "récurrence", "répétition", "repeat", "recurrence"), on_each(dates.repeat), "", ""),
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
    ("task.detach", ("détacher", "detach"), on_each(linking.detach), "", ""),
    (
        *("task.depends", ("dépend", "attend", "après", "depends", "waits", "after"), on_each(linking.depend)),
        *(mark("!task depends 12 on 8"), mark("makes it wait for another; “free 12” ends that")),
    ),
    ("task.free", ("libérer", "délier", "free", "unlink"), on_each(linking.free), "", ""),
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
    ("task.start", (*STANDING_VERBS.french, *STANDING_VERBS.english), on_each(to(Status.DOING)), "", ""),
    (
        "task.reopen",
        ("rouvrir", "réouvrir", "rouvre", "rouvrez", "réouvre", "reopen"),
        on_each(to(Status.TODO)),
        "",
        "",
    ),
    ("task.show", ("voir", "montrer", "détail", "détails", "show", "details"), show, "", ""),
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
            name=name,
            topic=TOPIC,
            forms=with_nouns(("tâche", "task"), verbs),
            bare=tuple(verb for verb in verbs if verb not in _OBJECTIVES),
            bare_takes=begins_with_number,
            handle=handle,
            usage=usage,
            about=about,
            on_card=_POSTPONE if name == "task.postpone" else (),
            fits=dates.is_time if name == "task.postpone" else None,
            whole=has_words if name in _FILED else None,
        )
        for name, verbs, handle, usage, about in _CHANGES
    )
