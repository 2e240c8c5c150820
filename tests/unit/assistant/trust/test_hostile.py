"""Whatever another server's assistant signs, every command, card, digest, chart and sheet stands it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bots.assistant.dispatch.dispatcher import Dispatcher
from bots.assistant.talk.errand import Errand
from bots.assistant.talk.messages import reply_content
from bots.assistant.talk.reply import MAX_BODY, MAX_HTML, Reply
from bots.assistant.talk.request import HistoryEntry, Request
from bots.assistant.talk.scene import Scene
from bots.assistant.words.belonging import KIND as PROJECT
from bots.day import digest, links
from bots.day.commands import day
from bots.matrix.events import Member
from bots.objectives.commands import objectives
from bots.objectives.goals import ObjectiveGoals
from bots.objectives.seeding import ObjectiveSeeder
from bots.projects.commands import projects
from bots.projects.federation import Partners
from bots.register.format.canonical import check
from bots.register.format.operation import Operation, parse
from bots.register.replica.state import State
from bots.report.collecting import Sources, collect
from bots.report.commands import reports
from bots.report.figure import figure
from bots.tasks.commands import TASKS
from bots.tasks.doing.seeding import SEEDER
from bots.tasks.kept.model import Board
from bots.tasks.saying.agenda import AGENDA
from bots.tasks.saying.census import CENSUS
from bots.tasks.sheet.writing import TaskSheet, cells, see
from config.identifiers import EventId, RoomId, UserId
from config.load import load_project_templates
from tests.unit.assistant.conftest import PEOPLE, Town

ROOM, OTHER, DIRECT = RoomId("!room"), RoomId("!other"), RoomId("!direct")
V, R = UserId("@beffroi:valbourg.fr"), UserId("@beffroi:rivemont.fr")
ANNE, DGS = UserId("@anne:valbourg.fr"), UserId("@dgs:rivemont.fr")
LISTED = frozenset({V.server, R.server})
SOURCES = Sources(CENSUS, ObjectiveGoals(CENSUS))
DISPATCHER = Dispatcher(
    [
        TASKS,
        objectives(CENSUS),
        day([AGENDA], "Valbourg"),
        reports(SOURCES),
        projects(
            load_project_templates(Path("nowhere")),
            Partners(lambda: LISTED, lambda: (V, R)),
            objectives=ObjectiveSeeder(CENSUS),
            tasks=SEEDER,
        ),
    ]
)
ALLOWED = frozenset(
    {"a", "br", "code", "del", "li", "p", "strong", "sub", "table", "thead", "tbody", "tr", "th", "td", "ul"}
)
BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")

IDS = st.integers(0, 4).map(lambda number: f"00000000-0000-4000-8000-{number:012}")
EVIL = st.sampled_from(
    [
        "@room",
        "<b>",
        "<script>alert(1)</script>",
        "&amp;",
        "{0}",
        "{title}",
        "%s",
        "\u202egnp.exe",
        "\x00\x07\x1b[2J",
        "a\nb\rc",
        "https://matrix.to/#/@dgs:rivemont.fr",
        "[x](javascript:1)",
        "=HYPERLINK(1)",
        "é" * 9_000,
        "\u0301" * 3_000,
        "@anne:valbourg.fr",
        "@dgs:rivemont.fr",
        "@a:b" + "c" * 300,
        "n°12",
        "",
        " ",
        "\u2028",
        "𝒳" * 500,
        "&" * 5_000,
        "@" * 500,
        "2026-11-23",
        "9999-12-31",
        "0001-01-01",
        "9999-12-31T23:59",
        "1970-01-01T00:00",
        "2999-12-31T23:59",
        "2026-11-27T14:00",
        "2026-11-23T10:00Z",
        "2999-12-31T23:59Z",
        "FREQ=DAILY",
        "FREQ=DAILY;INTERVAL=400;COUNT=1000",
        "FREQ=SECONDLY",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=-5",
        "Europe/Paris",
        "Pacific/Kiritimati",
        "Etc/GMT+12",
        "todo",
        "doing",
        "blocked",
        "done",
        "dropped",
        "open",
        "reached",
    ]
)
SCALARS = st.one_of(
    EVIL,
    EVIL,
    IDS,
    st.none(),
    st.booleans(),
    st.sampled_from([0, 1, -1, 5, 9, 480, 999_999, 10**6, 2**53 - 1, -(2**53) + 1]),
)
SPANS = st.fixed_dictionaries({}, optional=dict.fromkeys(("due", "start", "zone", "rrule", "anchor", "x"), SCALARS))
JSON = st.one_of(SCALARS, SCALARS, SPANS, st.lists(SCALARS, max_size=3))
FIELDS = (
    "status",
    "priority",
    "when",
    "rule",
    "parent",
    "objective",
    "description",
    "completed",
    "estimate",
    "text",
    "done",
    "owner",
    "target",
    "measure",
    "of",
    "to",
    "at",
    "on",
    "whole",
    "cause",
    "said",
    "source",
)
FIRSTS = ("creator", "objective", "rank", "by", "at")
KINDS = (
    "task",
    "task",
    "task",
    "task.item",
    "comment",
    "objective",
    "objective",
    PROJECT,
    "day.link",
    "day.digest",
    "card",
)


def kinds() -> st.SearchStrategy[str]:
    return st.sampled_from(KINDS)


SETS = st.fixed_dictionaries(
    {"title": EVIL | JSON, "name": EVIL | JSON}, optional=dict.fromkeys(FIELDS, JSON)
) | st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, JSON))
NUMBERS = st.sampled_from([1, 2, 3, 999_999])
CHANGES = st.builds(
    lambda kind, object_id, fields, first, add: {
        "kind": kind,
        "id": object_id,
        "set": fields,
        "first": first,
        "add": add,
    },
    kinds(),
    IDS,
    SETS,
    st.fixed_dictionaries({"number": NUMBERS | JSON, "task": IDS}, optional=dict.fromkeys(FIRSTS, JSON)),
    st.fixed_dictionaries(
        {}, optional=dict.fromkeys(("assignees", "labels", "depends"), st.lists(JSON | st.just(str(ANNE)), max_size=4))
    ),
)
AIMED = {"day.digest": digest.subscription_id(V, ANNE), "day.link": links.link_id(V, ANNE, DGS)}
STAMPS = st.sampled_from([1, 2, 1_795_431_600_000, 2**53 - 1])


def operation(room_id: RoomId, seq: int, change: dict[str, Any], ts: int, sender: UserId, clock: int) -> Operation:
    raw = {
        "v": 1,
        "src": "source-0",
        "seq": seq,
        "clock": clock,
        "ts": ts,
        "by": str(sender),
        "ops": [change],
        "sig": "x",
    }
    check(raw)
    return parse(raw, room_id, sender, f"{seq:016}")


class Strict(HTMLParser):
    """Fails on whatever Matrix does not allow, or what is not closed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED
        assert all(name == "href" and (value or "").startswith("https://matrix.to/#/") for name, value in attrs)
        if tag != "br":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag == "br"

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_comment(self, data: str) -> None:
        raise AssertionError("a comment")


