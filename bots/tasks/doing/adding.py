"""``!tâche ajouter``: a new task, or the one of an edited command in its new words."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from bots.assistant.dispatch.sentences import too_long
from bots.assistant.talk.editing import fields_of_edit
from bots.assistant.talk.markup import Rich, fill, text
from bots.assistant.talk.question import Candidate, Instead, Question
from bots.assistant.talk.reply import Expected, Reply, ask
from bots.assistant.talk.request import Quoted, Request
from bots.assistant.talk.rights import Right
from bots.assistant.talk.wording import clean, lines_of, unaccented
from bots.assistant.talk.wording import spoken as said
from bots.assistant.words.charged import with_charge
from bots.assistant.words.names.people import names_of, somebody
from bots.assistant.words.objects import aims
from bots.assistant.words.objects.numbered import AROUND_TITLE, MAX_TITLE, Numbered, unused
from bots.items.doing import asking
from bots.register.format.canonical import Json
from bots.register.format.identity import object_id
from bots.register.format.operation import Change
from bots.tasks.kept import moment
from bots.tasks.kept.model import Board
from bots.tasks.kept.task import ITEM, KIND, MAX_DESCRIPTION, Status, Task
from bots.tasks.saying import questions, replies
from bots.tasks.words.drafting import MOST_LINES, TaskDraft, draft
from bots.tasks.words.listed import listed
from bots.tasks.words.proposing import proposed
from bots.tasks.words.speaking_to import asked_of
from bots.tasks.words.wished import wished
from config.identifiers import UserId

_GREETING: Final = re.compile(
    r"(?:bonjour|bonsoir|salut|coucou|hello|hi|hey)(?: (?:[àa] (?:tous|toutes)(?: et (?:[àa] )?(?:tous|toutes))?"
    r"|tout le monde|all|everyone|everybody))?(?:\s*[,!.:;–-]+\s*|\s*\n\s*)",
    re.IGNORECASE,
)
_AND_REMIND: Final = re.compile(
    r"(?P<task>.+?),? (?:et|puis|and|then) (?:rappell?e[rsz]?[ -]moi|remind me)\b(?P<when>.*)", re.IGNORECASE
)
_FOR_WHOM: Final = re.compile(
    r"(?<=\S) (?P<all>(?:pour|par) (?P<who>(?:le |la |l'|notre |mme |m\. |madame |monsieur )[^,;:]{2,40}))$"
)
_QUOTES: Final = ("«", "“", '"')
_OPTIONAL = ("when", "rule", "priority", "estimate", "description", "objective", "parent")


def add(request: Request, rest: list[str]) -> Reply:
    """Add a task; when the command is an edited one, change the task that it had made."""
    spoken = lines_of(request, rest)
    head = " ".join(spoken[0]) if len(spoken) == 1 else ""
    parts = listed(head)
    return ask(request, questions.one_or_several(request, head, parts)) if parts else add_lines(request, spoken)


def add_mine(request: Request, rest: list[str]) -> Reply:
    """Answer ``ajoute une tâche pour moi : …``."""
    head, *below = lines_of(request, rest)
    # « Inscrire dans mes tâches la commande des couronnes ? »
    head = " ".join(head).rstrip(" ?").split()
    return add_lines(request, [[str(request.sender), *head], *below])


def pin(request: Request) -> Reply:
    """Make a task of the message that *request* quotes; say which one there is already, whoever made it."""
    held = None if request.quoted is None else Board(request.state).made_of(request.quoted.event_id)
    if held is None:
        return add(request, [])
    return Reply(replies.already_made(request, held), shows=((KIND, held.id),))


def add_lines(request: Request, spoken: list[list[str]], parent: Task | None = None) -> Reply:
    """Add the task that *spoken*, title and what stands below, describes; under *parent* if there is one."""
    head = " ".join(spoken[0]) if spoken else ""
    if len(head) > MAX_TITLE + AROUND_TITLE:
        # Before a date is looked for in it: that takes time in proportion to its length.
        return ask(request, too_long(request, head, MAX_TITLE))
    spoken = [with_charge(" ".join(wished(spoken[0])), request).split(), *spoken[1:]] if spoken else spoken
    head = " ".join(spoken[0]) if spoken else ""
    both = _AND_REMIND.fullmatch(head) if head[:1] not in _QUOTES else None
    if both is not None:
        return ask(request, questions.both(request, both["task"], both["when"].strip()))
    wanted = draft(spoken, request, over=True)
    if not wanted.title and request.quoted is not None:
        wanted = _of_message(wanted, request, request.quoted)
    asked = questions.about(request, wanted)
    if not wanted.title:
        return ask(request, questions.which_title(request), *asked)
    excess = _excess(request, wanted)
    if excess is not None:
        return ask(request, excess)
    aim = None if wanted.objective is None else aims.objective(request, wanted.objective)
    if isinstance(aim, Rich | Question):
        asked.append(aim)
    if asked or isinstance(aim, Rich | Question):
        return ask(request, *asked)
    assigns = request.may(Right.ASSIGN)
    # Alone with us there is nobody else whose it could be; unassigned, it would be in nobody's day.
    alone = (request.sender,) if request.private else ()
    reply = Adding(request, wanted, (wanted.assignees or alone) if assigns else (), parent, aim).reply()
    reply = _with_whom(request, wanted, _with_its_day(request, wanted, reply))
    return reply if assigns or not wanted.assignees else reply.below(replies.may_not_assign(request))


def _with_its_day(request: Request, wanted: TaskDraft, reply: Reply) -> Reply:
    """Return *reply* with the day in the message that the task is made of, and whom it asks, as a question."""
    if request.quoted is None or not reply.changes or reply.question is not None:
        return reply
    dated = wanted.span is not None or wanted.rule is not None
    head = _without_greeting(clean(request.quoted.text).strip()).partition("\n")[0]
    people = () if wanted.assignees else asked_of(head, request)[0]
    question = proposed(request, request.quoted, people, dated=dated)
    if question is None:
        return reply
    return replace(reply.above(question.sentence), question=question)


def _with_whom(request: Request, wanted: TaskDraft, reply: Reply) -> Reply:
    """Return *reply* with the question whether somebody named at the end of the title does it: ``… pour le dgs``."""
    if wanted.assignees or not reply.changes or reply.question is not None:
        return reply
    found = _FOR_WHOM.search(unaccented(wanted.title))
    name = "" if found is None else wanted.title[found.start("who") :]
    user = somebody(name.split(), request) if name else None
    if found is None or user is None:
        return reply
    sentence = fill(
        request.texts.gettext("For {people}, it seems. Answer “yes” to note it."), people=names_of([user], request)
    )
    candidate = Candidate(text(str(user)), str(user), Instead((wanted.title[found.start("all") :],)))
    question = Question(sentence, (candidate,), beside=True).completed(request.typed or said(request).strip())
    return replace(reply.above(sentence), question=question) if question.candidates else reply


def _excess(request: Request, wanted: TaskDraft) -> Rich | None:
    """Say what of *wanted* is more than a task holds."""
    for words, most in ((wanted.title, MAX_TITLE), (wanted.description, MAX_DESCRIPTION)):
        if len(words) > most:
            return too_long(request, words, most)
    return replies.too_many(request, MOST_LINES) if len(wanted.checklist) > MOST_LINES else None


def _of_message(wanted: TaskDraft, request: Request, quoted: Quoted) -> TaskDraft:
    """Return *wanted* with what somebody wrote as title and description: literally, they did not write it to us.

    Of what is asked of somebody, what is asked: « rappeler le notaire » of « @dgs tu peux rappeler le notaire ? ».
    """
    head, _, below = _without_greeting(clean(quoted.text).strip()).partition("\n")
    _, title = asked_of(head, request)
    return replace(wanted, title=" ".join(title.split())[:MAX_TITLE], description=below.strip()[:MAX_DESCRIPTION])


def _without_greeting(text: str) -> str:
    """Return *text* without the greeting before it; a greeting and nothing else stays."""
    return _GREETING.sub("", text, count=1) or text


class Adding:
    """One task that comes of a command: of several, the *index*-th."""

    def __init__(
        self,
        request: Request,
        wanted: TaskDraft,
        people: tuple[UserId, ...],
        parent: Task | None,
        objective: Numbered | None,
        index: int = 0,
    ) -> None:
        self._request = request
        self._wanted = wanted
        self._people = people
        self._parent = parent
        self._objective = objective
        self._index = index
        self._id = object_id(KIND, request.room_id, request.seed, index)
        # As it stands, not as if the command had never been given: an edit leaves what others have done since.
        self._board = Board(request.state)

    def reply(self) -> Reply:
        """Return what makes the task, or rewrites it where it is there already."""
        held = self._board.get(self._id)
        if held is not None and not self._may_rewrite(held):
            return ask(self._request, asking.may_not(self._request))
        changes = (self._create() if held is None else self._rewrite(held), *self._items())
        changes = tuple(each for each in changes if each.set or each.first or each.add or each.remove)
        task = Board(self._request.state, changes).get(self._id)
        assert task is not None, "it has just been made"
        joined = [each for each in self._people if held is None or each not in held.assignees]
        return Reply(
            replies.added(self._request, task, self._parent) if held is None else replies.changed(self._request, task),
            mentions=tuple(each for each in joined if each != self._request.sender),
            changes=changes,
            shows=((KIND, self._id),),
            inverse=(Change(KIND, self._id, set={"status": Status.DROPPED.value}),),
            expects=self._expects(joined),
        )

    def _expects(self, people: Sequence[UserId]) -> Expected | None:
        """Return on which day the task asks for *people*: theirs is the day it is due, not the fortnight before it."""
        span = self._wanted.span
        due = None if span is None else span.due or span.start
        others = tuple(each for each in people if each != self._request.sender)
        if due is None or not others:
            return None
        day = date(due.year, due.month, due.day)
        return Expected(others, day, day)

    def _may_rewrite(self, held: Task) -> bool:
        """Tell whether the edit is inside its sender's rights: what one has asked for, one may ask differently."""
        return held.creator == self._request.sender or self._request.may(Right.CHANGE)

    def _create(self) -> Change:
        first: dict[str, Json] = {"number": self._number(), "creator": str(self._request.sender)}
        if self._request.quoted is not None:
            first["source"] = str(self._request.quoted.event_id)
        sets = {"assignees": tuple(map(str, self._people)), "labels": self._wanted.labels}
        return Change(
            KIND,
            self._id,
            set={"title": self._wanted.title, "status": Status.TODO.value, **self._fields()},
            first=first,
            add={name: values for name, values in sets.items() if values},
        )

    def _number(self) -> int:
        return unused(self._board.next_number(), KIND, self._request.made)

    def _fields(self) -> dict[str, Json]:
        wanted = self._wanted
        said: dict[str, Json | None] = {
            "when": None if wanted.span is None else moment.written(wanted.span),
            "rule": None if wanted.rule is None else moment.written_rule(wanted.rule),
            "priority": None if wanted.priority is None else wanted.priority.value,
            "estimate": wanted.estimate,
            "description": wanted.description or None,
            "parent": None if self._parent is None else self._parent.id,
            "objective": None if self._objective is None else self._objective.id,
        }
        return {name: value for name, value in said.items() if value is not None}

    def _rewrite(self, held: Task) -> Change:
        """Write what the edited command says; what it no longer says goes, unless somebody has changed it since."""
        found = self._request.state.get(KIND, held.id)
        assert found is not None
        said = fields_of_edit(found, {"title": self._wanted.title, **self._fields()}, _OPTIONAL)
        if held.status is Status.DROPPED:
            said["status"] = Status.TODO.value
        wanted = {"assignees": tuple(map(str, self._people)), "labels": self._wanted.labels}
        held_now = {name: found.elements(name) for name in wanted}
        add = {name: tuple(each for each in values if each not in held_now[name]) for name, values in wanted.items()}
        remove = {
            name: tuple(tag for each in held_now[name] if each not in wanted[name] for tag in found.tags(name, each))
            for name in wanted
        }
        return Change(
            KIND,
            held.id,
            set=said,
            add={name: values for name, values in add.items() if values},
            remove={name: tags for name, tags in remove.items() if tags},
        )

    def _items(self) -> list[Change]:
        """Return the lines of the checklist, each under the id that its place in the command gives it."""
        changes = []
        for number in range(MOST_LINES):
            place = self._index * MOST_LINES + number
            item_id = object_id(ITEM, self._request.room_id, self._request.seed, place)
            held = self._request.state.get(ITEM, item_id)
            line = self._wanted.checklist[number] if number < len(self._wanted.checklist) else None
            if line is None and held is None:
                break
            fields: dict[str, Json] = {"text": None if line is None else line.text}
            if held is None and line is not None:
                first: dict[str, Json] = {"task": self._id, "rank": number + 1}
                changes.append(Change(ITEM, item_id, set={**fields, "done": line.done}, first=first))
            elif held is not None and held.value("text") != fields["text"]:
                changes.append(Change(ITEM, item_id, set=fields))
        return changes
