"""The short way of judging a line comes to what the long way comes to, whatever an author has signed."""

import json
from collections.abc import Callable, Collection
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bots.register.format.acceptance import Keys
from bots.register.format.canonical import encode
from bots.register.format.ed25519 import answers, is_signed
from bots.register.format.errors import BadSnapshot
from bots.register.format.signature import TYPE, Signer, unpadded
from bots.register.replica.fold import state_hash
from bots.register.replica.ordinary import Ordinary, claimed_in
from bots.register.replica.selection import Record
from bots.register.replica.snapshot import Carried, Entry, batched, judge_any
from bots.register.replica.state import State
from config.identifiers import RoomId, UserId

ROOM, VALBOURG = RoomId("!salle"), UserId("@beffroi:valbourg.fr")
SEED = b"v" * 32
SIGNER, PAST = Signer(SEED), Signer(b"p" * 32)
ID = "5f1c0000-0000-5000-8000-000000000000"
TAG = "abcdefghijklmnop.0.0"
OPENING = '{"ops":'
SIG = ',"sig":"SIG"'
"""Where the signature goes."""
LINE = (
    '{"ops":{"by":"@dgs:valbourg.fr","cause":"$commande","clock":41,"ops":[{"id":"'
    + ID
    + '","kind":"task","set":{"status":"done","title":"été"}}],"seq":57'
    + SIG
    + ',"src":"source-0","ts":1795431600000,"v":1},"room":"!salle","sender":"@beffroi:valbourg.fr"}'
)
often = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def keys(sender: UserId) -> tuple[str, ...]:
    return (PAST.public_key, SIGNER.public_key) if sender == VALBOURG else ()


def as_it_stands(line: str) -> bytes:
    """Sign what stands in *line*, canonical or not, as an author could who knows the short way."""
    before, found, after = line.partition(SIG)
    message = f'{{"content":{before[len(OPENING) :]}{after[:-1]},"type":"{TYPE}"}}'
    return _signed(line, message.encode("utf-8", "surrogatepass")) if found else _bytes(line)


def as_it_is_read(line: str) -> bytes:
    """Sign the canonical form of what *line* says, where it has one."""
    try:
        raw = json.loads(line)
        content = {name: value for name, value in raw["ops"].items() if name != "sig"}
        about = {"room": raw["room"], "sender": raw["sender"], "type": TYPE}
        return _signed(line, encode({**about, "content": content}))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return _bytes(line)


def _signed(line: str, message: bytes) -> bytes:
    return _bytes(line.replace("SIG", unpadded(SIGNER._key.sign(message))))


def _bytes(line: str) -> bytes:
    return line.encode("utf-8", "surrogatepass")


def judge(line: bytes, rooms: Collection[RoomId], keys: Keys) -> Entry:
    """Judge one line as a snapshot's are: the short way where that does, else the long one."""
    (batch,) = batched(iter([line]), rooms, keys)
    (entry,) = batch.judged(answers(batch.questions))
    return entry


def ordinary(line: bytes, rooms: Collection[RoomId], keys: Keys) -> Ordinary | None:
    """Go the short way alone."""
    claimed = claimed_in(line, rooms, keys)
    return claimed.proven() if claimed is not None and is_signed(claimed.claim.question) else None


def judged_alike(line: bytes) -> Ordinary | None:
    """Return what the short way makes of *line*, having made sure that the long way makes the same of it."""
    short = ordinary(line, {ROOM}, keys)
    if short is None:
        return None
    long = judge_any(line, {ROOM}, keys)
    assert isinstance(long, Carried)
    assert not long.early
    record = Record.of(long.operation)
    assert short.record == record
    assert (type(short.record.room_id), type(short.record.sender)) == (RoomId, UserId)
    applied, adopted = State(), State()
    applied.apply(long.operation)
    adopted.adopt([(short.record.sender, short.record.digest, short.said)])
    assert (state_hash(adopted), adopted.clock, adopted.operations) == (state_hash(applied), applied.clock, 1)
    return short


def is_plain(text: str) -> bool:
    return "\\u" not in json.dumps(text, ensure_ascii=False) and not any("\ud800" <= each <= "\udfff" for each in text)


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**15) + 1, 10**15 - 1),
    st.text(max_size=5).filter(is_plain),
)
NAMES = st.sampled_from(["a", "b", "title", "z9", "a_"])
FLAT = (
    SCALARS
    | st.lists(SCALARS, max_size=3)
    | st.dictionaries(st.sampled_from(["due", "é", "", '"', "\\"]), SCALARS, max_size=2)
)
CHANGES = st.fixed_dictionaries(
    {"kind": st.sampled_from(["task", "budget.later"]), "id": st.just(ID)},
    optional={
        "set": st.dictionaries(NAMES, FLAT, min_size=1, max_size=3),
        "first": st.dictionaries(NAMES, FLAT, min_size=1, max_size=2),
        "add": st.dictionaries(NAMES, st.lists(SCALARS, max_size=3), min_size=1, max_size=2),
        "remove": st.dictionaries(NAMES, st.lists(st.just(TAG), min_size=1, max_size=2), min_size=1, max_size=2),
    },
)
ENVELOPES = st.fixed_dictionaries(
    {
        "v": st.just(1),
        "src": st.sampled_from(["source-0", "s" * 64]),
        "seq": st.integers(1, 10**15 - 1),
        "clock": st.integers(1, 10**15 - 1),
        "ts": st.integers(1, 10**15 - 1),
        "by": st.sampled_from(["@dgs:valbourg.fr", "@:valbourg.fr", "@a/b=c'd:valbourg.fr"]),
        "ops": st.lists(CHANGES, min_size=1, max_size=3),
    },
    optional={"cause": st.sampled_from(["", "$commande", "é" * 255])},
)


