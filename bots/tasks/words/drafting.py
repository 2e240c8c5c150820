"""From the words after ``!tâche ajouter`` to all that they say: title, people, time, labels, and what stands below."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bots.assistant.talk.question import Question
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold
from bots.assistant.words.names import oneself
from bots.assistant.words.names.people import (
    Nobody,
    Person,
    Several,
    called,
    find,
    is_mention,
    name_of,
    named_ahead,
    stranger_ahead,
)
from bots.assistant.words.objects import aims
from bots.assistant.words.objects.numbered import Reference
from bots.tasks.kept.task import MAX_LINE, Priority, Recurrence, Span
from bots.tasks.words import marks
from bots.tasks.words.timing import timing
from bots.when.values import Locale
from config.identifiers import UserId

MOST_ASSIGNEES: Final = 20
MOST_LINES: Final = 50
"""Of a checklist that one command makes: they and the task must fit one operation."""

_BEFORE_A_NAME: Final = frozenset({"a", "pour", "pr", "et", "for", "to", "and", "&", "→", "->", "=>", "-", ","})
_FOR: Final = frozenset({"a", "pour", "pr", "for"})
_STOPS: Final = (":", ".", ",", ";")
_QUOTES: Final = (("«", "»"), ("“", "”"), ('"', '"'))
_QUOTED = re.compile(r"(?<!\S)(?:«[^«»]*»|“[^“”]*”|\"[^\"]*\")(?=[\s.,;:!?]|$)")
_BETWEEN_DAYS: Final = frozenset({"ou", "or", "et", "and", ","})
_OF_DOING: Final = re.compile(
    r"^(?:de |d['’]|to )(?=[^\W\d]{2,}(?:er|ir|re)\b)(?!notre|votre|autre|contre)", re.IGNORECASE
)
"""« Note de relancer EDF »."""
_OF_DATE: Final = re.compile(
    r"(?<=\S)[\s,;:(–-]+(?:échéance|echeance|date limite|délai|delai|deadline)[\s:]*$", re.IGNORECASE
)
"""« …, échéance le 4 décembre »: what is said before a date, and no part of a title."""
_BULLET: Final = frozenset({"-", "*", "•", "–"})
_BOX = re.compile(r"\[(?P<ticked>[xX✓]?)\]")


@dataclass(frozen=True, slots=True)
class ChecklistLine:
    """A line of a checklist, as it is wanted."""

    text: str
    done: bool = False


@dataclass(frozen=True, slots=True)
class TaskDraft:
    """A task that somebody wants; *unclear* are the names that fit nobody, or several, *doubt* asks about the time."""

    title: str
    assignees: tuple[UserId, ...] = ()
    unclear: tuple[Several | Nobody, ...] = ()
    span: Span | None = None
    rule: Recurrence | None = None
    doubt: Question | None = None
    labels: tuple[str, ...] = ()
    priority: Priority | None = None
    estimate: int | None = None
    description: str = ""
    checklist: tuple[ChecklistLine, ...] = ()
    objective: Reference | None = None


def draft(
    lines: Sequence[Sequence[str]], request: Request, *, over: bool = False, language: Locale | None = None
) -> TaskDraft:
    """Return the task in *lines*: the first one is the title with all that is said around it.

    With *over*, its time may be over. Times are read in *language*, or in that of the command's own words.
    """
    lines = _with_marks(lines, request)
    head = aims.with_objective(lines[0]) if lines else []
    literal = _literal(head)
    said = _Marks()
    kept = [(word, quoted) for word, quoted in zip(head, literal, strict=True) if quoted or not said.take(word)]
    text = " ".join(word for word, _ in kept)
    time = timing(text, request, language, over=over)
    words = _with_me(named_ahead(time.rest.split(), request), request)
    stranger = stranger_ahead(words)
    words = words if stranger is None else stranger[1]
    named = _named(words, _literal(words), request)
    description, checklist = below(lines[1:])
    return TaskDraft(
        title=_OF_DATE.sub("", named.title) if time.span is not None else named.title,
        assignees=named.people,
        unclear=named.unclear if stranger is None else (*named.unclear, stranger[0]),
        span=time.span,
        rule=time.rule,
        doubt=time.doubt,
        labels=named.labels,
        priority=said.priority,
        estimate=said.estimate,
        description=description,
        checklist=checklist,
        objective=said.objective,
    )


def _with_marks(lines: Sequence[Sequence[str]], request: Request) -> Sequence[Sequence[str]]:
    """Return *lines* with those just below the title in it that say nothing but when, who, or how much it matters."""
    kept = [*lines]
    while len(kept) > 1 and kept[0] and kept[1] and _only_marks(kept[1], request):
        kept[:2] = [[*kept[0], *kept[1]]]
    return kept


def _only_marks(words: Sequence[str], request: Request) -> bool:
    if _item(words) is not None:
        return False
    said = _Marks()
    left = timing(" ".join(each for each in words if not said.take(each)), request)
    rest = left.rest if left.doubt is None else left.beside
    return all(
        is_mention(each) or marks.marked_label(each) is not None or fold(each) in _BETWEEN_DAYS for each in rest.split()
    )


def below(lines: Sequence[Sequence[str]]) -> tuple[str, tuple[ChecklistLine, ...]]:
    """Return the description and the checklist in the *lines* below a title: those that begin with a dash or a box."""
    spoken: list[str] = []
    items: list[ChecklistLine] = []
    for words in lines:
        item = _item(words)
        if item is None:
            spoken.append(" ".join(words))
        elif item.text:
            items.append(ChecklistLine(item.text[:MAX_LINE], item.done))
    return "\n".join(spoken).strip(), tuple(items)


def _item(words: Sequence[str]) -> ChecklistLine | None:
    rest = list(words[1:]) if words and words[0] in _BULLET else list(words)
    bulleted = len(rest) < len(words)
    if rest[:2] == ["[", "]"]:
        return ChecklistLine(" ".join(rest[2:]))
    box = _BOX.fullmatch(rest[0]) if rest else None
    if box is not None:
        return ChecklistLine(" ".join(rest[1:]), bool(box["ticked"]))
    return ChecklistLine(" ".join(rest)) if bulleted else None


@dataclass(slots=True)
class _Marks:
    priority: Priority | None = None
    estimate: int | None = None
    objective: Reference | None = None

    def take(self, word: str) -> bool:
        """Take in what *word* says of priority, estimate or objective; tell whether it says any."""
        priority, estimate = marks.marked_priority(word), marks.marked_estimate(word)
        self.priority = self.priority if priority is None else priority
        self.estimate = self.estimate if estimate is None else estimate
        objective = aims.marked_objective(word)
        self.objective = self.objective if objective is None else objective
        return priority is not None or estimate is not None or objective is not None


@dataclass(frozen=True, slots=True)
class _Named:
    title: str
    people: tuple[UserId, ...]
    unclear: tuple[Several | Nobody, ...]
    labels: tuple[str, ...]


def _named(words: list[str], literal: Sequence[bool], request: Request) -> _Named:
    """Take names and labels out. Around a title they leave it; inside they are read out: ``appeler DGS demain``."""
    people: dict[UserId, None] = {}
    labels: dict[str, str] = {}
    unclear: list[Several | Nobody] = []
    spoken: list[str | None] = []
    for word, quoted in zip(words, literal, strict=True):
        label = None if quoted else marks.marked_label(word)
        # Looking up a name walks the members: a message of a thousand names must not cost a thousand walks.
        if label is not None:
            labels.setdefault(fold(label), label)
            spoken.append(None)
        elif quoted or not is_mention(word) or len(people) + len(unclear) == MOST_ASSIGNEES:
            spoken.append(word)
        else:
            match find(word, request):
                case Person(user):
                    if user != request.served_by:
                        people[user] = None
                case missing:
                    unclear.append(missing)
            spoken.append(None)
    title = _title(words, spoken, request)
    return _Named(title, tuple(people), tuple(unclear), tuple(labels.values()))


def _with_me(words: list[str], request: Request) -> list[str]:
    marked = zip(words, _literal(words), strict=True)
    apart = [not quoted and (is_mention(word) or marks.marked_label(word) is not None) for word, quoted in marked]
    return oneself.taken_out(words, apart, request.sender)


def _literal(words: Sequence[str]) -> list[bool]:
    """Tell of each of *words* whether it stands in quotes."""
    text, ends, at = " ".join(words), [], 0
    for word in words:
        ends.append((at, at + len(word)))
        at += len(word) + 1
    quoted = [found.span() for found in _QUOTED.finditer(text)]
    return [any(start <= each[0] < end for start, end in quoted) for each in ends]


def _title(words: list[str], spoken: list[str | None], request: Request) -> str:
    start, end = _begins(spoken), len(spoken)
    if None in spoken and (spoken[-1] or "x") in _STOPS:
        end -= 1
    while end > start and spoken[end - 1] is None:
        end -= 1
        while end > start and fold(spoken[end - 1] or "") in _BEFORE_A_NAME:
            end -= 1
    inside = [
        each if each is not None else _read_out(words[start + at], request) for at, each in enumerate(spoken[start:end])
    ]
    title = _OF_DOING.sub("", " ".join(inside))
    if start and fold(spoken[0] or "") in _FOR and title[:2].lower() in ("d'", "d’"):
        title = title[2:]
    return _unquoted(title if end == len(spoken) else title.rstrip(","))


def _begins(spoken: Sequence[str | None]) -> int:
    """Return where a title begins behind the names before it: ``pour @dgs de relire``, ``@dgs : relire``."""
    at = 1 if None in spoken[1:2] and fold(spoken[0] or "") in _FOR else 0
    named = at > 0
    while at < len(spoken) and (spoken[at] is None or spoken[at] in (":", "-", "–", "—")):
        at += 1
    return at + 1 if named and at < len(spoken) - 1 and fold(spoken[at] or "") in ("de", "to") else at


def _read_out(word: str, request: Request) -> str:
    label = marks.marked_label(word)
    if label is not None:
        return label
    found = find(word, request)
    if not isinstance(found, Person):
        return word
    return called(found.user, request) or name_of(found.user, request).plain


def _unquoted(title: str) -> str:
    for left, right in _QUOTES:
        if (
            len(title) > 2
            and title[0] == left
            and title[-1] == right
            and title.count(left) + title.count(right) == 2 * (1 + (left == right))
        ):
            return title[1:-1].strip()
    return title
