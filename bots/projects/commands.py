"""What people can ask about projects, as one table (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final

from bots.assistant.dispatch.capability import Capability
from bots.assistant.dispatch.commands.help import summary
from bots.assistant.talk.errand import Errand
from bots.assistant.talk.later.runner import Runner
from bots.assistant.talk.markup import Rich, lines
from bots.assistant.talk.needing import ROOMS, always
from bots.assistant.talk.offers.agenda import Happening, Meetings
from bots.assistant.talk.offers.seeding import Seeder
from bots.assistant.talk.question import Question
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.rights import Right
from bots.assistant.talk.scene import Scene
from bots.assistant.talk.wording import fold
from bots.assistant.words.belonging import KIND, Project, project_of
from bots.assistant.words.commands.command import Command, with_nouns
from bots.projects import payload, replies
from bots.projects.creating import Creating, InvitingAgain, project_id
from bots.projects.federation import Partners
from bots.projects.payload import ProjectPayload
from bots.projects.seeding import Pinning, Seeding
from bots.projects.wish import MOST_PEOPLE, ProjectWish, wish
from bots.register.format.operation import Change
from config.project_template import ProjectTemplate
from config.texts import mark

TOPIC: Final = "project"
STANDARD: Final = "standard"
"""The template where none is named; the first one by name where there is none called so."""
_AHEAD: Final = timedelta(days=60)
"""How far a project looks for its next event."""
MOST_A_DAY: Final = 5
MOST_NAME: Final = 100
"""Characters: a room's name and its project's must fit one line."""

_CREATE: Final = ("créer", "crée", "crées", "créez", "crée-moi", "créez-moi", "me créer", "create")
_BEGIN: Final = (
    "ouvrir",
    "ouvre",
    "ouvrez",
    "lancer",
    "lance",
    "lancez",
    "démarrer",
    "démarre",
    "monter",
    "monte",
    "start",
)
_NEW: Final = ("un projet", "un nouveau projet", "nouveau projet", "un espace projet", "a project", "a new project")
_MAKE: Final = (
    *(f"{verb} {noun}" for verb in _CREATE for noun in (*_NEW, "le projet", "projet", "the project", "project")),
    *(f"{verb} {noun}" for verb in _BEGIN for noun in _NEW),
    *("nouveau projet", "un nouveau projet", "new project", "a new project"),
)
"""Whoever says the verb first: « crée le projet école numérique »."""

_DRAFTS: Final = frozenset(
    {"deliberation", "arrete", "convention", "courrier", "lettre", "contrat", "decision", "decret", "acte", "bail"}
    | {
        "compte-rendu",
        "compte",
        "pv",
        "proces-verbal",
        "discours",
        "note",
        "rapport",
        "reglement",
        "statuts",
        "avenant",
    }
    | {"ordre", "loi", "mail", "reponse", "deliberations", "arretes", "budget", "marche", "statut", "motion", "texte"}
)
"""« Un projet de délibération » is a draft, for which nobody wants rooms."""

Templates = Mapping[str, ProjectTemplate]


def projects(
    templates: Templates,
    partners: Partners,
    *,
    objectives: Seeder,
    tasks: Seeder,
    events: Seeder | None = None,
    meetings: Meetings | None = None,
) -> Capability:
    """Return what can be asked about projects; *objectives*, *tasks* and *events* make what their rooms begin with.

    *meetings* tell what takes place in these.
    """
    creating = Creating(templates, partners)
    runners: dict[str, Runner] = {
        payload.CREATE: creating,
        payload.SEED: Seeding(templates, objectives, tasks, events),
        payload.PIN: Pinning(),
        payload.INVITE: InvitingAgain(),
    }
    return Capability(
        kinds=frozenset({KIND}),
        commands=_commands(templates, partners, creating, meetings),
        undone=undone,
        errands=runners,
        # Whoever asked is only invited yet; and rooms that are half made are no use to anybody.
        unattended=frozenset(runners),
        # Each invites up to fifty people, also of other towns, who may not know who does.
        daily={payload.CREATE: MOST_A_DAY},
    )


def undone(request: Request, changes: tuple[Change, ...]) -> Rich:
    """Say nothing: no project is taken back."""
    del request, changes
    return lines(())


@dataclass(frozen=True, slots=True)
class _Create:
    templates: Templates
    partners: Partners
    creating: Creating

    def __call__(self, request: Request, rest: list[str]) -> Reply:
        """Begin a project, or ask what is not clear about it."""
        if not request.may(Right.FOUND):
            return ask(request, replies.may_not(request))
        wanted = wish(rest, request, self.partners, self.templates)
        template = self._template(wanted.template)
        questions = [*self._questions(request, wanted, rest)]
        if template is None:
            questions.append(replies.which_template(request, wanted.template, self.templates))
        if questions or template is None:
            return ask(request, *questions)
        errand = ProjectPayload(wanted.name, template, wanted.people)
        text = replies.creating(request, self.creating.plan(request, errand))
        return Reply(text, errands=(Errand(payload.CREATE, request.event_id, errand.payload()),), weighs=True)

    def _template(self, typed: str) -> str | None:
        if typed:
            return fold(typed) if fold(typed) in self.templates else None
        return STANDARD if STANDARD in self.templates else min(self.templates, default=None)

    def _questions(self, request: Request, wanted: ProjectWish, rest: list[str]) -> list[Rich | Question]:
        asked: list[Rich | Question] = [replies.unclear(request, each) for each in wanted.unclear[:5]]
        if wanted.unlisted:
            asked.append(replies.unlisted(request, wanted.unlisted, self.partners.servers()))
        if wanted.strange:
            asked.append(replies.strange(request, wanted.strange))
        if len(wanted.people) > MOST_PEOPLE:
            asked.append(replies.too_many(request, MOST_PEOPLE))
        if not wanted.name:
            return [replies.which_name(request, rest), *asked]
        if len(wanted.name) > MOST_NAME:
            return [replies.too_long(request, len(wanted.name), MOST_NAME), *asked]
        same = _named(request, wanted.name)
        return asked if same is None else [replies.taken(request, *same), *asked]


def _is_no_draft(words: Sequence[str]) -> bool:
    """Tell whether *words* after « un projet » are no draft of a text: « de délibération », « d'arrêté »."""
    said = [fold(word).strip(",.;:") for word in words[:2]]
    if said[:1] == ["de"]:
        return not set(said[1:]) & _DRAFTS
    return not said or said[0][:2] != "d'" or said[0][2:] not in _DRAFTS


