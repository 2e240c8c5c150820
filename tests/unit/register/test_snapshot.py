"""A newcomer that loads a snapshot agrees with those who hold everything, then and ever after; a bad one is refused."""

import json
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bots.register.format.errors import BadSnapshot, Flaw, Reason, StaleSelection
from bots.register.format.frontier import Holdings
from bots.register.format.operation import Change, Identity, Operation, Tombstone, parse
from bots.register.format.packing import MAX_LINE_BYTES, pack, unpack
from bots.register.format.signature import Signer, digest_of
from bots.register.replica.clock import AHEAD_MS, is_early
from bots.register.replica.fold import state_hash
from bots.register.replica.selection import Record
from bots.register.replica.snapshot import Loaded
from bots.register.replica.state import State
from bots.register.replica.tombstone import tombstone, withdrawal
from config.identifiers import RoomId, UserId
from tests.model.at_once import fold, read_snapshot, write_snapshot

ROOM, ELSEWHERE = RoomId("!room"), RoomId("!elsewhere")
VALBOURG, RIVEMONT = UserId("@beffroi:valbourg.fr"), UserId("@beffroi:rivemont.fr")
SIGNERS = {VALBOURG: Signer(b"v" * 32), RIVEMONT: Signer(b"r" * 32)}
IDS = [f"00000000-0000-5000-8000-00000000000{each}" for each in range(3)]
# A history is twenty signatures and two folds: on a busy machine a single one may take its time.
patiently = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
NOW = 1_000_000
FUTURE = NOW + AHEAD_MS + 1


def keys(sender: UserId) -> tuple[str, ...]:
    return (SIGNERS[sender].public_key,) if sender in SIGNERS else ()


def signed(sender: UserId, seq: int, clock: int, room: RoomId = ROOM, **content: Any) -> Operation:
    envelope = {"v": 1, "src": "source-0", "seq": seq, "clock": clock, "ts": 1, "by": sender, **content}
    raw = SIGNERS[sender].sign(envelope, room, sender)
    return parse(raw, room, sender, digest_of(raw, room, sender))


def says(sender: UserId, seq: int, clock: int, *changes: Change, guest: bool = False) -> Operation:
    behalf: dict[str, Any] = {"for": "@dgs:ailleurs.fr"} if guest else {}
    return signed(sender, seq, clock, ops=[each.as_json() for each in changes], **behalf)


def void(sender: UserId, seq: int, clock: int, *stones: Tombstone) -> Operation:
    return signed(sender, seq, clock, void=[each.as_json() for each in stones])


def title(seq: int, clock: int, text: str, sender: UserId = VALBOURG) -> Operation:
    return says(sender, seq, clock, Change("task", IDS[0], set={"title": text}))


