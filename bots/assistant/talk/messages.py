"""From a reply to the event that carries it: sentence, mentions, relation and signed operation in one. Pure."""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from html import escape
from typing import Any

from bots.assistant.talk.errand import Uploaded
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.scene import Key
from bots.envelope.file import as_content
from bots.matrix.events import Event, JsonObject, Unreadable
from bots.register.format.operation import Operation
from bots.register.format.wire import OPS
from config.errors import MalformedId
from config.identifiers import EventId, UserId

MAX_BODY = 8_000
"""Characters: what a sentence may take of an event that also carries an operation."""


CARD = "fr.beffroi.card"
"""In a card that carries no operation: the kind and id of the object that it shows."""


FILED = "fr.beffroi.filed"
"""In a message of an assistant's that carries a file for the library: the folder in which it stands."""


BUTTONS = "fr.beffroi.buttons"
"""In a message of ours: the reactions that we put below it for people to press."""


def txn_of(room_id: str, cause: str, what: str = "0") -> str:
    """Return the transaction id of what *cause* makes us say: derived, never random, so that a repeat is the same."""
    digest = hashlib.sha256(f"{room_id}\n{cause}\n{what}".encode()).digest()
    return "beffroi-" + urlsafe_b64encode(digest[:18]).decode()


def reply_content(
    reply: Reply,
    *,
    chapter: EventId | None = None,
    answers: EventId | None = None,
    thread: EventId | None = None,
    operation: Operation | None = None,
) -> dict[str, Any]:
    """Return the content of the ``m.room.message`` that says *reply*; *chapter* is the root that it references, if any.

    One relation per event: in a thread it is the thread's. See :func:`refers` for the other one that has none.
    """
    content: dict[str, Any] = {
        "msgtype": "m.notice",
        "body": reply.body[:MAX_BODY],
        "format": "org.matrix.custom.html",
        "formatted_body": reply.html[: 2 * MAX_BODY],
        "m.mentions": {"user_ids": list(reply.mentions)} if reply.mentions else {},
    }
    relation: dict[str, Any] = {}
    if thread is not None:
        relation = {"rel_type": "m.thread", "event_id": thread, "is_falling_back": False}
    elif operation is not None and chapter is not None:
        relation = {"rel_type": "m.reference", "event_id": chapter}
    if answers is not None:
        relation["m.in_reply_to"] = {"event_id": answers}
    if relation:
        content["m.relates_to"] = relation
    if operation is not None:
        content[OPS] = dict(operation.raw)
    if reply.attachment is not None:
        content |= _attached(reply.attachment, reply)
    if reply.reactions:
        content[BUTTONS] = list(reply.reactions)
    return content


def refers(chapter: EventId | None, *, thread: EventId | None, card: bool) -> bool:
    """Tell whether a message that carries an operation references the chapter (FORMAT.md §2).

    A *card* does not: a homeserver lets no thread begin at an event that has a ``rel_type`` of its own.
    """
    return chapter is not None and thread is None and not card


def _attached(uploaded: Uploaded, reply: Reply) -> dict[str, Any]:
    """Return what makes a message one that carries a file; its words are the caption (spec v1.18 §11.2.1.8)."""
    info: dict[str, Any] = {"mimetype": uploaded.content_type, "size": uploaded.size}
    image = uploaded.width is not None and uploaded.height is not None
    if image:
        info |= {"w": uploaded.width, "h": uploaded.height}
    filed = {} if uploaded.folder is None else {FILED: {"folder": uploaded.folder}}
    named = {**filed, "msgtype": "m.image" if image else "m.file", "filename": uploaded.name, "info": info}
    # Without a caption the body is the name, and there is nothing to format.
    caption = {} if reply.text else {"body": uploaded.name, "formatted_body": escape(uploaded.name)}
    return {**named, **caption, **as_content(uploaded.file)}


