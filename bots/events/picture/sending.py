"""A picture of the agenda, on its way: drawn in a thread, uploaded encrypted, said where it was asked for (shell)."""

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import ClassVar, Final

from bots.assistant.dispatch.painting import Painted, painted
from bots.assistant.talk.errand import Errand
from bots.assistant.talk.later.runner import Payload, excused
from bots.assistant.talk.markup import Rich, text
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Needs, Request
from bots.assistant.talk.rights import Right
from bots.assistant.words.dates.period import Period
from bots.events.followed.shown import NAME as FOLLOWED
from bots.events.picture.figure import Drawable, Painter
from bots.events.talk.schedule.showing import key
from bots.matrix.port import Edge

PICTURE: Final = "events.picture"


def errand(request: Request, wanted: Period) -> Errand:
    """Return the errand of drawing *wanted*."""
    payload = {"first": wanted.first.isoformat(), "stop": wanted.stop.isoformat()}
    return Errand(PICTURE, str(request.event_id), payload)


@dataclass(frozen=True, slots=True)
class Picture:
    """Draws and sends it. Rooms and events are looked at anew: some time may have passed."""

    painter: Painter

    needs: ClassVar[Needs] = Needs(rooms=True, kept=frozenset({FOLLOWED}))
    """What the request must hold."""

    async def prepare(self, request: Request, payload: Payload, edge: Edge) -> Painted | None:
        """Draw and upload; None where whoever asked may see nothing here any more."""
        wanted = _wanted(payload)
        hidden = not request.may(Right.SEE) or (request.direct and request.doubted)
        if wanted is None or hidden:
            return None
        # Only who asks for a picture pays for Pillow.
        from bots.events.picture.drawing import draw  # noqa: PLC0415

        made = self.painter.made(request, wanted)
        room = edge.room(request.room_id)
        encrypted = room is None or room.encrypted
        name = request.texts.gettext("agenda-{day}.png").format(day=wanted.first.isoformat())
        return Painted(
            await painted(edge, partial(draw, made.figure), name, encrypted=encrypted),
            frozenset(placed.scene.room_id for placed in made.placed) - {request.room_id},
            _caption(request, made),
            tuple(dict.fromkeys(key(request, placed) for placed in made.placed if placed.source is None)),
        )

    def finish(self, request: Request, payload: Payload, prepared: Painted | None) -> Reply | None:
        """Say it; where others have come to read along, or a room was left, it is drawn anew without that."""
        wanted = _wanted(payload)
        if prepared is None or wanted is None:
            return None
        readable = {scene.room_id for scene in request.visible} if request.private else set()
        if not prepared.rooms <= readable:
            return Reply(text(""), quiet=True, errands=(errand(request, wanted),))
        beside = ((PICTURE, str(request.event_id)),) if len(prepared.shows) == 1 else ()
        return Reply(text(prepared.caption), attachment=prepared.uploaded, shows=(*prepared.shows, *beside))

    failed = excused(lambda request, _: _none(request))


def _none(request: Request) -> Rich:
    return text(request.texts.gettext("The picture of the agenda could not be made: ask for the agenda in words."))


def _caption(request: Request, made: Drawable) -> str:
    """Return what is said with it, which is all that somebody reads who sees no pictures."""
    figure = made.figure
    if not figure.count:
        return f"{figure.title} – {figure.empty}"
    sentence = request.texts.ngettext("{count} date", "{count} dates", figure.count)
    more = sum(day.more for day in figure.days)
    return f"{figure.title} – {sentence.format(count=figure.count + more)}"


def _wanted(payload: Payload) -> Period | None:
    first, stop = payload.get("first"), payload.get("stop")
    if not isinstance(first, str) or not isinstance(stop, str):
        return None
    return Period(date.fromisoformat(first), date.fromisoformat(stop))