def assert_harmless(reply: Reply) -> None:
    assert len(reply.body) <= MAX_BODY
    assert len(reply.html) <= MAX_HTML
    reader = Strict()
    reader.feed(reply.html)
    reader.close()
    assert reader.open == []
    assert not BIDI & {*reply.body}
    assert not [each for each in reply.body if ord(each) < 32 and each not in "\n\t"]
    for each in reply.changes:
        check(each.as_json())
    assert all(isinstance(each, UserId) and each != "room" for each in reply.mentions)
    content = reply_content(reply)
    assert "room" not in content["m.mentions"]


COMMANDS = (
    "!bilan",
    "!bilan projet x",
    "!journée",
    "!semaine",
    "!résumé 8h",
    "!résumé stop",
    "lier @dgs:rivemont.fr",
    "délier",
    "!tâches",
    "!tâches toutes",
    "!tâches faites",
    "!tâches en retard",
    "!tâches @anne",
    "!tâche 1",
    "!tâche 999999",
    "!tâche historique 1",
    "!tâche restaurer 1 titre",
    "!tâche fait 1",
    "!tâche fait 1 2 3",
    "!tâche abandonner 1",
    "!tâche reporter 1 à demain",
    "!tâche 1 après 2",
    "!tâche 2 sous 1",
    "!tâche rouvrir 1",
    "!tâche titre 1 z",
    "!tâche étiquette 1 #eau",
    "!tâche cocher 1 1",
    "!tâche ajouter x objectif:1",
    "!tâche commentaires 1",
    "!tâches exporter toutes",
    "!objectifs",
    "!objectif 1",
    "!objectif atteint 1",
    "!objectif ajouter y",
    "!objectif abandonner 999999",
    "!projets",
    "!projet modèles",
    "!projet créer Pont avec @dgs",
    "!aide",
)


