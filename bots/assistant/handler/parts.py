"""The parts of the assistant, made from the bottom up: each is given what it needs when it is made."""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from bots.assistant.dispatch.answered import Answers
from bots.assistant.dispatch.deeds import Notices
from bots.assistant.dispatch.dispatcher import Dispatcher
from bots.assistant.dispatch.reading.sources import EarlierMessages
from bots.assistant.handler.apologies import Apologies
from bots.assistant.handler.cards import Cards
from bots.assistant.handler.conversation import Conversation
from bots.assistant.handler.dialogue import Dialogue
from bots.assistant.handler.erasure import Eraser
from bots.assistant.handler.errands import Errands
from bots.assistant.handler.identities import Identities
from bots.assistant.handler.keeping import Keepers
from bots.assistant.handler.offers import Offers
from bots.assistant.handler.people import People
from bots.assistant.handler.questions import Questions
from bots.assistant.handler.reactions import Reactions
from bots.assistant.handler.repeats import Repeats
from bots.assistant.handler.unverified import Unverified
from bots.assistant.handler.upkeep import Upkeep
from bots.assistant.handler.way.admitted import Admission
from bots.assistant.handler.way.forwarding import Forwarding
from bots.assistant.handler.way.gathered import Gatherer
from bots.assistant.handler.way.line import Line
from bots.assistant.handler.way.written import Writer
from bots.assistant.sync.alarm import Alarm
from bots.assistant.sync.catchup import CatchUp
from bots.assistant.sync.chapters import Chapters
from bots.assistant.sync.newcomers import Newcomers
from bots.assistant.sync.noticeboard import NoticeBoard
from bots.assistant.sync.readback import ReadBack
from bots.assistant.sync.readiness import Readiness
from bots.assistant.sync.reconciler import Reconciler
from bots.assistant.sync.redaction_check import RedactionCheck
from bots.assistant.sync.registrar import Registrar
from bots.assistant.sync.signals import Signals
from bots.assistant.sync.snapshots import Snapshots
from bots.assistant.sync.upgrades import Upgrades
from bots.assistant.talk.lineage import Lineage
from bots.assistant.talk.messages import CARD
from bots.assistant.talk.scene import PARIS
from bots.database.engine import Database, Transaction
from bots.matrix.events import Event
from bots.matrix.port import Edge
from bots.register.store.ledger import Ledger, Outcome
from config.identifiers import ServerName, UserId


