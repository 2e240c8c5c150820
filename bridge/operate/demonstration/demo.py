"""Two collectivities on one machine: laid out, started, seeded, proved to talk to each other, kept running."""

import asyncio
import secrets
import shutil
import signal
import sys
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import aiohttp
from rich.console import Console

from bridge.operate import ports
from bridge.operate.demonstration import element, seed
from bridge.operate.demonstration.resident import Resident, living
from bridge.operate.demonstration.table import Shown, people, shown, ways_in, write_summary
from bridge.operate.errors import OperateError
from bridge.operate.names import called
from bridge.operate.private import keep_private, write_private
from bridge.operate.process import Child, Roster
from bridge.operate.proxy import Link, Wiring
from bridge.operate.supervisor import Died, Notice, Restarted, Supervisor, sole_owner
from bridge.operate.synapse import wait_until_ready
from bridge.operate.town import WITNESS, DemoTown, Layout, Site, lay_out
from config.errors import InvalidSettings
from config.folders import keep_out, planted
from config.identifiers import EventId, RoomId, UserId
from config.sentence import said, sentence
from config.texts import Texts

# SIRENs with a good check digit that Insee has not given to anybody.
TOWNS = (DemoTown("valbourg", "Valbourg", "999999998"), DemoTown("rivemont", "Rivemont", "999999980"))
_ROOT = Path(__file__).resolve().parents[3]
_MARKER = ".beffroi-demo"
_ANSWER_S = 20.0
_LONGEST_ANSWER_S = 300.0
_RETRY_S = 1.0
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Options:
    """What the demo was asked for; *severed* starts it with federation cut (tests show that it never gets ready)."""

    directory: Path
    reset: bool = False
    seed: bool = True
    element: str | None = None
    sha256: str | None = None
    severed: bool = False


def reset(directory: Path) -> None:
    """Forget everything in *directory*; raises :class:`OperateError` when that is no demo's."""
    if not directory.exists() or not any(directory.iterdir()):
        return
    if not (directory / _MARKER).exists():
        raise OperateError(sentence("{path} was not made by the demo; it is left alone", path=directory))
    shutil.rmtree(directory)


def own(directory: Path) -> None:
    """Raise :class:`OperateError` where others could change what the demo keeps in *directory*, or have done so."""
    try:
        keep_out(directory)
    except InvalidSettings as exc:
        raise OperateError(exc.sentence) from exc
    found = planted(directory)
    if found is not None:
        raise OperateError(
            sentence("{path} was not made by the demo; remove it, or choose another folder with --dir", path=found)
        )


