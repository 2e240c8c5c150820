"""A neighbour's entries taken into our member list, so that both lists say the same in the same order."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from config.errors import InvalidSettings
from config.federation import Federation, FederationMember
from config.files import write_whole
from config.load import load_collectivity, load_federation
from config.sentence import sentence
from config.writing.starting import COLLECTIVITY
from config.writing.templating import environment


def own_list(path: Path) -> Federation:
    """Return the list *path*; our own entry has the SIREN of the ``collectivity.yaml`` beside it, if it had none."""
    listed, settings = load_federation(path), path.with_name(COLLECTIVITY)
    if not settings.is_file():
        return listed
    ours = load_collectivity(settings)
    return _with_sirens(listed, {ours.server_name: ours.siren})


def _with_sirens(listed: Federation, sirens: Mapping[str, str]) -> Federation:
    """Return *listed* with a SIREN, by server, where an entry has none."""
    members = [
        member if member.siren else member.model_copy(update={"siren": sirens.get(member.server_name)})
        for member in listed.members
    ]
    return Federation(members=tuple(members))


def _sirens(listed: Federation) -> dict[str, str]:
    return {member.server_name: member.siren for member in listed.members if member.siren}


def strangers(own: Federation, theirs: Federation) -> Sequence[FederationMember]:
    """Return whom *theirs* lists and *own* does not.

    Raises ``InvalidSettings`` where both list somebody and say different things, or a newcomer is by its SIREN one of
    ours: one of them is wrong, or worse. So it does where they know of one of ours a SIREN that is another one's.
    """
    for member in theirs.members:
        ours = own.member_for(member.server_name)
        if ours is not None and _but_for_details(ours, member) != member:
            raise InvalidSettings(
                sentence(
                    "{server}: their list says something else of it than ours; ask by telephone which one is right",
                    server=member.server_name,
                )
            )
    new = [member for member in theirs.members if own.member_for(member.server_name) is None]
    learned = [each for each in _with_sirens(own, _sirens(theirs)).members if each not in own.members]
    _want_others([each for each in own.members if not each.former], [*learned, *new])
    return new


def _but_for_details(ours: FederationMember, theirs: FederationMember) -> FederationMember:
    """Return *ours* with what nobody must ask by telephone as *theirs* has it: an hour, a SIREN that one list lacks."""
    siren = {} if ours.siren and theirs.siren else {"siren": theirs.siren}
    return ours.model_copy(update={"timezone": theirs.timezone, **siren})


def _want_others(known: Sequence[FederationMember], new: Sequence[FederationMember]) -> None:
    """Raise where one of *new* is by its SIREN one of *known*, or another one of them."""
    owners = {member.siren: member for member in reversed(known) if member.siren}
    for member in new:
        if member.former or member.siren is None:
            continue
        owner = owners.setdefault(member.siren, member)
        if owner is not member:
            raise InvalidSettings(
                sentence(
                    "{server} has the SIREN {siren}, which is {other}'s already. Ask both by telephone; whoever was"
                    " wrong corrects it in their collectivity.yaml and federation.yaml, and gives the list again",
                    server=member.server_name,
                    siren=member.siren,
                    other=owner.server_name,
                )
            )


def take_in(path: Path, theirs: Federation) -> None:
    """Write into the list *path* what it lacks of *theirs*: whole entries, and SIRENs.

    The order decides who answers for servers without an assistant, so it must be the same everywhere: of a list that
    holds all of ours the order is taken; otherwise their entries come after ours, and they take our list then.
    """
    own = own_list(path)
    new = strangers(own, theirs)
    sirens = _sirens(theirs) | _sirens(own)
    if new and all(theirs.member_for(member.server_name) is not None for member in own.members):
        members = _with_sirens(theirs, sirens).members
        text = environment().get_template("federation.yaml.j2").render(members=members)
    else:
        # Added to the text: what somebody has written between the entries stays.
        template, before = environment().get_template("member.yaml.j2"), path.read_text("utf-8")
        text = _numbered(before, load_federation(path), sirens)
        if new:
            text = text.rstrip("\n") + "\n" + "".join(template.render(member=member) for member in new)
        if text == before:
            return
    _check_and_write(path, text, (*own.members, *new))


def _numbered(text: str, listed: Federation, sirens: Mapping[str, str]) -> str:
    """Return *text*, which says *listed*, with a SIREN below the server of each entry that has none."""
    for member in listed.members:
        siren = sirens.get(member.server_name)
        if siren and not member.siren:
            first = rf"(?m)^( *)- server_name: *([\"']?){re.escape(member.server_name)}\2 *$"
            text = re.sub(first, rf'\g<0>\n\g<1>  siren: "{siren}"', text)
    return text


def _check_and_write(path: Path, text: str, members: Sequence[FederationMember]) -> None:
    draft = path.with_name(f".{path.name}.new")
    write_whole(draft, text, 0o644)
    try:
        found = load_federation(draft)
        if {member.server_name for member in found.members} != {member.server_name for member in members}:
            raise InvalidSettings(sentence("{path}: write “members:” last in it, then try again", path=path))
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
