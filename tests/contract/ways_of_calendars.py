"""Ways in by the agenda: events, polls, reminders, calendar files, and answers to what is said of them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from bots.assistant.talk.later import firing
from bots.events.kept import kinds
from bots.events.kept.meeting import answer_id, change_id, meeting_id, once_id
from bots.events.polls import kind as polls
from bots.events.polls.wire import RESPONSE, START
from bots.register.format.identity import object_id
from bots.reminders import reminder
from bots.reminders.ahead import kept as ahead
from bots.reminders.room import alarm
from config.identifiers import UserId
from tests.contract.ways_in import EVENT, ODD, PARTNER, USER, ZOE, Way, Ways
from tests.unit.matrix.world import ANNE

_WHEN: Final = {"start": "20261201T183000", "duration": "PT1H", "zone": "Europe/Paris"}
_RECURRENCE: Final = "RECURRENCE-ID;TZID=Europe/Paris:20261208T183000"
_LOCAL: Final = "2026-11-18T18:30"
_REMY: Final = UserId("@remy:rivemont.fr")
_READ: Final = ("!agenda décembre 2026", "!agenda", "!agenda trouver 1h demain", "!agenda exporter")

Written = dict[str, Any]
"""One change of an operation."""
Making = Callable[[Ways, str, Any], list[Written]]
"""Makes, of a field and what is odd in it, what the partner's assistant writes."""


def _written(name: str, making: Making, fields: Iterable[str], *asks: str) -> Way:
    """Have something written for each of *fields*, in which that one is odd."""

    def put(ways: Ways, odd: Any) -> None:
        for field in fields:
            ways.envelope(ops=making(ways, field, odd))

    return Way(name, put, asks, others=(ANNE,))


def _uid(ways: Ways) -> str:
    """Return a UID that nothing written before has."""
    return f"{ways.count}@rivemont.fr"


def _event(ways: Ways, fields: Mapping[str, Any] = {}, first: Mapping[str, Any] = {}, **more: Any) -> Written:
    uid = _uid(ways)
    whole = {"title": "conseil", "when": _WHEN, **fields}
    made = {"number": ways.count, "creator": _REMY, "uid": uid, **first}
    return {"kind": kinds.KIND, "id": meeting_id(ways.room_id, uid), "set": whole, "first": made, **more}


def _of_events() -> Iterator[Way]:
    def field(ways: Ways, name: str, odd: Any) -> list[Written]:
        return [_event(ways, {name: odd})]

    def time(ways: Ways, name: str, odd: Any) -> list[Written]:
        return [_event(ways, {"when": {**_WHEN, name: odd}})]

    def listed(ways: Ways, name: str, odd: Any) -> list[Written]:
        return [_event(ways, {name: [odd, [odd], str(odd)]})]

    def added(ways: Ways, name: str, odd: Any) -> list[Written]:
        return [_event(ways, add={name: [odd, USER(odd)]})]

    def first(ways: Ways, name: str, odd: Any) -> list[Written]:
        return [_event(ways, first={name: odd})]

    lists = ("rule", "people", "others", "alarms", "attachments")
    texts = ("title", "description", "location", "status", "url", "call", "objective")
    values = ("when", "zones", "sequence", "busy", "private", "rung", "updated", "wonder")
    yield _written("texts of an event", field, texts, *_READ)
    yield _written("values of an event", field, values, *_READ)
    yield _written("lists of an event", field, lists, *_READ)
    yield _written("what is in lists of an event", listed, lists, *_READ)
    yield _written("content lines of an event", _lined, lists, *_READ)
    yield _written("time of an event by a partner", time, _WHEN, *_READ)
    yield _written("sets of an event", added, ("invited", "categories"), *_READ)
    yield _written("what made an event", first, ("uid", "creator", "number", "recurrence"), *_READ)


def _lined(ways: Ways, name: str, odd: Any) -> list[Written]:
    form = {
        "rule": [f"RRULE:{odd}", f"RRULE:FREQ=DAILY;UNTIL={odd}", f"EXDATE;TZID={odd}:{odd}"],
        "people": [f"ATTENDEE;CN={odd};PARTSTAT={odd}:mailto:{odd}", f"ORGANIZER:{odd}"],
        "others": [f"X-AUTRE;X={odd}:{odd}"],
        "alarms": [[f"TRIGGER:{odd}", f"DURATION:{odd}", f"REPEAT:{odd}"]],
        "attachments": [f"https://{odd}"],
    }
    zones = {"zones": {str(odd): ["BEGIN:VTIMEZONE", f"TZID:{odd}", f"TZOFFSETTO:{odd}", "END:VTIMEZONE"]}}
    return [_event(ways, {name: form[name], **zones, "when": {**_WHEN, "zone": str(odd)}})]