@dataclass
class Site:
    """An assistant without a shell: what it holds, what it saw redacted, what snapshots told it."""

    held: dict[Identity, Operation] = field(default_factory=dict)
    redacted: dict[Identity, Tombstone] = field(default_factory=dict)
    covered: list[Mapping[str, Mapping[str, int]]] = field(default_factory=list)

    def receive(self, operations: Iterable[Operation]) -> None:
        for each in operations:
            held = self.held.get(each.identity)
            if held is None or each.digest < held.digest:
                self.held[each.identity] = each

    def redact(self, operation: Operation) -> None:
        if operation.identity not in self.redacted:
            self.redacted[operation.identity] = tombstone(self.held.get(operation.identity, operation))

    def load(self, packed: bytes) -> Loaded:
        loaded = read_snapshot([packed], {ROOM}, keys)
        self.receive(
            parse(json.loads(each.envelope or ""), each.room_id, each.sender, each.digest) for each in loaded.records
        )
        for each in loaded.doubtful:
            identity = (each.sender, each.stone.src, each.stone.seq)
            if identity not in self.held:
                self.redacted.setdefault(identity, each.stone)
        self.covered.append(loaded.header.frontier)
        return loaded

    def state(self, now: int = NOW) -> State:
        due = {identity: stone for identity, stone in self.redacted.items() if stone.clock <= now + AHEAD_MS}
        redacted = self.redacted.keys()
        held = (each for each in self.held.values() if not is_early(each, now))
        return fold((each for each in held if each.void or each.identity not in redacted - due.keys()), due)

    def hash(self, now: int = NOW) -> str:
        return state_hash(self.state(now))

    def voided(self) -> dict[Identity, Tombstone]:
        voids = (each for each in self.held.values() if each.void and not is_early(each, NOW))
        return {(each.sender, stone.src, stone.seq): stone for each in voids for stone in each.void}

    def holdings(self) -> Holdings:
        holdings = Holdings()
        for sender, src, seq in {*self.held, *self.redacted, *self.voided()}:
            holdings.note(sender, src, seq)
        for each in self.covered:
            holdings.cover(each)
        return holdings

    def records(self) -> list[Record]:
        """What its store would hold: one row an identity, the erased ones without values."""
        stones = {**self.redacted, **self.voided()}
        kept = [each for each in self.held.values() if each.void or each.identity not in stones]
        rows = {each.identity: Record.of(each) for each in kept}
        for (sender, src, seq), stone in stones.items():
            rows.setdefault((sender, src, seq), Record.of_erased(ROOM, UserId(sender), stone))
        return [rows[each] for each in sorted(rows)]

    def snapshot(self) -> bytes:
        waiting = {(each.identity, each.digest) for each in self.records() if each.clock > NOW + AHEAD_MS}
        frontier = self.holdings().frontier()
        return write_snapshot(ROOM, self.state(), frontier, self.records(), waiting=waiting, schema={"task": 1})


VALUES: st.SearchStrategy[Any] = st.sampled_from([None, 1, "é 🔔", ["x", 2]])
FIELDS = st.sampled_from(["title", "status"])


@st.composite
def some_changes(draw: st.DrawFn, written: list[Operation]) -> Change:
    cells: st.SearchStrategy[Any] = st.dictionaries(FIELDS, VALUES, max_size=2)
    adds: st.SearchStrategy[Any] = st.dictionaries(
        st.just("labels"), st.lists(VALUES, min_size=1, max_size=2).map(tuple), max_size=1
    )
    tags = [f"{each.digest}.{index}.0" for each in written for index in range(2)]
    some_tags = st.lists(st.sampled_from(tags), min_size=1, max_size=2, unique=True).map(tuple)
    remove: Any = {"labels": draw(some_tags)} if tags and draw(st.sampled_from([True, False])) else {}
    kind, object_id = draw(st.sampled_from(["task", "budget.later"])), draw(st.sampled_from(IDS))
    return Change(kind, object_id, set=draw(cells), first=draw(cells), add=draw(adds), remove=remove)


@st.composite
def histories(draw: Any, least: int = 0) -> list[Operation]:
    """Operations of two honest authors with clocks that tie, removes, voids, and some dated far ahead."""
    written: list[Operation] = []
    seqs = dict.fromkeys(SIGNERS, 0)
    for _ in range(draw(st.integers(least, 12))):
        sender = draw(st.sampled_from([VALBOURG, RIVEMONT]))
        seqs[sender] += 1
        clock = FUTURE if draw(st.integers(0, 9)) == 0 else draw(st.integers(1, 6))
        own = [each for each in written if each.sender == sender and not each.void]
        if own and draw(st.integers(0, 4)) == 0:
            victims = draw(st.lists(st.sampled_from(own), min_size=1, max_size=2, unique_by=lambda one: one.seq))
            latest = max([clock, *(each.clock for each in victims)])
            written.append(void(sender, seqs[sender], latest, *map(taken_back, victims)))
            continue
        changes: list[Change] = draw(st.lists(some_changes(written), min_size=1, max_size=2))
        written.append(says(sender, seqs[sender], clock, *changes, guest=draw(st.integers(0, 4)) == 0))
    return written


def taken_back(operation: Operation) -> Tombstone:
    """Withdrawn when it was done for a guest, else erased."""
    return withdrawal(operation) if operation.behalf else tombstone(operation)


@st.composite
def sites(draw: st.DrawFn) -> tuple[Site, list[Operation]]:
    """A site in the middle of a history, with gaps and redactions, and the whole history."""
    history = draw(histories())
    site = Site()
    site.receive(each for each in history if draw(st.integers(0, 3)))
    for each in list(site.held.values()):
        if not each.void and draw(st.integers(0, 4)) == 0:
            site.redact(each)
    return site, history


