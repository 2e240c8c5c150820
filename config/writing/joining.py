"""A neighbour's entries taken into our member list, so that both lists say the same in the same order."""

from collections.abc import Sequence
from pathlib import Path

from config.errors import InvalidSettings
from config.federation import Federation, FederationMember
from config.files import write_whole
from config.load import load_federation
from config.sentence import sentence
from config.writing.templating import environment


def strangers(own: Federation, theirs: Federation) -> Sequence[FederationMember]:
    """Return whom *theirs* lists and *own* does not.

    Raises ``InvalidSettings`` where both list somebody and say different things, or a newcomer is by its SIREN one of
    ours: one of them is wrong, or worse.
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
    _want_others([each for each in own.members if not each.former], new)
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
    """Write into the list *path* what it lacks of *theirs*.

    The order decides who answers for servers without an assistant, so it must be the same everywhere: a list that holds
    all of ours is taken as it is; otherwise their entries come after ours, and they take our list then.
    """
    own = load_federation(path)
    new = strangers(own, theirs)
    if not new:
        return
    if all(theirs.member_for(member.server_name) is not None for member in own.members):
        text = environment().get_template("federation.yaml.j2").render(members=theirs.members)
    else:
        # Added at the end of the text: what somebody has written between the entries stays.
        template = environment().get_template("member.yaml.j2")
        text = path.read_text("utf-8").rstrip("\n") + "\n" + "".join(template.render(member=member) for member in new)
    _check_and_write(path, text, (*own.members, *new))


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
