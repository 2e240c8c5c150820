"""What is asked about tasks (pure). Each returns a question in the language of the room."""

from collections.abc import Iterable, Sequence
from typing import Final

from bots.assistant.talk.markup import Rich, code, fill, join, lines, listing, short, strong, text
from bots.assistant.talk.question import Before, Candidate, Question, Slot, Takes, by_example, in_place_of
from bots.assistant.talk.request import Request
from bots.assistant.words.names.people import Nobody, is_mention, name_in, names_of
from bots.assistant.words.names.whom import unclear
from bots.assistant.words.objects.numbered import alike
from bots.tasks.kept.model import Board, Task
from bots.tasks.saying import replies
from bots.tasks.words.drafting import TaskDraft
from bots.when.finding import find
from bots.when.values import When, rest, understood

_SEVERAL: Final = ("plusieurs", "plusieurs tâches", "séparées", "séparément", "chacune", "toutes", "several", "apart")
_COUNTED: Final = ("trois", "quatre", "cinq", "six", "sept", "huit", "neuf")
NOUNS: Final = ("tache", "taches", "task", "tasks")
"""What people put before a task's number."""


def none_says(request: Request, words: Sequence[str], *, offers: bool) -> Rich | Question:
    """Say that no task speaks of *words*, and ask whether they were to be one, unless not *offers*."""
    said = " ".join(words)
    if not offers:
        return fill(request.texts.gettext("No open task speaks of “{words}”."), words=text(said))
    sentence = fill(request.texts.gettext("No open task speaks of “{words}”. Shall I add it?"), words=text(said))
    add = request.texts.gettext("!task add")
    return Question(sentence, (Candidate(code(said), f"{add} {said}"),))


def not_done_after_all(request: Request, task: Task) -> Question:
    """Ask whether *task*, which is over, is to be done again."""
    gettext = request.texts.gettext
    sentence = fill(
        gettext("Is task {number} to be done again? {title}"), number=strong(task.label), title=text(task.title)
    )
    return Question(sentence, (Candidate(text(gettext("reopen it")), gettext("reopen")),))


def renamed(request: Request, task: Task, titles: Sequence[str]) -> Question:
    """Ask whether *task* is to have another title, one of *titles*."""
    verb = "tâche titre" if request.language == "fr" else "task title"
    sentence = request.texts.gettext("Task {number} “{title}”: renamed?")
    candidates = tuple(Candidate(text(title), f"!{verb} {task.label} {title}") for title in titles)
    return Question(fill(sentence, number=strong(task.label), title=text(short(task.title))), candidates)


def which_date(request: Request, words: Sequence[str]) -> Question:
    """Ask when a task is to be due."""
    gettext = request.texts.gettext
    example = code(gettext("!task postpone 12 to Monday"))
    if not words:
        return Question(fill(gettext("Until when? For example: {example}"), example=example), slot=Slot(Takes.SHIFT))
    sentence, typed = gettext("I read no date in “{typed}”. For example: {example}"), code(short(" ".join(words)))
    return Question(fill(sentence, typed=typed, example=example), slot=Slot(Takes.TIME, in_place_of(words)))


def which_recurrence(request: Request, words: Sequence[str]) -> Question:
    """Ask how a task is to come back."""
    gettext = request.texts.gettext
    sentence = gettext("I read no recurrence in “{typed}”. For example: {example}")
    typed, example = code(short(" ".join(words)) or "…"), code(gettext("!task repeat 12 every 2 weeks"))
    return Question(fill(sentence, typed=typed, example=example), slot=Slot(Takes.TIME, in_place_of(words)))


def whom(request: Request, words: Sequence[str]) -> Question:
    """Ask for people; of a name that nobody here has, say so."""
    gettext = request.texts.gettext
    name = name_in(words)
    if name:
        return unclear(request, Nobody(name))
    return by_example(gettext("Who? For example: {example}"), gettext("!task assign 12 @dgs"), Takes.PERSON, words)


def which_priority(request: Request, words: Sequence[str]) -> Question:
    """Ask for a priority."""
    gettext = request.texts.gettext
    example = code(gettext("!task priority 12 high"))
    place, said = in_place_of(words), (gettext("high"), gettext("normal"), gettext("low"))
    candidates = tuple(Candidate(text(each), each, place) for each in said)
    return Question(fill(gettext("High, normal or low? {example}"), example=example), candidates)


def which_label(request: Request, words: Sequence[str]) -> Question:
    """Ask for labels."""
    gettext = request.texts.gettext
    return by_example(
        gettext("Which label? For example: {example}"), gettext("!task label 12 #roads"), Takes.WORDS, words
    )


def which_estimate(request: Request, words: Sequence[str]) -> Question:
    """Ask for a length of time."""
    gettext = request.texts.gettext
    return by_example(
        gettext("How long? For example: {example}"), gettext("!task estimate 12 1h30"), Takes.WORDS, words
    )


def which_parent(request: Request, words: Sequence[str]) -> Question:
    """Ask under which task."""
    gettext = request.texts.gettext
    return by_example(
        gettext("Under which task? For example: {example}"), gettext("!task 15 under 12"), Takes.NUMBER, words, NOUNS
    )