def newcomer(site: Site) -> Site:
    other = Site()
    other.load(site.snapshot())
    return other


@patiently
@given(sites())
def test_a_newcomer_has_the_same_state_and_clock(case: tuple[Site, list[Operation]]) -> None:
    site, _ = case
    other = newcomer(site)
    assert other.hash() == site.hash()
    assert other.state().clock == site.state().clock


@patiently
@given(sites())
def test_a_newcomer_has_the_same_state_once_what_waits_is_due(case: tuple[Site, list[Operation]]) -> None:
    site, _ = case
    assert newcomer(site).hash(FUTURE) == site.hash(FUTURE)


@patiently
@given(sites(), st.data())
def test_whatever_comes_later_keeps_them_equal(case: tuple[Site, list[Operation]], data: st.DataObject) -> None:
    """Late ones, repeats of what the snapshot dropped, voids of it, redactions: in another order on each side."""
    site, history = case
    other = newcomer(site)
    later = data.draw(st.lists(st.sampled_from(history))) if history else []
    victims = [each for each in later if not each.void and data.draw(st.booleans())]
    voids = [void(each.sender, 100 + at, each.clock + 9, taken_back(each)) for at, each in enumerate(victims)]
    more = [says(RIVEMONT, 200, 7, data.draw(some_changes(history)))]
    for one in (site, other):
        one.receive(data.draw(st.permutations([*later, *voids, *more])))
    for each in data.draw(st.lists(st.sampled_from(later))) if later else []:
        if not each.void:
            site.redact(each)
            other.redact(each)
    assert other.hash() == site.hash()
    assert other.hash(FUTURE * 2) == site.hash(FUTURE * 2)


@patiently
@given(sites())
def test_a_newcomer_misses_what_the_writer_missed_and_no_more(case: tuple[Site, list[Operation]]) -> None:
    site, _ = case
    ours, theirs = site.holdings().gaps(), newcomer(site).holdings().gaps()
    # Where the last operation of a source was redacted and its author has not said so yet, what was before it and does
    # not matter is asked for once more: nobody's signature says that it was there.
    unproven = {(sender, src) for sender, src, _ in site.redacted}
    assert {source: each for source, each in theirs.items() if source not in unproven} == {
        source: each for source, each in ours.items() if source not in unproven
    }


@patiently
@given(sites())
def test_the_snapshot_of_a_newcomer_is_the_snapshot_it_loaded(case: tuple[Site, list[Operation]]) -> None:
    site, _ = case
    assume(not site.redacted)
    assert newcomer(site).snapshot() == site.snapshot()


@patiently
@given(sites(), sites())
def test_loading_another_snapshot_is_a_union(one: tuple[Site, list[Operation]], two: tuple[Site, Any]) -> None:
    """Two that hold different halves of a room agree once each has loaded the other's snapshot."""
    left, right = one[0], Site()
    right.receive(each for each in one[1] if each.seq % 2)
    left_packed, right_packed = left.snapshot(), right.snapshot()
    left.load(right_packed)
    right.load(left_packed)
    for identity, stone in left.redacted.items():
        # Whoever holds an operation does not let a snapshot's author erase it: it sees the redaction itself.
        right.redacted.setdefault(identity, stone)
    assert left.hash() == right.hash()


def test_what_is_overwritten_is_left_out() -> None:
    site = Site()
    site.receive([title(seq, seq, f"version {seq}") for seq in range(1, 101)])
    packed = site.snapshot()
    loaded = Site().load(packed)
    assert [each.seq for each in loaded.records] == [100]
    assert b"version 99" not in b"".join(unpack([packed]))
    assert newcomer(site).holdings().gaps() == {}


