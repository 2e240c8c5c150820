"""Whose word an event is: judged here, once, before anything is dispatched (pure; DESIGN.md, "Whose word it is").

What the edge has refused before does not come here: plaintext where the room is encrypted, what a device says that its
owner has not signed, and state of any type but what a room is made of.
"""

from enum import Enum
from typing import Final

from bots.assistant.dispatch import sentences
from bots.assistant.talk.messages import relation_of
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Request, Word
from bots.matrix.events import Event, Incoming, Room, Unreadable
from config.identifiers import EventId, ServerName, UserId

WORDS: Final = frozenset({"m.room.message", "m.reaction"})
"""The types of events by which people ask us anything."""


class AdmissionFlaw(Enum):
    """Why an event is not the word of the person whom it names."""

    STATE = "state"
    """It is state, which is never encrypted: whoever runs a homeserver says what he likes in his users' names."""
    RELATION = "relation"
    """A server has changed what it answers or edits: relations travel in the clear."""
    ANOTHERS = "edit_of_anothers"
    """It edits what somebody else said; clients do not show that (spec, “Event replacements”)."""
    UNKNOWN = "edit_of_unknown"
    """It edits what is gone, or of which nobody can tell whose it was."""
    DOUBTED = "identity_changed"
    """Its sender's identity has changed and nobody has confirmed it, in a room where that is not enough."""


def flaw_of(event: Event) -> AdmissionFlaw | None:
    """Return what is wrong with *event* by itself; where it edits another, :func:`flaw_of_edit` has a say, too."""
    if event.state_key is not None:
        return AdmissionFlaw.STATE
    return AdmissionFlaw.RELATION if event.relation_differs else None


def word_of(event: Event) -> Word:
    """Return how sure it is that the sender of *event* said it, once nothing is wrong with it."""
    if not event.encrypted:
        return Word.CLEAR
    if event.identity_changed:
        return Word.CHANGED
    return Word.SEALED if event.signed else Word.UNSIGNED


def weighed(request: Request, reply: Reply) -> Reply:
    """Return *reply*, or the refusal to do what weighs because somebody else might have asked for it."""
    sure = request.word is Word.SEALED and not request.doubted
    return reply if sure or not reply.weighs else sentences.needs_a_word(request)


def flaw_of_identity(event: Event, room: Room | None, server: ServerName) -> AdmissionFlaw | None:
    """Return why the word of a changed identity does not count in *room*, as the assistant of *server* sees it.

    In a room of one's own town an ordinary command is obeyed, so that whoever has a new telephone can work, and what
    weighs is not (:attr:`Word.CHANGED`). Where another town reads along, its own server must not be the only one that
    says who somebody is.
    """
    return AdmissionFlaw.DOUBTED if event.identity_changed and room is not None and room.is_shared(server) else None


def edited_by(event: Event) -> EventId | None:
    """Return what *event* edits, if that matters: bots edit their notices all the time, and these are no commands."""
    rel_type, target, _ = relation_of(event)
    return target if rel_type == "m.replace" and event.content.get("msgtype") != "m.notice" else None


def flaw_of_edit(edit: Event, edited: Incoming | UserId | None) -> AdmissionFlaw | None:
    """Return why *edit* does nothing; *edited* is what it edits, or who is known to have said that."""
    if isinstance(edited, UserId):
        return None if edited == edit.sender else AdmissionFlaw.ANOTHERS
    return AdmissionFlaw.UNKNOWN if (said := _message(edited)) is None else flaw_of_edit(edit, said.sender)


def _message(said: Incoming | None) -> Event | Unreadable | None:
    """Return *said* where it is a message that can be edited: one that we could not read is one, too."""
    if isinstance(said, Unreadable):
        return said
    if not isinstance(said, Event) or said.type != "m.room.message" or said.redacted or said.state_key is not None:
        return None
    return said if relation_of(said)[0] != "m.replace" else None
