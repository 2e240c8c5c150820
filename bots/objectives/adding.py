"""``!objectif ajouter``: a new objective, or the one of an edited command in its new words."""

from bots.assistant.dispatch.sentences import too_long
from bots.assistant.talk.census import Census
from bots.assistant.talk.editing import reworded
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.rights import Right, may, standing
from bots.assistant.words.numbered import AROUND_TITLE, MAX_TITLE, unused
from bots.objectives import replies
from bots.objectives.board import Board
from bots.objectives.drafting import Draft, draft
from bots.objectives.objective import KIND, MAX_MEASURE, WITHDRAWN, Objective, Status
from bots.register.format.canonical import Json
from bots.register.format.identity import object_id
from bots.register.format.operation import Change

_OPTIONAL = ("owner", "target", "measure")


def add(request: Request, rest: list[str], census: Census) -> Reply:
    """Add an objective; when the command is an edited one, change the objective that it had made."""
    if not may(standing(own=request.own), Right.CHANGE):
        return ask(request, replies.may_not(request))
    spoken = " ".join(rest).lstrip(":– ").strip()
    if len(spoken) > MAX_TITLE + MAX_MEASURE + AROUND_TITLE:
        # Before a day is looked for in it: that takes time in proportion to its length.
        return ask(request, too_long(request, spoken, MAX_TITLE))
    wanted = draft(spoken, request)
    questions = replies.questions(request, wanted)
    if not wanted.title:
        return ask(request, replies.which_title(request), *questions)
    for words, most in ((wanted.title, MAX_TITLE), (wanted.measure, MAX_MEASURE)):
        if len(words) > most:
            return ask(request, too_long(request, words, most))
    if questions:
        return ask(request, *questions)
    return _write(request, wanted, census)


def _write(request: Request, wanted: Draft, census: Census) -> Reply:
    objective_id = object_id(KIND, request.room_id, request.seed, 0)
    # As it stands, not as if the command had never been given: an edit leaves what others have done since.
    board = Board(request.state)
    held = board.get(objective_id)
    change = create(request, board, objective_id, wanted) if held is None else _rewrite(request, held, wanted)
    changes = (change,) if change.set or change.first else ()
    objective = Board(request.state, changes).get(objective_id)
    assert objective is not None, "it has just been made"
    owner = objective.owner
    new = owner is not None and owner != request.sender and (held is None or held.owner != owner)
    return Reply(
        (replies.added if held is None else replies.changed)(request, census, objective),
        mentions=(owner,) if new and owner is not None else (),
        changes=changes,
        shows=((KIND, objective_id),),
        inverse=(Change(KIND, objective_id, set={"status": WITHDRAWN}),),
    )


def create(request: Request, board: Board, objective_id: str, wanted: Draft) -> Change:
    """Return what makes the objective *wanted*, under the next number."""
    first: dict[str, Json] = {"number": unused(board.next_number(), KIND, request.made), "creator": str(request.sender)}
    return Change(KIND, objective_id, set={**_fields(wanted), "status": Status.OPEN.value}, first=first)


def _fields(wanted: Draft) -> dict[str, Json]:
    fields: dict[str, Json] = {"title": wanted.title}
    if wanted.owners:
        fields["owner"] = str(wanted.owners[0])
    if wanted.target is not None:
        fields["target"] = wanted.target.isoformat()
    if wanted.measure:
        fields["measure"] = wanted.measure
    return fields


def _rewrite(request: Request, held: Objective, wanted: Draft) -> Change:
    """Write what the edited command says; what it no longer says goes, unless somebody has changed it since."""
    found = request.state.get(KIND, held.id)
    assert found is not None
    said = reworded(found, _fields(wanted), _OPTIONAL)
    if held.status is Status.DROPPED:
        said["status"] = Status.OPEN.value
    return Change(KIND, held.id, set=said)
