"""« La note de cadrage, mets Paul dessus », « avance les cartons de deux jours »: a task called by its title (pure).

What stands around the title is read as an answer to the card of that task: all of it, or nothing is done. Only one open
task may be meant. A day alone is asked about, for it may be that of something else; so is a deed that is only told.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import NOTHING, Needs, Request
from bots.assistant.talk.rights import Right
from bots.assistant.talk.wording import fold, has_words, unaccented
from bots.assistant.words.commands.command import Call, Command
from bots.assistant.words.commands.vocabulary import Vocabulary
from bots.assistant.words.objects.articles import ARTICLES
from bots.assistant.words.objects.titled import is_titled, telling
from bots.assistant.words.supposed import bids
from bots.tasks.doing import dates, given, plain
from bots.tasks.doing.changing import on_each
from bots.tasks.doing.closing import to
from bots.tasks.kept.model import Board
from bots.tasks.kept.task import KIND, Status, Task
from bots.tasks.lists.showing import show
from bots.tasks.saying import questions

_MOST_OPEN: Final = 1_000
_LEAST: Final = 4
"""Letters of the longest word by which a task is called; capitals, « PV », may be fewer."""
_MOST_NAMED: Final = 9
_STOPS: Final = (",", ";", ":", ".", "!", "?")
_LED_BY: Final = re.compile(
    r"(?:^| )(?:(?:cette|l'|la|une) ?histoires?(?: d[eu]s?)?|l'affaire(?: d[eu]s?)?|le dossier|le sujet|la tache)$"
)
_ASKS: Final = re.compile(
    r"(?:(?:c'|il |elle |ca )?(?:est |sont )?(?:a|pour) qui|qui (?:s'en occupe|(?:le |la |les )fait|fait ca|est dessus)"
    r"|(?:on )?en est (?:on )?ou(?: sur| de| du| avec| pour)?|ou (?:ca )?en est(?:-on|-il|-elle)?"
    r"|(?:c'est |il est |elle est )?(?:pour )?quand|(?:c'est |est )?(?:deja )?faite?|ca avance|(?:ca )?donne quoi"
    r"|montre[rz]?|affiche[rz]?|voir|vois)?"
)
"""What asks how a task stands; nothing beside its title does, too."""
_DONE: Final = re.compile(
    r"(?:c'est|est|sont|a ete|ont ete|vient d'etre|viennent d'etre)? ?(?:bien |enfin |deja )?"
    r"(?:a jour|en ligne|(?:pret|parti|fait|rendu|fini|transmis)e?s?"
    r"|(?:envoy|termin|boucl|regl|pay|sign|livr|valid|command|publi|imprim|depos|rang|nettoy|repar|post)ee?s?)"
)
_PARTICIPLE: Final = re.compile(r"(?:ée?s?|[iu]e?s?|[^aeiouy]te?s?|[mr]ise?s?)[\s!.]*")
_UNDONE: Final = re.compile(
    r"(?:(?:oups|non|pardon|en fait)[, ]+)*(?:en fait )?(?:c'est |ce n'est |(?:n'|ne )?(?:est|sont) )?(?:toujours )?pas"
    r"(?: encore)? (?:fait|fini|termine|pret|envoye|rendu)e?s?"
)
_MISTAKEN: Final = re.compile(r"\b(?:oups|non|pardon|en fait|trompee?)\b")
_MOST_DONE: Final = 300
_RATHER: Final = frozenset({"finalement", "plutot", "non", "reporte", "decale"})
_REOPEN: Final = on_each(to(Status.TODO))
_VERBLESS: Final = frozenset({"task.card.rather", "task.card.signs"})


@dataclass(frozen=True, slots=True)
class TitledTask:
    """An open task that words call by its title: *called* are those that do, *count* of them, *around* the others."""

    task: Task
    called: list[str]
    around: list[str]
    count: int


class Titled:
    """Answers what is said of tasks without a number, by the *commands* that count below a card."""

    def __init__(self, commands: Iterable[Command]) -> None:
        self._below: Final = Vocabulary([each for each in commands if each.on_card and not each.by_word])

    def answer(self, request: Request, words: Sequence[str]) -> Reply | None:
        """Return what *words*, which are no command, lead to; None where they speak of no open task."""
        reply = given.answer(request, words)
        if reply is not None or not request.may(Right.CHANGE):
            return reply
        named = self._meant(request, words)
        if named is None:
            return _reopened(request, words)
        return self._said_of(_below(request, named), named, words)

    def needs(self, request: Request, words: Sequence[str]) -> Needs:
        """Return what :meth:`answer` must be given."""
        needs = plain.needs(request, words)
        named = self._meant(request, words) if needs == NOTHING else None
        if named is None:
            return needs
        below = _below(request, named)
        call = self._below.read_on_card(below, named.around)
        return NOTHING if call is None or call.command.needs is None else call.command.needs(below, call.rest)

    def _meant(self, request: Request, words: Sequence[str]) -> TitledTask | None:
        """Return the one task that is meant: of those that most words call, with sense in the others."""
        known = _named(request, words)
        makes_sense = [named for named in known if self._said_of(_below(request, named), named, words)]
        most = max((named.count for named in makes_sense), default=0)
        meant = [named for named in makes_sense if named.count == most]
        return meant[0] if len(meant) == 1 else None

    def _said_of(self, below: Request, named: TitledTask, words: Sequence[str]) -> Reply | None:
        call, asks = self._below.read_on_card(below, named.around), _is_question(words)
        looks = _ASKS.fullmatch(unaccented(" ".join(named.around)).strip(" ?!.")) is not None
        # « La gerbe, c'est fait ? » does nothing, nor « …, c'est bloqué ? »: they ask.
        looks = looks or (asks and _is_told_done(named))
        if call is not None and (not asks or (not looks and (bids(words) or call.command.asks))):
            return _called(below, named, call)
        if _is_told_done(named) and not asks:
            return ask(
                below, plain.question(below, named.task, plain.TaskSentence(plain.TaskVerb.DONE, (named.task.label,)))
            )
        # Other capabilities may have something that is called so.
        return replace(show(below, []), nothing=True) if looks else None


def _is_question(words: Sequence[str]) -> bool:
    return bool(words) and words[-1].rstrip(" .!").endswith("?")


def _called(below: Request, named: TitledTask, call: Call) -> Reply | None:
    rather = _RATHER & {fold(word).strip(",") for word in named.around}
    if call.command.name not in _VERBLESS or rather:
        return _asking(below, named.task, call.command.handle(below, call.rest))
    if not dates.is_time(below, named.around):
        return None
    return ask(below, plain.moved(below, named.task, " ".join(named.around)))


def _asking(below: Request, task: Task, reply: Reply) -> Reply:
    """Return *reply*; where it drops *task*, which may be a file that is called so, the question whether it does."""
    drops = plain.question(below, task, plain.TaskSentence(plain.TaskVerb.DROPPED, (task.label,)))
    if any(change.set.get("status") == Status.DROPPED.value for change in reply.changes):
        return replace(ask(below, drops), yields=True)
    asks = reply.question is not None and reply.question.sentence == drops.sentence
    return replace(reply, yields=True) if asks else reply


def _below(request: Request, named: TitledTask) -> Request:
    """Return *request* as it would be if the words around the title answered the card of the task."""
    key = (KIND, named.task.id)
    return replace(request, card=key[1], shown=(key,), text=" ".join(named.around), formatted=None)


def _is_told_done(named: TitledTask) -> bool:
    """Tell whether it is told that the task is done: « le site est à jour », « convocations envoyées ! »."""
    said = unaccented(" ".join(named.around)).strip(" ?!.")
    if said:
        return _DONE.fullmatch(said) is not None and not named.around[-1].endswith("?")
    verb = fold(named.task.title.split()[0])
    return verb.endswith(("er", "ir", "re")) and any(
        fold(word).strip("!.") != verb and _PARTICIPLE.search(word) is not None and is_titled(telling(word), verb)
        for word in named.called
        if (found := _PARTICIPLE.search(word)) is not None and found.end() == len(word)
    )


def _reopened(request: Request, words: Sequence[str]) -> Reply | None:
    """Return what does « oups, les ramettes, c'est pas fait », said of one task that is done; None for anything else.

    It is asked where nobody says that it was a mistake, and nothing at all where an open one is called so, too.
    """
    board = Board(request.state)
    told = "pas" in map(fold, words) and not _is_question(words)
    named = _named(request, words, board.done_lately(_MOST_DONE) if told else ())
    undone = [each for each in named if _UNDONE.fullmatch(unaccented(" ".join(each.around)).strip(" !."))]
    if len(undone) != 1 or _named(request, words):
        return None
    task = undone[0].task
    if _MISTAKEN.search(unaccented(request.text)):
        return _REOPEN(_below(request, undone[0]), [])
    asked = questions.not_done_after_all(request, task)
    puts = f"!tâche rouvrir {task.label}"
    return ask(request, replace(asked, candidates=(replace(asked.candidates[0], puts=puts),)))


def _named(request: Request, words: Sequence[str], tasks: Iterable[Task] | None = None) -> list[TitledTask]:
    """Return those of *tasks*, the open ones, that some of *words* call by their titles; [] for more than nine."""
    if not 0 < len(words) <= plain.MOST or request.card is not None or request.quoted is not None:
        return []
    tellings = [telling(word) for word in words]
    found = list[TitledTask]()
    said = {part for parts in tellings for part in parts}
    for task in Board(request.state).open_called(said, _MOST_OPEN) if tasks is None else tasks:
        start, end, count = _run(words, tellings, _hits(tellings, task))
        if any(_is_name(word) for word in words[start:end]):
            found.append(TitledTask(task, [*words[start:end]], _around(words[:start], words[end:]), count))
        if len(found) > _MOST_NAMED:
            return []
    return found


def _is_name(word: str) -> bool:
    said = word.strip("".join(_STOPS))
    # « Le projet », alone, is none of our tasks.
    return fold(said) not in given.OTHERS and (len(said) >= _LEAST or (len(said) > 1 and said.isupper()))


def _hits(tellings: Sequence[Sequence[str]], task: Task) -> list[bool]:
    title = fold(task.title)
    return [
        bool(said) and all(part[:_LEAST] in title for part in said) and is_titled(said, task.title) for said in tellings
    ]


def _run(words: Sequence[str], tellings: Sequence[Sequence[str]], hits: Sequence[bool]) -> tuple[int, int, int]:
    """Return where the words begin and end that call a task, and how many of them tell; (0, 0, 0) for none."""
    best, at = (0, 0, 0), 0
    while at < len(words):
        start, end, count = at, at, 0
        while at < len(words) and (hits[at] or not tellings[at]):
            count += hits[at]
            at += 1
            end = at if hits[at - 1] else end
            if words[at - 1].endswith(_STOPS):
                break
        while start < end and not hits[start] and fold(words[start]) not in ARTICLES:
            start += 1
        best = (start, end, count) if count > best[2] else best
        at = max(at, start + 1) if at > start else at + 1
    return best


def _around(head: Sequence[str], tail: Sequence[str]) -> list[str]:
    said = " ".join(head)
    led = _LED_BY.search(unaccented(said))
    said = (said if led is None else said[: led.start()]).rstrip(" ,;:")
    return [word for word in (*said.split(), *tail) if has_words([word])]
