"""Making the rooms of a project: an errand that may be begun again at any point (``bots/assistant/talk/errand.py``)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, Final

from bots.assistant.talk.errand import Errand
from bots.assistant.talk.later.runner import Payload
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import NOTHING, Needs, Request
from bots.assistant.words.belonging import KIND
from bots.matrix.port import Edge
from bots.projects import payload as errands
from bots.projects import replies
from bots.projects.federation import Partners
from bots.projects.inviting import Inviting
from bots.projects.payload import Missing, ProjectPayload, Sowing
from bots.projects.plan import ProjectPlan
from bots.register.format.identity import object_id
from config.identifiers import RoomId, UserId
from config.project_template import ProjectTemplate

AGAIN: Final = (timedelta(minutes=5), timedelta(hours=1), timedelta(hours=6), timedelta(days=1))
"""When invitations that did not arrive are sent again."""


@dataclass(frozen=True, slots=True)
class MadeRooms:
    """The rooms of a project, in the template's order; who could not be invited, now (*late*) or at all (*refused*)."""

    space: RoomId
    rooms: tuple[RoomId, ...]
    late: Mapping[RoomId, tuple[UserId, ...]]
    refused: tuple[UserId, ...]


@dataclass(frozen=True, slots=True)
class Creating:
    """Makes space, rooms and invitations, in this order: whatever was cut short has been seen by nobody yet."""

    templates: Mapping[str, ProjectTemplate]
    partners: Partners
    needs: ClassVar[Needs] = NOTHING

    def plan(self, request: Request, wanted: ProjectPayload) -> ProjectPlan:
        """Return what is to be made."""
        return ProjectPlan(
            cause=request.event_id,
            name=wanted.name,
            template=self.templates[wanted.template],
            asker=request.sender,
            people=wanted.people,
            assistants=self.partners.serving(wanted.people, request.served_by.server),
            language=request.language,
        )

    async def prepare(self, request: Request, payload: Payload, edge: Edge) -> MadeRooms:
        """Make what is missing."""
        plan = self.plan(request, ProjectPayload.of(payload))
        space = await edge.create_room(plan.space())
        # Where the command was edited, what was made before gets the name that it has now.
        await edge.set_state(space, "m.room.name", "", {"name": plan.name})
        rooms: list[RoomId] = []
        for index in range(len(plan.template.rooms)):
            room_id = await edge.create_room(plan.room(index, space))
            await edge.set_state(room_id, "m.room.name", "", {"name": plan.title(index)})
            await edge.set_state(space, "m.space.child", room_id, plan.child(index))
            rooms.append(room_id)
        inviting = Inviting(edge)
        for place, room_id in enumerate((space, *rooms), -1):
            await inviting.invite(room_id, plan.guests(None if place < 0 else place))
        late = {room_id: tuple(users) for room_id, users in inviting.late.items()}
        return MadeRooms(space, tuple(rooms), late, tuple(inviting.refused))

    def finish(self, request: Request, payload: Payload, prepared: MadeRooms) -> Reply | None:
        """Say that the project is there, and have its rooms filled."""
        wanted = ProjectPayload.of(payload)
        plan = self.plan(request, wanted)
        project = project_id(request)
        left = [
            Errand(errands.SEED, sowing.key, sowing.payload(), room_id=room_id)
            for index, room_id in enumerate(prepared.rooms)
            for sowing in (Sowing(project, wanted.name, wanted.template, index, 0),)
        ]
        missing = Missing(prepared.late)
        if missing.rooms:
            left.append(later(request, project, missing))
        text = replies.created(request, plan, prepared.rooms, prepared.refused, missing.people)
        return Reply(text, mentions=(request.sender,), errands=tuple(left))

    def failed(self, request: Request, payload: Payload, error: Exception) -> Reply | None:
        """Say what stands, and how to go on."""
        return Reply(replies.not_created(request, ProjectPayload.of(payload).name), mentions=(request.sender,))


@dataclass(frozen=True, slots=True)
class InvitingAgain:
    """Sends invitations again that did not arrive, because a partner's server was down."""

    needs: ClassVar[Needs] = NOTHING

    async def prepare(self, request: Request, payload: Payload, edge: Edge) -> Missing:
        """Invite; return what is still missing."""
        before, inviting = Missing.of(payload), Inviting(edge)
        for room_id, users in before.rooms.items():
            await inviting.invite(room_id, users)
        late = {room_id: tuple(users) for room_id, users in inviting.late.items()}
        return Missing(late, before.again + 1)

    def finish(self, request: Request, payload: Payload, prepared: Missing) -> Reply | None:
        """Say who is invited now, and try again for the others, for a day."""
        still = prepared.people
        now = tuple(each for each in Missing.of(payload).people if each not in still)
        if still and prepared.again < len(AGAIN):
            # What is said of the others is said once, at the end.
            left = (later(request, project_id(request), prepared),)
            return Reply(replies.invited_now(request, now), errands=left, quiet=not now)
        return Reply(replies.invited_at_last(request, now, still), mentions=(request.sender,))

    def failed(self, request: Request, payload: Payload, error: Exception) -> Reply | None:
        """Say who is not invited."""
        return Reply(replies.invited_at_last(request, (), Missing.of(payload).people), mentions=(request.sender,))


def later(request: Request, project: str, missing: Missing) -> Errand:
    """Return the errand that sends invitations again."""
    due = request.now + AGAIN[missing.again]
    return Errand(errands.INVITE, project, missing.payload(), int(due.timestamp() * 1000))


def project_id(request: Request) -> str:
    """Return the id of the project that the cause of *request* makes, the same in all its rooms."""
    return object_id(KIND, request.room_id, request.event_id)
