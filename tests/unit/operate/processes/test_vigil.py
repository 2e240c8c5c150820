"""Whoever lives and answers nobody is started again, and never in a loop."""

import asyncio
import os
import signal
import socket
import sys
from pathlib import Path

import pytest

from bridge.operate.process import Child
from bridge.operate.services.keeping.vigil import Pace, Silence, keep_vigil
from bridge.operate.services.plan import Answering, Listening, Service
from bridge.operate.supervisor import Died, Notice, Restarted, Supervisor
from config.sections.watch import Watch
from tests.unit.operate.processes.test_supervisor import until

UNWELL = """
import http.server, sys

class Unwell(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_error(503)

http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Unwell).serve_forever()
"""
PACE = Pace(misses=3, settling=10, most=100, steady=50)


def rounds(silence: Silence, pid: int) -> int:
    """Return after how many unanswered questions it is ended."""
    return next(count for count in range(1, 10_000) if silence.noted(pid, answered=False))


def test_who_answers_now_and_then_is_left_alone() -> None:
    silence = Silence(PACE, 1)

    assert not any(silence.noted(1, answered=number % 3 == 2) for number in range(300))


def test_who_has_fallen_silent_is_ended_and_each_time_later() -> None:
    silence = Silence(PACE, 1)

    assert rounds(silence, 1) == 3
    for pid, patience in ((2, 6), (3, 12), (4, 24), (5, 48), (6, 96), (7, 100), (8, 100)):
        assert not silence.noted(pid, answered=True)
        assert rounds(silence, pid) == patience


def test_who_has_not_answered_yet_since_its_start_has_longer() -> None:
    """Synapse may be bringing its database to a new schema."""
    silence = Silence(PACE, 1)

    assert rounds(silence, 2) == 10
    assert rounds(silence, 3) == 20


def test_an_hour_of_answers_makes_it_forgotten() -> None:
    silence = Silence(PACE, 1)
    rounds(silence, 1)

    for _ in range(PACE.steady):
        silence.noted(2, answered=True)

    assert rounds(silence, 2) == 3


def test_a_town_s_pace_bears_a_minute_and_ends_nobody_more_often_than_it_must() -> None:
    pace = Pace()

    assert pace.every * 2 * pace.misses == 60
    assert pace.every * 2 * pace.most == 3600


def test_who_looks_at_a_town_more_often_notices_a_silence_sooner_and_ends_nobody_who_starts() -> None:
    closely, usual = Pace.of(Watch(every=12)), Pace.of(Watch())

    assert usual == Pace()
    assert (closely.every, closely.misses) == (1, 15)
    assert closely.every * closely.settling == usual.every * usual.settling == 300
    assert closely.every * closely.most == usual.every * usual.most
    assert closely.every * closely.steady == usual.every * usual.steady


@pytest.mark.parametrize("seconds", [10, 12, 60, 300])
def test_however_often_a_town_is_looked_at_half_a_minute_of_silence_is_borne(seconds: int) -> None:
    pace = Pace.of(Watch(every=seconds))

    assert 1 <= pace.every <= 5
    assert pace.every * 2 * pace.misses >= 30
    assert pace.every * pace.settling >= 300


async def test_a_process_that_stands_still_is_started_again_and_answers(tmp_path: Path) -> None:
    """It says that it is not well, which is an answer: only silence is held against it."""
    told: list[Notice] = []
    port = free_port()
    service = Service("share", (sys.executable, "-c", UNWELL, str(port)), Answering(f"http://127.0.0.1:{port}/"))
    quick, log = Pace(every=0.5, misses=4), tmp_path / "log"
    async with Supervisor(tmp_path / "roster", told.append) as supervisor:
        first = await supervisor.start(Child(service.name, service.command, log))
        await until_it_listens(port)
        vigil = asyncio.create_task(keep_vigil([service], supervisor, quick))
        await until(lambda: log.read_text().count("GET / ") > quick.misses)
        assert told == []

        os.kill(first, signal.SIGSTOP)
        await until(lambda: len(told) == 2)

        assert told == [Died("share", -9, 0.5), Restarted("share", supervisor.pids()["share"])]
        await until_it_listens(port)
        vigil.cancel()


async def test_a_process_that_is_not_asked_over_http_is_left_to_itself(tmp_path: Path) -> None:
    service = Service("caddy", (sys.executable, "-c", "0"), Listening(free_port()))
    async with Supervisor(tmp_path / "roster", lambda _: None) as supervisor, asyncio.timeout(60):
        await keep_vigil([service], supervisor, Pace(every=0.01))


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


async def until_it_listens(port: int) -> None:
    async with asyncio.timeout(60):
        while not await _listens(port):
            await asyncio.sleep(0.05)


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True
