"""Whether words ask something, and by which parts: kinds, people, days, how it stands, what it is called (pure)."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from itertools import pairwise
from typing import Final

from bots.assistant.dispatch.lookup.little import (
    ANYTHING,
    ASKING,
    BIDDING,
    HOW_MANY,
    INVERTED,
    LEADS,
    LITTLE,
    MINE,
    PRONOUNS,
    SHOWING,
    STATES,
    WAITING,
    WHEN,
    WHO,
)
from bots.assistant.dispatch.lookup.nouns import Nouns
from bots.assistant.dispatch.lookup.spans import past, time_in
from bots.assistant.talk.offers.finding import Span, State
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold
from bots.assistant.words.commands.asking import opening
from bots.assistant.words.names.people import TITLES, Person, find, somebody
from config.identifiers import UserId

MOST: Final = 40
"""Words of a question that are read: more is a story."""
_MOST_ASKED: Final = 14
"""Words of what asks without a question mark."""
_MOST_NAME: Final = 6
_LEAST_NAME: Final = 3
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


class Aim(Enum):
    """What is to be known of what is asked after."""

    ANY = auto()
    WHO = auto()
    WHEN = auto()
    HOW_MANY = auto()


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question is made of; *typed* are its *words* as they were typed, and *when* its days.

    *mine*: of whoever asks, where *people* are none. *plainly*: it says what it asks, so what is found answers it.
    *nouns* are those of *kinds* that may be words of a title instead, as they were typed.
    """

    words: tuple[str, ...]
    typed: Mapping[str, str]
    kinds: frozenset[str] = frozenset()
    people: tuple[UserId, ...] = ()
    mine: bool = False
    span: Span | None = None
    when: str = ""
    state: State = State.ANY
    aim: Aim = Aim.ANY
    plainly: bool = False
    nouns: Mapping[str, str] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """Whether it names nothing that can be looked for."""
        if self.words or self.kinds:
            return not (self.words or self.plainly)
        # « Et à 16 h 30 ? » is asked of another day, « qui l'a coché ? » of something else.
        hour = _HOUR_ALONE.fullmatch(self.when) is not None and not self.plainly
        stands = self.state is not State.ANY and self.aim is not Aim.WHO
        return not (self.people or stands or (self.span is not None and not hour))


