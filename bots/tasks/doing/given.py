"""What people say of tasks by number, in a sentence: « la 10 et la 9 c'est moi », « enlève le dgs de la 3 » (pure)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import unaccented
from bots.assistant.words.names.people import find, is_mention, somebody
from bots.assistant.words.objects.titled import is_titled, telling
from bots.tasks.doing import changing, plain
from bots.tasks.doing.cards import freely
from bots.tasks.kept.model import Board
from bots.tasks.kept.task import Task
from bots.tasks.saying import questions
from bots.tasks.words.numbers import references

_MOST: Final = 120
_LONGEST_TITLES: Final = 400
_MOST_OPEN: Final = 1_000
_NOUNS: Final = frozenset({"tache", "task"})
OTHERS: Final = frozenset(
    {"projet", "objectif", "evenement", "reunion", "rendez-vous", "rdv", "fichier", "dossier", "document", "salon"}
    | {"rappel", "sondage", "lien", "depot", "project", "event", "meeting", "file", "folder", "room"}
)
"""What is renamed so is no task."""
_ONE: Final = r"(?:la |le |les )?(?:(?:taches?|task|n°|numero) )?[0-9]{1,4}"
_NUMBERS: Final = rf"(?P<numbers>{_ONE}(?:(?: ?,| et| and) {_ONE}){{0,8}})"
_SAID: Final = re.compile(rf"{_NUMBERS}[\s,:]+(?P<said>\S.*)")
_MINE: Final = re.compile(
    rf"(?:moi )?je (?:veux bien(?: faire| prendre)?|prends|ferai|fais|me charge de|m'occupe de|vais faire|vais prendre)"
    rf" {_NUMBERS}"
)
_OFF: Final = re.compile(
    rf"(?:enleve|retire|desassigne|remove)[rz]? (?P<who>.{{2,40}}?) (?:de|sur|pour|from) {_NUMBERS}"
)
_TITLE: Final = r"(?:le |la |du |de )?(?:titre|nom|intitule|libelle)"
_INTO: Final = r" en | par | to | ?: ?"
_FOR: Final = r" en | par | pour | ?: ?"
_RENAMED: Final[tuple[tuple[re.Pattern[str], re.Pattern[str] | None], ...]] = (
    (
        re.compile(rf"(?:(?:renomm|rebaptis)(?:e|er|ez)|rename) (?P<what>.+?)(?:{_INTO})(?P<title>.+)"),
        re.compile(_INTO),
    ),
    (
        re.compile(
            rf"(?:chang|corrig|remplac|modifi|rectifi)(?:e|er|ez) {_TITLE} (?:de |du |des |d')(?P<what>.+?)"
            rf"(?:{_FOR})(?P<title>.+)"
        ),
        re.compile(_FOR),
    ),
    (re.compile(rf"(?:(?:renomm|rebaptis|appell|intitul)(?:e|er|ez)) (?P<what>{_NUMBERS}) (?P<title>.+)"), None),
    (
        re.compile(rf"(?P<what>{_NUMBERS}),? (?:s'appelle(?:ra)?|d(?:oit|evrait) s'appeler)(?: plutot)? (?P<title>.+)"),
        None,
    ),
)
"""What renames, and what stands between what a task is called and its new title."""


def answer(request: Request, words: Sequence[str]) -> Reply | None:
    """Return what *words*, which are no command, lead to; None where they speak of no open task."""
    said = " ".join(words).strip(" .!")
    return _renamed(request, said) or _by_number(request, said) or plain.answer(request, words)


@dataclass(frozen=True, slots=True)
class _Renaming:
    """A task, what it was called by (folded), and the title that it is to have."""

    task: Task
    what: str
    title: str

    @property
    def whole(self) -> bool:
        """Whether it was called by its number, or by all that its title says."""
        return bool(re.fullmatch(_NUMBERS, self.what)) or is_titled(telling(self.task.title), self.what)


def _renamed(request: Request, said: str) -> Reply | None:
    """Return what « renomme la tâche 3 en relire le budget » does, and the same of a title; None for anything else.

    A few words of a title may be of a file, and « en » may be in it: without « tâche », or of two readings, it is
    asked.
    """
    readings = (_renamings(request, said, pattern, into) for pattern, into in _RENAMED)
    meant = next(filter(None, map(list, readings)), []) if len(said) <= _LONGEST_TITLES else []
    if not meant:
        return None
    whole = [each for each in meant if each.whole]
    first = (whole or meant)[0]
    if len(whole) == 1 or (len(meant) == 1 and _NOUNS & {*telling(first.what)}):
        return changing.on_one(changing.title)(request, [first.task.label, *first.title.split()])
    titles = [each.title for each in meant if each.task.id == first.task.id]
    return replace(ask(request, questions.renamed(request, first.task, titles)), yields=True)


def _renamings(
    request: Request, said: str, pattern: re.Pattern[str], into: re.Pattern[str] | None
) -> Iterator[_Renaming]:
    """Yield what *said* may rename, by each « en » in it that stands behind what calls one task; by the last first."""
    folded = unaccented(said)
    found = pattern.fullmatch(folded)
    if found is None:
        return
    start, spans = found.start("what"), [(found.end("what"), found.start("title"))]
    spans = spans if into is None else [each.span() for each in into.finditer(folded, start + 1)]
    for end, behind in reversed(spans):
        tasks = _called(request, folded[start:end])
        if len(tasks) == 1 and said[behind:].strip():
            yield _Renaming(tasks[0], folded[start:end], said[behind:])


def _called(request: Request, what: str) -> list[Task]:
    """Return the open tasks that *what* calls: by number, or by words of their titles."""
    if re.fullmatch(_NUMBERS, what):
        return _tasks(request, what)
    said = telling(what)
    named = [part for part in said if part not in _NOUNS]
    if len(named) == len(said) and OTHERS & {*said}:
        return []
    return [*Board(request.state).titled(named, _MOST_OPEN)]


def _by_number(request: Request, said: str) -> Reply | None:
    folded = unaccented(said)
    if not folded or len(said) > _MOST:
        return None
    off, mine, found = (pattern.fullmatch(folded) for pattern in (_OFF, _MINE, _SAID))
    if off is not None:
        user = _user(request, said[slice(*off.span("who"))])
        tasks = _tasks(request, off["numbers"])
        numbers = ", ".join(each.label for each in tasks).split()
        return changing.on_each(changing.remove)(request, [*numbers, user]) if user and tasks else None
    if mine is not None:
        tasks = _tasks(request, mine["numbers"])
        return freely.said_of(request, tasks, ["c'est", "moi"]) if tasks else None
    if found is not None:
        tasks = _tasks(request, found["numbers"])
        return freely.said_of(request, tasks, said[found.start("said") :].split()) if tasks else None
    return None


def _user(request: Request, said: str) -> str:
    user = somebody(said.split(), request)
    if user is None and is_mention(said) and " " not in said:
        return said
    if user is None and " " not in said:
        return str(getattr(find(f"@{said}", request), "user", ""))
    return "" if user is None else str(user)


def _tasks(request: Request, numbers: str) -> list[Task]:
    """Return the open tasks that *numbers* call, all of them; [] where one is none."""
    board = Board(request.state)
    wanted, _ = references(re.findall(r"[0-9]+", numbers))
    found = [[task for task in board.called(each.number, each.suffix) if task.open] for each in wanted]
    return [each[0] for each in found] if all(len(each) == 1 for each in found) else []
