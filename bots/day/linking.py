"""``lier`` and ``délier``: one person says that another account is theirs (pure; what it opens: ``links``)."""

from collections.abc import Sequence
from dataclasses import replace

from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold
from bots.assistant.words.lenient import identifier
from bots.day import link_saying, saying
from bots.day.links import MOST, SamePersonClaim, latest, written
from config.identifiers import UserId

_WHOLE = frozenset({"tout", "everything", "all"})


def link(request: Request, rest: list[str]) -> Reply:
    """Answer ``lier @sec:rivemont.fr``: note it, and say whether the other account has said so too."""
    if not request.private:
        return ask(request, saying.in_private(request))
    named, whole = _named(rest)
    if named is None or named == request.sender:
        return ask(request, link_saying.whole_id(request, rest))
    said = latest(request.rooms, request.served_by)
    before = said.get((request.sender, named))
    named_already = sum(each.on for (of, _), each in said.items() if of == request.sender)
    if (before is None or not before.on) and named_already >= MOST:
        return ask(request, link_saying.too_many(request, MOST))
    now = SamePersonClaim(request.sender, named, _ms(request), whole=whole)
    theirs = said.get((named, request.sender))
    sentence = link_saying.linked if theirs is not None and theirs.on else link_saying.half_linked
    return Reply(
        sentence(request, named, whole=whole),
        changes=(written(request.served_by, now),),
        # Whatever stood before: taking a command back never opens anything.
        inverse=(written(request.served_by, replace(now, at=now.at + 1, on=False)),),
        weighs=True,
    )


def unlink(request: Request, rest: list[str]) -> Reply:
    """Answer ``délier @sec:rivemont.fr``, or ``délier``: it ends at once, whatever the other account says.

    Nothing undoes it: who deletes an old message must not be linked again by that.
    """
    if not request.private:
        return ask(request, saying.in_private(request))
    named, _ = _named(rest)
    said = latest(request.rooms, request.served_by)
    mine = [each for (of, _), each in said.items() if of == request.sender and each.on]
    ended = [each for each in mine if named in (None, each.to)]
    if not ended or (named is None and any(map(str.isalnum, "".join(rest)))):
        return ask(request, link_saying.not_linked(request))
    now = _ms(request)
    return Reply(
        link_saying.unlinked(request, [each.to for each in ended]),
        changes=tuple(written(request.served_by, replace(each, at=now, on=False)) for each in ended),
    )


def _ms(request: Request) -> int:
    return int(request.now.timestamp() * 1000)


def _named(rest: Sequence[str]) -> tuple[UserId | None, bool]:
    found = [identifier(UserId.parse, each.strip(",;.!?")) for each in rest if each.startswith("@")]
    return (found[0] if len(found) == 1 else None), any(fold(each) in _WHOLE for each in rest)
