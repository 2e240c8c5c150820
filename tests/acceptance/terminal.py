"""Somebody at a terminal who does what a text says: types its lines into a shell and answers what is asked."""

import os
import pty
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.screen import Screen

_PATIENCE_S = 600
_HERE = "\x02here\x02"


class Terminal:
    """Remembers in which folder it is; everything runs as *user* (a name), or as whoever we are.

    *entered* returns what begins a command elsewhere, in a folder of that place.
    """

    def __init__(
        self,
        folder: Path,
        environment: Mapping[str, str],
        user: str | None = None,
        entered: Callable[[str], Sequence[str]] | None = None,
    ) -> None:
        self.folder = folder
        self._environment = environment
        self._entered = entered
        self._as: dict[str, Any] = {} if user is None else {"user": user, "group": "nogroup", "extra_groups": []}

    def type(self, line: str, answers: Sequence[tuple[str, str]] = ()) -> str:
        """Run *line*, answering each question with the words behind it, and return all that was shown.

        It must end well, and every question must come, in this order.
        """
        elsewhere = () if self._entered is None else self._entered(str(self.folder))
        master, slave = pty.openpty()
        process = subprocess.Popen(
            (*elsewhere, "bash", "-c", f"set -e; {line}\nprintf '{_HERE}%s{_HERE}' \"$PWD\""),
            cwd=None if elsewhere else self.folder,
            env=self._environment,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            # Not that of the tests' own process, in which servers may have been started.
            umask=0o022,
            **self._as,
        )
        os.close(slave)
        screen = Screen(master, _PATIENCE_S)
        try:
            for question, words in answers:
                screen.wait_for(question)
                os.write(master, (words + "\n").encode())
            shown = screen.rest()
            assert process.wait(_PATIENCE_S) == 0, f"{line}\n{shown}"
        finally:
            os.close(master)
        *said, here, _ = shown.split(_HERE)
        self.folder = Path(here)
        return "".join(said)