def _of_times() -> Iterator[Way]:
    def changed(ways: Ways, name: str, odd: Any) -> list[Written]:
        event = _event(ways, {"rule": ["RRULE:FREQ=WEEKLY;COUNT=9"]})
        first = {"event": event["id"], "recurrence": _RECURRENCE}
        fields = {"when": {**_WHEN, "start": "20261209T100000"}}
        (first if name in first else fields)[name] = odd
        named = change_id(event["id"], _RECURRENCE)
        return [event, {"kind": kinds.CHANGE, "id": named, "set": fields, "first": first}]

    def answered(ways: Ways, name: str, odd: Any) -> list[Written]:
        event = _event(ways, {"rule": ["RRULE:FREQ=WEEKLY;COUNT=9"]})
        first = {"event": event["id"], "of": _REMY, "recurrence": _RECURRENCE}
        fields: dict[str, Any] = {"partstat": "ACCEPTED"}
        (first if name in first else fields)[name] = odd
        always = {"kind": kinds.ANSWER, "id": answer_id(event["id"], _REMY), "set": fields, "first": first}
        return [event, always, {**always, "kind": kinds.ONCE, "id": once_id(event["id"], _RECURRENCE, _REMY)}]

    names = ("title", "when", "location", "people", "onwards", "status", "event", "recurrence")
    yield _written("one time of an event", changed, names, *_READ)
    yield _written("answer to an event", answered, ("partstat", "to", "event", "of", "recurrence"), *_READ)


def _of_polls() -> Iterator[Way]:
    def poll(ways: Ways, name: str, odd: Any) -> list[Written]:
        fields = {"title": "budget", "options": [{"when": _WHEN}, {"label": "x"}], "until": "2026-11-19T10:00:00Z"}
        options = [{"when": _WHEN}, {name: odd}]
        changed = {**fields, "options": options} if name in ("when", "label") else {**fields, name: odd}
        first = {"number": ways.count, "creator": ZOE}
        named = object_id(polls.NAME, ways.room_id, f"{ways.count}")
        return [{"kind": polls.NAME, "id": named, "set": changed, "first": first}]

    fields = ("title", "options", "until", "status", "when", "label")
    yield _written("poll of a partner", poll, fields, "!sondages", "!agenda qui peut", "!sondage clore 1")
    yield _saying("words of a poll", "!sondage {} : demain 10h, {}, jeudi 14h", "!sondage clore {}")
    yield Way("vote", _voting, ("!agenda qui peut", "!sondage clore 1"), others=(ANNE,))
    yield Way("poll of a client", _polling, others=(ANNE,))


def _voting(ways: Ways, odd: Any) -> None:
    started = [event["event_id"] for event in ways.ours() if event["type"] == START]
    if not started:
        ways.message(body="!sondage budget : demain 10h, jeudi 14h")
    for poll in (*started[:1], EVENT(odd)):
        relation = {"m.relates_to": {"rel_type": "m.reference", "event_id": poll}}
        ways.say({**relation, RESPONSE: {"answers": odd}}, kind=RESPONSE)
        ways.say({**relation, RESPONSE: {"answers": [odd]}}, kind=RESPONSE)
        ways.say({**relation, RESPONSE: odd}, kind=RESPONSE)


def _polling(ways: Ways, odd: Any) -> None:
    text = {"org.matrix.msc1767.text": odd, "body": odd}
    asked = {"question": text, "answers": [{"id": odd, **text}, odd], "max_selections": odd, "kind": odd}
    said = ways.say({START: asked, "fr.beffroi.poll": odd}, kind=START)
    ways.say({START: odd}, kind=START)
    ways.react(said, "📅")


