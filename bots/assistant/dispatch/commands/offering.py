"""What is offered where nobody understood a statement or an order to us: what it may mean, to choose (pure)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final

from bots.assistant.dispatch.capability import Capability
from bots.assistant.talk.markup import code, fill, short
from bots.assistant.talk.question import Candidate, Question
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import lines_of, words_of
from bots.assistant.words.consent import consents
from bots.assistant.words.supposed import Lean, Supposed, supposed

_MOST: Final = 4
_QUOTED: Final = 240
_FEWEST: Final = 3
"""Words that say nothing outright, and more than what something is called."""


def offering(
    request: Request,
    words: Sequence[str],
    capabilities: Iterable[Capability],
    does: Callable[[Request, Candidate], bool],
    found: Reply | None = None,
) -> Reply | None:
    """Return the question whether *words*, which nobody understood, mean something of what there is here, or a new one.

    *does* tells whether a candidate is itself understood. *found* is what was asked about the words as something new.
    None where nothing is likely.
    """
    said = supposed(request, words) if len(lines_of(request, words_of(request))) == 1 else None
    if said is None:
        return None
    hearing = [*capabilities]
    items = [each for one in hearing if one.supposed is not None for each in one.supposed(request, said)]
    items = [each for each in items if does(request, each)]
    if found is not None and found.question is not None:
        new = found.question.candidates if items else ()
        return _asked(request, words, (*items, *new)) if items else None
    news = [
        (one.supposed_asks, each)
        for one in hearing
        if one.supposed_new is not None
        for each in one.supposed_new(request, said)
        if does(request, each)
    ]
    if not items:
        return _asked(request, words, [each for _, each in news], news[0][0]) if news else None
    if not said.outright and not news and len(words) < _FEWEST:
        return None
    sure = _is_sure(said, items)
    return _asked(request, words, items[:1] if sure else (*items, *(each for _, each in news)))


def _is_sure(said: Supposed, items: Sequence[Candidate]) -> bool:
    """Tell whether one deed to one thing is said, and no more than that."""
    one = len({each.words[:1] for each in items}) == 1 and len({*said.leans} - {Lean.NOTED}) <= 1
    return said.outright and one and len(said.words) - len(said.telling) <= _FEWEST


def _asked(request: Request, words: Sequence[str], candidates: Sequence[Candidate], alone: str = "") -> Reply:
    """Ask which of *candidates* is meant; where it is one, by *alone*."""
    gettext = request.texts.gettext
    typed = code(short(" ".join(words), _QUOTED))
    offered = [*{each.puts: each for each in candidates}.values()][:_MOST]
    if len(offered) == 1:
        sentence = fill(gettext(alone or "I do not understand “{typed}”. Is that what you mean?"), typed=typed)
    else:
        sentence = fill(gettext("I do not understand “{typed}”. What do you mean?"), typed=typed)
    return replace(ask(request, Question(sentence, _told_apart(offered))), lost=True)


def _told_apart(candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Return *candidates* without the names that several have: « 2 », where two things may be done to task 2.

    Nor is one of several called « oui ».
    """
    names = [name for each in candidates for name in each.names]
    several = len(candidates) > 1

    def tells(name: str) -> bool:
        return names.count(name) == 1 and not (several and consents(name))

    return tuple(replace(each, words=tuple(filter(tells, each.names))) for each in candidates)
