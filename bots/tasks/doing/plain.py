"""What people say of a task without a command: ``j'ai envoyé les convocations``, ``déplace le conseil à jeudi`` (pure).

A number is clear, and what it says is done. Words are looked for in the titles of what is open, and never guessed: the
one that fits is asked about with what would be done to it, of several it is asked which; where none fits, nothing here
has been said.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import islice
from typing import Final

from bots.assistant.dispatch.reading import elsewhere
from bots.assistant.talk.markup import code, fill, join, room_link, short, strong, text
from bots.assistant.talk.question import Around, Candidate, Question, Slot, Takes
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import NOTHING, Needs, Request
from bots.assistant.talk.rights import Right
from bots.assistant.talk.scene import Scene
from bots.assistant.talk.wording import fold
from bots.assistant.words.lenient import line
from bots.assistant.words.names.people import is_mention, somebody
from bots.assistant.words.objects.articles import ARTICLES, LINKING, POLITE
from bots.assistant.words.objects.numbered import reference
from bots.assistant.words.objects.titled import parts_of
from bots.tasks.doing import dates
from bots.tasks.doing.changing import on_each
from bots.tasks.doing.closing import done, dropping
from bots.tasks.kept.model import Board
from bots.tasks.kept.task import Task
from bots.when.finding import find
from bots.when.values import Doubt, When, rest, understood
from config.texts import mark

MOST: Final = 30
"""Words of a message that are read: more is a story."""
_MOST_SHOWN: Final = 9
_MAX_NAME: Final = 40
_MOST_OPEN: Final = 2_000
"""Open tasks of a room whose titles are looked through."""


class TaskVerb(Enum):
    """What is to become of it: the verb of its command, and of an answer to its card."""

    DONE = "fait"
    MOVED = "déplacer"
    POSTPONED = "reporter"
    DROPPED = "abandonner"


_MOVES: Final = frozenset({TaskVerb.MOVED, TaskVerb.POSTPONED})
_ASKED: Final = {
    TaskVerb.DONE: mark("Task {number} “{title}”: done?"),
    TaskVerb.MOVED: mark("Task {number} “{title}”: due {when}?"),
    TaskVerb.POSTPONED: mark("Task {number} “{title}”: postponed to {when}?"),
    TaskVerb.DROPPED: mark("Task {number} “{title}”: dropped?"),
}
_ASKED_WHICH: Final = {
    TaskVerb.DONE: mark("Which task is done?"),
    TaskVerb.MOVED: mark("Which task is due {when}?"),
    TaskVerb.POSTPONED: mark("Which task is postponed to {when}?"),
    TaskVerb.DROPPED: mark("Which task is dropped?"),
}


@dataclass(frozen=True, slots=True)
class TaskSentence:
    """What is said of which task: *words* are of its title, folded, or its number; *when* is as it was typed."""

    deed: TaskVerb
    words: tuple[str, ...]
    when: str = ""


_CHANGE_DATE: Final = (
    r"(?:(?:on|il|je) (?:peut|pourrait|doit|dois|faut|faudrait|voudrais|veux) )?"
    r"(?:chang|modifi|corrig|rectifi)(?:e|er|ez|ons)? "
    r"(?:la date(?: limite| d'echeance| de fin)?|l'echeance|le delai|l'heure|le jour"
    r"|the due date|the date|the deadline)"
    r" (?:de|du|des|of) "
)
_UNDATED: Final = re.compile(rf"{_CHANGE_DATE}(?P<what>.+)")
"""« Change la date de la tâche 12 »: to when is asked."""
_IT: Final = r"(?:la |les |le |l'|une? |des |du |de la |de l'|de |d'|the )?"
_BEFORE: Final[tuple[tuple[TaskVerb, str], ...]] = (
    (TaskVerb.DONE, r"(?:voila )?c'?est (?:fait|bon|fini|regle|termine|ok) (?:pour|avec) (?P<what>.+)"),
    (
        TaskVerb.DONE,
        r"(?:voila )?j'?ai (?:enfin |deja |bien )?(?:fini|termine|boucle|regle|fait) (?:de |d')?(?P<what>.+)",
    ),
    (TaskVerb.DONE, r"on a (?:enfin |deja |bien )?(?:fini|termine|boucle|regle|fait) (?:de |d')?(?P<what>.+)"),
    (TaskVerb.DONE, r"(?:i|we) (?:have |just |have just )?(?:finished|completed|did|done) (?P<what>.+)"),
    (TaskVerb.DONE, r"i'?ve (?:just )?(?:finished|completed|done) (?P<what>.+)"),
    (TaskVerb.DONE, r"it'?s done for (?P<what>.+)"),
    (TaskVerb.POSTPONED, r"(?:reporte|repousse|reporter|repousser|reportez|repoussez|postpone) (?P<what>.+)"),
    (TaskVerb.MOVED, r"(?:deplace|deplacer|deplacez|decale|decaler|decalez|avance|avancer|avancez|move) (?P<what>.+)"),
    (TaskVerb.MOVED, rf"{_CHANGE_DATE}(?P<what>.+)"),
    (TaskVerb.DROPPED, r"(?:annule|annuler|annulez|abandonne|abandonner|supprime|supprimer|cancel|drop) (?P<what>.+)"),
    (TaskVerb.DROPPED, r"(?:finalement )?(?:plus |pas )besoin (?:de |d')(?P<what>.+)"),
)
_BEHIND: Final[tuple[tuple[TaskVerb, str], ...]] = (
    (
        TaskVerb.DONE,
        r"(?P<what>.+?),? (?:c'?est|est|sont|is|are) (?:deja |already )?(?:fait|faite|faits|faites|fini|finie)",
    ),
    (TaskVerb.DONE, r"(?P<what>.+?),? (?:c'?est|est|sont) (?:termine|terminee|termines|terminees|regle|reglee|bon|ok)"),
    (TaskVerb.DONE, r"(?P<what>.+?),? (?:is|are) (?:already )?(?:done|finished)"),
    (TaskVerb.POSTPONED, r"(?P<what>.+?) (?:est|sont|is|are) (?:reporte|repousse|postponed)e?s?"),
    (TaskVerb.MOVED, r"(?P<what>.+?) (?:est|sont|is|are) (?:deplace|decale|avance|moved)e?s?"),
    (TaskVerb.DROPPED, r"(?P<what>.+?),? (?:c'?est|est|sont|is|are) (?:annule|abandonne|dropped|cancelled)e?s?"),
)
_PATTERNS: Final = tuple((deed, re.compile(pattern)) for deed, pattern in (*_BEHIND, *_BEFORE))
_PASSED_ON: Final = re.compile(
    r"(?:dis|dites|dire|demande|demandez|demander|redis|tell|ask) (?:(?P<at>à|a|au) )?"
    r"(?P<who>@[^\s,;]+|[^,;:?]{2,30}?) "
    r"(?:de |d['’]|qu['’]il faut |to )(?P<what>.+)",
    re.IGNORECASE,
)
_PAST: Final = re.compile(r"(?:voila )?(?:j'?ai|on a|nous avons) (?:enfin |deja |bien )?(?P<verb>[a-z]+) (?P<what>.+)")
"""``j'ai envoyé les convocations``: the verb is one of the title's words, in another form."""
_NOUNS: Final = r"(?:tache|taches|task|tasks)(?: (?:de|du|des|d'|sur|pour|avec|n°|numero))?(?: |$)"
_HEAD: Final = re.compile(rf"{_IT}(?:{_NOUNS})?{_IT}")
_LITTLE: Final = (
    ARTICLES
    | LINKING
    | frozenset(
        {"an", "for", "to", "is", "are", "task", "tasks", "sur", "ces", "est", "sont", "tache", "taches"}
        | {"n°", "numero", "finalement"}
    )
)
_POLITE: Final = POLITE | {"bcp", "beaucoup", "!", "."}
_OF_REMINDERS: Final = frozenset({"rappel", "rappels", "reminder", "reminders", "resume", "digest"})


def told(request: Request, words: Sequence[str]) -> TaskSentence | None:
    """Return what *words* say of a task; None where they say nothing of that sort."""
    if not 1 < len(words) <= MOST or "?" in words[-1] or _OF_REMINDERS & {fold(word) for word in words}:
        return None
    spoken = " ".join(_without_thanks(words))
    left, when = _time(request, spoken)
    for said, moves in ((_folded(spoken), False), (_folded(left), True)):
        for deed, pattern in _PATTERNS:
            found = pattern.fullmatch(said) if (deed in _MOVES) is moves else None
            if found is not None and bool(when) >= moves:
                return named(deed, found["what"], when if moves else "")
    undated = None if when else _UNDATED.fullmatch(_folded(spoken))
    if undated is not None:
        return named(TaskVerb.MOVED, undated["what"])
    past = _PAST.fullmatch(_folded(spoken))
    return None if past is None else named(TaskVerb.DONE, past["what"], verb=past["verb"])


def _without_thanks(words: Sequence[str]) -> Sequence[str]:
    end = len(words)
    while end and fold(words[end - 1]) in _POLITE:
        end -= 1
    return words[:end]


def _folded(spoken: str) -> str:
    return " ".join(fold(word) for word in spoken.split() if word.strip(".,;:!?"))


def _time(request: Request, spoken: str) -> tuple[str, str]:
    """Return *spoken* without the time in it, and that time as it was typed."""
    match find(spoken, request.here, request.zone, request.language):
        case When(spans) | Doubt(spans):
            return rest(spoken, spans), " ".join(understood(spoken, spans))
        case _:
            return spoken, ""


def named(deed: TaskVerb, what: str, when: str = "", verb: str = "") -> TaskSentence | None:
    """Return what is said of what is called *what*; a *verb* in the past is one more word of the title."""
    called = _HEAD.sub("", what, count=1)
    words = tuple(dict.fromkeys(part for part in parts_of(f"{verb} {called}") if part not in _LITTLE))
    named = [word for word in words if word != verb and (len(word) > 1 or word.isdecimal())]
    return TaskSentence(deed, words, when) if named else None


def answer(request: Request, words: Sequence[str]) -> Reply | None:
    """Return what *words*, which are no command, lead to; None where they speak of no open task."""
    said = told(request, words)
    if said is None:
        return _passed_on(request, words)
    if all(reference(word) is not None for word in said.words):
        return by_number(request, said)
    if not request.may(Right.CHANGE):
        return None
    found = ((scene, task) for scene in _places(request) for task in Board(scene.state).titled(said.words, _MOST_OPEN))
    fitting = [*islice(found, _MOST_SHOWN + 1)]
    if not fitting or len(fitting) > _MOST_SHOWN:
        return None
    candidates = tuple(_candidate(request, scene, task, said) for scene, task in fitting)
    if said.deed in _MOVES and not said.when:
        return ask(request, _to_when(request, [task for _, task in fitting], candidates))
    asked = _ASKED if len(fitting) == 1 else _ASKED_WHICH
    task = fitting[0][1]
    facts = {"number": strong(task.label), "title": text(short(task.title)), "when": text(said.when)}
    return ask(request, Question(fill(request.texts.gettext(asked[said.deed]), **facts), candidates))


def _to_when(request: Request, fitting: Sequence[Task], candidates: tuple[Candidate, ...]) -> Question:
    """Ask until when the one that is called so is put off; of several, which."""
    gettext = request.texts.gettext
    if len(fitting) > 1:
        return Question(text(gettext("Which task is meant?")), candidates)
    (task,), (only,) = fitting, candidates
    sentence = gettext("Task {number} “{title}”: due when? For example: {example}")
    facts = {"number": strong(task.label), "title": text(short(task.title)), "example": code(gettext("Monday"))}
    return Question(fill(sentence, **facts), slot=Slot(Takes.SHIFT, Around(f"{only.command} ", "")))


def _passed_on(request: Request, words: Sequence[str]) -> Reply | None:
    """Ask whether « dis à @dgs de rappeler le préfet » is a task of theirs: nothing is said to anybody by us."""
    spoken = " ".join(_without_thanks(words))
    found = _PASSED_ON.fullmatch(spoken)
    if found is None or not request.may(Right.CHANGE):
        return None
    who = found["who"] if is_mention(found["who"]) else _named(request, found["at"] or "", found["who"])
    if not who:
        return None
    command = f"!tâche ajouter {found['what'].strip()} {who}"
    sentence = request.texts.gettext("I tell nobody anything. Shall I add it to their tasks?")
    return ask(request, Question(text(sentence), (Candidate(code(command), command, words=("oui", "yes")),)))


def _named(request: Request, before: str, name: str) -> str:
    """Return whom *name* behind « demande à » names; a proper name that nobody has is asked about; "" for none."""
    user = somebody([*(["le"] if fold(before) == "au" else []), *name.split()], request)
    if user is not None:
        return str(user)
    return f"@{name}" if name[:1].isupper() and " " not in name else ""


def moved(request: Request, task: Task, when: str) -> Question:
    """Ask whether *task* is to be due *when*, as it was typed."""
    return question(request, task, TaskSentence(TaskVerb.MOVED, (task.label,), when))


def question(request: Request, task: Task, said: TaskSentence) -> Question:
    """Ask whether what is *said* is said of *task*, a task of this room."""
    facts = {"number": strong(task.label), "title": text(short(task.title)), "when": text(said.when)}
    sentence = fill(request.texts.gettext(_ASKED[said.deed]), **facts)
    return Question(sentence, (_candidate(request, _here(request), task, said),))


def needs(request: Request, words: Sequence[str]) -> Needs:
    """All rooms where they may be told of, for what :func:`answer` would look for."""
    return Needs(rooms=True) if request.private and told(request, words) is not None else NOTHING


def by_number(request: Request, said: TaskSentence) -> Reply:
    """Do what is *said* to the tasks of this room that have these numbers."""
    numbers = [*", ".join(said.words).split()]
    match said.deed:
        case TaskVerb.DONE:
            return done(request, numbers)
        case TaskVerb.DROPPED:
            return dropping(request, numbers)
        case TaskVerb.MOVED:
            return on_each(dates.postpone)(request, [*numbers, *said.when.split()])
        case TaskVerb.POSTPONED:
            return on_each(dates.postpone)(request, [*numbers, *said.when.split()])


def _candidate(request: Request, scene: Scene, task: Task, said: TaskSentence) -> Candidate:
    if scene.room_id == request.room_id:
        label = join(" · ", (strong(task.label), text(short(task.title))))
        return Candidate(label, f"!tâche {said.deed.value} {task.label} {said.when}".strip(), words=(task.label,))
    name = line(scene.name, _MAX_NAME) or request.texts.gettext("a room without a name")
    label = join(" · ", (strong(task.label), text(short(task.title)), room_link(scene.room_id, name)))
    puts = f"tâche là-bas {said.deed.value} {scene.room_id} {task.id} {said.when}".strip()
    return Candidate(label, puts, words=(task.label, name))


def is_there(words: Sequence[str]) -> bool:
    """Tell whether *words* are those of a task in another room, behind what is done."""
    return elsewhere.is_there(words, {deed.value for deed in TaskVerb})


def _places(request: Request) -> Sequence[Scene]:
    return request.visible if request.private and request.visible else (_here(request),)


def _here(request: Request) -> Scene:
    return Scene(request.room_id, request.state, request.members, request.now, zone=request.zone)
