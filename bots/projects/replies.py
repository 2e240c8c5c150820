"""What is said about projects (pure)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from bots.assistant.talk.markup import Rich, code, fill, join, lines, listing, room_link, short, strong, text
from bots.assistant.talk.offers.agenda import Happening
from bots.assistant.talk.question import Before, Candidate, Instead, Question, Slot, Takes
from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import Scene
from bots.assistant.talk.sentence import says, says_length, says_most
from bots.assistant.words.belonging import Project
from bots.assistant.words.names import whom
from bots.assistant.words.names.people import Nobody, Several, names_of
from bots.projects.plan import ProjectPlan
from bots.when.saying import say
from config.identifiers import RoomId, ServerName, UserId
from config.project_template import ProjectTemplate, RoomSeed
from config.texts import mark

_LISTED: Final = 8
_NOTHING: Final = text("")
NONE: Final[Mapping[str, tuple[Scene, Happening] | None]] = MappingProxyType({})


def may_not(request: Request) -> Rich:
    """Say who may begin a project."""
    sentence = request.texts.gettext("Only members of {server} can have me make a project; please ask one of them.")
    return fill(sentence, server=text(request.served_by.server))


def which_name(request: Request, rest: Sequence[str]) -> Question:
    """Ask for a name, which belongs before *rest*."""
    example = code(request.texts.gettext("!project create Lys bridge with @dgs"))
    sentence = request.texts.gettext("What shall the project be called? For example: {example}")
    return Question(fill(sentence, example=example), slot=Slot(Takes.WORDS, Before(tuple(rest))))


too_long: Final = says_length(mark("This name has {length} characters; at most {most}, please."))
"""Say that a name is too long; both in characters."""


too_many: Final = says_most(mark("I invite {most} people at most; the others can be invited to the space later."))
"""Say that too many are invited at once."""


def unclear(request: Request, found: Several | Nobody) -> Question:
    """Ask whom a name means that fits nobody here, or several."""
    sentence = request.texts.gettext("Of somebody elsewhere I need the whole address, {example}.")
    return whom.unclear(request, found, fill(sentence, example=code("@dgs:rivemont.fr")))


def unlisted(request: Request, users: Sequence[UserId], servers: Iterable[ServerName]) -> Rich:
    """Say that some belong to servers outside the federation."""
    sentence = request.texts.gettext(
        "I cannot invite {people}: only servers of the federation can take part ({servers})."
    )
    known = join(", ", (text(each) for each in sorted(servers)[:20]))
    return fill(sentence, people=join(", ", (text(str(each)) for each in users)), servers=known)


def strange(request: Request, words: Sequence[str]) -> Rich:
    """Say that words stand where only names make sense."""
    sentence = request.texts.gettext("I do not understand “{words}” among the names of those to be invited.")
    return fill(sentence, words=text(short(" ".join(words))))


def which_template(request: Request, typed: str, templates: Iterable[str]) -> Question:
    """Ask which template is meant."""
    sentence = request.texts.gettext("There is no template “{typed}”. Which one is meant?")
    candidates = tuple(Candidate(code(each), each, Instead((typed,))) for each in sorted(templates))
    return Question(fill(sentence, typed=text(short(typed))), candidates)


def taken(request: Request, project: Project, rooms: Sequence[Scene]) -> Rich:
    """Ask whether another project is meant than the one of this name."""
    gettext = request.texts.gettext
    sentence = gettext("There is a project “{name}” already ({rooms}). If you want another one, give it another name.")
    return fill(sentence, name=strong(project.name), rooms=_rooms(request, rooms))


def creating(request: Request, plan: ProjectPlan) -> Rich:
    """Say that a project is being made."""
    gettext = request.texts.gettext
    names = [text(plan.called(index)) for index in range(len(plan.template.rooms))]
    said = fill(gettext("I am making the project “{name}”: {rooms}."), name=strong(plan.name), rooms=join(", ", names))
    if not plan.people:
        return said
    invited = fill(gettext("I will invite {people}."), people=names_of(plan.people, request))
    return join(" ", (said, invited))


def created(
    request: Request, plan: ProjectPlan, rooms: Sequence[RoomId], refused: Sequence[UserId], late: Sequence[UserId]
) -> Rich:
    """Say that a project is there, where it is, and who could not be invited."""
    gettext = request.texts.gettext
    links = [room_link(room_id, plan.called(index), plan.server) for index, room_id in enumerate(rooms)]
    done = fill(gettext("✔ Project “{name}” made: {rooms}"), name=strong(plan.name), rooms=join(" · ", links))
    absent = {*refused, *late}
    # Assistants come with their people, and are spoken of only where they alone are missing.
    refused, late = (([each for each in some if each in plan.people] or some) for some in (refused, late))
    people = [each for each in plan.people if each not in absent]
    said = [done]
    if people:
        said.append(fill(gettext("Invited: {people}"), people=names_of(people, request)))
    if refused:
        sentence = gettext("I could not invite {people}: their server does not take it. {way}")
        said.append(fill(sentence, people=names_of(refused, request), way=_by_hand(request)))
    if late:
        sentence = gettext("I could not reach the server of {people}: I will try again for a day. {way}")
        said.append(fill(sentence, people=names_of(late, request), way=_by_hand(request)))
    return lines(said)


def not_created(request: Request, name: str) -> Rich:
    """Say that a project could not be finished, and how to go on."""
    sentence = request.texts.gettext(
        "I could not finish making the project “{name}”: the server did not answer. What is made stays. Edit your "
        "message (a full stop is enough) and I go on where I stopped; delete it and I leave it at that."
    )
    return fill(sentence, name=strong(name))


def invited_now(request: Request, people: Sequence[UserId]) -> Rich:
    """Say who could be invited after all."""
    if not people:
        return _NOTHING
    return fill(request.texts.gettext("✔ Invited at last: {people}"), people=names_of(people, request))


def invited_at_last(request: Request, people: Sequence[UserId], absent: Sequence[UserId]) -> Rich:
    """Say who could be invited after all, and who never will be by us."""
    if not absent:
        return invited_now(request, people)
    sentence = request.texts.gettext("I could not invite {people}, and stop trying. {way}")
    missing = fill(sentence, people=names_of(absent, request), way=_by_hand(request))
    return lines((invited_now(request, people), missing))


def welcome(request: Request, name: str, room: RoomSeed, titles: Sequence[str]) -> Rich:
    """Return what is said first in a room of a project."""
    gettext = request.texts.gettext
    topic = room.topic.said(request.language)
    head = fill(
        gettext("Welcome to “{room}”, a room of the project “{name}”."),
        room=strong(room.name.said(request.language)),
        name=strong(name),
    )
    foot = fill(gettext("I keep this room's tasks; {help} shows what you can ask me."), help=code(gettext("!help")))
    said = lines((head, text(topic)))
    if room.write == "administrators":
        said = lines((said, text(gettext("Only its administrators write here."))))
    if not titles:
        return lines((said, foot))
    begun = lines((said, text(gettext("To begin with:"))))
    return listing(begun, [text(short(each)) for each in titles], foot)


def renamed(request: Request, name: str) -> Rich:
    """Say that the project has another name."""
    return fill(request.texts.gettext("This project is now called “{name}”."), name=strong(name))


def templates_known(request: Request, templates: Iterable[tuple[str, ProjectTemplate]]) -> Rich:
    """List the templates."""
    gettext = request.texts.gettext
    items = [
        fill(
            gettext("{key} – {about}: {rooms}"),
            key=code(name),
            about=text(each.about.said(request.language)),
            rooms=join(", ", (text(room.name.said(request.language)) for room in each.rooms)),
        )
        for name, each in templates
    ]
    example = code(gettext("!project create Lys bridge with @dgs template {template}").format(template="standard"))
    foot = fill(gettext("For example: {example}"), example=example)
    return listing(text(gettext("Templates of projects:")), items, foot)


def projects(
    request: Request,
    found: Sequence[tuple[Project, Sequence[Scene]]],
    coming: Mapping[str, tuple[Scene, Happening] | None] = NONE,
) -> Rich:
    """List projects with their rooms, and when the next event of each is: *coming* by its id."""
    gettext = request.texts.gettext
    if not found:
        example = code(gettext("!project create Lys bridge with @dgs"))
        return fill(gettext("You are in no project's room yet. For example: {example}"), example=example)
    items = [
        join(
            " · ",
            (
                fill(gettext("{project}: {rooms}"), project=strong(project.name), rooms=_rooms(request, rooms)),
                *_next(request, coming.get(project.id)),
            ),
        )
        for project, rooms in found
    ]
    head = request.texts.ngettext("{count} project:", "{count} projects:", len(found))
    return listing(fill(head, count=text(str(len(found)))), items)


def _next(request: Request, coming: tuple[Scene, Happening] | None) -> Iterator[Rich]:
    """Say when, not what: no title must be taken back from here."""
    if coming is not None:
        scene, happening = coming
        when = text(say(happening.begins, request.language))
        yield fill(request.texts.gettext("📅 {when} ({room})"), when=when, room=_rooms(request, [scene]))


only_alone: Final = says(mark("I tell you of all your projects when you ask me in a direct conversation."))
"""Say that other rooms are spoken of only where nobody else reads it."""


def _rooms(request: Request, rooms: Sequence[Scene]) -> Rich:
    server = request.served_by.server
    shown = [room_link(each.room_id, short(each.name or each.room_id), server) for each in rooms[:_LISTED]]
    return join(", ", shown if len(rooms) <= _LISTED else [*shown, text(f"+{len(rooms) - _LISTED}")])


def _by_hand(request: Request) -> Rich:
    return text(
        request.texts.gettext("You can invite them yourself: “Invite” in the menu of the space, then of its rooms.")
    )