class Demo:
    """One run of the demo; everything it starts ends with :meth:`run`."""

    def __init__(self, options: Options, console: Console, known: Texts) -> None:
        self._options = options
        self._directory = options.directory.resolve()
        self._console = console
        self._known = known
        self._rooms: Mapping[str, RoomId] = {}
        self._ready = False

    async def run(self) -> None:
        """Run until SIGINT or SIGTERM; raises :class:`OperateError`, ``ConfigError`` or ``OSError`` before it is up."""
        ended = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, ended.set)
        own(self._directory)
        keep_private()
        with sole_owner(self._directory):
            write_private(self._directory / _MARKER, "")
            (self._directory / "demo.json").unlink(missing_ok=True)
            Roster.clear(self._directory / "processes")
            async with AsyncExitStack() as stack:
                await self._work(stack, ended)
            (self._directory / "demo.json").unlink(missing_ok=True)

    async def _work(self, stack: AsyncExitStack, ended: asyncio.Event) -> None:
        http = await stack.enter_async_context(aiohttp.ClientSession())
        chosen = self._choose_ports()
        self._layout = layout = lay_out(self._directory, TOWNS, chosen)
        self._passwords = seed.passwords(self._directory / "passwords.json", layout.sites)
        served = await self._serve_element(stack, http, chosen)
        self._supervisor = await stack.enter_async_context(Supervisor(self._directory / "processes", self._tell))
        beginning = asyncio.create_task(self._begin(http))
        ending = asyncio.create_task(ended.wait())
        try:
            await asyncio.wait([beginning, ending], return_when=asyncio.FIRST_COMPLETED)
            if not ended.is_set():
                await beginning
                self._show(served)
                await ending
            self._console.print(self._known.gettext("Stopping…"))
        finally:
            for task in (beginning, ending):
                task.cancel()
            await asyncio.gather(beginning, ending, return_exceptions=True)

    def _choose_ports(self) -> Mapping[str, int]:
        labels = [label for town in TOWNS for label in town.ports]
        told = [town.told for town in TOWNS]
        if self._options.element is not None:
            labels, told = [*labels, "element"], [*told, "element"]
        return ports.remember(self._directory / "ports.json", labels, told=told)

    async def _serve_element(
        self, stack: AsyncExitStack, http: aiohttp.ClientSession, chosen: Mapping[str, int]
    ) -> Mapping[str, str]:
        source, sha256 = self._options.element, self._options.sha256
        if source is None or sha256 is None:
            return {}
        archive = await element.fetch(http, source, sha256, self._directory / "element.tar.gz")
        root = await asyncio.to_thread(element.unpack, archive, self._directory / "element")
        files = {str(each.town.server_name): each.rendered / "element" / "config.json" for each in self._layout.sites}
        runner = await element.serve(element.application(root, files), chosen["element"])
        stack.push_async_callback(runner.cleanup)
        return {name: f"http://{name}:{chosen['element']}/" for name in files}

    async def _begin(self, http: aiohttp.ClientSession) -> None:
        """Start everything, at once where it can be, until federation has been proved."""
        self._console.print(self._known.gettext("Starting Valbourg and Rivemont…"))
        self._write()
        await self._supervisor.start(self._proxy())
        residents = {
            each.town.label: seed.Residents(http, each, self._passwords[each.town.label]) for each in self._layout.sites
        }
        async with asyncio.TaskGroup() as starting:
            for site in self._layout.sites:
                starting.create_task(self._open(http, site))
        self._write()
        self._rooms = await _persist(lambda: seed.make_rooms(self._layout, residents))
        self._write()
        await asyncio.gather(*(each.leave() for each in residents.values()))
        await self._prove()
        self._ready = True
        self._write()

    async def _open(self, http: aiohttp.ClientSession, site: Site) -> None:
        child = site.homeserver.child()
        await self._supervisor.start(child)
        await wait_until_ready(http, site.homeserver, lambda: child.name not in self._supervisor.pids())
        await self._supervisor.start(self._serving("share", site))
        await self._supervisor.start(self._serving("calendars", site))
        await self._supervisor.start(self._assistant(site))
        names = {each: self._known.gettext(text).format(town=site.town.name) for each, text in seed.ROLES.items()}
        await seed.make_accounts(http, site.homeserver, self._passwords[site.town.label], names)

    def _proxy(self) -> Child:
        wiring = self._layout.wiring
        if self._options.severed:
            links = frozenset(Link(source, target) for source in wiring.entrances for target in wiring.exits)
            wiring = Wiring(wiring.entrances, wiring.exits, links)
        path = self._directory / "wiring.json"
        write_private(path, wiring.render())
        command = (sys.executable, "-m", "bridge.operate.proxy", str(path))
        return Child("proxy", command, self._directory / "proxy.log", directory=_ROOT)

    def _assistant(self, site: Site) -> Child:
        arguments = ("--config", str(site.collectivity_file), "--federation", str(self._layout.federation_file))
        return Child(
            f"assistant {site.town.server_name}",
            (sys.executable, str(_ROOT / "beffroi.py"), "assistant", "run", *arguments),
            site.folder / "assistant.log",
            directory=self._directory,
        )

    def _serving(self, what: str, site: Site) -> Child:
        """Return the process that serves strangers: *what* is ``share`` or ``calendars``."""
        arguments = (what, "run", "--config", str(site.collectivity_file))
        return Child(
            f"{what} {site.town.server_name}",
            (sys.executable, str(_ROOT / "beffroi.py"), *arguments),
            site.folder / f"{what}.log",
            directory=self._directory,
        )

    async def _prove(self) -> None:
        """Let a witness on each side ask, and the one on the other side read the answer, in the shared room."""
        async with AsyncExitStack() as stack:
            entering = (stack.enter_async_context(self._witness(site)) for site in self._layout.sites)
            witnesses = dict(zip(self._layout.sites, [await each for each in entering], strict=True))
            await self._joined(witnesses.values())
            if self._options.seed:
                await self._add_tasks(witnesses)
            async with asyncio.TaskGroup() as both:
                for site, witness in witnesses.items():
                    others = [each for key, each in witnesses.items() if key is not site]
                    both.create_task(self._exchange(witness, others, site.collectivity.assistant))

    def _witness(self, site: Site) -> AbstractAsyncContextManager[Resident]:
        pinned = {each.assistant: each.master_key for each in self._layout.federation.members if each.master_key}
        return living(
            site.homeserver.client_url,
            seed.user_id(site, WITNESS),
            self._passwords[site.town.label][WITNESS],
            site.folder / "witness",
            display_name=self._known.gettext("Witness of the demo ({town})").format(town=site.town.name),
            pinned=pinned,
            listed=self._layout.federation.listed_servers,
        )

    async def _joined(self, witnesses: Iterable[Resident]) -> None:
        """Wait until both assistants are in their rooms, as each witness sees it."""
        assistants = {each.homeserver.server_name: each.collectivity.assistant for each in self._layout.sites}
        everyone = frozenset(assistants.values())
        for witness in witnesses:
            own = frozenset({assistants[witness.user_id.server]})
            for key, room_id in self._rooms.items():
                if key == seed.SHARED:
                    await witness.sees(room_id, everyone)
                elif key == witness.user_id.server.partition(".")[0]:
                    await witness.sees(room_id, own)

    async def _add_tasks(self, witnesses: Mapping[Site, Resident]) -> None:
        """Add the first tasks, once: a crash in between repeats them under the same transactions."""
        added = self._directory / "tasks-added"
        if added.exists():
            return
        for site, witness in witnesses.items():
            for number, (key, text) in enumerate(_first_tasks(site, self._layout)):
                await witness.post(self._rooms[key], text, f"beffroi-demo-task-{number}")
        write_private(added, "")

    async def _exchange(self, asker: Resident, readers: list[Resident], assistant: UserId) -> None:
        """Return when each of *readers* has read the assistant's answer to *asker*; asks again, ever more rarely."""
        asked: set[EventId] = set()
        patience = _ANSWER_S
        while True:
            asked.add(await asker.ask(self._rooms[seed.SHARED], "!tâches", f"beffroi-demo-{secrets.token_hex(8)}"))
            try:
                async with asyncio.timeout(patience):
                    await asyncio.gather(*(each.hear(asked, assistant) for each in readers))
            except TimeoutError:
                self._console.print(self._known.gettext("No answer from the other side yet; asking again…"))
                patience = min(2 * patience, _LONGEST_ANSWER_S)
                continue
            return

    def _shown(self) -> list[Shown]:
        pids = self._supervisor.pids()
        towns = []
        for site in self._layout.sites:
            known = {kind: pids.get(f"{kind} {site.town.server_name}") for kind in ("synapse", "assistant")}
            users = {each: self._passwords[site.town.label][each] for each in seed.ROLES}
            towns.append(shown(site, users, {kind: pid for kind, pid in known.items() if pid is not None}))
        return towns

    def _write(self) -> None:
        write_summary(self._directory / "demo.json", self._shown(), self._rooms, ready=self._ready)

    def _show(self, served: Mapping[str, str]) -> None:
        towns = self._shown()
        self._console.print(people(towns, self._known))
        self._console.print(ways_in(towns, served, self._known))
        sentence = self._known.gettext(
            "What was said before your first sign-in stays unreadable to you (“Unable to decrypt”): that is end-to-end "
            "encryption at work. What is said from then on can be read."
        )
        self._console.print(sentence)
        self._console.print(self._known.gettext("Everything is ready. Ctrl-C stops it; the next start finds it again."))

    def _tell(self, notice: Notice) -> None:
        match notice:
            case Died(name, code, delay):
                text = self._known.gettext("{name} has stopped (code {code}); it starts again in {delay:.1f} s.")
                self._console.print(
                    text.format(name=said(called(name), self._known), code=code, delay=delay), style="yellow"
                )
            case Restarted(name, pid):
                text = self._known.gettext("{name} runs again (pid {pid}).")
                self._console.print(text.format(name=said(called(name), self._known), pid=pid), style="green")
                self._write()


async def _persist(work: Callable[[], Awaitable[_T]]) -> _T:
    """Try *work* until federation carries it: servers meet for the first time, or links may be down."""
    while True:
        try:
            return await work()
        except (aiohttp.ClientError, TimeoutError):
            await asyncio.sleep(_RETRY_S)


def _first_tasks(site: Site, layout: Layout) -> list[tuple[str, str]]:
    """Return the tasks that *site*'s witness adds, as (room key, command)."""
    own, other = site.town, next(each.town for each in layout.sites if each is not site)
    tasks = [
        (own.label, f"!tâche ajouter préparer l’ordre du jour du conseil @secretaire:{own.server_name}"),
        (own.label, f"!tâche ajouter vérifier l’éclairage de la place @technicien:{own.server_name}"),
    ]
    if site is layout.sites[0]:
        # From one side only: both would give the same numbers at the same moment, which is puzzling at first sight.
        tasks += [
            (seed.SHARED, f"!tâche ajouter relancer le SDIS @dgs:{other.server_name}"),
            (seed.SHARED, f"!tâche ajouter relire la convention de mutualisation @maire:{own.server_name}"),
        ]
    return tasks
