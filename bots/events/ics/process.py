"""A process of its own that reads one file a stranger sent, within bounds: ``python -m …process ZONE NOW [times]``.

The file comes in at the standard input; what it holds goes out as JSON (``sheet``), or only when it takes place
(``followed/timetable``). NOW is when that is asked, in ISO 8601. Whatever a file does to its reader,
the assistant goes on: the process has its memory and time, and none of the assistant's keys.
"""

import resource
import sys
from datetime import datetime
from typing import Final

from bots.calendar.format.lines import MOST_BYTES
from bots.calendar.format.zones import iana
from bots.calendar.recurrence.deadline import deadline
from bots.events.followed.timetable import read_timetable
from bots.events.ics.sheet import read_sheet

_MEMORY: Final = 768 * 2**20
_SECONDS: Final = 20
"""Of computing: 10 MB of small events take a few."""
_NO_ZONE: Final = 2
_WORDS: Final = 2
TIMES: Final = "times"


def main() -> int:
    """Read the file; return the exit code."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    zone = iana(sys.argv[1]) if len(sys.argv) > _WORDS else None
    if zone is None:
        return _NO_ZONE
    now = datetime.fromisoformat(sys.argv[2])
    read = read_timetable if sys.argv[3:] == [TIMES] else read_sheet
    sys.stdout.buffer.write(read(sys.stdin.buffer.read(MOST_BYTES + 1), zone, now, deadline).dumped())
    return 0


if __name__ == "__main__":
    sys.exit(main())