class Rooms:
    """Two rooms and a conversation that hold whatever was signed."""

    def __init__(self) -> None:
        self.states = {each: State() for each in (ROOM, OTHER, DIRECT)}
        self.trail: list[Operation] = []

    def request(self, text: str, room_id: RoomId = DIRECT, **more: Any) -> Request:
        now = datetime(2026, 11, 23, 10, tzinfo=UTC)
        here = (
            {ANNE: "Anne", V: None, R: "Beffroi"}
            if room_id == DIRECT
            else {ANNE: "<i>Anne", V: None, R: "@room", DGS: "\u202eDGS"}
        )
        crowd = {ANNE: "Anne", V: None, R: None, DGS: None}
        scenes = [
            Scene(each, state, {ANNE: None, V: None, R: None} if each == DIRECT else crowd, now, name=name)
            for (each, state), name in zip(self.states.items(), ("<b>@room", None, None), strict=True)
        ]
        request = Request(
            room_id, EventId("$event"), ANNE, text, V, here, self.states[room_id], now, direct=room_id == DIRECT
        )
        return replace(request, private=room_id == DIRECT, rooms=tuple(scenes), **more)


def answers(rooms: Rooms) -> Iterator[tuple[str, Reply | None]]:
    for room_id in (DIRECT, ROOM):
        for each in COMMANDS:
            request = rooms.request(each, room_id)
            needs = DISPATCHER.needs(request)
            history = {
                key: tuple(
                    HistoryEntry(op, op.sender, op.ts)
                    for op in rooms.trail
                    if any((c.kind, c.id) == key for c in op.changes)
                )
                for key in needs.history
            }
            yield each, DISPATCHER.answer(replace(request, history=history))


def cards(rooms: Rooms) -> Iterator[tuple[str, Reply]]:
    for room_id, state in rooms.states.items():
        scene = Scene(room_id, state, {ANNE: None, V: None}, datetime(2026, 11, 23, 10, tzinfo=UTC))
        for kind, maker in DISPATCHER.makers.items():
            for number in range(5):
                object_id = f"00000000-0000-4000-8000-{number:012}"
                maker.author(state, object_id)
                face = maker.face(scene, object_id)
                if face is not None:
                    yield f"card {kind}", Reply(face.text)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    signed=st.lists(
        st.tuples(st.sampled_from([ROOM, ROOM, OTHER, DIRECT]), CHANGES, STAMPS, st.sampled_from([V, R])), max_size=14
    ),
)
def test_whatever_is_signed_every_command_stands_it(signed: list[tuple[RoomId, dict[str, Any], int, UserId]]) -> None:
    rooms = Rooms()
    for seq, (room_id, change, ts, sender) in enumerate(signed, 1):
        # Half of what is forged hits the very object that we would read.
        aimed = {**change, "id": AIMED.get(change["kind"], change["id"])} if seq % 2 else change
        op = operation(room_id, seq, aimed, ts, sender, seq)
        rooms.states[room_id].apply(op)
        if room_id == ROOM:
            rooms.trail.append(op)
    for said, reply in [*answers(rooms), *cards(rooms)]:
        if reply is None:
            continue
        try:
            assert_harmless(reply)
        except AssertionError as exc:
            raise AssertionError(f"{said}: {reply.body[:500]!r} {reply.html[:500]!r}") from exc
    for room_id, state in rooms.states.items():
        scene = Scene(room_id, state, {ANNE: None, V: None}, datetime(2026, 11, 23, 10, tzinfo=UTC))
        for each in DISPATCHER.following.standing(scene, V):
            if isinstance(each.errand, Errand):
                assert 0 < each.errand.due < 2**53
        request = rooms.request("", room_id)
        board = Board(state)
        sheet = TaskSheet(request.texts)
        sheet.add(cells(see(board, request, each), request) for each in board.tasks(sorted(board.index.rows)))
        sheet.data()
    request = rooms.request("")
    morning = DISPATCHER.runners["day.digest"]
    reply = morning.finish(request, {}, None)
    if reply is not None:
        assert_harmless(reply)
    report = collect(request, SOURCES)
    if report.groups:
        figure(request, report, "")


async def test_what_a_room_or_a_person_is_called_confuses_nobody(town: Town) -> None:
    """A room's name and a display name are written by any server, at any length."""
    evil = "\u202eegnahc\n@room\x07" + "x" * 5_000
    room = town.edge.add_room(OTHER, [PEOPLE[0], PEOPLE[1]], name=evil)
    named = {UserId(PEOPLE[1]): Member(UserId(PEOPLE[1]), "join", evil)}
    town.edge.set_room(replace(room, members={**room.members, **named}))
    town.edge.add_room(DIRECT, [PEOPLE[0]], direct=True)
    await town.edge.say(OTHER, PEOPLE[0], f"!tâche ajouter x @secretaire {PEOPLE[1]}")
    await town.edge.say(DIRECT, PEOPLE[0], "!journée")
    await town.edge.say(OTHER, PEOPLE[0], "!tâches")
    said = [each.content for each in town.messages()]
    assert len(said) == 3
    for each in said:
        assert "\u202e" not in each["body"] + each["formatted_body"]
        assert "\x07" not in each["body"] + each["formatted_body"]
        assert len(each["formatted_body"]) < 2_000
        assert "room" not in each["m.mentions"]
