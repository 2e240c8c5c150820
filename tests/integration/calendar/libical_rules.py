"""libical's recurrences, for a Python that has it (Debian: gir1.2-ical-3.0): [start, rule, stop] a line, as JSON."""

import json
import sys

import gi  # type: ignore[import-not-found]

gi.require_version("ICalGLib", "3.0")
from gi.repository import ICalGLib  # type: ignore[import-not-found]  # noqa: E402 - after its version is chosen

for line in sys.stdin:
    start, rule, stop = json.loads(line)
    iterator = ICalGLib.RecurIterator.new(
        ICalGLib.Recurrence.new_from_string(rule), ICalGLib.Time.new_from_string(start)
    )
    found: list[str] = []
    moment = iterator.next()
    while not moment.is_null_time() and moment.as_ical_string() < stop and len(found) < 5_000:
        found.append(moment.as_ical_string())
        moment = iterator.next()
    print(json.dumps(found))
