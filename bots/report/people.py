"""Who has what, in all rooms of whoever asks: ``bilan par personne``, ``qui est en retard ?`` (pure)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bots.assistant.talk.markup import Rich, blocks, code, fill, strong, table, text
from bots.assistant.talk.offers.census import NONE, Count
from bots.assistant.talk.request import Request
from bots.assistant.words.names.people import name_of
from bots.report import telling
from bots.report.collecting import Sources, summed, week_of
from bots.when.saying import say
from config.identifiers import UserId

_MOST: Final = 30


@dataclass(frozen=True, slots=True)
class Company:
    """Everybody who is in one of the rooms, for their names."""

    members: Mapping[UserId, str | None]


@dataclass(frozen=True, slots=True)
class Shares:
    """What each person has, whoever has most that is late first; what is nobody's is under None, at the end."""

    counts: tuple[tuple[UserId | None, Count], ...]
    company: Company
    doubled: bool
    """Whether something counts for several people."""

    @property
    def late(self) -> "Shares":
        """Only who has something that is late."""
        return replace(self, counts=tuple(each for each in self.counts if each[1].late))


def shares(request: Request, sources: Sources) -> Shares:
    """Count what is whose in the rooms that whoever asks is in."""
    now, total = request.here, NONE
    found: dict[UserId | None, list[Count]] = defaultdict(list)
    company: dict[UserId, str | None] = {}
    for scene in request.visible:
        company |= scene.members
        counted = sources.census.count(scene.state, now, week_of(now))
        total += NONE if counted is None else counted.total
        for person, count in sources.census.by_person(scene.state, now, week_of(now)).items():
            found[person].append(count)
    counts = [(person, summed(some)) for person, some in found.items()]
    return Shares(tuple(sorted(counts, key=_worst)), Company(company), summed(count for _, count in counts) != total)


def by_person(request: Request, found: Shares) -> Rich:
    """Return what each person has, as a message holds it."""
    gettext = request.texts.gettext
    day = say(request.here.date(), request.language)
    parts = [strong(gettext("Report of {day}, by person").format(day=day)), _table(request, found)]
    if found.doubled:
        parts.append(text(gettext("What several people share is counted for each of them.")))
    return blocks(parts)


def late(request: Request, found: Shares) -> Rich:
    """Return who has something that is late, and how to see what."""
    gettext = request.texts.gettext
    if not found.counts:
        return text(gettext("Nothing is late in the rooms that you and I are in."))
    parts = [strong(gettext("Who is late")), _table(request, found)]
    sentence = gettext("{late} shows which ones.")
    return blocks([*parts, fill(sentence, late=code(gettext("late tasks")))])


def _worst(share: tuple[UserId | None, Count]) -> tuple[bool, int, int, str]:
    person, count = share
    return person is None, -count.late, -count.open, person or ""


def _table(request: Request, found: Shares) -> Rich:
    head = telling.head(request, request.texts.gettext("Assigned to"))
    return table(head, _rows(request, found), telling.NUMBERS)


def _rows(request: Request, found: Shares) -> Iterator[Sequence[Rich]]:
    people = [(person, count) for person, count in found.counts if person is not None]
    nobodys = summed(count for person, count in found.counts if person is None)
    for person, count in people[:_MOST]:
        yield (name_of(person, found.company), *telling.numbers(count))
    rest = people[_MOST:]
    if rest:
        sentence = request.texts.ngettext("{count} other", "{count} others", len(rest))
        yield (text(sentence.format(count=len(rest))), *telling.numbers(summed(count for _, count in rest)))
    if nobodys != NONE:
        yield (text(request.texts.gettext("Not assigned")), *telling.numbers(nobodys))