def test_what_a_withdrawal_may_uncover_is_carried() -> None:
    """Only where a guest was served, and then the whole object: what wins next depends on what is withdrawn."""
    guests = says(VALBOURG, 1, 5, Change("task", IDS[0], set={"title": "guest"}), guest=True)
    below = [title(1, 3, "older", RIVEMONT), title(2, 4, "old", RIVEMONT)]
    tip = says(RIVEMONT, 3, 6, Change("task", IDS[1], set={"title": "another task"}))
    site = Site()
    site.receive([guests, *below, tip])
    other = newcomer(site)
    for one in (site, other):
        one.receive([void(VALBOURG, 2, 7, withdrawal(guests))])
        found = one.state().get("task", IDS[0])
        assert found is not None
        assert found.value("title") == "old"
    assert other.hash() == site.hash()


def test_what_is_held_beyond_a_gap_is_carried_although_it_does_not_matter() -> None:
    """Or the newcomer would ask for it."""
    site = Site()
    site.receive([title(1, 1, "first"), title(3, 3, "third"), title(4, 4, "fourth")])
    assert newcomer(site).holdings().gaps() == {(VALBOURG, "source-0"): ((2, 2),)} == site.holdings().gaps()


def test_the_clock_comes_along_with_an_operation_that_left_nothing() -> None:
    late = says(VALBOURG, 1, 9, Change("task", IDS[0], add={"labels": ("voirie",)}))
    cancelled = says(RIVEMONT, 1, 2, Change("task", IDS[0], remove={"labels": (f"{late.digest}.0.0",)}))
    site = Site()
    site.receive([late, cancelled, title(2, 3, "relancer")])
    assert newcomer(site).state().clock == 9


def test_no_value_of_an_erased_operation_is_in_a_snapshot() -> None:
    site, secret = Site(), title(1, 1, "secret")
    site.receive([secret, title(2, 1, "other", RIVEMONT)])
    site.redact(secret)
    assert b"secret" not in b"".join(unpack([site.snapshot()]))
    assert newcomer(site).hash() == site.hash()


def test_a_void_that_hides_what_it_erases_is_mended_by_loading_one_another() -> None:
    """A lying tombstone uncovers what the snapshot left out: the hashes tell, and a union mends it."""
    site = Site()
    status = says(RIVEMONT, 2, 2, Change("task", IDS[0], set={"status": "done"}))
    site.receive([title(1, 1, "below", RIVEMONT), status, title(1, 2, "above")])
    other = newcomer(site)
    lie = void(VALBOURG, 2, 3, replace(tombstone(site.held[VALBOURG, "source-0", 1]), traces=()))
    for one in (site, other):
        one.receive([lie])
    assert other.hash() != site.hash()
    other.load(site.snapshot())
    assert other.hash() == site.hash()


def test_an_operation_of_the_room_that_this_one_replaces_is_carried() -> None:
    """Identities and signatures stay when a room is upgraded."""
    old = signed(VALBOURG, 1, 1, ELSEWHERE, ops=[Change("task", IDS[0], set={"title": "old"}).as_json()])
    site = Site()
    site.receive([old, title(2, 2, "new")])
    packed = site.snapshot()
    with pytest.raises(BadSnapshot) as caught:
        read_snapshot([packed], {ELSEWHERE}, keys)
    assert caught.value.flaw is Flaw.OTHER_ROOM
    site.receive([title(3, 3, "newer")])
    assert read_snapshot([packed], {ROOM, ELSEWHERE}, keys).header.state_hash != site.hash()


def test_a_reader_of_an_older_schema_keeps_folds_and_hashes_what_it_does_not_know() -> None:
    site = Site()
    site.receive([says(VALBOURG, 1, 1, Change("budget.later", IDS[0], set={"lines": [1, {"x": None}]}))])
    loaded = Site().load(
        write_snapshot(ROOM, site.state(), {VALBOURG: {"source-0": 1}}, site.records(), schema={"task": 2, "later": 1})
    )
    assert state_hash(loaded.state) == site.hash()


def a_site() -> Site:
    site = Site()
    site.receive([title(1, 1, "relancer"), title(2, 2, "relancer le SDIS"), title(1, 3, "été", RIVEMONT)])
    return site


def lines_of(packed: bytes) -> list[Any]:
    return [json.loads(each) for each in unpack([packed])]


def packed_of(lines: Iterable[Any]) -> bytes:
    return pack(json.dumps(each).encode() + b"\n" for each in lines)