def _of_reminders() -> Iterator[Way]:
    at = {"local": _LOCAL, "zone": "Europe/Paris", "status": "waiting"}
    series = {"rrule": "FREQ=DAILY", "anchor": _LOCAL}

    def alarmed(ways: Ways, name: str, odd: Any) -> list[Written]:
        what = {"seed": f"${ways.count}", "number": ways.count, "title": "saler", "creator": _REMY, "cause": "$cause"}
        what |= {"whom": [], "rule": None} | ({"rule": {**series, name: odd}} if name in series else {name: odd})
        added = {alarm.WHAT: [what], alarm.WHEN: [{**at, name: odd}]}
        return [{"kind": alarm.KIND, "id": alarm.alarm_id(PARTNER, f"${ways.count}"), "add": added}]

    def fired(ways: Ways, name: str, odd: Any) -> list[Written]:
        (written,) = alarmed(ways, "wonder", odd)
        said = {"alarm": written["id"], "local": _LOCAL, "at": 1_795_000_000_000}
        named = object_id(firing.KIND, "", f"{said['alarm']} {said['local']}")
        return [written, {"kind": firing.KIND, "id": named, "add": {firing.SAID: [{**said, name: odd}, odd]}}]

    def private(ways: Ways, name: str, odd: Any) -> list[Written]:
        names = ("title", "of", "cause", "at", "status", "rule", "before", "told", *ahead.TOPICS)
        named = object_id(name, ways.room_id, f"{ways.count}")
        return [{"kind": name, "id": named, "set": dict.fromkeys(names, odd), "first": {"number": odd}}]

    what = ("seed", "number", "title", "creator", "cause", "whom", *series)
    yield _written("reminder of a partner", alarmed, what, "!rappels")
    yield _written("time of a partner's reminder", alarmed, at, "!rappels")
    yield _written("what a partner has said", fired, ("alarm", "local", "at"), "!rappels")
    yield _written("private reminder of a partner", private, (reminder.KIND, ahead.KIND), "!rappels")


_SAID: Final[Mapping[str, tuple[str, ...]]] = {
    "title of an event": ("!agenda ajouter {} demain 10h", "!réunion {}", "!agenda titre 1 {}", "!agenda {}"),
    "place of an event": ("!agenda ajouter conseil demain 10h à {}", "!agenda lieu 1 {}", "!agenda lien 1 {}"),
    "people of an event": ("!agenda ajouter conseil demain 10h avec {}", "!agenda inviter 1 @{}"),
    "time of an event": ("!agenda ajouter conseil {}", "!agenda déplacer 1 {}", "!agenda répéter 1 {}"),
    "rest of an event": ("!agenda ajouter x demain, rappel {}", "!agenda étiquette 1 {}", "!agenda annuler {}"),
    "what is looked for": ("!agenda trouver {}", "!agenda trouver 1h {} avec @{}", "!agenda du {}", "!agenda image {}"),
    "words of a reminder": ("!rappel {}", "rappelle-moi {}", "!rappel pour tous demain à 9h {}", "!rappels {}"),
    "time of a reminder": ("!rappel pour tous {} fermer", "rappelle-moi {} de fermer", "!rappel déplacer 1 {}"),
    "whom to remind": ("!rappel pour {} demain à 9h fermer", "!rappel à @{} demain à 9h fermer"),
    "what is due soon": ("!rappel pour tous dans 1 minute {}", "!agenda ajouter {} dans 2 minutes, rappel 1 minute"),
}


def _in_words() -> Iterator[Way]:
    for name, sentences in _SAID.items():
        yield _saying(name, *sentences)
    # What is said next is an answer to what we have asked.
    for asks in ("rappelle-moi de venir", "!agenda ajouter réunion", "!sondage budget"):
        yield _saying(f"answer to « {asks} »", asks, "{}")
    # A card, or what was said of itself, is answered once it is there.
    for made in ("!agenda ajouter a demain 10h", "!agenda ajouter b tous les lundis 9h", "!sondage c : lundi, mardi"):
        yield _answering(made)
    yield _answering("!rappel pour tous dans 1 minute fermer")


def _saying(name: str, *sentences: str) -> Way:
    def put(ways: Ways, odd: Any) -> None:
        for sentence in sentences if isinstance(odd, str) else ():
            ways.message(body=sentence.replace("{}", odd))

    return Way(name, put, others=(ANNE,))


def _answering(made: str) -> Way:
    def put(ways: Ways, odd: Any) -> None:
        # The first is a greeting.
        said = ways.ours()[1:3]
        if not said and odd == ODD[0]:
            ways.message(body=made)
        for event in said:
            relation = {"m.relates_to": {"m.in_reply_to": {"event_id": event["event_id"]}}}
            ways.message(body=odd, **relation)
            ways.message(body=f"plutôt {odd}", **relation)
            ways.react(event["event_id"], odd)

    return Way(f"answer to « {made} »", put, others=(ANNE,))