Known = tuple[Project, list[Scene]]


def _known(request: Request) -> list[Known]:
    """Return the projects of the rooms that the sender is in, or has had made, each with its rooms."""
    found: dict[str, Known] = {}
    for scene in request.rooms:
        project = project_of(scene.state)
        if project is not None and (request.sender in scene.members or _founder(scene, project) == request.sender):
            found.setdefault(project.id, (project, []))[1].append(scene)
    return sorted(found.values(), key=lambda each: (fold(each[0].name), each[0].id))


def _founder(scene: Scene, project: Project) -> object:
    held = scene.state.get(KIND, project.id)
    return None if held is None else held.first("creator")


def _named(request: Request, name: str) -> Known | None:
    """Return the project of this name, unless it is the one that an edited command had made."""
    this, wanted = project_id(request), [fold(each) for each in name.split()]
    same = (each for each in _known(request) if [fold(word) for word in each[0].name.split()] == wanted)
    return next((each for each in same if each[0].id != this), None)


def _mine(meetings: Meetings | None, request: Request, _: list[str]) -> Reply:
    known = _known(request)
    if request.private:
        coming = {project.id: _next(request, rooms, meetings) for project, rooms in known}
        return ask(request, replies.projects(request, known, coming))
    here = [(project, rooms) for project, rooms in known if any(each.room_id == request.room_id for each in rooms)]
    shown = [replies.projects(request, here)] if here else []
    return ask(request, *shown, replies.only_alone(request))


def _next(request: Request, rooms: Sequence[Scene], meetings: Meetings | None) -> tuple[Scene, Happening] | None:
    """Return what takes place next in those of *rooms* that whoever asks is in, whatever it is."""
    if meetings is None:
        return None
    first, last = request.here.date(), (request.here + _AHEAD).date()
    own = [scene for scene in rooms if request.sender in scene.members]
    found = ((scene, coming) for scene in own for coming in meetings.during(scene, first, last))
    ahead = [(scene, coming) for scene, coming in found if not coming.over(request.here)]
    return min(ahead, key=lambda each: (each[1].begins.isoformat(), each[0].room_id), default=None)


def _commands(
    templates: Templates, partners: Partners, creating: Creating, meetings: Meetings | None
) -> tuple[Command, ...]:
    def known(request: Request, _: list[str]) -> Reply:
        return ask(request, replies.templates_known(request, sorted(templates.items())))

    def explain(request: Request, _: list[str]) -> Reply:
        return ask(request, summary(request, table))

    table = (
        Command(
            name="project.create",
            topic=TOPIC,
            forms=with_nouns(("projet", "project"), ("créer", "crée", "nouveau", "ajouter", "create", "new", "add")),
            short=_MAKE,
            banged=_MAKE,
            takes=_is_no_draft,
            handle=_Create(templates, partners, creating),
            usage=mark("!project create Lys bridge with @dgs"),
            essential=True,
            about=mark("makes a space with its rooms and invites; “template …” chooses among the templates"),
            guess=lambda words: words or None,
            needs=always(ROOMS),
            by_word=True,
        ),
        Command(
            name="project.templates",
            topic=TOPIC,
            forms=with_nouns(("projet", "projets", "project", "projects"), ("modèles", "modèle", "templates")),
            handle=known,
            usage=mark("!project templates"),
            about=mark("shows what a project can begin with"),
            alone=True,
        ),
        Command(
            name="project.list",
            topic=TOPIC,
            forms=("projets", "projects", *with_nouns(("projet", "project"), ("liste", "list"))),
            handle=partial(_mine, meetings),
            usage=mark("!projects"),
            about=mark("shows your projects and their rooms"),
            alone=True,
            needs=always(ROOMS),
        ),
        Command(
            name="project.help",
            topic=TOPIC,
            forms=("projet", "project"),
            handle=explain,
            alone=True,
        ),
    )
    return table