def with_header(**changed: Any) -> bytes:
    header, *rest = lines_of(a_site().snapshot())
    return packed_of([{**header, **changed}, *rest])


def with_line(*more: Any, drop: int = 0) -> bytes:
    header, *rest = lines_of(a_site().snapshot())
    lines = [*rest[drop:], *more]
    return packed_of([{**header, "lines": len(lines)}, *lines])


def relay(operation: Operation, **changed: Any) -> dict[str, Any]:
    return {"ops": dict(operation.raw), "room": operation.room_id, "sender": operation.sender, **changed}


def stone(**changed: Any) -> dict[str, Any]:
    return {"sender": VALBOURG, "tombstone": {**tombstone(title(9, 1, "x")).as_json(), **changed}}


def with_void_of_what_it_carries() -> bytes:
    return with_line(relay(void(VALBOURG, 3, 3, tombstone(title(2, 2, "relancer le SDIS")))))


BAD: Mapping[str, tuple[Callable[[], bytes], Flaw]] = {
    "not gzip": (lambda: b"PK and so on", Flaw.UNREADABLE),
    "nothing": (lambda: b"", Flaw.UNREADABLE),
    "cut short": (lambda: a_site().snapshot()[:-9], Flaw.UNREADABLE),
    "followed by another": (lambda: a_site().snapshot() * 2, Flaw.UNREADABLE),
    "without its last newline": (lambda: pack([b'{"v":1}']), Flaw.UNREADABLE),
    "without lines": (lambda: pack([]), Flaw.MALFORMED),
    "a header that is no object": (lambda: pack([b"[]\n"]), Flaw.MALFORMED),
    "brackets without end": (lambda: pack([b"[" * 50_000 + b"\n"]), Flaw.MALFORMED),
    "an endless line": (lambda: with_line({"ops": "x" * MAX_LINE_BYTES}), Flaw.TOO_LARGE),
    "an endless header": (lambda: pack([b" " * 1_000_001 + b"\n"]), Flaw.TOO_LARGE),
    "another version": (lambda: with_header(v=2), Flaw.UNSUPPORTED),
    "no hash": (lambda: with_header(hash=None), Flaw.MALFORMED),
    "a frontier of words": (lambda: with_header(frontier={VALBOURG: {"source-0": "x"}}), Flaw.MALFORMED),
    "of another room": (lambda: with_header(room=ELSEWHERE), Flaw.OTHER_ROOM),
    "fewer lines than announced": (lambda: with_header(lines=3), Flaw.INCOMPLETE),
    "another clock": (lambda: with_header(clock=4), Flaw.WRONG_CLOCK),
    "another hash": (lambda: with_header(hash="0" * 64), Flaw.WRONG_HASH),
    "an operation withheld": (lambda: with_line(drop=1), Flaw.UNPROVEN_FRONTIER),
    "a frontier beyond the truth": (
        lambda: with_header(frontier={VALBOURG: {"source-0": 3}, RIVEMONT: {"source-0": 1}}),
        Flaw.UNPROVEN_FRONTIER,
    ),
    "an operation of another room": (
        lambda: with_line(relay(signed(VALBOURG, 9, 1, ELSEWHERE, ops=[{"kind": "task", "id": IDS[0]}]))),
        Flaw.OTHER_ROOM,
    ),
    "an operation moved here": (
        lambda: with_line(relay(signed(VALBOURG, 9, 1, ELSEWHERE, ops=[{"kind": "task", "id": IDS[0]}]), room=ROOM)),
        Flaw.BAD_OPERATION,
    ),
    "the same twice": (lambda: with_line(relay(title(2, 2, "other"))), Flaw.REPEATED),
    "a sender that is none": (lambda: with_line(relay(title(9, 1, "x"), sender="beffroi")), Flaw.MALFORMED),
    "an operation that is no object": (lambda: with_line(relay(title(9, 1, "x"), ops=[])), Flaw.BAD_OPERATION),
    "what it says is erased": (with_void_of_what_it_carries, Flaw.ERASED),
    "a tombstone of a stranger": (lambda: with_line({**stone(), "sender": "@x:ailleurs.fr"}), Flaw.UNKNOWN_SENDER),
    "a tombstone of nothing": (lambda: with_line(stone(ops=5)), Flaw.BAD_OPERATION),
    "a tombstone from the future": (lambda: with_line(stone(clock=FUTURE)), Flaw.WRONG_CLOCK),
    "a tombstone nobody hashed": (lambda: with_line(stone(clock=3)), Flaw.WRONG_HASH),
    "a tombstone beside its author's own": (
        lambda: with_line(stone(), relay(void(VALBOURG, 3, 3, tombstone(title(9, 1, "x"))))),
        Flaw.REPEATED,
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_snapshot_is_refused_for_its_reason(name: str) -> None:
    make, flaw = BAD[name]
    # The same with nothing wrong is loaded.
    assert len(read_snapshot([packed_of(lines_of(a_site().snapshot()))], {ROOM}, keys).records) == 2
    with pytest.raises(BadSnapshot) as caught:
        read_snapshot([make()], {ROOM}, keys)
    assert caught.value.flaw is flaw


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (relay(title(9, 1, "x"), sender=RIVEMONT), Reason.BAD_SIGNATURE),
        (relay(title(9, 1, "x"), sender="@intrus:ailleurs.fr"), Reason.UNKNOWN_SENDER),
        (relay(title(9, 1, "x"), ops=[]), Reason.MALFORMED),
        (relay(title(9, 1, "x"), ops=SIGNERS[VALBOURG].sign({"v": 2}, ROOM, VALBOURG)), Reason.UNSUPPORTED),
        (relay(signed(VALBOURG, 9, 1, by=RIVEMONT, ops=[{"kind": "task", "id": IDS[0]}])), Reason.FOREIGN_BY),
    ],
)
def test_one_operation_that_does_not_count_spoils_the_whole(bad: dict[str, Any], reason: Reason) -> None:
    with pytest.raises(BadSnapshot) as caught:
        read_snapshot([with_line(bad)], {ROOM}, keys)
    assert (caught.value.flaw, caught.value.operation) == (Flaw.BAD_OPERATION, reason)


