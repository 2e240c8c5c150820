"""Start a program that cannot outlive its parent: ``python tether.py PARENT_PID PROGRAM ARGUMENT…``.

A process killed with SIGKILL cannot tidy up, so its children must notice by themselves: on Linux the kernel kills this
process when its parent is gone (prctl(2), PR_SET_PDEATHSIG; it survives execve(2)). This is a small program of its own
because ``preexec_fn`` runs Python between fork and exec, which can deadlock as soon as the parent has threads.

Elsewhere than on Linux the program simply starts. Standard library only, imports nothing of ours.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main(parent: int, command: list[str]) -> None:
    """Tie this process to *parent*, then become *command*."""
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "prctl")
        # The parent may have died before the call above, and then nobody would send the signal.
        if os.getppid() != parent:
            sys.exit(1)
    os.execvp(command[0], command)  # noqa: S606 (no shell: that is the point)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
