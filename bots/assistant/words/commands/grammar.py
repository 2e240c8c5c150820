"""Whom a message addresses, and what it asks (pure, table-driven).

What is ours: everything in a direct conversation; what begins with our name, or with a ``!`` that stands alone; what
begins with ``!`` and a word of our vocabulary, slips allowed. What is not: a ``!`` with a word far from all of ours
belongs to another bot, and a message that only mentions us in passing is a conversation, unless it reads exactly as a
command. What answers a card is a command when it is one of those that stand there without a number, and nothing else.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold, has_words, lines_of, words_of
from bots.assistant.words.commands.command import Call
from bots.assistant.words.commands.courtesy import GREETINGS, asked, greets, thanks, thanks_somebody, without_closing
from bots.assistant.words.commands.polite import politely, thanks_for
from bots.assistant.words.commands.vocabulary import Vocabulary
from bots.assistant.words.fronting import fronted
from bots.assistant.words.objects.numbered import reference


@dataclass(frozen=True, slots=True)
class Meant:
    """What may have been meant: a *form* of a command in place of *typed* (before *rest*, where that is empty).

    *offered*: nothing was misspelt; it could be what that command is about. *by_word*: see ``Command``.
    """

    form: str
    typed: list[str]
    rest: list[str]
    banged: bool = False
    offered: bool = False
    by_word: bool = False

    @property
    def whole(self) -> str:
        """The command as one would type it."""
        return " ".join([f"!{self.form}" if self.banged else self.form, *self.rest])


@dataclass(frozen=True, slots=True)
class UnclearMessage:
    """A message that is for us and that we cannot read."""

    words: list[str]
    meant: Meant | None = None


Reading = Call | UnclearMessage | None
"""None: not for us."""

_BANG = re.compile(r"[!！]+")
_LONE = frozenset("!！")
"""« !! » calls attention, and is said to people."""


def read(request: Request, vocabulary: Vocabulary) -> Reading:
    """Return what *request* asks of us."""
    words = words_of(request)
    if not words:
        return None
    rest, surely = after_name(words, request)
    addressed = rest is not None or request.direct
    words, banged = _after_bang(words if rest is None else rest)
    typed, words = words, _plain(words, request)
    no_card = request.card is None or banged or thanks_somebody(typed, words)
    on_card = None if no_card else vocabulary.read_on_card(request, words)
    if on_card is None and not addressed and not banged:
        return _on_list(words, request, vocabulary) or _in_passing(words, request, vocabulary)
    known = bool(words) and vocabulary.knows(words[0])
    if words and not addressed and banged and not known:
        return vocabulary.read(words, addressed=False, banged=True)
    call = on_card or _call(words, request, vocabulary, addressed=addressed)
    if call is not None:
        return call
    # Alone with us, what answers a card is a remark on it before it is a question to us; thanks are none.
    thanked = thanks(words) or thanks_for(words)
    if not banged and ((request.card is not None and rest is None and not known) or thanked):
        return None
    return _unclear(words, request, vocabulary, addressed=addressed) if surely or (banged and words) else None


def begins(request: Request, vocabulary: Vocabulary) -> bool | None:
    """Tell whether a line begins a command: True by ``!`` or our name, False without them; None where it does not."""
    words = words_of(request)
    rest, _ = after_name(words, request)
    said, banged = _after_bang(words if rest is None else rest)
    if not said:
        return None
    if banged and rest is None and not request.direct:
        known = vocabulary.knows(said[0]) or vocabulary.read(said, addressed=False, banged=True) is not None
        return True if known else None
    if not isinstance(read(request, vocabulary), Call):
        return True if banged and vocabulary.knows(said[0]) else None
    return banged or rest is not None


def bare(request: Request) -> list[str]:
    """Return the words of *request* without our name, or ``!``, before them, and without politeness behind them."""
    words = words_of(request)
    rest, _ = after_name(words, request) if words else (None, False)
    said, _ = _after_bang(words if rest is None else rest)
    return _plain(said, request)


def is_addressed(request: Request) -> bool:
    """Tell whether *request* begins with ``!`` or with our name, whatever follows."""
    words = words_of(request)
    return bool(words) and (_BANG.match(words[0]) is not None or after_name(words, request)[0] is not None)


def as_told(request: Request) -> Request:
    """Return *request* as if it were said to us by name."""
    if request.direct or is_addressed(request):
        return request
    said = "\n".join(" ".join(line) for line in lines_of(request, words_of(request)))
    return replace(request, text=f"! {said}", formatted=None)


def _plain(words: list[str], request: Request) -> list[str]:
    """Return *words* without the politeness at their end; in several lines, which are found from their end, as is."""
    return list(without_closing(words)) if len(lines_of(request, words_of(request))) == 1 else words


def _call(words: list[str], request: Request, vocabulary: Vocabulary, *, addressed: bool) -> Call | None:
    call = _said(words, request, vocabulary, addressed=addressed)
    if addressed and (call is None or call.command.asks):
        # « le 8 à 18h réunion … » is no look at what is called 8.
        call = _of_time(words, request, vocabulary) or call
    if call is None and addressed:
        said = asked(words)
        call = _said(said, request, vocabulary, addressed=True)
        call = call or _said(asked(words, widely=True), request, vocabulary, addressed=True)
        wanted = politely(said, asking=len(said) < len(words))
        orders = (_said(order, request, vocabulary, addressed=True) for order in wanted)
        call = call or next((order for order in orders if order is not None), None)
    if call is None and request.quoted is not None and request.card is None:
        call = vocabulary.read_on_message(words)
    return call


def _of_time(words: Sequence[str], request: Request, vocabulary: Vocabulary) -> Call | None:
    """Return the command that stands behind its time: « le 8 à 18h réunion … »."""
    turned = fronted(asked(words), request)
    return None if turned is None else _said(turned, request, vocabulary, addressed=True)


def _said(words: Sequence[str], request: Request, vocabulary: Vocabulary, *, addressed: bool) -> Call | None:
    # Whoever is doubted is told why, instead of being shown as much as this room holds.
    apart = addressed and (request.private or (request.doubted and request.direct))
    return vocabulary.read(words, addressed=addressed, banged=not request.direct, apart=apart)


def _unclear(words: list[str], request: Request, vocabulary: Vocabulary, *, addressed: bool) -> UnclearMessage:
    if not words or greets(words, request.served_by.localpart):
        return UnclearMessage([])
    found = vocabulary.suggest(words, addressed=addressed)
    offers = found is None and (request.direct or addressed)
    offered = vocabulary.offer(request, asked(words) or words) if offers else None
    if found is None and offered is None:
        return UnclearMessage(words)
    form, rest = found or offered or ("", [])
    typed = words[: len(words) - len(rest)] if words[len(words) - len(rest) :] == rest else words
    call = vocabulary.read([*form.split(), *rest], addressed=True)
    by_word = call is not None and call.command.by_word
    return UnclearMessage(words, Meant(form, typed, rest, not addressed, found is None, by_word))


def _on_list(words: list[str], request: Request, vocabulary: Vocabulary) -> Call | None:
    """``fait 3`` in answer to a list of ours: the short forms count there, where a number follows."""
    call = vocabulary.read(words, addressed=True) if request.shown and request.card is None else None
    return (
        call
        if call is not None and call.rest and reference(call.rest[0].rstrip(",;").partition("-")[0]) is not None
        else None
    )


def _in_passing(words: list[str], request: Request, vocabulary: Vocabulary) -> Reading:
    """A pill of ours elsewhere in the message: ``tâches @beffroi``. In a sentence it is nothing that we answer."""
    ours = [each for each in words if each.rstrip(".,;:!?") == request.served_by]
    if not ours:
        return None
    return vocabulary.read([each for each in words if each not in ours], addressed=False)


def _after_bang(words: list[str]) -> tuple[list[str], bool]:
    found = _BANG.match(words[0]) if words else None
    if found is None:
        return words, False
    first = words[0][found.end() :]
    return ([first] if first else []) + words[1:], True


def after_name(words: list[str], request: Request) -> tuple[list[str] | None, bool]:
    """Return the words after our name at the beginning, or None, and whether we are surely meant.

    ``beffroi: …``, ``@beffroi …`` and a pill are for us, and what stands behind a lone ``!``. ``Beffroi de Douai`` is
    only if a command follows the name.
    """
    # « ! réunion … »: nobody writes to another bot with a space behind the sign.
    if len(words) > 1 and words[0] in _LONE and has_words(words[1:]):
        return words[1:], True
    name = request.members.get(request.served_by) or ""
    greeted = next((at for at, word in enumerate(words) if fold(word).rstrip(",!") not in GREETINGS), 0)
    if greeted and len(words) > greeted + 1:
        # « Bonjour Beffroi, … »: without the comma it may be somebody of that name.
        behind, surely = after_name(words[greeted:], request)
        return (behind, surely) if behind and surely else (None, request.direct)
    for known in (request.served_by, request.served_by.localpart, name):
        length = _begins(words, known.split())
        if length:
            rest = words[length:]
            apart = bool(rest) and rest[0] in (":", ",")
            surely = apart or not rest or words[0][0] == "@" or words[length - 1][-1] in ":,"
            return (rest[1:] if apart else rest), surely or request.direct
    return None, request.direct


def _begins(words: Sequence[str], name: Sequence[str]) -> int:
    """Return how many of *words* are *name*, with or without ``@`` before it."""
    if not name or len(words) < len(name):
        return 0
    typed = [fold(each) for each in words[: len(name)]]
    if not name[0].startswith("@"):
        typed[0] = typed[0].removeprefix("@")
    return len(name) if typed == [fold(each) for each in name] else 0