@dataclass(slots=True)
class Parts:
    """All parts of one assistant, over its edge, its database and its ledger."""

    edge: Edge
    database: Database
    ledger: Ledger
    dispatcher: Dispatcher
    assistants: Callable[[], Sequence[UserId]]
    locale: str = "fr"
    zone: ZoneInfo = PARIS
    zones: Mapping[ServerName, ZoneInfo] = field(default_factory=dict)
    now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000
    keepers: Keepers = field(default_factory=Keepers)
    handled: Counter[str] = field(default_factory=Counter)
    """How many events of each sort have come."""
    board: NoticeBoard = field(init=False)
    reconciler: Reconciler = field(init=False)
    registrar: Registrar = field(init=False)
    cards: Cards = field(init=False)
    eraser: Eraser = field(init=False)
    chapters: Chapters = field(init=False)
    newcomers: Newcomers = field(init=False)
    catch_up: CatchUp = field(init=False)
    read_back: ReadBack = field(init=False)
    redaction_check: RedactionCheck = field(init=False)
    line: Line = field(init=False)
    sources: EarlierMessages = field(init=False)
    reactions: Reactions = field(init=False)
    conversation: Conversation = field(init=False)
    errands: Errands = field(init=False)
    upgrades: Upgrades = field(init=False)
    readiness: Readiness = field(init=False)
    identities: Identities = field(init=False)
    apologies: Apologies = field(init=False)
    questions: Questions = field(init=False)
    unverified: Unverified = field(init=False)
    repeats: Repeats = field(init=False)
    notices: Notices = field(init=False)
    people: People = field(init=False)
    upkeep: Upkeep = field(init=False)

    def __post_init__(self) -> None:
        board = self.board = NoticeBoard(self.now_ms)
        lineage = self.ledger.lineage = Lineage(self.edge)
        self.ledger.speaks = self._speaks
        self._make_register(board, lineage)
        self._make_line(lineage)
        board.heard_by(
            changed=(self.upgrades.changed, self.cards.changed, self.line.writer.changed, self.repeats.changed),
            erased=(self.upgrades.erased, self.questions.erased, self.eraser.erased),
            diverged=(self.newcomers.diverged,),
        )

    def _make_register(self, board: NoticeBoard, lineage: Lineage) -> None:
        """Make what assistants hold together."""
        edge, database, ledger, assistants, now = self.edge, self.database, self.ledger, self.assistants, self.now_ms
        makers = self.dispatcher.makers
        signals = Signals(edge, assistants)
        self.notices = Notices()
        self.reconciler = Reconciler(ledger, edge, board, signals, lineage, assistants, now)
        self.registrar = Registrar(ledger, edge, self.reconciler, board, lineage, assistants, now, self.locale)
        self.cards = Cards(edge, ledger, makers, lineage, assistants, now, self.locale, self.zone, self.zones)
        self.eraser = Eraser(edge, ledger, self.registrar, makers, self.notices)
        snapshots = Snapshots(edge, database, ledger, board, signals, now)
        self.read_back = ReadBack(edge, database, ledger, assistants, self._recall, snapshots.load_newest)
        self.newcomers = Newcomers(
            edge=edge,
            database=database,
            ledger=ledger,
            board=board,
            signals=signals,
            snapshots=snapshots,
            read_back=self.read_back.read,
            assistants=assistants,
            now_ms=now,
            locale=self.locale,
        )
        self.catch_up = CatchUp(
            edge,
            database,
            ledger,
            now,
            recall=self._recall,
            alone=self.newcomers.is_alone,
            read_back=self.read_back.read,
        )
        self.redaction_check = RedactionCheck(edge, database, ledger, now, assistants, self.eraser.gone)
        self.chapters = Chapters(
            edge=edge,
            database=database,
            ledger=ledger,
            board=board,
            assistants=assistants,
            now_ms=now,
            schema=self.dispatcher.schema,
            makers=makers,
            locale=self.locale,
        )
        self.upgrades = Upgrades(edge, database, ledger, lineage, board, assistants, now, self.locale)

    def _make_line(self, lineage: Lineage) -> None:
        """Make what answers people."""
        edge, database, now, locale = self.edge, self.database, self.now_ms, self.locale
        alarm = Alarm()
        self.sources = EarlierMessages(edge, now)
        self.apologies = Apologies(edge, now, locale)
        self.questions = Questions(now)
        admission = Admission(edge, self.sources, self.assistants)
        gatherer = Gatherer(
            edge=edge,
            ledger=self.ledger,
            dispatcher=self.dispatcher,
            admission=admission,
            keepers=self.keepers,
            lineage=lineage,
            now_ms=now,
            locale=locale,
            zone=self.zone,
            zones=self.zones,
        )
        answers = Answers(self.dispatcher)
        writer = Writer(
            edge=edge,
            ledger=self.ledger,
            dispatcher=self.dispatcher,
            gatherer=gatherer,
            registrar=self.registrar,
            cards=self.cards,
            questions=self.questions,
            notices=self.notices,
            alarm=alarm,
            erase=self.eraser.erase,
            now_ms=now,
        )
        forwarding = Forwarding(edge, gatherer, answers, writer)
        self.line = Line(
            edge=edge,
            ledger=self.ledger,
            dispatcher=self.dispatcher,
            admission=admission,
            gatherer=gatherer,
            answers=answers,
            writer=writer,
            forwarding=forwarding,
        )
        self.reactions = Reactions(self.line, self.sources, now)
        dialogue = Dialogue(self.questions, self.dispatcher, locale)
        offers = Offers(self.line)
        self.conversation = Conversation(self.line, self.sources, self.questions, self.reactions, dialogue, offers, now)
        self.errands = Errands(self.line, database, now, self.apologies, alarm)
        self.readiness = Readiness(self.ledger, self.dispatcher.following.ready, self.zone, now)
        self.identities = Identities(edge, database, self.assistants, now, locale)
        self.repeats = Repeats(self.line, database, now)
        self.unverified = Unverified(edge, self.conversation, self.assistants, now, locale)
        self.people = People(
            line=self.line,
            conversation=self.conversation,
            reactions=self.reactions,
            questions=self.questions,
            registrar=self.registrar,
            newcomers=self.newcomers,
            upgrades=self.upgrades,
            eraser=self.eraser,
            keepers=self.keepers,
            apologies=self.apologies,
            unverified=self.unverified,
        )
        self.upkeep = Upkeep(
            database=database,
            line=self.line,
            board=self.board,
            people=self.people,
            reactions=self.reactions,
            questions=self.questions,
            apologies=self.apologies,
            cards=self.cards,
            eraser=self.eraser,
            identities=self.identities,
            repeats=self.repeats,
            keepers=self.keepers,
            registrar=self.registrar,
            newcomers=self.newcomers,
            catch_up=self.catch_up,
            redaction_check=self.redaction_check,
            chapters=self.chapters,
            upgrades=self.upgrades,
            readiness=self.readiness,
            now_ms=now,
        )

    def _speaks(self, server: ServerName) -> bool:
        return any(each.server == server and self.ledger.keys(each) for each in self.assistants())

    async def _recall(self, event: Event, transaction: Transaction) -> Outcome | None:
        """Take what an assistant, perhaps ourselves, said some time ago."""
        outcome = await self.registrar.recall(event, transaction)
        listed = event.sender == self.edge.user_id or event.sender in self.assistants()
        if listed and event.type == "m.room.message" and (outcome is not None or CARD in event.content):
            await self.cards.recall(transaction, event)
        return outcome
