"""What a sentence below a task's card asks for: « c'est le dgs qui le fait », « en fait c'est pour le 14 » (pure).

The rows of ``answers`` are verbs with what they take. Here are the sentences around them: with « finalement » before,
a reason behind, « le » for the task. What names nobody, no day and no change is none, and stays a comment.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from bots.assistant.talk.question import Question
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.rights import Right
from bots.assistant.talk.wording import has_words, unaccented
from bots.assistant.words.charged import may_be_name
from bots.assistant.words.names.people import Found, Nobody, Person, Several, find, somebody
from bots.assistant.words.names.whom import unclear
from bots.assistant.words.objects.titled import is_titled, parts_of
from bots.tasks.doing import dates, parts, plain
from bots.tasks.doing.statuses import set_status
from bots.tasks.doing.work import Work
from bots.tasks.kept.model import Board
from bots.tasks.kept.task import COMMENT, KIND, Priority, Status, Task
from bots.tasks.saying import replies
from bots.tasks.words import remark
from bots.tasks.words.timing import timing
from bots.when.finding import find as time_in
from bots.when.values import When, understood

_Act = Callable[[Work, Task, re.Match[str], str], bool]


def freely(request: Request, words: Sequence[str]) -> Reply | None:
    """Return what *words*, said of the task of the card, lead to; None where they ask for nothing of the kind."""
    task = _task(request)
    return None if task is None else said_of(request, [task], words)


def said_of(request: Request, tasks: Sequence[Task], words: Sequence[str]) -> Reply | None:
    """Return what *words*, said of each of *tasks*, lead to; None where they ask for nothing of the kind."""
    said = " ".join(words).strip(" .!")
    if not all(each.open for each in tasks) or not 1 < len(said) <= remark.LONGEST or said.endswith("?"):
        return None
    if not request.may(Right.CHANGE):
        return None
    start, end, why = remark.core(said)
    if why and remark.takes_back(unaccented(said[start:end]), unaccented(said[end:])):
        return None
    work = Work.on(request)
    for task in tasks:
        if not any(_acts(work, task, said[start:end], patterns, act) for patterns, act in _ROWS):
            return None
        if why and work.reply().changes:
            parts.comment(work, task, said, said=replies.remarked)
    reply = work.reply()
    # What is noted beside is not told among other deeds.
    return replace(reply, brief=None) if any(each.kind == COMMENT for each in reply.changes) else reply


def asked(request: Request, words: Sequence[str]) -> Question | None:
    """Return the question whether *words*, which are a comment, mean that the task is moved or dropped; else None."""
    said = " ".join(words)
    task = _task(request)
    folded = unaccented(said)
    if task is None or not task.open or not folded or len(said) > remark.LONGEST or "?" in said:
        return None
    if remark.HELD_BACK.search(folded) or not request.may(Right.CHANGE):
        return None
    if remark.CHANGING.search(folded):
        found = time_in(said, request.here, request.zone, request.language)
        if isinstance(found, When):
            return plain.moved(request, task, " ".join(understood(said, found.spans)))
    if remark.DROPPING.search(folded):
        return plain.question(request, task, plain.TaskSentence(plain.TaskVerb.DROPPED, (task.label,)))
    return None


def _task(request: Request) -> Task | None:
    return None if request.card is None else Board(request.state).get(request.card)


def _acts(work: Work, task: Task, kept: str, patterns: Sequence[re.Pattern[str]], act: _Act) -> bool:
    found = (pattern.fullmatch(unaccented(kept)) for pattern in patterns)
    return any(act(work, task, each, kept) for each in found if each is not None)


def _drop(work: Work, task: Task, _: re.Match[str], __: str) -> bool:
    set_status(work, task, Status.DROPPED)
    return True


def _may_drop(work: Work, task: Task, _: re.Match[str], __: str) -> bool:
    work.ask(plain.question(work.request, task, plain.TaskSentence(plain.TaskVerb.DROPPED, (task.label,))))
    return True


def _drop_because(work: Work, task: Task, found: re.Match[str], kept: str) -> bool:
    """Drop *task*, and note the reason behind a comma; where that may be something else to do, nothing."""
    why = kept[found.start("why") :]
    here = work.request
    if remark.CHANGING.search(found["why"]) or time_in(why, here.here, here.zone, here.language) is not None:
        return False
    parts.comment(work, task, kept, said=replies.remarked)
    return _drop(work, task, found, kept)


def _urge(work: Work, task: Task, found: re.Match[str], _: str) -> bool:
    what = [each for each in parts_of(found["what"] or "") if each not in ("la", "le", "ca", "tache", "elle", "c'est")]
    if remark.HELD_BACK.search(found["what"] or "") or (what and not is_titled(what, task.title)):
        return False
    work.write(task, {"priority": Priority.HIGH.value}, replies.changed)
    return True


def _give(work: Work, task: Task, found: re.Match[str], kept: str) -> bool:
    """Give *task* to whom the sentence says, and nobody else."""
    meant = _whom(work.request, kept[slice(*found.span("who"))])
    if not isinstance(meant, Person):
        return _ask_whom(work, meant)
    others = [str(each) for each in task.assignees if each != meant.user]
    joined = work.editing.add(KIND, task.id, "assignees", [str(meant.user)])
    work.editing.remove(KIND, task.id, "assignees", others)
    work.notify([meant.user] if meant.user in joined else [])
    work.say(task.id, replies.changed)
    return True


def _maybe_give(work: Work, task: Task, found: re.Match[str], kept: str) -> bool:
    meant = _whom(work.request, kept[slice(*found.span("who"))])
    return isinstance(meant, Person) and _give(work, task, found, kept)


def _whom(request: Request, said: str) -> Found:
    words = said.split()
    first = unaccented(words[0])
    if first in ("a", "pour", "sur", "au") and len(words) > 1:
        words = [*(["le"] if first == "au" else []), *words[1:]]
    user = somebody(words, request)
    if user is not None:
        return Person(user)
    name = words[0] if len(words) == 1 else ""
    return find(f"@{name.lstrip('@')}", request) if name else Nobody(" ".join(words))


def _ask_whom(work: Work, missing: Nobody | Several) -> bool:
    """Ask who is meant; False where what names nobody is no name, so that something else is said."""
    if isinstance(missing, Nobody) and not may_be_name(missing.typed.split()):
        return False
    work.ask(unclear(work.request, missing))
    return True


def _put_off(work: Work, task: Task, found: re.Match[str], kept: str) -> bool:
    said, _, why = kept[found.start("when") :].partition(",")
    when = said.split()
    if why and not dates.is_time(work.request, when):
        when, why = [*when, *why.split()], ""
    here = work.request
    if why and (
        remark.CHANGING.search(unaccented(why)) or time_in(why, here.here, here.zone, here.language) is not None
    ):
        return False
    if not dates.is_time(work.request, when) and not _is_doubtful(work.request, when):
        return False
    dates.postpone(work, task, when)
    if why and work.reply().changes:
        parts.comment(work, task, kept, said=replies.remarked)
    return True


def _finish(work: Work, task: Task, _: re.Match[str], __: str) -> bool:
    set_status(work, task, Status.DONE)
    return True


def _add(work: Work, task: Task, found: re.Match[str], kept: str) -> bool:
    """Give *task* to whom the sentence says, and leave it to whoever has it."""
    meant = _whom(work.request, kept[slice(*found.span("who"))])
    if not isinstance(meant, Person):
        return _ask_whom(work, meant)
    people = [meant.user, *([work.request.sender] if found["me"] else [])]
    joined = work.editing.add(KIND, task.id, "assignees", [str(each) for each in people])
    work.notify([each for each in people if each in joined])
    work.say(task.id, replies.changed)
    return True


def _is_doubtful(request: Request, when: Sequence[str]) -> bool:
    """Tell whether *when* is a time, and nothing else, that is not clear: which is asked about."""
    read = timing(" ".join(when), request)
    return read.doubt is not None and not has_words(read.beside.split())


_ROWS: Final[tuple[tuple[Sequence[re.Pattern[str]], _Act], ...]] = (
    ((remark.FINISHED,), _finish),
    ((remark.ON_IT,), _add),
    (remark.DROPS, _drop),
    ((remark.MAY_DROP,), _may_drop),
    (remark.DROPS_BECAUSE, _drop_because),
    ((remark.WHEN,), _put_off),
    (remark.IS_WHO, _give),
    (remark.MAYBE_WHO, _maybe_give),
    ((remark.URGENT,), _urge),
)


def fits(request: Request, words: list[str]) -> bool:
    """Tell whether *words* ask for something of the task of the card."""
    return freely(request, words) is not None


def handle(request: Request, words: list[str]) -> Reply:
    """Do what *words* ask for."""
    reply = freely(request, words)
    return ask(request) if reply is None else reply
