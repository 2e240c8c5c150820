"""A process becomes another program, and its children are kept."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bridge.operate.inherited import command_of, is_ours
from bridge.operate.process import Child, Roster
from bridge.operate.services.keeping import succession
from bridge.operate.services.keeping.inheritance import Inheritance, digest
from bridge.operate.services.keeping.succession import Successor
from bridge.operate.services.plan import Open, Service
from bridge.operate.supervisor import Died, Notice, Restarted, Supervisor

SLEEP = (sys.executable, "-c", "import time; time.sleep(600)")


def start() -> int:
    """Start a child that asyncio knows nothing of, as execve(2) leaves it."""
    pid = os.posix_spawn(SLEEP[0], SLEEP, os.environ, setpgroup=0)
    # On a busy machine the kernel tells a little later what it has become.
    until = time.monotonic() + 60
    while command_of(pid) != SLEEP:
        assert time.monotonic() < until, command_of(pid)
        time.sleep(0.01)
    return pid


@asynccontextmanager
async def heir(folder: Path, child: Child, pid: int) -> AsyncIterator[tuple[Supervisor, asyncio.Queue[Notice]]]:
    told: asyncio.Queue[Notice] = asyncio.Queue()
    async with Supervisor(folder / "processes", told.put_nowait) as supervisor:
        supervisor.inherit(child, pid)
        yield supervisor, told


async def become(pid: int, command: tuple[str, ...]) -> None:
    """Wait until *pid* is *command*: it begins as the program that ties it to us."""
    while command_of(pid) != command:
        await asyncio.sleep(0.01)


async def test_a_child_that_was_inherited_is_started_again_when_it_dies(tmp_path: Path) -> None:
    pid = start()
    child = Child("sleeper", SLEEP, tmp_path / "sleeper.log")
    async with asyncio.timeout(60), heir(tmp_path, child, pid) as (supervisor, told):
        os.kill(pid, signal.SIGKILL)
        assert await told.get() == Died("sleeper", -signal.SIGKILL, 0.5)
        again = await told.get()
        assert isinstance(again, Restarted)
        assert supervisor.pids() == {"sleeper": again.pid}
        await become(again.pid, SLEEP)


async def test_it_is_started_again_as_what_it_has_become(tmp_path: Path) -> None:
    pid = start()
    other = (*SLEEP[:2], "import time; time.sleep(601)")
    async with asyncio.timeout(60), heir(tmp_path, Child("sleeper", SLEEP, tmp_path / "log"), pid) as (keeper, told):
        keeper.amend(Child("sleeper", other, tmp_path / "log"))
        os.kill(pid, signal.SIGKILL)
        await told.get()
        again = await told.get()
        assert isinstance(again, Restarted)
        await become(again.pid, other)


async def test_a_child_that_was_inherited_is_ended_with_the_others(tmp_path: Path) -> None:
    pid = start()
    async with asyncio.timeout(60), heir(tmp_path, Child("sleeper", SLEEP, tmp_path / "log"), pid):
        assert is_ours(pid)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_only_children_are_inherited_and_what_is_left_over_is_ended(tmp_path: Path) -> None:
    roster = Roster(tmp_path / "processes")
    ours = start()
    # Its parent has ended: nobody's child, left behind by an earlier run.
    told = tmp_path / "stranger"
    spawned = f"os.posix_spawn({SLEEP[0]!r}, {SLEEP!r}, os.environ, setpgroup=0)"
    script = f"import os, pathlib; pathlib.Path({str(told)!r}).write_text(str({spawned}))"
    subprocess.run((sys.executable, "-c", script), check=True, timeout=60)
    stranger = int(told.read_text())
    roster.add("ours", ours)
    roster.add("left", stranger)
    try:
        assert Inheritance.take(tmp_path / "processes").children == {"ours": ours}
        async with asyncio.timeout(60):
            while command_of(stranger):
                await asyncio.sleep(0.01)
    finally:
        os.kill(ours, signal.SIGKILL)
        os.waitpid(ours, 0)


def test_what_runs_is_told_by_its_command(tmp_path: Path) -> None:
    pid = start()
    try:
        found = Inheritance({"sleeper": pid})
        service = Service("sleeper", SLEEP, Open(tmp_path))
        assert found.runs(service)
        assert not found.runs(Service("sleeper", (*SLEEP, "more"), Open(tmp_path)))
        assert not found.runs(Service("other", SLEEP, Open(tmp_path)))
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def test_what_a_process_has_read_tells_whether_it_goes_on(tmp_path: Path) -> None:
    service = Service("sleeper", SLEEP, Open(tmp_path), reads=(tmp_path / "Caddyfile",))
    without = digest(service)
    (tmp_path / "Caddyfile").write_text("a")
    before = digest(service)
    (tmp_path / "Caddyfile").write_text("b")
    assert len({without, before, digest(service)}) == 3


def test_an_order_is_read_back_and_half_of_one_is_none(tmp_path: Path) -> None:
    order = Successor("/v2/python", "/v2/beffroi.py", ("true",))
    succession.order(tmp_path, order)
    assert succession.ordered(tmp_path) == order
    (tmp_path / "successor.json").write_text('{"python": ')
    assert succession.ordered(tmp_path) is None
    succession.settle(tmp_path)
    assert succession.ordered(tmp_path) is None


async def test_a_full_disk_keeps_nobody_from_being_started_again(tmp_path: Path) -> None:
    """The roster cannot be written: its place is a folder."""
    (tmp_path / "processes").mkdir()
    pid = start()
    child = Child("sleeper", SLEEP, tmp_path / "log")
    async with asyncio.timeout(60), heir(tmp_path, child, pid) as (supervisor, told):
        os.kill(pid, signal.SIGKILL)
        await told.get()
        again = await told.get()
        assert isinstance(again, Restarted)
        assert supervisor.pids() == {"sleeper": again.pid}