def line_of(envelope: dict[str, Any]) -> str:
    raw = {"ops": {**envelope, "sig": "SIG"}, "room": ROOM, "sender": VALBOURG}
    return encode(raw).decode()


@often
@given(ENVELOPES)
def test_what_assistants_mostly_say_goes_the_short_way(envelope: dict[str, Any]) -> None:
    line = line_of(envelope)
    assert judged_alike(as_it_stands(line)) is not None
    assert as_it_stands(line) == as_it_is_read(line)


WILD: st.SearchStrategy[Any] = st.sampled_from(
    [
        *(0, -1, True, False, None, 2, 2**53, -(2**53), 1.5, 10**15, "", "x" * 256, "\x00", "\x7f", "a\\b", ID),
        *("@dgs:rivemont.fr", '@a"b:valbourg.fr', "@" + "x" * 250 + ":valbourg.fr", [], [[]], {}, {"a": {"b": []}}),
        *([{"kind": "task"}], [TAG], [["x"]], {"A": 1}, {"a": [1.5]}, {"a": [TAG, "x"]}, ["$e"]),
    ]
)
PLACES = st.sampled_from(
    [
        *(([], name) for name in ("v", "src", "seq", "clock", "ts", "by", "cause", "ops", "also", "for", "void", "zz")),
        *((["ops", 0], name) for name in ("kind", "id", "set", "first", "add", "remove", "verb")),
        *((["ops", 0, part], name) for part in ("set", "first", "add", "remove") for name in ("a", "title", "A")),
    ]
)


def put(envelope: Any, path: list[Any], name: str, value: Any) -> None:
    """Put *value* there if there is such a place."""
    try:
        for each in path:
            envelope = envelope[each]
        envelope[name] = value
    except (KeyError, IndexError, TypeError):
        return


@st.composite
def wild_envelopes(draw: st.DrawFn) -> dict[str, Any]:
    """An envelope in which one or two things are not as they should be."""
    envelope: dict[str, Any] = draw(ENVELOPES)
    for _ in range(draw(st.integers(1, 2))):
        put(envelope, *draw(PLACES), draw(WILD))
    return envelope


@often
@given(wild_envelopes(), st.sampled_from([as_it_stands, as_it_is_read]))
def test_what_is_out_of_the_ordinary_is_judged_alike(envelope: Any, signed: Callable[[str], bytes]) -> None:
    try:
        line = line_of(envelope)
    except ValueError:
        return
    judged_alike(signed(line))


SNIPPETS = st.sampled_from(
    [
        *' ,:."{}[]\\/-+0159eEé\x00\x1f\x7f\u2028\ud800\ufeff',
        *("\\u0061", "\\/", "\\n", ".5", "e5", "00", "null", "NaN", "Infinity", '"v":1,', ',"sig":""', "{},", "[[[[[["),
        *('"a":1,', ',"a":1', ',"title":"x"', '"title":"x",', '"a":{"z":1,"b":2},'),
    ]
)


@st.composite
def rewritten(draw: st.DrawFn) -> str:
    """A line in which text was put in, taken out, doubled or exchanged."""
    line = line_of(draw(ENVELOPES)) if draw(st.booleans()) else LINE
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(line)))
        end = min(len(line), start + draw(st.integers(0, 12)))
        more = draw(st.one_of(SNIPPETS, st.just(line[start:end] * 2), st.just(""), st.characters(codec=None)))
        line = line[:start] + more + line[draw(st.sampled_from([start, end])) :]
    return line


@often
@given(rewritten(), st.sampled_from([as_it_stands, as_it_is_read]))
@example(LINE, as_it_stands)
def test_whatever_an_author_writes_and_signs_is_judged_alike(line: str, signed: Callable[[str], bytes]) -> None:
    judged_alike(signed(line))


MEMBERS = st.lists(
    st.tuples(NAMES.map(json.dumps), FLAT.map(lambda value: encode([value])[1:-1].decode())), min_size=1, max_size=4
).map(lambda members: "{" + ",".join(f"{name}:{value}" for name, value in members) + "}")


