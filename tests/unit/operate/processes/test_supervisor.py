import asyncio
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bridge.operate.errors import DirectoryInUse
from bridge.operate.process import Child, Identity, Roster, identify, tail
from bridge.operate.supervisor import Died, Notice, Restarted, Supervisor, backoff, sole_owner

SLEEP = "import time; time.sleep(600)"
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
)
PARENT = """
import asyncio, sys
from pathlib import Path
from bridge.operate.process import Child, spawn

async def main():
    child = Child("child", (sys.executable, "-c", {code!r}), Path(sys.argv[1]))
    process = await spawn(child)
    print(process.pid, flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""


def child(tmp_path: Path, code: str, name: str = "child") -> Child:
    return Child(name, (sys.executable, "-c", code), tmp_path / f"{name}.log")


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.01)


def alive(pid: int) -> bool:
    return identify(pid) is not None


def test_the_wait_doubles_up_to_half_a_minute() -> None:
    assert [backoff(each) for each in (1, 2, 3, 4, 50)] == [0.5, 1, 2, 4, 30]


async def test_a_child_that_dies_is_named_and_started_again(tmp_path: Path) -> None:
    told: list[Notice] = []
    async with Supervisor(tmp_path / "roster", told.append) as supervisor:
        first = await supervisor.start(child(tmp_path, SLEEP))
        os.kill(first, signal.SIGKILL)
        await until(lambda: len(told) == 2)
        second = supervisor.pids()["child"]

        assert told == [Died("child", -9, 0.5), Restarted("child", second)]
        assert second != first
        assert alive(second)
    assert not alive(second)


async def test_everything_ends_with_the_supervisor_even_the_deaf(tmp_path: Path) -> None:
    async with Supervisor(tmp_path / "roster", lambda _: None) as supervisor:
        pids = [
            await supervisor.start(child(tmp_path, SLEEP, "polite")),
            await supervisor.start(child(tmp_path, STUBBORN, "deaf")),
        ]
        await until(lambda: "deaf" in tail(tmp_path / "deaf.log"))
        started = asyncio.get_running_loop().time()
    assert asyncio.get_running_loop().time() - started < 9
    assert not any(alive(pid) for pid in pids)
    assert Roster.read(tmp_path / "roster") == {}


async def test_a_child_that_is_ended_stays_ended(tmp_path: Path) -> None:
    told: list[Notice] = []
    async with Supervisor(tmp_path / "roster", told.append) as supervisor:
        pid = await supervisor.start(child(tmp_path, SLEEP))
        await supervisor.end("child")

        assert not alive(pid)
        assert supervisor.pids() == {}
    assert told == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children that their parent died")
async def test_no_orphan_is_left_when_the_parent_is_killed(tmp_path: Path) -> None:
    parent = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", PARENT.format(code=SLEEP), str(tmp_path / "log")), stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdout is not None
    pid = int(await parent.stdout.readline())
    assert alive(pid)

    parent.kill()
    await parent.wait()

    await until(lambda: not alive(pid))


async def test_what_a_crash_left_over_is_recognised_and_ended(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", SLEEP, process_group=0)
    roster = Roster(tmp_path / "roster")
    roster.add("synapse", process.pid)

    assert Roster.clear(tmp_path / "roster") == ["synapse"]

    assert await process.wait() == -9


async def test_another_process_with_a_noted_pid_is_never_touched(tmp_path: Path) -> None:
    """Pids are used again; the time of birth is not."""
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", SLEEP, process_group=0)
    try:
        born = identify(process.pid)
        assert isinstance(born, Identity)
        (tmp_path / "roster").write_text(f"synapse\t{born.pid} {born.born - 1} {born.boot}\nnonsense\n")

        assert Roster.clear(tmp_path / "roster") == []
        assert alive(process.pid)
    finally:
        process.kill()
        await process.wait()


def test_a_directory_has_one_demo_at_a_time(tmp_path: Path) -> None:
    with sole_owner(tmp_path), pytest.raises(DirectoryInUse), sole_owner(tmp_path):
        pass
    with sole_owner(tmp_path):
        pass


def test_the_tail_of_a_log_is_its_last_lines(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("\n".join(str(each) for each in range(10000)))

    assert tail(tmp_path / "log", 2) == "9998\n9999"
    assert tail(tmp_path / "none") == ""
