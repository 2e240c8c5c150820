"""Ordinary lines of a snapshot, judged for little more than their signatures cost (DESIGN.md, "Ordinary lines").

Nothing is refused here. What is not ordinary is read as any JSON (``snapshot.judge_any``), and so is what turns out not
to count: an ordinary line is one of which both come to the same, the short way and the long.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from sys import intern
from typing import Any, Final, NamedTuple

from orjson import loads

from bots.register.format.acceptance import Keys
from bots.register.format.canonical import encode
from bots.register.format.errors import Rejected
from bots.register.format.signature import TYPE, Claim
from bots.register.replica.selection import Record
from config.errors import MalformedId
from config.identifiers import RoomId, UserId


def _several(each: str, most: int = 1000) -> str:
    return rf"{each}(?>,{each}){{0,{most - 1}}}+"


def _object(name: str, value: str) -> str:
    return rf"\{{{_several(f'{name}:{value}')}\}}"


# FORMAT.md §1 to §3, as assistants mostly speak: integers of at most 15 digits, which are below 2⁵³; values of two
# levels; no `also`, `for` or `void`; no escapes but in what a change says. Each part begins with another character than
# what else may stand there, and is atomic (`?>`, `++`): a hostile line is walked through once.
_CHARACTER: Final = r"[^\x00-\x1f\"\\]"
_TEXT: Final = rf'"{_CHARACTER}*+(?>\\["\\bfnrt]{_CHARACTER}*+)*+"'
_NUMBER: Final = "[1-9][0-9]{0,14}+"
_SCALAR: Final = rf"(?>{_TEXT}|-?{_NUMBER}|0|null|true|false)"
_LIST: Final = rf"\[(?:{_several(_SCALAR)})?\]"
_VALUE: Final = rf"(?>{_SCALAR}|{_LIST}|\{{\}}|{_object(_TEXT, _SCALAR)})"
_FIELD: Final = '"[a-z][a-z0-9_]{0,63}+"'
_UUID: Final = '"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"'
_TAG: Final = r'"[A-Za-z0-9_-]{16}\.[0-9]{1,3}\.[0-9]{1,4}"'
_TAGS: Final = rf"\[{_several(_TAG)}\]"
_CHANGE: Final = (
    rf'\{{(?>"add":{_object(_FIELD, _LIST)},)?(?>"first":{_object(_FIELD, _VALUE)},)?'
    rf'"id":{_UUID},"kind":"[a-z][a-z0-9_.]{{0,63}}+"'
    rf'(?>,"remove":{_object(_FIELD, _TAGS)})?(?>,"set":{_object(_FIELD, _VALUE)})?\}}'
)
# A localpart may hold quotes and backslashes: not here.
_USER: Final = r"@[!#-9;-\[\]-~]*+:"
_LINE: Final = re.compile(
    rf'\{{"ops":(?P<envelope>(?P<before>\{{"by":"(?P<by>{_USER}(?P<server>[A-Za-z0-9.:\[\]-]++))"'
    rf'(?>,"cause":"{_CHARACTER}{{0,255}}+")?,"clock":(?P<clock>{_NUMBER})'
    rf',"ops":(?P<changes>\[{_several(_CHANGE, 200)}\]),"seq":(?P<seq>{_NUMBER})),"sig":"(?P<sig>{_CHARACTER}*+)"'
    rf'(?P<after>,"src":"(?P<src>[A-Za-z0-9_-]{{8,64}}+)","ts":{_NUMBER},"v":1\}}))'
    rf'(?P<about>,"room":"(?P<room>{_CHARACTER}*+)","sender":"(?P<sender>{_USER}(?P=server))")\}}'
)


class Ordinary(NamedTuple):
    """An operation that changes something, and is neither early nor done for a guest: as it is kept, and as it folds.

    *said* is what ``State.adopt`` takes of an envelope.
    """

    record: Record
    said: Mapping[str, Any]


class Claimed(NamedTuple):
    """An ordinary line, but for its signature."""

    claim: Claim
    room_id: RoomId
    sender: UserId
    src: str
    seq: int
    clock: int
    envelope: str
    changes: Sequence[Any]

    def proven(self) -> Ordinary:
        """Return what the line carries, now that its signature has been verified."""
        claim, room_id, sender, src, seq, clock, envelope, changes = self
        record = Record(room_id, sender, src, seq, claim.digest(), clock, envelope)
        return Ordinary(record, {"src": src, "seq": seq, "clock": clock, "ops": changes})


def claimed_in(line: bytes, rooms: Collection[RoomId], keys: Keys) -> Claimed | None:
    """Return what *line* carries if its signature holds, or None when it must be judged the long way."""
    found = _matched(line)
    if found is None:
        return None
    envelope, before, by, _, clock, changes, seq, sig, after, src, about, room, name = found.groups()
    sender = _user(name)
    if sender is None or room not in rooms or len(by) > 255:
        return None
    said = loads(changes)
    # All else is canonical because the expression says so. What makes the same text again when it is encoded is so too:
    # no name twice, and all in order.
    if encode(said) != changes.encode():
        return None
    try:
        # What was signed, cut out of the line.
        claim = Claim.of(f'{{"content":{before}{after}{about},"type":"{TYPE}"}}'.encode(), sig, keys(sender))
    except Rejected:
        return None
    return Claimed(claim, _room(room), sender, intern(src), int(seq), int(clock), envelope, said)


def _matched(line: bytes) -> re.Match[str] | None:
    try:
        return _LINE.fullmatch(line.decode())
    except UnicodeDecodeError:
        return None


# Of a few rooms and assistants there are many lines, and all of them share one copy of each name.
_room = lru_cache(maxsize=64)(RoomId)


@lru_cache(maxsize=1024)
def _user(name: str) -> UserId | None:
    try:
        return UserId.parse(name)
    except MalformedId:
        return None
