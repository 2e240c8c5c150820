"""Whether words ask something, and by which parts: kinds, people, days, how it stands, what it is called (pure)."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Final

from bots.assistant.dispatch.lookup.little import (
    ANYTHING,
    ASKING,
    BIDDING,
    INVERTED,
    LEADS,
    LITTLE,
    MINE,
    PRONOUNS,
    SHOWING,
    STATES,
    TELLING,
    WAITING,
    WHO,
)
from bots.assistant.dispatch.lookup.named import NamedInQuestion, TypedWord, named
from bots.assistant.dispatch.lookup.nouns import Nouns
from bots.assistant.dispatch.lookup.spans import time_in
from bots.assistant.dispatch.lookup.standing import past, state_of
from bots.assistant.talk.offers.finding import Span, WantedState
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold
from bots.assistant.words.commands.asking import opening
from config.identifiers import UserId

MOST: Final = 40
"""Words of a question that are read: more is a story …"""
_MOST_LETTERS: Final = 400
"""… and letters."""
_MOST_ASKED: Final = 14
"""Words of what asks without a question mark."""
_MOST_BIDDING: Final = 10
"""Words ahead by which somebody bids."""
_LEAST_NUMBER: Final = 3
"""Digits of a number that calls something: « 2041 », not « le 15 »."""
_ELIDED: Final = re.compile(r"^(?:qu|jusqu|lorsqu|[dlnjmtscy])['’]", re.IGNORECASE)
_HOUR_ALONE: Final = re.compile(r"(?:(?:à|a|vers|at)\s)?(?:\d{1,2}\s?(?:h|:|am|pm).*|midi|minuit|noon)", re.IGNORECASE)
_NOT_OURS: Final = re.compile(
    r"comment (?:on |je |faire|fait|puis|dois|peut|pour)|(?:tu|vous) (?:sais|savez)\b|how (?:do|can|to) "
)
"""How something is done, and what we can do, is no question about what there is."""
_AROUND: Final = '.,;:!?«»"()“”'
_INFINITIVE: Final = re.compile(r"\w{2,}(?:er|ir|re)")
_TO_US: Final = frozenset({"me", "m", "nous"})
_ONE: Final = frozenset({"un", "une", "a"})
_IT: Final = frozenset({"c", "ca", "cela", "il", "elle", "it"})
_WHATEVER: Final = WHO | frozenset(
    {"quoi", "koi", "rien", "chose", "choses", "truc", "trucs", "combien", "tout", "toutes", "reste", "restent", "y"}
    | {"what", "there", "nothing", "anything", "something"}
)
_TO_SOMEBODY: Final = frozenset({"moi", "nous", "lui", "leur", "le", "la", "les", "y", "en"})
_BEGINS: Final = re.compile(
    r"(?:est-ce|a-t-|y a|ya |yaura|il (?:me |nous |lui |leur )?reste|il y a|qu'est|qu'y|quoi"
    r"|j'ai (?:quoi|koi)|on a (?:quoi|koi)"
    r"|c'est (?:quoi|qui|quand|ou)\b"
    r"|(?:fais|faites|fait|faire)[- ](?:moi[- ])?voir|(?:donne|donnez|sors|ressors)[- ](?:moi|nous)\b|tout ce qu"
    r"|listez?[- ](?:moi|nous|les|tou)"
    r"|(?:auriez|sauriez|savez|avez|connaissez|pourriez|pouvez|peut|peux)-(?:vous|tu)\b|as-tu|sais-tu|des nouvelles"
    r"|el(?:le)? est (?:a koi|a quoi|ou)|is there|are there|do we|does|did|has|have we)"
)
"""How a question begins that ends with no question mark, beside the words that ask."""


@dataclass(frozen=True, slots=True)
class Query:
    """What a question is made of."""

    words: tuple[str, ...]
    typed: Mapping[str, str]
    """The words, as they were typed."""
    kinds: frozenset[str] = frozenset()
    people: tuple[UserId, ...] = ()
    mine: bool = False
    """It is of whoever asks, where :attr:`people` are none."""
    span: Span | None = None
    when: str = ""
    """The words that said :attr:`span`, as they were typed."""
    state: WantedState = WantedState.ANY
    who: bool = False
    """Whether it asks after people."""
    of_it: bool = False
    """Whether it asks after « it », and not after whatever there is."""
    plainly: bool = False
    """It says what it asks, so what is found answers it."""
    nouns: Mapping[str, str] = field(default_factory=dict)
    """Those of the kinds that may be words of a title instead, as they were typed."""
    otherwise: "Query | None" = None
    """The same, where some of the words are somebody: « la réunion voirie », whose name says what they do."""

    @property
    def empty(self) -> bool:
        """Whether it names nothing that can be looked for."""
        if self.words or self.kinds:
            return not (self.words or self.plainly)
        # « Et à 16 h 30 ? » is asked of another day, « qui l'a coché ? » of something else.
        hour = _HOUR_ALONE.fullmatch(self.when) is not None and not self.plainly
        stands = self.state is not WantedState.ANY and not self.who
        return not (self.people or stands or (self.span is not None and not hour))

    @property
    def whatever(self) -> bool:
        """Whether it says neither what that is called, nor whose, nor when."""
        return not (self.words or self.people or self.mine or self.span is not None)

    @property
    def leans(self) -> bool:
        """Whether it says only how something stands, so that it is of what was spoken of: « et c'est fait ? »."""
        return self.of_it and self.whatever and not self.kinds