def asked(words: Sequence[str], request: Request, nouns: Nouns) -> Asked | None:
    """Return what *words* ask; None where they ask nothing."""
    if not 0 < len(words) <= MOST or not is_question(words):
        return None
    spoken = " ".join(words)
    span, when, bounds = time_in(spoken, request)
    parts = _waiting(_parts(spoken, bounds))
    people, parts = _people(parts, request)
    folded = [part.folded for part in parts]
    state = _state(folded)
    silent = nouns.silent(folded)
    said = {part.folded: part.typed for part in parts if _tells(part.folded, silent)}
    alone = nouns.alone(said, folded)
    typed = {} if alone else said
    if not (typed or alone or nouns.called(folded) or people) and span is None and _for_me(folded):
        state = State.OPEN if state is State.ANY else state
    return Asked(
        tuple(typed),
        typed,
        alone or nouns.called(folded),
        people,
        not people and _is_mine(folded),
        past(span, request) if state is State.DONE else span,
        when,
        state if not typed or state is State.LATE else State.ANY,
        _aim(folded),
        bool(said) or state is not State.ANY or any(word in ASKING | SHOWING for word in folded) or _begins(words),
        said if alone else {},
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
    folded = [part for word in words[: _MOST_NAME + 4] for part in _pieces(fold(word))]
    led = opening(words, wished=False, widely=True)
    behind = [part for word in words[led : led + 4] for part in _pieces(fold(word))] if led else []
    while behind and behind[0] in PRONOUNS | {"bien", "aussi", "de", "d"}:
        del behind[0]
    if behind:
        return _INFINITIVE.fullmatch(behind[0]) is not None and behind[0] not in SHOWING
    if not folded or folded[0] != "tu":
        return False
    verb = next((word for word in folded[1:] if word not in PRONOUNS), "")
    return verb.endswith("es") and verb not in LITTLE


@dataclass(frozen=True, slots=True)
class _Part:
    typed: str
    folded: str


def _parts(spoken: str, bounds: Sequence[tuple[int, int]]) -> list[_Part]:
    """Return the words of *spoken* one by one, without those that say when."""
    kept = "".join(" " if any(a <= at < b for a, b in bounds) else letter for at, letter in enumerate(spoken))
    return [_Part(piece.strip(_AROUND), fold(piece.strip(_AROUND))) for word in kept.split() for piece in _pieces(word)]


def _waiting(parts: Sequence[_Part]) -> list[_Part]:
    """Return *parts* with « en attente » as one word."""
    kept: list[_Part] = []
    for part in parts:
        if kept and f"{kept[-1].folded} {part.folded}" == WAITING:
            kept[-1] = _Part(f"{kept[-1].typed} {part.typed}", WAITING)
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
    if head and fold(tail) in INVERTED and fold(word) not in ("rendez-vous",):
        return [*pieces, head.removesuffix("-t"), tail]
    return [*pieces, word] if word.strip(_AROUND) else pieces


def _tells(word: str, silent: Collection[str]) -> bool:
    said = word.isdecimal() and len(word) < _LEAST_NUMBER
    return len(word) > 1 and not said and word not in LITTLE and word not in silent and word not in STATES


def _state(folded: Sequence[str]) -> State:
    found = {STATES[word] for word in folded if word in STATES}
    state = next((known for known in (State.LATE, State.DONE, State.OPEN) if known in found), State.ANY)
    return State.OPEN if state is State.DONE and "pas" in folded else state


def _aim(folded: Sequence[str]) -> Aim:
    for aim, words in ((Aim.HOW_MANY, HOW_MANY), (Aim.WHO, WHO), (Aim.WHEN, WHEN)):
        if words & {*folded}:
            return aim
    return Aim.ANY


def _for_me(folded: Sequence[str]) -> bool:
    """Tell whether it is asked what there is for whoever asks: « rien pour moi ? »."""
    return bool(ANYTHING & {*folded}) and ("pour", "moi") in {*pairwise(folded)}


def _is_mine(folded: Sequence[str]) -> bool:
    pairs = {*pairwise(folded)}
    has = {("j", "ai"), ("ai", "je"), ("je", "dois"), ("dois", "je"), ("m", "attend"), ("me", "reste")}
    return bool(MINE & {*folded} or has & pairs or ("i", "have") in pairs)


def _people(parts: Sequence[_Part], request: Request) -> tuple[tuple[UserId, ...], list[_Part]]:
    """Return who is named, and what else is said."""
    people: dict[UserId, None] = {}
    left: list[_Part] = []
    at = 0
    while at < len(parts):
        count, user = _named(parts[at : at + _MOST_NAME], request)
        if user is None:
            left.append(parts[at])
        else:
            people[user] = None
        at += count or 1
    return tuple(people), left


def _named(parts: Sequence[_Part], request: Request) -> tuple[int, UserId | None]:
    """Return how many of *parts* name somebody at their beginning, the most that do."""
    for count in range(len(parts), 1, -1):
        words = [part.typed for part in parts[:count]]
        # « je », « moi » are whoever asks, and no name.
        named = parts[0].folded in TITLES | {"le", "la", "l"} or all(word[:1].isupper() for word in words)
        user = somebody(words, request) if named else None
        if user is not None:
            return count, user
    if not parts:
        return 0, None
    first = parts[0]
    if first.folded in LITTLE or len(first.folded.lstrip("@")) < _LEAST_NAME:
        return 0, None
    found = find(first.typed if first.typed.startswith("@") else f"@{first.typed}", request)
    return (1, found.user) if isinstance(found, Person) else (0, None)
