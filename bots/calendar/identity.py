"""Which events of a file are one: by UID and RECURRENCE-ID (RFC 5545 §3.8.4.7, RFC 5546 §2.1.5).

And what to do where programs give one UID to everything, or none.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bots.calendar.event import Event
from bots.calendar.format.findings import Findings, Severity
from bots.calendar.format.values import Moment, day_of
from bots.calendar.format.zones import Zone
from config.texts import mark

_WORTHLESS: Final = frozenset({"", "none", "null", "undefined", "nan", "uid", "0", "-1", "1", "false", "n/a"})
"""What exports write for every event (a school's, a waste collection's)."""


_MORE_OFTEN: Final = re.compile(r"BYHOUR=|BYMINUTE=|HOURLY")


def told_apart(events: Sequence[Event], findings: Findings, floating: Zone) -> tuple[Event, ...]:
    """Return the events with a UID for each single one or series, in their order.

    Of two that are the same but for their SEQUENCE the newer stays; of two that share a UID and nothing else, the
    second gets one that follows from its start and title, so that the same file read again gives the same. Whole days
    are those of *floating*.
    """
    by_uid: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        by_uid[event.uid].append(event)
    kept: dict[int, Event] = {}
    for uid, same in by_uid.items():
        for event in _of_one_uid(uid, same, findings, floating):
            kept[event.line] = event
    return tuple(kept[event.line] for event in events if event.line in kept)


def _of_one_uid(uid: str, same: list[Event], findings: Findings, floating: Zone) -> list[Event]:
    masters = [event for event in same if event.recurrence_id is None]
    by_day = any(master.whole_days for master in masters)
    changed = [_by_day(event, floating) if by_day else event for event in same if event.recurrence_id]
    changed = _newest([_in_zone_of(masters[0], event) for event in changed] if masters else changed, findings)
    if uid.casefold() in _WORTHLESS:
        return [*_named(_newest(masters, findings), findings), *_named(changed, findings)]
    masters = _newest(masters, findings)
    if len(masters) < 2:
        return [*masters, *changed]
    first, *others = _latest(masters, findings)
    return [first, *_named(others, findings), *changed]


def _by_day(event: Event, floating: Zone) -> Event:
    """Return a changed occurrence named by its day: a time names none of a series of days (RFC 5545 §3.8.4.4)."""
    assert event.recurrence_id is not None
    return replace(event, recurrence_id=Moment(day_of(event.recurrence_id, floating)))


def _in_zone_of(master: Event, event: Event) -> Event:
    """Return a changed occurrence named by what clocks show where its series is: two names of one are one."""
    named, zone = event.recurrence_id, master.start.zone
    assert named is not None
    if named.zone == zone or zone is None:
        return event
    if named.clock is None:
        # Its day names it where all are at the same hour.
        same = not master.extras and not any(_MORE_OFTEN.search(rule.text) for rule in master.rules)
        return replace(event, recurrence_id=replace(master.start, day=named.day)) if same else event
    try:
        local = named.local if named.zone is None else zone.local(named.utc(zone))
    except OverflowError:
        return event
    return replace(event, recurrence_id=master.start.at(local))


def _latest(masters: list[Event], findings: Findings) -> list[Event]:
    """Return the newest states (RFC 5546 §2.1.5): where SEQUENCE differs, the others are what was moved since."""
    newest = max(event.sequence for event in masters)
    for event in masters:
        if event.sequence < newest:
            sentence = mark("An older state of the event “{title}” was left out.")
            title = event.summary or event.uid
            findings.add(Severity.DROPPED, sentence, uid=event.uid, line=event.line, title=title)
    return [event for event in masters if event.sequence == newest]


def _newest(events: list[Event], findings: Findings) -> list[Event]:
    """Return *events* without older states of the same: what starts alike and says alike is the same."""
    newest: dict[object, Event] = {}
    for event in events:
        key = (event.recurrence_id,) if event.recurrence_id is not None else (event.start, event.summary)
        before = newest.get(key)
        if before is not None:
            findings.add(
                Severity.DROPPED,
                mark("The event “{title}” is there twice; the newer one was taken."),
                uid=event.uid or None,
                line=event.line,
                title=event.summary or event.uid,
            )
        if before is None or not _is_older(event, before):
            newest[key] = event
    return list(newest.values())


def _is_older(event: Event, other: Event) -> bool:
    """Tell whether *event* is an older state than *other*: by SEQUENCE, then by when each was written (§2.1.5)."""
    if event.sequence != other.sequence or event.stamped is None or other.stamped is None:
        return event.sequence < other.sequence
    return event.stamped < other.stamped


def _named(events: Sequence[Event], findings: Findings) -> list[Event]:
    named = []
    for event in events:
        uid = derived_uid(event)
        findings.add(
            Severity.REPAIRED,
            mark("The event “{title}” shares its identifier (UID) with others or has none; it was given its own."),
            uid=uid,
            line=event.line,
            title=event.summary or event.uid or "?",
        )
        named.append(event.renamed(uid))
    return named


def derived_uid(event: Event) -> str:
    """Return a UID that follows from what the event is called and when it starts."""
    zone = event.start.zone.name if event.start.zone is not None else ""
    said = "\n".join([event.uid, event.start.local.isoformat(), zone, event.summary])
    return f"{hashlib.sha256(said.encode('utf-8', 'replace')).hexdigest()[:32]}@beffroi"
