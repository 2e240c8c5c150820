"""Making an object of a kind: by a typed sentence, or by whatever else a capability makes one of (pure)."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from bots.assistant.dispatch.sentences import too_long
from bots.assistant.talk.editing import fields_of_edit
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.words.charged import with_charge
from bots.assistant.words.objects.numbered import AROUND_TITLE, MAX_TITLE, reference, unused
from bots.items.board import Board
from bots.items.doing import asking
from bots.items.doing.drafting import Draft, draft
from bots.items.kind import WITHDRAWN, Item, Kind
from bots.items.saying import echo
from bots.register.format.canonical import Json
from bots.register.format.identity import object_id
from bots.register.format.operation import Change
from bots.register.replica.object import Object
from bots.when.moments import in_ms
from config.identifiers import UserId

_BY_YEAR: Final = re.compile(r"(?:(?:pour|for)\s)?(?P<year>20\d\d)\s?:\s*(?P<title>\S.*)", re.IGNORECASE | re.DOTALL)


def add(kind: Kind, request: Request, rest: list[str]) -> Reply:
    """Add the object that *rest* describes; when the command is an edited one, change the one that it had made."""
    if not request.may(kind.right):
        return ask(request, asking.may_not(request))
    spoken = " ".join(rest).lstrip(":– ").strip()
    if len(spoken) > MAX_TITLE + AROUND_TITLE + sum(row.type.most for row in kind.fields):
        # Before a day is looked for in it: that takes time in proportion to its length.
        return ask(request, too_long(request, spoken, MAX_TITLE))
    wanted = draft(kind, with_charge(spoken, request), request)
    if not wanted.title:
        return ask(request, asking.which_title(kind, request), *wanted.unclear)
    if len(wanted.title) > MAX_TITLE:
        return ask(request, too_long(request, wanted.title, MAX_TITLE))
    return ask(request, *wanted.unclear) if wanted.unclear else write(kind, request, wanted)


def by_year(kind: Kind, request: Request, rest: list[str]) -> Reply | None:
    """Return what makes the object of « objectif 2027 : planter 100 arbres », due by the end of that year.

    None where nothing says so: it has no day, the year is over, or one is called by that number.
    """
    said = _BY_YEAR.fullmatch(" ".join(rest))
    if said is None or kind.due is None or int(said["year"]) < request.here.year:
        return None
    number = reference(said["year"])
    if number is None or Board(kind, request.state).called(number):
        return None
    title, year = said["title"], int(said["year"])
    due = draft(kind, title, request).values.get(kind.due.name)
    if due is None or due.year < year:
        # « D'ici juin » is that year's June, whichever comes next; « d'ici juin 2027 » is no other.
        then = replace(request, now=max(request.now, datetime(year, 1, 1, tzinfo=request.zone)))
        due = draft(kind, title, then).values.get(kind.due.name) or due or date(year, 12, 31)
        title = f"{title.rstrip(' .')}, {kind.due.labels.french[0]} : {due}"
    return add(kind, request, title.split())


def write(kind: Kind, request: Request, wanted: Draft, index: int = 0) -> Reply:
    """Return what makes the object *wanted*, the *index*-th of the command, or rewrites it where it is there."""
    item_id = object_id(kind.name, request.room_id, request.seed, index)
    # As it stands, not as if the command had never been given: an edit leaves what others have done since.
    board = Board(kind, request.state)
    held = board.get(item_id)
    change = create(kind, request, board, item_id, wanted) if held is None else _rewrite(kind, request, held, wanted)
    changes = (change,) if change.set or change.first or change.add or change.remove else ()
    item = Board(kind, request.state, changes).get(item_id)
    assert item is not None, "it has just been made"
    return Reply(
        (echo.added if held is None else echo.changed)(request, item),
        mentions=_newly_there(request, held, item),
        changes=changes,
        shows=((kind.name, item_id),),
        inverse=(Change(kind.name, item_id, set={"status": WITHDRAWN}),),
    )


def _newly_there(request: Request, held: Item | None, item: Item) -> tuple[UserId, ...]:
    told: dict[UserId, None] = {}
    for row in item.kind.fields:
        before = () if held is None else row.elements(held.get(row))
        joined = [user for user in row.elements(item.get(row)) if user not in before] if row.notifies else []
        told |= dict.fromkeys(UserId(user) for user in joined if user != request.sender)
    return tuple(told)


def create(
    kind: Kind, request: Request, board: Board, item_id: str, wanted: Draft, first: Mapping[str, Json] | None = None
) -> Change:
    """Return what makes the object *wanted*, under the next number; *first* are more fields that are written once."""
    number = unused(board.next_number(), kind.name, request.made)
    made: dict[str, Json] = {"number": number, "creator": str(request.sender), **(first or {})}
    rows = (row for row in kind.fields if row.made and _has(wanted, row.name))
    made |= {row.name: row.written(wanted.values[row.name]) for row in rows}
    return Change(
        kind.name,
        item_id,
        set={"title": wanted.title, **_fields(kind, wanted), "status": kind.first.value},
        first=made,
        add={name: elements for name, elements in _sets(kind, wanted).items() if elements},
    )


def _has(wanted: Draft, name: str) -> bool:
    return wanted.values.get(name) is not None


def _fields(kind: Kind, wanted: Draft) -> dict[str, Json]:
    rows = (row for row in kind.fields if not row.type.many and not row.made and _has(wanted, row.name))
    return {row.name: row.written(wanted.values[row.name]) for row in rows}


def _sets(kind: Kind, wanted: Draft) -> dict[str, tuple[str, ...]]:
    rows = (row for row in kind.fields if row.type.many)
    return {row.name: tuple(row.elements(wanted.values.get(row.name))) for row in rows}


def _rewrite(kind: Kind, request: Request, held: Item, wanted: Draft) -> Change:
    """Write what the edited command says; what it no longer says goes, unless somebody has changed it since."""
    found = request.state.get(kind.name, held.id)
    assert found is not None
    optional = [row.name for row in kind.fields if not row.type.many and not row.made]
    said = fields_of_edit(found, {"title": wanted.title, **_fields(kind, wanted)}, optional)
    if held.status == kind.given_up:
        said["status"] = kind.first.value
    if kind.revision is not None and said:
        number = kind.revision.raised(found.value(kind.revision.field), said)
        said[kind.revision.stamp] = in_ms(request.now)
        said |= {} if number is None else {kind.revision.field: number}
    sets = _sets(kind, wanted)
    joined = {name: _missing(elements, found.elements(name)) for name, elements in sets.items()}
    left = {name: _tags(found, name, elements) for name, elements in sets.items()}
    return Change(
        kind.name,
        held.id,
        set=said,
        add={name: elements for name, elements in joined.items() if elements},
        remove={name: tags for name, tags in left.items() if tags},
    )


def _missing(wanted: tuple[str, ...], there: list[Any]) -> tuple[str, ...]:
    return tuple(element for element in wanted if element not in there)


def _tags(found: Object, name: str, wanted: tuple[str, ...]) -> tuple[str, ...]:
    gone = (element for element in found.elements(name) if element not in wanted)
    return tuple(tag for element in gone for tag in found.tags(name, element))
