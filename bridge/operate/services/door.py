"""The door between Caddy and Synapse: while it is shut requests wait in Caddy, and those already inside are answered.

Caddy opens a connection for each request, through a symbolic link to the socket that Synapse listens on. Without the
link it finds nobody, and tries again for a minute (``lb_try_duration``): the one error after which it does so for every
kind of request, since nothing of it was sent.
"""

import asyncio
import os
from dataclasses import dataclass
from pathlib import Path

_POLL_S = 0.05
_LISTENING = b"01"
INSIDE_S = 2.0
"""How long those who were let in have: nearly everything is answered in a tenth of that."""


@dataclass(frozen=True, slots=True)
class Door:
    """*link* is where Caddy knocks, *socket* where Synapse listens."""

    link: Path
    socket: Path

    def open(self) -> None:
        """Let everybody in; nothing happens when it is open."""
        if self.link.is_symlink() and self.link.readlink() == self.socket:
            return
        draft = self.link.with_name(f".{self.link.name}.{os.getpid()}")
        draft.unlink(missing_ok=True)
        draft.symlink_to(self.socket)
        draft.replace(self.link)

    async def shut(self, patience: float) -> None:
        """Let nobody in, and return once nobody is inside, or after *patience* seconds: some wait for news for long."""
        self.link.unlink(missing_ok=True)
        for _ in range(int(patience / _POLL_S)):
            if not self.inside():
                return
            await asyncio.sleep(_POLL_S)

    def inside(self) -> int:
        """Return how many connections there are."""
        name = os.fsencode(self.socket)
        try:
            lines = Path("/proc/net/unix").read_bytes().splitlines()
        except OSError:
            return 0
        # proc_net(5): … St Inode Path; what was accepted has the path of what it was accepted from.
        return sum(line.endswith(b" " + name) and line.split()[5] != _LISTENING for line in lines)
