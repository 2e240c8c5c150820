"""What a room looks like to somebody who reads it: edits applied, reactions counted, files shown."""

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bots.envelope.cipher import Decryptor
from bots.envelope.file import EncryptedFile, parse_attachment
from bots.matrix.events import Event, Incoming
from bots.matrix.fake import FakeEdge
from config.identifiers import EventId, RoomId


@dataclass
class Shown:
    """One message as the page draws it; ``image`` is a data: address."""

    sender: str
    name: str
    text: str
    html: str | None = None
    answered: str | None = None
    image: str | None = None
    file: str | None = None
    edited: bool = False
    reactions: dict[str, int] = field(default_factory=dict)


def timeline(edge: FakeEdge, room_id: RoomId, *, since: int = 0) -> list[Shown]:
    """Return what is shown of a room after its first *since* events."""
    room = edge.room(room_id)
    assert room is not None
    shown: dict[EventId, Shown] = {}
    for event in _events(edge.timeline(room_id)[since:]):
        relation, content = event.content.get("m.relates_to", {}), event.content
        target = relation.get("event_id")
        if relation.get("rel_type") == "m.annotation":
            if target in shown:
                pressed = shown[target].reactions
                pressed[relation["key"]] = pressed.get(relation["key"], 0) + 1
        elif event.type != "m.room.message":
            continue
        elif relation.get("rel_type") == "m.replace":
            if target in shown:
                _say(shown[target], content["m.new_content"])
                shown[target].edited = True
        else:
            member = room.members.get(event.sender)
            said = shown[event.event_id] = Shown(event.sender, (member and member.display_name) or event.sender, "")
            _say(said, content)
            answered = shown.get(relation.get("m.in_reply_to", {}).get("event_id"))
            said.answered = None if answered is None else _short(answered)
            _attach(edge, said, content)
    return [*shown.values()]


def _events(incoming: tuple[Incoming, ...]) -> Iterator[Event]:
    return (each for each in incoming if isinstance(each, Event) and not each.redacted)


def _say(shown: Shown, content: Mapping[str, Any]) -> None:
    shown.text = content["body"]
    shown.html = content.get("formatted_body")


def _short(answered: Shown) -> str:
    line = answered.text.splitlines()[0] if answered.text else answered.file or ""
    return f"{answered.name} : {line}" if len(line) < 80 else f"{answered.name} : {line[:79]}…"


def _attach(edge: FakeEdge, shown: Shown, content: Mapping[str, Any]) -> None:
    if content.get("msgtype") not in ("m.image", "m.file"):
        return
    file = parse_attachment(content)
    blob = edge.repository.get(file.url if isinstance(file, EncryptedFile) else file)
    if isinstance(file, EncryptedFile):
        decryptor = Decryptor(file)
        blob = decryptor.update(blob)
        decryptor.finish()
    if content["msgtype"] == "m.image":
        kind = content["info"]["mimetype"]
        shown.image = f"data:{kind};base64,{base64.b64encode(blob).decode()}"
    else:
        shown.file = content["filename"]
    if content["body"] == content.get("filename"):
        shown.text, shown.html = "", None