_TEXTS: Final = ("SUMMARY", "DESCRIPTION", "LOCATION", "URL", "CONFERENCE", "CATEGORIES", "STATUS", "TRANSP", "CLASS")
_TIMES: Final = ("DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID", "DTSTAMP")
_REST: Final = ("UID", "SEQUENCE", "LAST-MODIFIED", "ORGANIZER", "ATTENDEE", "ATTACH", "GEO", "COMMENT", "X-AUTRE")
_ODD_TEXTS: Final = tuple(odd for odd in ODD if isinstance(odd, str))
_SOUND: Final = {"DTSTART": "DTSTART:20261201T183000", "SUMMARY": "SUMMARY:conseil"}


def _of_files() -> Iterator[Way]:
    yield _filing("properties of a file", "{name}:{odd}")
    yield _filing("parameters of a file", '{name};{odd}="{odd}";TZID={odd};CN={odd};VALUE={odd}:x')
    yield Way("rest of a file", _rest)


def _filing(named: str, form: str) -> Way:
    """One file with one event for each property and each odd text: each file is read by a process of its own."""

    def put(ways: Ways, odd: Any) -> None:
        if odd is ODD[-1]:
            _bring(ways, _file(*(line for text in _ODD_TEXTS for line in events(text))))

    def events(odd: str) -> Iterator[str]:
        for name in (*_TEXTS, *_TIMES, *_REST):
            sound = {"UID": f"UID:{name}{len(odd)}{odd[:1]}", **_SOUND, name: form.format(name=name, odd=odd[:10_000])}
            yield from ("BEGIN:VEVENT", *sound.values(), "END:VEVENT")

    return Way(named, put, ("!agenda décembre 2026",), others=(ANNE,))


def _rest(ways: Ways, odd: Any) -> None:
    """What is not said by an event's own lines, and the file's name."""
    if not isinstance(odd, str):
        return
    of_all = (f"METHOD:{odd}", f"X-WR-CALNAME:{odd}", f"X-WR-TIMEZONE:{odd}", f"PRODID:{odd}", f"VERSION:{odd}")
    zone = (f"TZID:{odd}", "BEGIN:STANDARD", f"DTSTART:{odd}", f"TZOFFSETTO:{odd}", f"RRULE:{odd}", "END:STANDARD")
    ring = (f"TRIGGER:{odd}", f"ACTION:{odd}", f"REPEAT:{odd}", f"DURATION:{odd}", f"DESCRIPTION:{odd}")
    people = (f"ORGANIZER;SENT-BY={odd}:{odd}", f"ATTENDEE;PARTSTAT={odd}:matrix:u/{odd}")
    when = f"DTSTART;TZID={odd}:20261201T183000"
    event = ("UID:p@x", "SUMMARY:p", when, *people, "BEGIN:VALARM", *ring, "END:VALARM")
    other = (f"BEGIN:{odd}", f"SUMMARY:{odd}", f"END:{odd}", "BEGIN:VTODO", f"SUMMARY:{odd}", "END:VTODO", odd)
    whole = (*of_all, "BEGIN:VTIMEZONE", *zone, "END:VTIMEZONE", "BEGIN:VEVENT", *event, "END:VEVENT", *other)
    _bring(ways, _file(*whole), filename=odd, info={"size": 1, "mimetype": odd})


def _file(*lines: str) -> str:
    return "\r\n".join(("BEGIN:VCALENDAR", "VERSION:2.0", *lines, "END:VCALENDAR", ""))


def _bring(ways: Ways, text: str, **content: Any) -> None:
    """Post a calendar file, and have it taken in."""
    data = text.encode("utf-8", "surrogatepass")
    named = {"msgtype": "m.file", "body": "a.ics", "filename": "a.ics", "info": {"size": len(data)}}
    said = ways.say({**named, **ways.file(data), **content}, ZOE)
    ways.message(body="!agenda importer", **{"m.relates_to": {"m.in_reply_to": {"event_id": said}}})


CALENDAR_WAYS: Final = (*_of_events(), *_of_times(), *_of_polls(), *_of_reminders(), *_in_words(), *_of_files())
