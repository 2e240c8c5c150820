"""A real trial town in a folder of its own: made by ``init``, run by ``up``, reached through its Caddy."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from bridge.operate.services.drivers.processes import rows
from bridge.operate.services.plan import Town as Running
from bridge.operate.services.reach import connector
from config.load import load_collectivity
from config.settings import Collectivity

ROOT = Path(__file__).parents[1]
_PATIENCE_S = 600


@dataclass(frozen=True)
class TrialTown:
    """The town in *folder*; *passwords* holds what ``up`` has shown, by user id; *prefix* begins each command."""

    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    passwords: dict[str, str] = field(default_factory=dict)
    prefix: tuple[str, ...] = ()

    @property
    def collectivity(self) -> Collectivity:
        """What its settings say."""
        return load_collectivity(self.folder / "collectivity.yaml")

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run ``beffroi`` in its folder, in English."""
        environment = {**os.environ, "LC_ALL": "en_GB.UTF-8", **self.environment}
        done = subprocess.run(
            (*self.prefix, sys.executable, str(ROOT / "beffroi.py"), *arguments),
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=_PATIENCE_S,
            check=False,
        )
        self.passwords.update(re.findall(r"First sign-in of (\S+): password (\S+)", done.stdout))
        return done

    def well(self, *arguments: str) -> str:
        """Run ``beffroi`` and return what it printed; it must end well."""
        done = self.run(*arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def watched_closely(self) -> "TrialTown":
        """Have it looked at five times as often, from its next start on: who waits for what is found waits less."""
        with (self.folder / "collectivity.yaml").open("a", encoding="utf-8") as settings:
            settings.write("watch: {every: 12}\n")
        return self

    def processes(self) -> dict[str, dict[str, Any]]:
        """What ``ps`` says, by name; it is asked without it, which takes a second of work each time."""
        town = Running(self.collectivity, self.folder / "collectivity.yaml", self.folder / "federation.yaml")
        return {row.name: asdict(row) for row in rows(town)}

    def outside(self) -> aiohttp.ClientSession:
        """A client that comes the way that everybody does: by name and TLS, through Caddy."""
        collectivity = self.collectivity
        return aiohttp.ClientSession(collectivity.network.client_url, connector=connector(collectivity))

    def alive(self) -> list[str]:
        """The command lines of all processes that have to do with this folder."""
        mark = os.fsencode(self.folder)
        return [line.decode() for line in _command_lines() if mark in line]


def _command_lines() -> Iterator[bytes]:
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            yield path.read_bytes().replace(b"\0", b" ")
        except OSError:
            continue


def make(folder: Path, name: str = "valbourg", *more: str, prefix: tuple[str, ...] = ()) -> TrialTown:
    """Make a town with the administrator ``marie``."""
    folder.mkdir(parents=True, exist_ok=True)
    town = TrialTown(folder, prefix=prefix)
    server = ("--name", name.title(), "--server-name", f"{name}.localhost", "--kind", "commune", "--siren", "217500016")
    town.well("init", *server, "--admin", "marie", *more)
    return town


@contextmanager
def running(town: TrialTown) -> Iterator[TrialTown]:
    """Have *town* up within the block, and nothing of it after."""
    try:
        town.well("up")
        yield town
    finally:
        town.run("down")
