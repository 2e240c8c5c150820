"""The commands of a kind as they follow from its declaration: each verb with the noun, and behind the number (pure)."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from bots.assistant.dispatch.commands import for_good
from bots.assistant.dispatch.commands.help import summary
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import NOTHING, Needs, Request
from bots.assistant.talk.wording import fold, has_words, words_of
from bots.assistant.words.commands.command import Command
from bots.assistant.words.commands.courtesy import essence
from bots.assistant.words.objects.numbered import is_verb_and_number, reference
from bots.items.board import Board
from bots.items.doing import adding, erasing, importing, restoring
from bots.items.doing.asking import asking
from bots.items.doing.changing import Act, Handler, after_all, change, on, on_card, several, take_off, to
from bots.items.doing.work import Work
from bots.items.field import Field
from bots.items.kind import Item, Kind
from bots.items.saying import filters, history, listing, sheet
from bots.items.spoken import NOT_SHOWN, Usage, Words
from bots.items.status import Status
from bots.items.types.text import LongText, Text
from bots.items.types.type import Unclear

ADD: Final = Words(("ajouter", "ajoute", "nouveau", "nouvelle", "créer"), ("add", "new", "create"))
LIST: Final = Words(("liste", "lister"), ("list",))
SHOW: Final = Words(("voir", "montrer"), ("show",))
EXPORT: Final = Words(("exporter", "exporte", "export"), ("export",))
IMPORT: Final = Words(("importer", "importe", "import"), ("import",))
CHANGE: Final = Words(("modifier", "modifie", "changer", "change"), ("change", "modify", "edit"))
HISTORY: Final = Words(("historique", "journal"), ("history", "log"))
RESTORE: Final = Words(("restaurer", "rétablir"), ("restore",))
TAKE_OFF: Final = Words(("retirer", "enlever"), ("remove",))
ERASE: Final = Words(tuple(verb for verb in for_good.VERBS if verb != "erase"), ("erase",))
Fits = Callable[[Request, list[str]], bool]
_YEAR: Final = re.compile(r"20\d\d:?")
_SO_FAR: Final = re.compile(
    r"(?:(?:fait|atteint|realise|avance|accompli|done|reached)e?s? )?(?:a )?\d{1,3} ?%"
    r"(?: (?:fait|atteint|realise|avance|accompli|done|reached|complete|achieved)e?s?)?"
)
"""How far something is: « 50 % », « réalisé à 50 % »."""


@dataclass(slots=True)
class CommandTable:
    """The commands of one kind in the making; :meth:`one` answers for those verbs behind the number."""

    kind: Kind
    commands: list[Command] = field(default_factory=list)
    _behind: dict[tuple[str, ...], Command] = field(default_factory=dict)

    def verb(self, name: str, verbs: Words, handle: Handler, usage: Usage = NOT_SHOWN, **more: Any) -> None:
        """Add the command whose *verbs* stand before the noun, behind it, and behind the number."""
        alone = tuple(verb for verb in verbs.all if verb in self.kind.alone)
        others = self.kind.statuses if name in {status.value for status in self.kind.statuses} else self.kind.all
        command = Command(
            name=f"{self.kind.name}.{name}",
            topic=self.kind.name,
            forms=self.kind.noun.before(verbs),
            handle=handle,
            usage=usage.example,
            about=usage.about,
            also=_without_a_line(others) if usage.others else (),
            bare=(*self.kind.noun.behind(verbs), *alone),
            bare_takes=_has_number,
            **more,
        )
        self.commands.append(command)
        self._behind |= {tuple(map(fold, verb.split())): command for verb in verbs.all}

    def answer(self, name: str, words: tuple[str, ...], act: Act, fits: Fits | None = None) -> None:
        """Add the command that *words*, in answer to a card, are; without *fits* nothing may follow them."""
        command = Command(
            name=f"{self.kind.name}.card.{name}",
            topic=self.kind.name,
            handle=on_card(self.kind, act),
            on_card=words,
            fits=fits,
        )
        self.commands.append(command)

    def behind(self, rest: list[str]) -> tuple[Command, list[str]] | None:
        """Return the command whose verb stands behind the number in *rest*, and the words as behind its own form."""
        for length in range(max(map(len, self._behind), default=0), 0, -1):
            command = self._behind.get(tuple(map(fold, rest[1 : 1 + length])))
            if command is not None:
                return command, [rest[0], *rest[1 + length :]]
        return None

    def one(self, request: Request, rest: list[str]) -> Reply:
        """Answer ``!véhicule 3 …``: change what is said, or show it; ``!véhicule`` alone explains."""
        if not has_words(rest):
            return ask(request, summary(request, self.commands))
        found = self.behind(rest)
        if found is not None:
            return found[0].handle(request, found[1])
        if has_words(rest[1:]) and not self._only_does(rest):
            made = adding.by_year(self.kind, request, rest)
            if made is not None:
                return made
        if has_words(rest[1:]):
            return on(self.kind, several)(request, rest)
        return listing.show(self.kind, request, rest)

    def _only_does(self, rest: list[str]) -> bool:
        """Tell whether nothing but a verb, or how far it is, stands behind the colon: « 2027 : 50 % atteint »."""
        said = " ".join(rest).partition(":")[2]
        plain = " ".join(map(fold, said.split()))
        return tuple(plain.split()) in self._behind or _SO_FAR.fullmatch(plain) is not None

    def changed(self, request: Request, rest: list[str]) -> Reply:
        """Answer ``!véhicule modifier 3 places 7``: as without the verb; alone, which one is asked."""
        return self.one(request, rest) if has_words(rest) else on(self.kind, several)(request, rest)

    def one_needs(self, request: Request, rest: list[str]) -> Needs:
        """Return what the command behind the number needs."""
        found = self.behind(rest)
        return NOTHING if found is None or found[0].needs is None else found[0].needs(request, found[1])

    def one_whole(self, rest: list[str]) -> bool:
        """Tell whether a text that is kept as it stands ends *rest*: ``3 titre …``."""
        found = self.behind(rest)
        return found is not None and found[0].whole is not None and found[0].whole(found[1])


def _without_a_line(rows: Iterable[Field[Any] | Status]) -> tuple[tuple[str, str], ...]:
    """Return the usual verbs, French and English, of *rows* that have no line of the help."""
    spoken = (row for row in rows if row.verbs.all and not row.usage.example and not getattr(row, "made", False))
    return tuple((row.verbs.usual("fr"), row.verbs.usual("en")) for row in spoken)


def commands(kind: Kind, without: Iterable[str] = ()) -> tuple[Command, ...]:
    """Return the commands of *kind*, but those called *without* (``add``, ``list``, the name of a field …)."""
    table = CommandTable(kind)
    table.commands += [_add(kind), *_lists(kind), *_imports(kind), _one(table)]
    for status in kind.statuses:
        table.verb(status.value, status.verbs, on(kind, to(status)), status.usage)
        table.answer(status.value, _once((*status.verbs.all, *status.words.all)), to(status))
    table.answer("after_all", ("",), _after_all(kind), partial(_is_after_all, kind))
    for row in kind.all:
        if row.verbs.all and not row.made:
            whole = has_words if isinstance(row.type, Text | LongText) else None
            table.verb(row.name, row.verbs, on(kind, change(row)), row.usage, whole=whole)
            table.answer(row.name, row.verbs.all, _behind_a_colon(change(row)), partial(_fits, kind, row))
    if any(row.type.many for row in kind.fields):
        table.verb("take_off", TAKE_OFF, on(kind, take_off))
    table.verb("show", SHOW, partial(listing.show, kind))
    table.verb("change", CHANGE, table.changed, needs=table.one_needs, whole=table.one_whole)
    past = partial(history.needs, kind)
    table.verb("history", HISTORY, partial(history.history, kind), needs=past, on_card=HISTORY.all)
    table.verb("restore", RESTORE, partial(restoring.restore, kind), needs=partial(restoring.needs, kind))
    table.verb("erase", ERASE, partial(erasing.erase, kind), kind.erases, **_erase(kind))
    left = {f"{kind.name}.{name}" for name in without}
    return tuple(command for command in table.commands if command.name not in left)


def _after_all(kind: Kind) -> Act:
    def act(work: Work, item: Item, words: list[str]) -> None:
        status = after_all(kind, item, words)
        assert status is not None, "it fits"
        to(status)(work, item, [])

    return act


def _is_after_all(kind: Kind, request: Request, rest: list[str]) -> bool:
    item = None if request.card is None else Board(kind, request.state).get(request.card)
    return item is not None and after_all(kind, item, rest) is not None


def _erase(kind: Kind) -> dict[str, Any]:
    return {
        "needs": partial(erasing.needs, kind),
        "on_card": for_good.VERBS,
        "fits": for_good.fits,
        "by_word": True,
    }


def _add(kind: Kind) -> Command:
    french, english = kind.noun.french, kind.noun.english
    short = (
        f"ajouter {french.a}",
        f"ajoute {french.a}",
        f"ajouter {french.the}",
        f"créer {french.a}",
        french.new,
        f"add {english.a}",
        f"create {english.a}",
        english.new,
    )
    return Command(
        name=f"{kind.name}.add",
        topic=kind.name,
        forms=_once((*kind.noun.before(ADD), *kind.noun.before(ADD, many=True))),
        short=short,
        banged=short,
        handle=partial(adding.add, kind),
        usage=kind.adds.example,
        about=kind.adds.about,
        essential=True,
        guess=lambda words: None if is_verb_and_number(words) else words or None,
    )


def _lists(kind: Kind) -> Iterator[Command]:
    the = (f"les {kind.noun.french.many}", f"the {kind.noun.english.many}")
    exporting = kind.noun.behind(EXPORT, many=True)

    def shown(request: Request, rest: list[str]) -> Reply:
        return sheet.export(kind, request, rest) if sheet.asks(rest) else listing.show_all(kind, request, rest)

    def understood(rest: list[str]) -> bool:
        return filters.understood(kind, sheet.without(rest))

    yield Command(
        name=f"{kind.name}.export",
        topic=kind.name,
        forms=_once((*kind.noun.before(EXPORT, many=True), *kind.noun.before(EXPORT))),
        short=exporting,
        banged=exporting,
        handle=partial(sheet.export, kind),
        takes=partial(filters.understood, kind),
    )
    yield Command(
        name=f"{kind.name}.list",
        topic=kind.name,
        forms=_once((*kind.noun.manies, *kind.noun.before(LIST, many=True), *kind.noun.before(LIST))),
        short=the,
        banged=the,
        handle=shown,
        usage=kind.lists.example,
        about=kind.lists.about,
        essential=True,
        takes=understood,
    )


def _imports(kind: Kind) -> Iterator[Command]:
    if kind.imports != NOT_SHOWN:
        behind = kind.noun.behind(IMPORT, many=True)
        yield Command(
            name=f"{kind.name}.import",
            topic=kind.name,
            forms=_once((*kind.noun.before(IMPORT, many=True), *kind.noun.before(IMPORT))),
            short=behind,
            banged=behind,
            handle=partial(importing.importing, kind),
            usage=kind.imports.example,
            about=kind.imports.about,
            takes=lambda words: not has_words(words),
        )


def _one(table: CommandTable) -> Command:
    return Command(
        name=f"{table.kind.name}.one",
        topic=table.kind.name,
        forms=table.kind.noun.ones,
        handle=table.one,
        usage=table.kind.shows.example,
        about=table.kind.shows.about,
        takes=_begins_with_number,
        needs=table.one_needs,
        whole=table.one_whole,
    )


def _fits(kind: Kind, row: Field[Any], request: Request, rest: list[str]) -> bool:
    """Tell whether a verb with *rest* behind it, in answer to a card, changes it: where the type reads all of it.

    Of a text only with a colon: ``description à revoir`` is a remark.
    """
    if not has_words(rest):
        return False
    if isinstance(row.type, Text | LongText):
        return _before(request, rest)[-1:] == ":"
    if not row.needed and row.type.clears(rest):
        return True
    return not isinstance(row.type.parse(rest, asking(kind, request, row)), Unclear)


def _behind_a_colon(act: Act) -> Act:
    def acting(work: Work, item: Item, words: list[str]) -> None:
        act(work, item, words if has_words(words[:1]) else words[1:])

    return acting


def _before(request: Request, rest: list[str]) -> str:
    """Return the word before *rest*, the end of an answer, as it was typed: ``titre:``, ``:``."""
    if not has_words(rest[:1]):
        return rest[0]
    said = essence(words_of(request))
    return said[len(said) - len(rest) - 1] if len(said) > len(rest) else ""


def _once(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))


def _has_number(words: list[str]) -> bool:
    return bool(words) and reference(words[0].rstrip(",;:")) is not None


def _begins_with_number(words: list[str]) -> bool:
    said = [word for word in words if word.strip(".,;:!?")]
    # « Objectif pour 2027 : … », and not « pour 3 écoles ».
    by_year = len(said) > 1 and fold(said[0]) in ("pour", "for") and _YEAR.fullmatch(said[1]) is not None
    return not said or by_year or reference(said[0].rstrip(",;")) is not None
