"""Polls as Matrix clients know them (MSC3381, by the names under which Element sends and reads them; pure)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bots.assistant.talk.reply import Posted
from bots.matrix.events import Event, Incoming
from config.identifiers import EventId, UserId

_PREFIX: Final = "org.matrix.msc3381.poll."
START: Final = f"{_PREFIX}start"
RESPONSE: Final = f"{_PREFIX}response"
END: Final = f"{_PREFIX}end"
_TEXT: Final = "org.matrix.msc1767.text"
_STARTS: Final = frozenset({START, "m.poll.start"})
_RESPONSES: Final = {RESPONSE: RESPONSE, "m.poll.response": "m.poll.response"}


@dataclass(frozen=True, slots=True)
class Vote:
    """What somebody has answered: the places of the answers in the poll, none where they take theirs back."""

    voter: UserId
    options: tuple[int, ...]


OURS: Final = "fr.beffroi.poll"
"""Where the event that asks names the poll that it is in the register."""


def start(poll_id: str, question: str, answers: Sequence[str], cause: EventId) -> Posted:
    """Return the event that asks; it references its *cause*, by which it is found again (``/relations``)."""
    listed = "\n".join(f"{place}. {answer}" for place, answer in enumerate(answers, 1))
    poll = {
        "kind": f"{_PREFIX}disclosed",
        "max_selections": len(answers),
        "question": {_TEXT: question, "body": question, "msgtype": "m.text"},
        "answers": [{"id": str(place), _TEXT: answer} for place, answer in enumerate(answers)],
    }
    relation = {"rel_type": "m.reference", "event_id": cause}
    return Posted(START, {START: poll, _TEXT: f"{question}\n{listed}", OURS: poll_id, "m.relates_to": relation})


def end(poll: EventId, said: str) -> Posted:
    """Return the event that ends a poll, for clients."""
    return Posted(END, {END: {}, _TEXT: said, "m.relates_to": {"rel_type": "m.reference", "event_id": poll}})


def is_start(found: Incoming, by: UserId, poll_id: str) -> bool:
    """Tell whether *found* asks the poll *poll_id*, by the word of *by*."""
    if not isinstance(found, Event) or found.sender != by or found.type not in _STARTS or found.redacted:
        return False
    return found.content.get(OURS) == poll_id


def votes(newest_first: Iterable[Incoming], people: Collection[UserId], most: int, until: int) -> list[Vote]:
    """Return the last word of each of *people*, of *most* answers, said until *until* (ms) by their servers' clocks.

    Whose word it is: not where an identity has changed, nor where a server has changed what the answer is about.
    """
    found: dict[UserId, Vote] = {}
    for event in newest_first:
        key = _RESPONSES.get(event.type) if isinstance(event, Event) else None
        if key is None or not isinstance(event, Event) or event.redacted or event.timestamp > until:
            continue
        if event.sender not in people or event.identity_changed or event.relation_differs or event.sender in found:
            continue
        found[event.sender] = Vote(event.sender, _options(event.content.get(key), most))
    return sorted(found.values(), key=lambda vote: vote.voter)


def _options(raw: Any, most: int) -> tuple[int, ...]:
    answers = raw.get("answers") if isinstance(raw, Mapping) else None
    known = {str(place): place for place in range(most)}
    if not isinstance(answers, list):
        return ()
    chosen = (known.get(answer) for answer in answers[:most] if isinstance(answer, str))
    return tuple(dict.fromkeys(place for place in chosen if place is not None))
