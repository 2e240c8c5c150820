"""Several commands in one message, as secretaries paste them: each is done, each has its line in the answer (pure)."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from bots.assistant.talk.errand import Cancel, Errand
from bots.assistant.talk.markup import Rich, code, fill, lines, short, text
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import has_words, spoken
from bots.assistant.words.commands.command import Call
from bots.assistant.words.commands.grammar import begins, read
from bots.assistant.words.commands.vocabulary import Vocabulary
from bots.register.format.operation import Change

_LINES: Final = 200
_DASHED: Final = re.compile(r"\s*[-–*•]\s+(?!\[)(?P<item>\S.*)")
_ADD: Final = "ajouter"
"""What lines that all begin with a dash are meant for, alone with us."""
_Item = TypeVar("_Item")
_REVISED: Final = frozenset({"sequence", "updated"})
"""What each deed writes, whatever it changes: how often something was revised, and when (RFC 5545 3.8.7)."""
_CANCELLED: Final = ("status", "cancelled")
MOST: Final = 20
"""Commands in one message: more is a sheet, which can be imported."""


@dataclass(frozen=True, slots=True)
class Part:
    """One command of a message, with what stands *before* and *after* it there."""

    text: str
    before: str
    after: str


def parts(request: Request, vocabulary: Vocabulary) -> tuple[Part, ...]:
    """Return the commands in *request*, where there are several; what stands below one belongs to it."""
    if "\n" not in request.text and "<" not in (request.formatted or ""):
        return ()
    said = spoken(request).split("\n")
    if not 1 < len(said) <= _LINES:
        return ()
    said = _listed(request, said, vocabulary)
    starts = [*_starts(request, said, vocabulary)]
    if len(starts) < 2:
        return ()
    ends = [*starts[1:], len(said)]
    return tuple(
        Part(
            "\n".join(said[start:end]),
            "".join(f"{line}\n" for line in said[:start]),
            "".join(f"\n{line}" for line in said[end:]),
        )
        for start, end in zip(starts, ends, strict=True)
    )


def _listed(request: Request, said: list[str], vocabulary: Vocabulary) -> list[str]:
    """Return the lines *said*; where they all begin with a dash, each as the command that it is meant for.

    That is said alone with us, or below a command that adds something and says nothing of it.
    """
    filled = [line for line in said if line.strip()]
    if not filled or request.card is not None or request.shown or request.theirs:
        return said
    dashed = [_DASHED.fullmatch(line) is not None for line in filled]
    head = filled[0]
    if all(dashed) and request.direct:
        head = ""
    elif not (all(dashed[1:]) and len(filled) > 2 and _is_bare_add(request, head, vocabulary)):
        return said
    items = [found["item"] for line in filled if (found := _DASHED.fullmatch(line)) is not None]
    return [item if _is_command(request, item, vocabulary) else f"{head or _ADD} {item}" for item in items]


def _is_bare_add(request: Request, line: str, vocabulary: Vocabulary) -> bool:
    match read(replace(request, text=line, formatted=None), vocabulary):
        case Call(command, rest):
            return command.essential and command.offers is not None and not has_words(rest)
        case _:
            return False


def _is_command(request: Request, line: str, vocabulary: Vocabulary) -> bool:
    return isinstance(read(replace(request, text=line, formatted=None), vocabulary), Call)


def _starts(request: Request, said: Sequence[str], vocabulary: Vocabulary) -> Iterator[int]:
    """Yield the lines that begin a command: by ``!`` or our name; bare ones only where all lines do."""
    filled = [at for at, line in enumerate(said) if line.strip()]
    found: dict[int, bool | None] = {}
    for at in filled:
        found[at] = begins(replace(request, text=said[at], formatted=None), vocabulary)
        if found[filled[0]] is None:
            return
    each, first = all(how is not None for how in found.values()), filled[0] if filled else 0
    for at, how in found.items():
        if at == first or how or (each and how is not None):
            yield at


def together(request: Request, commands: Sequence[Part], judge: Callable[[Request], Reply | None]) -> Reply:
    """Return one reply that does all *commands*: one operation, and a line for each."""
    if len(commands) > MOST:
        sentence = request.texts.gettext("That is too many commands in one message: {most} at most.")
        return ask(request, text(sentence.format(most=MOST)))
    replies: list[Reply] = []
    for number, part in enumerate(commands):
        made = tuple(change for reply in replies for change in reply.changes)
        asked = replace(request, text=part.text, formatted=None, part=number, made=made)
        reply = judge(asked)
        if reply is None:
            continue
        if clash(reply, replies):
            reply = ask(asked, _apart(asked))
        elif reply.question is not None:
            reply = _questioning(request, reply, part, asked=any(each.question for each in replies))
        replies.append(reply)
    return _merged(request, replies)


def _questioning(request: Request, reply: Reply, part: Part, *, asked: bool) -> Reply:
    """Return *reply* with its question about the whole message; where another was asked, it is only told."""
    assert reply.question is not None, "it asks something"
    if not asked:
        return replace(reply, question=reply.question.within(part.before, part.after))
    plain = ask(request, reply.question.told).text if not reply.changes else reply.text
    return replace(reply, text=plain, question=None, reactions=())


def _apart(request: Request) -> Rich:
    sentence = request.texts.gettext(
        "“{line}”: another line of your message changes that already, so this one was not done. Send it by itself."
    )
    return fill(sentence, line=code(short(spoken(request).partition("\n")[0])))


def clash(reply: Reply, others: Iterable[Reply]) -> bool:
    """Tell whether *reply* was judged by what another of the message has changed by then, or would take its place."""
    held = [*others]
    mine = _places(reply.changes)
    # What both write alike takes nobody's place.
    theirs = [_places(each.changes) for each in held]
    taken = any(place in other and other[place] != value for other in theirs for place, value in mine.items())
    errands = {_named(each) for other in held for each in other.errands}
    undoing = reply.undoes is not None and any(each.undoes is not None for each in held)
    return taken or undoing or any(_named(each) in errands for each in reply.errands)


def apart(first: Reply, second: Reply) -> bool:
    """Tell whether *second*, judged after *first*, cannot be true beside it: one takes back what the other does.

    What it writes of an object is nothing where it sets back what the other has just changed.
    """
    mine, theirs = _written(second), _written(first)
    back = any(not fields for fields in mine.values())
    cancelled = any(
        _CANCELLED in one[key] and other.get(key, set()) - {_CANCELLED}
        for one, other in ((mine, theirs), (theirs, mine))
        for key in one
    )
    return back or cancelled or clash(second, [first])


def _written(reply: Reply) -> dict[tuple[str, str], set[tuple[str, str]]]:
    """Return what *reply* writes of each object, and what is the same whatever it changes left out."""
    return {
        (change.kind, change.id): {
            (name, str(value))
            for values in (change.first, change.set, change.add, change.remove)
            for name, value in values.items()
            if name not in _REVISED
        }
        for change in reply.changes
    }


def _places(changes: Iterable[Change]) -> dict[tuple[str, str, str], object]:
    """Return what *changes* write, by its place; of a set each element is its own."""
    return {
        (change.kind, change.id, name): value
        for change in changes
        for name, value in (*change.first.items(), *change.set.items())
        if name not in _REVISED
    }


def _named(errand: Errand | Cancel) -> tuple[str, str, str]:
    return errand.kind, errand.key, errand.room_id or ""


def _merged(request: Request, replies: Sequence[Reply]) -> Reply:
    asked = [each.inverse is request.inverse for each in replies]
    own = (each for reply, only in zip(replies, asked, strict=True) if not only for each in reply.inverse)
    inverse: dict[tuple[str, str], Change] = {}
    for change in own:
        key = (change.kind, change.id)
        inverse[key] = _joined(inverse[key], change) if key in inverse else change
    if any(asked):
        # What is only asked or refused changes nothing of what the message did before it was edited.
        inverse |= {(each.kind, each.id): each for each in request.inverse if (each.kind, each.id) not in inverse}
    cards = [each.card for each in replies if each.card is not None]
    return Reply(
        lines(each.text for each in replies if not each.quiet),
        mentions=_each(person for reply in replies for person in reply.mentions),
        changes=tuple(change for reply in replies for change in reply.changes),
        shows=_each(key for reply in replies for key in reply.shows),
        inverse=tuple(inverse.values()),
        errands=tuple(errand for reply in replies for errand in reply.errands),
        quiet=all(each.quiet for each in replies) and bool(replies),
        forward=tuple(forward for reply in replies for forward in reply.forward),
        reactions=next((each.reactions for each in replies if each.reactions), ()),
        erases=tuple(identity for reply in replies for identity in reply.erases),
        undoes=next((each.undoes for each in replies if each.undoes is not None), None),
        card=cards[0] if len(cards) == len(replies) == 1 else None,
        weighs=any(each.weighs for each in replies),
        question=next((each.question for each in replies if each.question is not None), None),
        lists=any(each.lists for each in replies),
        of_list=any(each.of_list for each in replies),
        about=next((each.about for each in replies if each.about is not None), None),
    )


def _joined(one: Change, other: Change) -> Change:
    """Return what both write of one object; of a field that both write, what stood before the first is the older."""

    def of_sets(
        mine: Mapping[str, tuple[_Item, ...]], theirs: Mapping[str, tuple[_Item, ...]]
    ) -> dict[str, tuple[_Item, ...]]:
        return {name: (*mine.get(name, ()), *theirs.get(name, ())) for name in dict.fromkeys((*mine, *theirs))}

    return replace(
        one,
        set={**other.set, **one.set},
        first={**other.first, **one.first},
        add=of_sets(one.add, other.add),
        remove=of_sets(one.remove, other.remove),
    )


def _each(items: Iterable[_Item]) -> tuple[_Item, ...]:
    return tuple(dict.fromkeys(items))