def asked(words: Sequence[str], request: Request, nouns: Nouns) -> Query | None:
    """Return what *words* ask; None where they ask nothing."""
    spoken = " ".join(words)
    if not 0 < len(words) <= MOST or len(spoken) > _MOST_LETTERS or not is_question(words):
        return None
    span, when, bounds = time_in(spoken, request)
    who = named(_waiting(_parts(spoken, bounds)), request)
    made = _made(words, who, nouns, request, (span, when))
    if not who.perhaps:
        return made
    left = tuple(part for part in who.left if part.folded not in who.perhaps)
    people = tuple(dict.fromkeys((*who.people, *who.perhaps.values())))
    return replace(made, otherwise=_made(words, NamedInQuestion(people, left, {}), nouns, request, (span, when)))


def _made(
    words: Sequence[str], who: NamedInQuestion, nouns: Nouns, request: Request, time_asked: tuple[Span | None, str]
) -> Query:
    span, when = time_asked
    folded = [part.folded for part in who.left]
    asks = {at for at, pair in enumerate(pairwise(folded), 1) if pair[0] in _TO_US and pair[1] in TELLING}
    silent = nouns.silent(folded)
    telling = (part for at, part in enumerate(who.left) if at not in asks and _tells(part.folded, silent))
    said = {part.folded: part.typed for part in telling}
    alone = nouns.alone(said, folded)
    typed = {} if alone else said
    state = state_of(who.left)
    if not (typed or alone or nouns.called(folded) or who.people) and span is None and _for_me(folded):
        state = WantedState.OPEN if state is WantedState.ANY else state
    kept = state if not typed or state is WantedState.LATE else WantedState.ANY
    return Query(
        tuple(typed),
        typed,
        alone or nouns.called(folded),
        who.people,
        not who.people and _is_mine(folded),
        past(span, when, request) if kept is WantedState.DONE else span,
        when,
        kept,
        who=bool({*folded} & WHO),
        of_it=bool({*folded} & _IT) and not {*folded} & _WHATEVER,
        plainly=bool(said)
        or state is not WantedState.ANY
        or bool(asks)
        or any(word in ASKING | SHOWING for word in folded)
        or _begins(words),
        nouns=said if alone else {},
    )


def is_question(words: Sequence[str]) -> bool:
    """Tell whether *words* ask something, or to see something; whoever asks us to do something does not."""
    said = [fold(word) for word in words]
    start = next((at for at, word in enumerate(said) if word not in LEADS and word.strip(_AROUND)), len(said))
    if start == len(said) or any(_bids(clause) for clause in _clauses(words[start:])):
        return False
    if _NOT_OURS.match(" ".join(said[start:])) is not None or any(word.endswith("?") for word in words[:-1]):
        return False
    if words[-1].rstrip(" .!)").endswith("?"):
        return True
    if len(said) - start > _MOST_ASKED or any(word[-1:] in ",;:" for word in words[start:-1]):
        return False
    return said[start] in ASKING | BIDDING or _begins(words[start:])