@often
@given(MEMBERS, MEMBERS, st.sampled_from([as_it_stands, as_it_is_read]))
@example('{"title":1,"a":2}', '{"a":1}', as_it_stands)
@example('{"a":1,"a":2}', '{"a":1}', as_it_stands)
@example('{"a":{"due":1,"due":2}}', '{"a":1}', as_it_stands)
def test_names_in_any_order_and_twice_are_judged_alike(first: str, last: str, signed: Callable[[str], bytes]) -> None:
    change = f'{{"first":{first},"id":"{ID}","kind":"task","set":{last}}}'
    start = LINE.index('[{"id"')
    judged_alike(signed(LINE[:start] + f"[{change}]" + LINE[LINE.index(',"seq"') :]))


@often
@given(st.integers(0, 10_000), st.integers(1, 255))
def test_no_flipped_bit_is_believed(at: int, bits: int) -> None:
    line = bytearray(as_it_stands(LINE))
    line[at % len(line)] ^= bits
    assert judged_alike(bytes(line)) is None


STANDS_BADLY = {
    "names out of order": LINE.replace('"status":"done","title":"été"', '"title":"été","status":"done"'),
    "a name twice": LINE.replace('"status":"done"', '"status":"todo","status":"done"'),
    "a name twice further down": LINE.replace('"done"', '{"a":1,"a":2}'),
    "a space": LINE.replace('"status":', '"status": '),
    "a slash with an escape": LINE.replace("été", "\\/"),
    "a character written otherwise": LINE.replace("été", "\\u00e9t\\u00e9"),
    "half a surrogate pair": LINE.replace("été", "\ud800"),
    "a number with a fraction": LINE.replace('"done"', "1.5"),
    "a number with an exponent": LINE.replace('"done"', "1e5"),
    "less than nothing": LINE.replace('"done"', "-0"),
    "an integer of more than 53 bits": LINE.replace('"done"', str(2**53)),
    "no number": LINE.replace('"done"', "NaN"),
    "deeper than ten": LINE.replace('"done"', "[" * 9 + "]" * 9),
    "a clock of more than 53 bits": LINE.replace('"clock":41', f'"clock":{2**53}'),
    "a clock of nothing": LINE.replace('"clock":41', '"clock":0'),
    "for another town hall": LINE.replace("@dgs:valbourg.fr", "@dgs:rivemont.fr"),
    "for a name that begins like ours": LINE.replace("@dgs:valbourg.fr", "@dgs:valbourg.fr.fr"),
    "a sender that nobody lists": LINE.replace("@beffroi:", "@intrus:"),
    "of another room": LINE.replace("!salle", "!ailleurs"),
    "for too long a name": LINE.replace("@dgs", "@" + "d" * 250),
    "too long a cause": LINE.replace("$commande", "x" * 256),
    "too many changes": LINE.replace("[{", "[" + f'{{"id":"{ID}","kind":"task"}},' * 200 + "{"),
    "too many elements": LINE.replace('{"id"', '{"add":{"a":[1' + ",1" * 1000 + ']},"id"'),
    "too large": LINE.replace("été", "é" * 20_000),
    "no change": LINE[: LINE.index('[{"id"')] + "[]" + LINE[LINE.index(',"seq"') :],
    "a source of seven characters": LINE.replace("source-0", "source0"),
    "an object without an id": LINE.replace(ID, "x"),
    "another version": LINE.replace('"v":1', '"v":2'),
}


@pytest.mark.parametrize("what", STANDS_BADLY)
@pytest.mark.parametrize("signed", [as_it_stands, as_it_is_read])
def test_what_does_not_count_is_left_to_the_long_way(what: str, signed: Callable[[str], bytes]) -> None:
    # The same with nothing wrong is ordinary.
    assert judged_alike(signed(LINE)) is not None
    assert STANDS_BADLY[what] != LINE
    assert judged_alike(signed(STANDS_BADLY[what])) is None


def test_what_is_not_ordinary_is_judged_all_the_same() -> None:
    """A character written as a number, an early line, and another order of what the signature does not cover."""
    bell = as_it_stands(LINE.replace("été", "\\u0007"))
    early = as_it_is_read(LINE.replace('{"ops"', '{"early":true,"ops"'))
    moved = b'{"sender":"@beffroi:valbourg.fr",' + as_it_stands(LINE)[1:].replace(
        b',"sender":"@beffroi:valbourg.fr"', b""
    )
    for line in (bell, early, moved):
        assert ordinary(line, {ROOM}, keys) is None
        assert isinstance(judge(line, {ROOM}, keys), Carried)


def test_a_refusal_says_what_the_long_way_says() -> None:
    forged = as_it_stands(LINE).replace(b"done", b"todo")
    for way in (judge, judge_any):
        with pytest.raises(BadSnapshot, match="no listed key has signed this"):
            way(forged, {ROOM}, keys)
