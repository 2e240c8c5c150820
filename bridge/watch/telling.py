"""Alerts, said in the administrators' room by the assistant: one message each, which is edited when it has passed."""

import html
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, assert_never

from bots.database.engine import Database, Transaction
from bots.matrix.events import Outgoing
from bots.matrix.homeserver.session import read_fact, write_fact
from bots.matrix.port import Edge
from bridge.operate.names import called
from bridge.watch.course import Action, Known, Memory, Say, Settle, decide
from bridge.watch.rules import Alert, AlertRule, judge
from bridge.watch.sample import Sample
from config.identifiers import RoomId
from config.sentence import said
from config.texts import Texts

_FACT: Final = "alerts"
_HOUR: Final = 3600
_DAY: Final = 24 * _HOUR


@dataclass(frozen=True, slots=True)
class Teller:
    """Says them in *room*, in the language of *texts*; what is known of them is kept on disk, with what is said."""

    edge: Edge
    database: Database
    room: RoomId
    texts: Texts
    now_ms: Callable[[], int]

    async def hear(self, samples: Sequence[Sample]) -> None:
        """Say what is new in *samples*, and what has passed; nothing where the assistant is not in the room."""
        room = self.edge.room(self.room)
        if room is None or self.edge.user_id not in room.joined:
            return
        async with self.database.begin() as transaction:
            before = _read(await read_fact(_FACT, transaction))
            memory, actions = decide(before, list(judge(samples)), self.now_ms())
            for action in actions:
                memory = await self._do(action, memory, transaction)
            if memory != before:
                written = json.dumps({key: asdict(known) for key, known in memory.items()}, sort_keys=True)
                await write_fact(_FACT, written, transaction)

    async def _do(self, action: Action, memory: Memory, transaction: Transaction) -> Memory:
        known = memory[action.key]
        match action:
            case Say(alert=alert, again=again):
                body = f"⚠ {sentence(alert, self.texts)}\n→ {remedy(alert, self.texts)}"
                known = replace(known, last=body.splitlines()[0].removeprefix("⚠ "))
                content = _edit(body, _txn(action.key, known)) if again else _content(body)
            case Settle(last=last, lasted=lasted):
                passed = self.texts.gettext("✔ It has passed, after {duration}: {what}")
                told = passed.format(duration=duration(lasted / 1000, self.texts), what=last)
                content = _edit(told, _txn(action.key, known))
        name = _txn(action.key, known)
        txn = f"{name}-{known.edits}" if known.edits else name
        await self.edge.enqueue(Outgoing(self.room, txn, "m.room.message", content), transaction)
        return {**memory, action.key: known}


def sentence(alert: Alert, texts: Texts) -> str:
    """Return what is wrong."""
    value = _value(alert.rule, alert.value, texts)
    return texts.gettext(alert.rule.sentence).format(subject=_subject(alert, texts), value=value)


def remedy(alert: Alert, texts: Texts) -> str:
    """Return what can be done."""
    return texts.gettext(alert.rule.remedy).format(subject=alert.subject)


def _value(rule: AlertRule, value: float, texts: Texts) -> str:
    match rule.unit:
        case "duration":
            return duration(value, texts)
        case "days" | "count":
            return f"{value:.0f}"
        case "percent":
            return texts.gettext("{percent} %").format(percent=f"{value * 100:.0f}")
        case "none":
            return ""
        case _:
            assert_never(rule.unit)


def duration(seconds: float, texts: Texts) -> str:
    """Return a time in the largest unit of which there are two."""
    if seconds >= 2 * _DAY:
        return texts.gettext("{count} days").format(count=f"{seconds / _DAY:.0f}")
    if seconds >= 2 * _HOUR:
        return texts.gettext("{count} hours").format(count=f"{seconds / _HOUR:.0f}")
    minutes = max(1, round(seconds / 60))
    return texts.ngettext("{count} minute", "{count} minutes", minutes).format(count=minutes)


def _subject(alert: Alert, texts: Texts) -> str:
    _ = texts.gettext
    words = {"backups": _("backups"), "data": _("data"), "backup": _("the backup"), "rehearsal": _("the rehearsal")}
    return words.get(alert.subject) or said(called(alert.subject), texts)


def _txn(key: str, known: Known) -> str:
    return f"alert-{key}-{known.said}"


def _content(body: str) -> dict[str, Any]:
    formatted = "<br>".join(html.escape(line, quote=False) for line in body.splitlines())
    return {
        "msgtype": "m.notice",
        "body": body,
        "format": "org.matrix.custom.html",
        "formatted_body": formatted,
        "m.mentions": {},
    }


def _edit(body: str, edited: str) -> dict[str, Any]:
    # By its transaction: it need not have been taken yet (bots/matrix/events.py, Outgoing).
    relation = {"rel_type": "m.replace", "event_id": edited}
    return {**_content(f"* {body}"), "m.new_content": _content(body), "m.relates_to": relation}


def _read(raw: str | None) -> dict[str, Known]:
    try:
        told: Mapping[str, Mapping[str, Any]] = json.loads(raw or "{}")
        return {key: Known(**found) for key, found in told.items()}
    except (ValueError, TypeError):
        return {}