def _clauses(words: Sequence[str]) -> list[Sequence[str]]:
    """Return what stands between commas: « pour la gerbe, tu le rajoutes demain ? »."""
    ends = [at + 1 for at, word in enumerate(words) if word.endswith((",", ";")) and at + 1 < len(words)]
    return [words[start:end] for start, end in zip((0, *ends), (*ends, len(words)), strict=True)]


def _begins(words: Sequence[str]) -> bool:
    return _BEGINS.match(" ".join(fold(word) for word in words)) is not None


def _bids(words: Sequence[str]) -> bool:
    """Tell whether *words* ask for something to be done: « peux-tu ranger … ? », « tu le rajoutes … ? »."""
    folded = [part for word in words[:_MOST_BIDDING] for part in _pieces(fold(word))]
    led = opening(words, wished=False, widely=True)
    behind = [part for word in words[led : led + 4] for part in _pieces(fold(word))] if led else []
    to_us = False
    while behind and behind[0] in PRONOUNS | {"bien", "aussi", "de", "d"}:
        to_us = behind.pop(0) in _TO_US or to_us
    if behind:
        shows = behind[0] in SHOWING or (to_us and behind[0] in TELLING and not {*behind[1:2]} & _ONE)
        return _INFINITIVE.fullmatch(behind[0]) is not None and not shows
    if not folded or folded[0] != "tu":
        return False
    verb = next((word for word in folded[1:] if word not in PRONOUNS), "")
    return verb.endswith("es") and verb not in LITTLE


def _parts(spoken: str, bounds: Sequence[tuple[int, int]]) -> list[TypedWord]:
    """Return the words of *spoken* one by one, without those that say when."""
    kept = "".join(" " if any(a <= at < b for a, b in bounds) else letter for at, letter in enumerate(spoken))
    return [
        TypedWord(piece.strip(_AROUND), fold(piece.strip(_AROUND))) for word in kept.split() for piece in _pieces(word)
    ]


def _waiting(parts: Sequence[TypedWord]) -> list[TypedWord]:
    """Return *parts* with « en attente » as one word."""
    kept: list[TypedWord] = []
    for part in parts:
        if kept and f"{kept[-1].folded} {part.folded}" == WAITING:
            kept[-1] = TypedWord(f"{kept[-1].typed} {part.typed}", WAITING)
        else:
            kept.append(part)
    return kept


def _pieces(word: str) -> list[str]:
    """Return a word without what is elided before it and turned behind it: ``l'école``, ``tient-il``, ``a-t-on``."""
    pieces = []
    while (found := _ELIDED.match(word)) is not None and len(word) > found.end():
        pieces.append(found[0][:-1])
        word = word[found.end() :]
    if _ELIDED.fullmatch(word) is not None:
        # « d'ici vendredi » without its time, « d' autre ».
        return [*pieces, word[:-1]]
    head, _, tail = word.rstrip(_AROUND).rpartition("-")
    if fold(tail) in _TO_SOMEBODY and fold(head.rpartition("-")[0] or head) in LITTLE | BIDDING | TELLING:
        # « Dis-moi » says nothing of whose it is.
        return [*pieces, *_pieces(head)]
    if head and fold(tail) in INVERTED and fold(word) not in ("rendez-vous",):
        return [*pieces, head.removesuffix("-t"), tail]
    return [*pieces, word] if word.strip(_AROUND) else pieces


def _tells(word: str, silent: Collection[str]) -> bool:
    said = word.isdecimal() and len(word) < _LEAST_NUMBER
    return len(word) > 1 and not said and word not in LITTLE and word not in silent and word not in STATES


def _for_me(folded: Sequence[str]) -> bool:
    """Tell whether it is asked what there is for whoever asks: « rien pour moi ? »."""
    return bool(ANYTHING & {*folded}) and ("pour", "moi") in {*pairwise(folded)}


def _is_mine(folded: Sequence[str]) -> bool:
    pairs = {*pairwise(folded)}
    has = {("j", "ai"), ("ai", "je"), ("je", "dois"), ("dois", "je"), ("m", "attend"), ("me", "reste")}
    return bool(MINE & {*folded} or has & pairs or ("i", "have") in pairs)
