"""``beffroi identity``: whose encryption identity has changed, and confirming that it is theirs."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.cli.running import whose
from bridge.cli.terminal.options import AsJson
from bridge.cli.terminal.speech import LANGUAGE, Lang

if TYPE_CHECKING:
    from bots.matrix.crypto.survey import KnownIdentity
    from config.settings import Collectivity
    from config.texts import Texts

_PATIENCE_S = 15

Directory = Annotated[Path | None, typer.Option("--dir", help="The demo's folder.")]
Config = Annotated[Path | None, typer.Option("--config", help="The settings of one collectivity, without a demo.")]


def register(app: typer.Typer) -> None:
    """Add the ``identity`` commands."""
    group = typer.Typer(help="The encryption identities that the assistants know.", no_args_is_help=True)
    group.command("show")(show)
    group.command("confirm")(confirm)
    app.add_typer(group, name="identity")


def show(
    user: Annotated[str | None, typer.Argument(help="Somebody (@…): all that is known of them.")] = None,
    directory: Directory = None,
    config: Config = None,
    everybody: Annotated[bool, typer.Option("--all", help="Also the identities that have not changed.")] = False,
    as_json: AsJson = False,
    lang: Lang = LANGUAGE,
) -> None:
    """Show the identities that have changed or are missing; of one person, the fingerprints to compare with them."""
    from rich.console import Console  # noqa: PLC0415 - imported late: this file is read at every start

    from bridge.operate import identities  # noqa: PLC0415
    from config.identifiers import UserId  # noqa: PLC0415
    from config.texts import texts  # noqa: PLC0415

    known = texts(lang)
    named = None if user is None else UserId.parse(user)
    roll = asyncio.run(identities.look(whose.collectivities(directory, config), named))
    if as_json:
        typer.echo(identities.as_json(roll))
        return
    for name, people in roll.items():
        typer.echo(f"{name}:" if people else f"{name}: {_nothing(people, known)}")
        if people and named is not None:
            _tell(people[0], known)
        elif people:
            shown = [each for each in people if everybody or each.changed_at is not None or each.known is None]
            if shown:
                Console().print(identities.as_table(shown, known))
            rest = len(people) - len(shown)
            if rest:
                sentence = known.ngettext(
                    "{count} identity is known and unchanged (--all shows it).",
                    "{count} identities are known and unchanged (--all shows them).",
                    rest,
                )
                typer.echo(sentence.format(count=rest))


def confirm(
    user: Annotated[str, typer.Argument(help="Whose identity (@…) has been checked with them.")],
    directory: Directory = None,
    config: Config = None,
    fingerprint: Annotated[
        str | None, typer.Option(help="The fingerprint that was compared, as `show` shows it: nothing is asked then.")
    ] = None,
    lang: Lang = LANGUAGE,
) -> None:
    """Confirm somebody's new identity, once it has been compared with them by word of mouth."""
    from bridge.operate import identities  # noqa: PLC0415 - imported late: this file is read at every start
    from config.identifiers import UserId  # noqa: PLC0415
    from config.texts import texts  # noqa: PLC0415

    known, named = texts(lang), UserId.parse(user)
    collectivities = whose.collectivities(directory, config)
    roll = asyncio.run(identities.look(collectivities, named))
    changed = [(each, found[0]) for each in collectivities if (found := roll[each.server_name]) and found[0].seen]
    if not changed:
        typer.echo(known.gettext("There is nothing to confirm: no other identity of {who} is shown.").format(who=named))
        raise typer.Exit(1)
    done = [_confirm(collectivity, person, fingerprint, known) for collectivity, person in changed]
    if not all(done):
        raise typer.Exit(1)


def _confirm(collectivity: "Collectivity", person: "KnownIdentity", compared: str | None, known: "Texts") -> bool:
    """Confirm what was shown, and nothing else: the operator may show another identity a moment later."""
    from bridge.operate import identities  # noqa: PLC0415

    _, seen = known.gettext, str(person.seen)
    typer.echo(f"{collectivity.server_name}:")
    _tell(person, known)
    if compared is not None and "".join(compared.split()) != seen:
        typer.echo(_("That is not the fingerprint that was compared: nothing was confirmed."), err=True)
        return False
    question = _("Have you compared it with this person, face to face or by telephone?")
    if compared is None and not _agreed(question, known):
        return False
    outcome = asyncio.run(identities.confirm(collectivity, person.user_id, seen, patience_s=_PATIENCE_S))
    sentences = {
        True: _("✔ Confirmed; the rooms that were warned hear of it."),
        False: _("The identity has changed again: nothing was confirmed. Please look at it once more."),
        None: _("The assistant does not run: it confirms this at its next start, if nothing has changed by then."),
    }
    typer.echo(sentences[outcome])
    return outcome is not False


def _agreed(question: str, known: "Texts") -> bool:
    choice = known.gettext("[y/N]")
    answer: str = typer.prompt(f"{question} {choice}", default="", show_default=False)
    return answer.strip().lower() in ("y", "yes", "o", "oui")


def _tell(person: "KnownIdentity", known: "Texts") -> None:
    from bridge.operate import identities  # noqa: PLC0415

    for line in identities.details(person, known):
        typer.echo(line)
    if person.seen is not None:
        advice = known.gettext(
            "Ask them in person whether they have set up their encryption anew, and have them read aloud the session "
            "key of each of their devices (Settings → Encryption): a device above that is not theirs is another's."
        )
        typer.echo(advice)


def _nothing(people: object, known: "Texts") -> str:
    return known.gettext("the assistant has no store yet") if people is None else known.gettext("nobody is known")
