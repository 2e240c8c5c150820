"""What a statement or an order that nobody understood may mean: of a task that it names, or as a new one (pure)."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Final

from bots.assistant.talk.markup import Rich, fill, short, text
from bots.assistant.talk.question import Candidate
from bots.assistant.talk.request import Request
from bots.assistant.talk.rights import Right
from bots.assistant.talk.wording import unaccented
from bots.assistant.words.names.people import names_of
from bots.assistant.words.objects.called import MOST_ALIKE, called
from bots.assistant.words.objects.titled import telling
from bots.assistant.words.supposed import OTHERS, Lean, Supposed, deed, likeliest
from bots.tasks.doing import dates
from bots.tasks.doing.adding import add
from bots.tasks.doing.changing import on_each
from bots.tasks.kept.model import Board
from bots.tasks.kept.task import KIND, Task
from bots.tasks.saying import echo
from bots.tasks.words.listed import is_to_do
from bots.tasks.words.wanted import wanted

_MOST_OPEN: Final = 2_000
_MOST_DONE: Final = 300
_MOST_DEEDS: Final = 3
_FEWEST_OTHERS: Final = 3
"""Words by which something else is called."""
_NOUNS: Final = ("tâche", "task")
_SETS_OFF: Final = ".,:)"
_PARTICIPLE: Final = re.compile(r"[^\W\d]{2,}ée?s?[.!]*")
_POSTPONE: Final = on_each(dates.postpone)
_SAYS_WHAT: Final = re.compile(r"[:«“\"]\s*(?P<what>\S.*)$|\bqu(?:e |['’])(?P<that>\S.*)$")


def supposed(request: Request, said: Supposed) -> tuple[Candidate, ...]:
    """Return what *said* may mean of the open tasks that it names, or of the one of the card."""
    if not request.may(Right.CHANGE):
        return ()
    return likeliest([_of_one(request, task, said) for task in _meant(request, said)], _MOST_DEEDS)


def _meant(request: Request, said: Supposed) -> list[Task]:
    board = Board(request.state)
    if request.card is not None:
        task = board.get(request.card)
        # What has words of its own speaks of something else that nobody knows.
        return [task] if task is not None and _leans_on(said, task) else []
    numbered = _numbered(board, said)
    if numbered:
        return numbered
    if said.anew or (not said.outright and OTHERS.search(unaccented(" ".join(said.words))) is not None):
        return []
    # Of what calls more than tell, one more is enough to say so.
    known = (islice(board.titled([word], _MOST_OPEN), MOST_ALIKE + 1) for word in said.telling)
    named = {task.id: task for found in known for task in found}
    tasks = sorted(named.values(), key=lambda task: (task.number, task.id))
    if Lean.REOPENED in said.leans:
        tasks += board.done_lately(_MOST_DONE)
    return [tasks[at] for at in called(said.telling, [task.title for task in tasks])]


def _numbered(board: Board, said: Supposed) -> list[Task]:
    """Return the open task that has the number that *said* begins with: « 1 ok », but not « 15 chaises livrées »."""
    first = said.words[0].rstrip(_SETS_OFF)
    found = [task for task in board.called(int(first), "") if task.open] if first.isascii() and first.isdigit() else []
    if len(found) != 1 or len(said.words) < 2:
        return []
    set_off = first != said.words[0] or said.words[1][0] in _SETS_OFF
    return found if set_off or _only_tells(said, found[0]) else []


def _only_tells(said: Supposed, task: Task) -> bool:
    """Tell whether what follows the number says what has become of *task*, and names nothing else."""
    left = {part for word in said.words[1:] if _PARTICIPLE.fullmatch(word) is None for part in telling(word)}
    return all(called([part], [task.title]) for part in left & {*said.telling})


def _leans_on(said: Supposed, task: Task) -> bool:
    if said.anew or not said.outright:
        return False
    if not task.open:
        return said.leans[0] in (Lean.NOTED, Lean.REOPENED)
    others = [word for word in said.telling if not called([word], [task.title])]
    return said.leans[0] in (Lean.CANCELLED, Lean.NOTED) or len(others) < _FEWEST_OTHERS


def _of_one(request: Request, task: Task, said: Supposed) -> Iterator[Candidate]:
    """Yield what *said* may mean of *task*, the likeliest first."""
    gettext, candidate = request.texts.gettext, partial(deed, _NOUNS, task.label, task.title)
    due = _due(request, task, said.when) if said.when else None
    who = None if said.who is None or said.who in task.assignees else names_of((said.who,), request)
    gives, moves = f"!tâche assigner {task.label} {said.who}", f"!tâche reporter {task.label} {said.when}"
    for lean in said.leans:
        if lean is Lean.DONE:
            yield candidate(gettext("task {number} “{title}”: done"), f"!tâche fait {task.label}")
        if lean is Lean.REOPENED and not task.open:
            yield candidate(gettext("task {number} “{title}”: to be done again"), f"!tâche rouvrir {task.label}")
        if lean is Lean.CANCELLED:
            yield candidate(gettext("task {number} “{title}”: dropped"), f"!tâche abandonner {task.label}")
        if lean is Lean.MOVED and due is not None and who is not None:
            sentence = gettext("task {number} “{title}”: for {people}, due {when}")
            yield candidate(sentence, f"{gives}\n{moves}", when=due, people=who)
        if lean is Lean.MOVED and due is not None:
            yield candidate(gettext("task {number} “{title}”: due {when}"), moves, when=due)
        if lean is Lean.GIVEN and who is not None:
            yield candidate(gettext("task {number} “{title}”: for {people}"), gives, people=who)
        if lean is Lean.NOTED:
            words = _noted(said)
            sentence = gettext("task {number} “{title}”: noted as a comment, “{words}”")
            yield candidate(sentence, f"!tâche commenter {task.label} {words}", words=text(short(words)))


def _due(request: Request, task: Task, when: str) -> Rich | None:
    """Return when *task* is due once it is put off to *when*; None where that says no date."""
    asked = replace(request, text=f"!tâche reporter {task.label} {when}", formatted=None, card=None)
    changes = _POSTPONE(asked, [task.label, *when.split()]).changes
    found = Board(request.state, changes).get(task.id) if changes else None
    return text(echo.span(request, found.when)) if found is not None and found.when != task.when else None


def _noted(said: Supposed) -> str:
    whole = " ".join(said.words)
    found = _SAYS_WHAT.search(whole) if said.leans[0] is Lean.NOTED else None
    return whole if found is None else found["what"] or found["that"]


def new(request: Request, said: Supposed) -> tuple[Candidate, ...]:
    """Return what makes a task of *said*, with its title, date and people as they are understood; () for no task."""
    if request.card is not None or not request.may(Right.ADD):
        return ()
    words = wanted(request, said)
    if words is None:
        return ()
    puts = f"!tâche ajouter {' '.join(words)}"
    reply = add(replace(request, text=puts, formatted=None), words)
    made = [change.id for change in reply.changes if change.kind == KIND]
    task = Board(request.state, reply.changes).get(made[0]) if made else None
    if task is None and (reply.question is None or not is_to_do(" ".join(words))):
        return ()
    label = text(short(" ".join(words))) if task is None else echo.in_a_line(request, task)
    gettext = request.texts.gettext
    said_of = fill(gettext("a new task: {task}"), task=label)
    return (Candidate(said_of, puts, words=(gettext("the task"), label.plain), changes=reply.changes),)
