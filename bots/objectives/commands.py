"""What people can ask about objectives, as one table (pure)."""

from collections.abc import Callable
from functools import partial
from itertools import product
from typing import Final

from bots.assistant.dispatch import for_good
from bots.assistant.dispatch.dispatcher import Capability
from bots.assistant.dispatch.help import summary
from bots.assistant.talk.census import Census
from bots.assistant.talk.markup import Rich, lines
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import NOTHING, Needs, Request
from bots.assistant.talk.wording import fold
from bots.assistant.words.numbered import reference
from bots.assistant.words.vocabulary import Command
from bots.objectives import changing, mine, replies
from bots.objectives.adding import add
from bots.objectives.board import Board
from bots.objectives.cards import maker
from bots.objectives.changing import on
from bots.objectives.erasing import erase_needs, erasing
from bots.objectives.objective import KIND, WITHDRAWN, Status
from bots.register.format.operation import Change
from config.texts import mark

TOPIC: Final = "objective"
_Handler = Callable[[Request, list[str], Census], Reply]
_REACHED: Final = ("atteint", "reached")
_DROP: Final = ("abandonner", "abandonne", "abandonné", "drop", "dropped")
_ONLY_OURS: Final = frozenset({"atteint", "reached", "mesure", "measure", "responsable", "owner"})
"""Verbs that mean an objective without the noun; all others, without it, mean a task."""
_DUE: Final = (
    *("échéance", "reporter", "reporte", "repousser", "repousse", "décaler", "décale", "déplacer", "déplace"),
    *("due", "postpone", "move"),
)
_ADD: Final = (
    *("ajouter un objectif", "ajoute un objectif", "nouvel objectif", "créer un objectif", "ajouter l'objectif"),
    *("add an objective", "new objective", "create an objective"),
)
_MINE: Final = ("mes objectifs", "quels sont mes objectifs", "my objectives", "what are my objectives")
_REOPEN: Final = ("rouvrir", "réouvrir", "reopen")


def objectives(census: Census) -> Capability:
    """Return what can be asked about objectives; *census* counts what is done towards them."""
    commands = _commands(census)
    return Capability(
        kinds=frozenset({KIND}),
        commands=commands,
        undone=undone,
        reactions=dict.fromkeys(("✅", "✔", "☑"), partial(changing.reach, census=census)),
        card=maker(census),
    )


def undone(request: Request, changes: tuple[Change, ...]) -> Rich:
    """Say what *changes*, an inverse, take back: one sentence an objective."""
    board, said = Board(request.state), []
    for each in changes:
        objective = board.get(each.id)
        if objective is not None:
            withdrawn = each.set.get("status") == WITHDRAWN
            said.append((replies.withdrawn if withdrawn else replies.taken_back)(request, objective))
    return lines(said)