def which_others(request: Request, words: Sequence[str]) -> Question:
    """Ask for which tasks."""
    gettext = request.texts.gettext
    return by_example(
        gettext("For which task? For example: {example}"), gettext("!task depends 12 on 8"), Takes.NUMBER, words, NOUNS
    )


def which_line(request: Request, task: Task, words: Sequence[str]) -> Question:
    """Ask which lines of a checklist, and show them."""
    gettext = request.texts.gettext
    sentence = gettext("Which lines of task {number}? For example: {example}")
    head = fill(sentence, number=strong(task.label), example=code(gettext("!task tick 12 1, 3")))
    sentence_and_lines = listing(head, [replies.line(each) for each in task.checklist])
    return Question(sentence_and_lines, slot=Slot(Takes.NUMBER, in_place_of(words), NOUNS))


def which_comment(request: Request) -> Question:
    """Ask for the words of a comment."""
    gettext = request.texts.gettext
    example = code(gettext("!task comment 12 they agree"))
    return Question(fill(gettext("What do you want to note? {example}"), example=example), slot=Slot(Takes.WORDS))


def both(request: Request, task: str, when: str) -> Question:
    """Ask whether somebody is to be reminded of *task*, too, as two commands in two lines would say it."""
    gettext = request.texts.gettext
    sentence = gettext("A task and a reminder in one sentence: what is meant? Nothing is added yet.")
    add, remind = gettext("!task add"), gettext("remind me {when} to {task}").format(when=when, task=task)
    remind = " ".join(remind.split())
    only_task = Candidate(text(gettext("the task only")), f"{add} {task}", words=(gettext("the task"),))
    if not request.direct:
        return Question(text(sentence), (only_task,))
    two = Candidate(text(gettext("both")), f"{add} {task}\n{remind}", words=(gettext("both"), gettext("yes")))
    only_reminder = Candidate(text(gettext("the reminder only")), remind, words=(gettext("the reminder"),))
    return Question(text(sentence), (two, only_task, only_reminder))


def which_title(request: Request) -> Question:
    """Ask what the task is."""
    gettext = request.texts.gettext
    example = code(gettext("!task add call the fire brigade @dgs"))
    return Question(
        fill(gettext("What is there to do? For example: {example}"), example=example), slot=Slot(Takes.WORDS)
    )


def about(request: Request, draft: TaskDraft) -> list[Rich | Question]:
    """Ask about each name that fits nobody here, or several, and about a time that is not clear."""
    names = [unclear(request, each) for each in draft.unclear]
    return [*names] if draft.doubt is None else [*names, draft.doubt]


def which_number(request: Request, board: Board, words: Sequence[str]) -> Question:
    """Ask which task, and say which there are; its number belongs before *words*."""
    gettext = request.texts.gettext
    asked = fill(gettext("Which task? For example: {example}"), example=code(gettext("!task done 12")))
    return Question(
        lines((asked, replies.those_open(request, board))), slot=Slot(Takes.NUMBER, Before(tuple(words)), NOUNS)
    )


def which_of(request: Request, label: str, tasks: Sequence[Task]) -> Question:
    """Ask which of the *tasks* that share a number is meant."""
    sentence = request.texts.gettext("Several tasks are called {number}. Which one?")
    candidates = (alike(_item(request, each), label, each.label) for each in tasks)
    return Question(fill(sentence, number=text(label)), tuple(candidates))


def _item(request: Request, task: Task) -> Rich:
    parts: Iterable[Rich] = (strong(task.label), text(short(task.title)))
    item = join(" · ", parts)
    return join(" → ", (item, names_of(task.assignees, request, most=5))) if task.assignees else item


def one_or_several(request: Request, head: str, parts: Sequence[str]) -> Question:
    """Ask whether what lists several things to do is one task, or one for each of *parts*."""
    gettext = request.texts.gettext
    adds = "!tâche ajouter" if request.language == "fr" else "!task add"
    each = "\n".join(f"{adds} {part}" for part in parts)
    one = f"{adds} {_quoted(request, head.strip(' .:'))}"
    count = str(len(parts))
    several = Candidate(
        fill(gettext("{count} tasks: {parts}"), count=text(count), parts=text(" · ".join(parts))),
        each,
        words=tuple(f"{lead}{said}" for lead in ("", "oui ") for said in (*_said_of(len(parts)), *_SEVERAL)),
    )
    alone = Candidate(text(gettext("one task")), one, words=("une", "une seule", "une tâche", "une seule tâche", "one"))
    return Question(text(gettext("Is that one task, or several?")), (several, alone))


def _quoted(request: Request, head: str) -> str:
    """Return *head* as a title in quotation marks, with its people and its time behind."""
    people = [word for word in head.split() if is_mention(word)]
    title = " ".join(word for word in head.split() if not is_mention(word))
    found = find(title, request.here, request.zone, request.language)
    times: tuple[str, ...] = ()
    if isinstance(found, When):
        times, title = understood(title, found.spans), rest(title, found.spans)
    return " ".join((f"« {title.strip(' ,')} »", *times, *people))


def _said_of(count: int) -> tuple[str, ...]:
    """Return how people say that many tasks: « les trois », « 3 tâches »."""
    word = _COUNTED[count - 3]
    named = tuple(f"{number} {noun}" for number in (word, count) for noun in ("tâches", "tasks"))
    return (*named, word, f"les {word}", f"les {count}", f"toutes les {word}")
