"""Children of the program that this process was before (execve(2)): its own, though asyncio has not begun them."""

import asyncio
import os
from pathlib import Path

_UNKNOWN = 255


class Inherited:
    """What a supervisor needs of such a child: its *pid*, its ``returncode`` (negative: the signal), and its end."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._ended = asyncio.Event()
        # pidfd_open(2): readable once the process has ended, and nobody else's pid ever.
        self._watched = os.pidfd_open(pid)
        asyncio.get_running_loop().add_reader(self._watched, self._reap)

    async def wait(self) -> int:
        """Return its exit status once it has ended."""
        await self._ended.wait()
        assert self.returncode is not None
        return self.returncode

    def _reap(self) -> None:
        asyncio.get_running_loop().remove_reader(self._watched)
        os.close(self._watched)
        try:
            self.returncode = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        except ChildProcessError:
            self.returncode = _UNKNOWN
        self._ended.set()


def is_ours(pid: int) -> bool:
    """Tell whether *pid* is a child of this process."""
    try:
        raw = Path(f"/proc/{pid}/stat").read_text("ascii", "replace")
    except OSError:
        return False
    # proc_pid_stat(5): after the name, which may hold anything, come the state and the parent.
    return int(raw.rpartition(")")[2].split()[1]) == os.getpid()


def command_of(pid: int) -> tuple[str, ...]:
    """Return what *pid* was started as; empty when it cannot be told."""
    try:
        raw = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return ()
    return tuple(os.fsdecode(word) for word in raw.removesuffix(b"\0").split(b"\0"))