def buttons_of(event_id: EventId, content: JsonObject) -> Iterator[dict[str, Any]]:
    """Yield the contents of the reactions that belong below a message that we have sent."""
    keys = content.get(BUTTONS)
    for key in keys if isinstance(keys, list) else ():
        yield {"m.relates_to": {"rel_type": "m.annotation", "event_id": event_id, "key": key}}


def card_content(reply: Reply, key: Key) -> dict[str, Any]:
    """Return the content of a card that stands for one whose assistant is gone; it says to others whose it is."""
    return {**_words(reply), CARD: {"kind": key[0], "id": key[1]}}


def edit_content(reply: Reply, edited: str, operation: Operation | None = None) -> dict[str, Any]:
    """Return the content that makes *edited* show *reply*: no mention (spec, “Event replacements”).

    *edited* is an event id, or the transaction of a message that is on its way. An *operation* stands beside the new
    content, not in it: it is the edit's own.
    """
    words = _words(reply)
    return {
        **words,
        "body": f"* {words['body']}",
        "formatted_body": f"* {words['formatted_body']}",
        "m.new_content": words,
        "m.relates_to": {"rel_type": "m.replace", "event_id": edited},
        **({} if operation is None else {OPS: dict(operation.raw)}),
    }


def card_of(content: JsonObject, kinds: Collection[str]) -> Key | None:
    """Return whose card a message says that it is."""
    said = content.get(CARD)
    kind, object_id = (said.get("kind"), said.get("id")) if isinstance(said, Mapping) else (None, None)
    return (kind, object_id) if isinstance(kind, str) and kind in kinds and isinstance(object_id, str) else None


def _words(reply: Reply) -> dict[str, Any]:
    return {
        "msgtype": "m.notice",
        "body": reply.body,
        "format": "org.matrix.custom.html",
        "formatted_body": reply.html,
        "m.mentions": {},
    }


def body_of(content: JsonObject, *, answers: bool) -> str:
    """Return what somebody wrote, without the quotation that older clients put before a reply (spec §11.5.2)."""
    body = content.get("body")
    if not isinstance(body, str):
        return ""
    # What we answer and write repeats it, and half a surrogate pair cannot be signed.
    body = body.encode("utf-8", "replace").decode()
    if not answers or not body.startswith("> "):
        return body
    lines = body.split("\n")
    quoted = next((number for number, line in enumerate(lines) if not line.startswith(">")), len(lines))
    return "\n".join(lines[quoted:]).strip()


def thread_of(event: Unreadable) -> EventId | None:
    """Return the root of the thread that an event stands in: that is in the clear, whatever else cannot be read."""
    in_thread = event.relates_to.get("rel_type") == "m.thread"
    return event_id_in(event.relates_to.get("event_id")) if in_thread else None


def relation_of(event: Event) -> tuple[str | None, EventId | None, EventId | None]:
    """Return (rel_type, related event, event replied to); what is no event id names nothing."""
    relates = event.relates_to
    rel_type, target = relates.get("rel_type"), relates.get("event_id")
    reply = relates.get("m.in_reply_to")
    answered = reply.get("event_id") if isinstance(reply, Mapping) else None
    if relates.get("is_falling_back") is True:
        # A thread's fallback for old clients, not a reply.
        answered = None
    return (
        rel_type if isinstance(rel_type, str) else None,
        event_id_in(target),
        event_id_in(answered),
    )


def event_id_in(raw: object) -> EventId | None:
    """Return *raw* as an event id, None where it is none: anybody may write anything there."""
    try:
        return EventId.parse(raw)
    except MalformedId:
        return None


def mentions_of(content: JsonObject) -> frozenset[UserId]:
    """Return the user ids in ``m.mentions`` (spec §11.37)."""
    mentions = content.get("m.mentions")
    found = mentions.get("user_ids") if isinstance(mentions, Mapping) else None
    return frozenset(_user_ids(found if isinstance(found, list) else ()))


def _user_ids(found: Iterable[object]) -> Iterator[UserId]:
    for raw in found:
        with suppress(MalformedId):
            yield UserId.parse(raw)
