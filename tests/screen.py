"""What a program shows at a terminal, read until it asks something or ends."""

import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

_COLOURS = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]|\r")
_STEP: Final = 65_536
_ROOT: Final = Path(__file__).parents[1]
_PATIENCE_S: Final = 60


class Screen:
    """Reads from *master*, the other end of a program's terminal; what never comes fails after *patience_s*."""

    def __init__(self, master: int, patience_s: float) -> None:
        self._master = master
        self._patience_s = patience_s
        self._place = 0
        self.shown = ""
        """All of it, without colours, and with plain spaces where French has others."""

    def wait_for(self, words: str) -> None:
        """Read until *words* are shown, behind where an earlier call has found its own."""
        self._read_until(lambda: words in self.shown[self._place :])
        assert words in self.shown[self._place :], f"“{words}” was not asked:\n{self.shown}"
        self._place = len(self.shown)

    def rest(self) -> str:
        """Read to the end of the program; return all that it has shown."""
        self._read_until(lambda: False)
        return self.shown

    def _read_until(self, done: Callable[[], bool]) -> None:
        end = time.monotonic() + self._patience_s
        while not done():
            assert time.monotonic() < end, self.shown
            if not select.select([self._master], [], [], 1)[0]:
                continue
            try:
                data = os.read(self._master, _STEP)
            except OSError:
                return
            if not data:
                return
            text = _COLOURS.sub("", data.decode(errors="replace"))
            self.shown += text.replace("\u00a0", " ").replace("\u202f", " ")


class Terminal:
    """Somebody at a terminal: calls ``beffroi``, waits for what it asks and types an answer."""

    def __init__(self, folder: Path, language: str, *words: str) -> None:
        self._master, slave = pty.openpty()
        environment = {**os.environ, "LC_ALL": language, "COLUMNS": "200"}
        command = [sys.executable, str(_ROOT / "beffroi.py"), *words]
        self._process = subprocess.Popen(command, cwd=folder, stdin=slave, stdout=slave, stderr=slave, env=environment)
        os.close(slave)
        self._screen = Screen(self._master, _PATIENCE_S)

    @property
    def shown(self) -> str:
        return self._screen.shown

    def answer(self, question: str, text: str) -> None:
        """Type *text* once *question* is shown after all that was typed before."""
        self._screen.wait_for(question)
        os.write(self._master, (text + "\n").encode())

    def end(self) -> int:
        """Read to the end; return the exit status."""
        self._screen.rest()
        os.close(self._master)
        return self._process.wait(_PATIENCE_S)