@patiently
@given(st.binary(max_size=300), st.booleans())
def test_no_bytes_make_it_fall(noise: bytes, zipped: bool) -> None:
    with pytest.raises(BadSnapshot):
        read_snapshot([pack([noise]) if zipped else noise], {ROOM}, keys)


@patiently
@given(st.integers(0, 10_000), st.integers(0, 255))
def test_no_flipped_byte_is_believed(at: int, byte: int) -> None:
    """Whatever is changed in the text of a snapshot, it is refused, or it says the same."""
    text = bytearray(b"\n".join([*unpack([a_site().snapshot()]), b""]))
    text[at % len(text)] = byte
    try:
        loaded = read_snapshot([pack([bytes(text)])], {ROOM}, keys)
    except BadSnapshot:
        return
    assert state_hash(loaded.state) == a_site().hash()


def test_more_lines_than_anybody_has_are_not_read() -> None:
    with pytest.raises(BadSnapshot) as caught:
        sum(1 for _ in unpack([pack([b"{}\n" * 1_000_001])]))
    assert caught.value.flaw is Flaw.TOO_LARGE


def test_records_of_another_moment_than_the_state_make_no_snapshot() -> None:
    site = a_site()
    with pytest.raises(StaleSelection):
        write_snapshot(ROOM, site.state(), site.holdings().frontier(), site.records()[1:])


def test_a_bomb_is_not_unfolded() -> None:
    """A megabyte that unfolds to a gigabyte costs one piece."""
    bomb = zlib.compressobj(9, zlib.DEFLATED, 31)
    packed = b"".join(bomb.compress(bytes(1 << 20)) for _ in range(64)) + bomb.flush()
    with pytest.raises(BadSnapshot) as caught:
        read_snapshot([packed], {ROOM}, keys)
    assert caught.value.flaw is Flaw.TOO_LARGE


@given(st.lists(st.binary(max_size=200).filter(lambda line: b"\n" not in line)), st.integers(1, 50))
def test_what_was_packed_comes_out_however_it_is_cut(lines: list[bytes], size: int) -> None:
    packed = pack(each + b"\n" for each in lines)
    assert [*unpack(packed[at : at + size] for at in range(0, len(packed), size))] == lines