def _commands(census: Census) -> tuple[Command, ...]:
    behind: dict[str, Command] = {}
    """The verbs that may stand behind the number, too: ``!objectif 3 titre …``."""

    def command(
        name: str, verbs: tuple[str, ...], handle: _Handler, usage: str, about: str, *, on_card: bool = False
    ) -> Command:
        forms = tuple(f"{noun} {verb}" for verb, noun in product(verbs, ("objectif", "objective")))

        def act(request: Request, rest: list[str]) -> Reply:
            return handle(request, rest, census)

        made = Command(
            *(f"objective.{name}", TOPIC, forms, act, usage, about),
            on_card=verbs if on_card else (),
            bare=(*_with_noun(verbs), *(verb for verb in verbs if verb in _ONLY_OURS)),
            bare_takes=_has_number,
        )
        return known(made, verbs)

    def known(made: Command, verbs: tuple[str, ...]) -> Command:
        behind.update((fold(verb), made) for verb in verbs)
        return made

    def verbed(rest: list[str]) -> tuple[Command, list[str]] | None:
        found = behind.get(fold(rest[1])) if len(rest) > 1 else None
        return None if found is None else (found, [rest[0], *rest[2:]])

    def one_needs(request: Request, rest: list[str]) -> Needs:
        found = verbed(rest)
        return NOTHING if found is None or found[0].needs is None else found[0].needs(request, found[1])

    def explain(request: Request, _: list[str]) -> Reply:
        return ask(request, summary(request.texts, table))

    def one(request: Request, rest: list[str]) -> Reply:
        if not any(each.strip(".,;:!?") for each in rest):
            return explain(request, rest)
        found = verbed(rest)
        if found is not None:
            return found[0].handle(request, found[1])
        if any(each.strip(".,;:!?") for each in rest[1:]):
            return on(changing.several)(request, rest, census)
        return changing.show(request, rest, census)

    table = (
        Command(
            name="objective.add",
            topic=TOPIC,
            short=_ADD,
            banged=_ADD,
            forms=_forms(("objectif", "objectifs"), ("ajouter", "ajoute", "nouveau", "créer"))
            + _forms(("objective", "objectives"), ("add", "new", "create"))
            + _forms(("objectif",), ("add", "new"))
            + _forms(("objective",), ("ajouter", "nouveau")),
            handle=partial(add, census=census),
            usage=mark("!objective add renew the street lights @dgs by 30 June 2027"),
            about=mark("adds an objective: its owner, its day, measure “40% less energy”"),
            essential=True,
            guess=lambda words: words or None,
        ),
        Command(
            name="objective.list",
            topic=TOPIC,
            forms=("objectifs", "objectives", *_forms(("objectifs", "objectif"), ("liste",))),
            short=("les objectifs", "the objectives"),
            handle=partial(changing.show_open, census=census),
            usage=mark("!objectives"),
            about=mark("shows how far the objectives are"),
            essential=True,
            alone=True,
        ),
        Command(
            name="objective.mine",
            topic=TOPIC,
            forms=(),
            apart=_MINE,
            handle=partial(mine.everywhere, census=census),
            usage="",
            about="",
            alone=True,
            needs=mine.needs,
            by_each=True,
        ),
        Command(
            name="objective.mine.here",
            topic=TOPIC,
            forms=(),
            banged=_MINE,
            handle=partial(changing.show_own, census=census),
            usage="",
            about="",
            alone=True,
        ),
        Command(
            name="objective.one",
            topic=TOPIC,
            forms=("objectif", "objective"),
            handle=one,
            usage=mark("!objective 3"),
            about=mark("shows one"),
            takes=_begins_with_number,
            needs=one_needs,
        ),
        command(
            *("reached", _REACHED, on(changing.to(Status.REACHED))),
            *(mark("!objective reached 3"), mark("marks it reached; also “drop”, “reopen”")),
            on_card=True,
        ),
        command("drop", _DROP, on(changing.to(Status.DROPPED)), "", "", on_card=True),
        command("reopen", _REOPEN, on(changing.to(Status.OPEN)), "", "", on_card=True),
        command(
            *("due", _DUE, on(changing.due)),
            *(mark("!objective due 3 30 June 2027"), mark("changes its day; also “title”, “owner”, “measure”")),
        ),
        command("title", ("titre", "renommer", "title", "rename"), on(changing.title), "", ""),
        command("owner", ("responsable", "confier", "owner"), on(changing.own), "", ""),
        command("measure", ("mesure", "measure"), on(changing.measure), "", ""),
        command("show", ("voir", "montrer", "show"), changing.show, "", ""),
        known(
            Command(
                name="objective.erase",
                topic=TOPIC,
                forms=_forms(("objectif", "objective"), for_good.VERBS),
                bare=_with_noun(for_good.VERBS),
                bare_takes=_has_number,
                handle=partial(erasing, census=census),
                usage=mark("!objective erase 3"),
                about=mark("erases for good what you asked for; its tasks stay"),
                on_card=for_good.VERBS,
                fits=for_good.fits,
                needs=partial(erase_needs, census=census),
                by_word=True,
            ),
            for_good.VERBS,
        ),
    )
    return table


def _with_noun(verbs: tuple[str, ...]) -> tuple[str, ...]:
    """Return *verbs* as people say them before what they are about: ``reporter l'objectif 3``."""
    return tuple(
        f"{verb} {noun}" for verb in verbs for noun in ("l'objectif", "objectif", "the objective", "objective")
    )


def _has_number(words: list[str]) -> bool:
    return bool(words) and reference(words[0].rstrip(",;:")) is not None


def _begins_with_number(words: list[str]) -> bool:
    said = [each for each in words if each.strip(".,;:!?")]
    return not said or reference(said[0].rstrip(",;")) is not None


def _forms(nouns: tuple[str, ...], verbs: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{noun} {verb}" for noun, verb in product(nouns, verbs))
