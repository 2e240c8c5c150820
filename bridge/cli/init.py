"""``beffroi init``: a new collectivity, asked for one answer at a time, and what is left to do then."""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bridge.cli.terminal.interview import Interview
from bridge.cli.terminal.speech import known, language
from config.sentence import sentence
from config.texts import mark

if TYPE_CHECKING:
    from config.settings import Collectivity
    from config.writing.starting import Beginning

_TRIAL_PORTS = ("https", "federation", "neighbours", "client", "metrics", "share", "share_api", "calendars")
_KINDS = "commune, intercommunalité, département, syndicat"
_Named = Annotated[str | None, typer.Option(help=mark("Name of the collectivity."))]
_Server = Annotated[str | None, typer.Option(help=mark("What stands after the colon in addresses, for ever."))]
_Admins = Annotated[
    list[str] | None, typer.Option(help=mark("An administrator, marie or @marie:valbourg.fr; repeatable."))
]
_Url = Annotated[str | None, typer.Option("--url", help=mark("The homeserver's public address."))]
_Database = Annotated[str | None, typer.Option(help=mark("sqlite, postgresql, or a postgresql:// address."))]
_Here = Annotated[
    bool | None,
    typer.Option(
        "--website-here/--website-elsewhere", help=mark("Whether the server name's web site is on this machine.")
    ),
]


def register(app: typer.Typer) -> None:
    """Add ``init`` to *app*."""
    app.command(help=mark("Ask what a new collectivity is, write its files and secrets, and say what is left to do."))(
        init
    )


def init(  # noqa: PLR0913 - each is an option of the command
    *,
    name: _Named = None,
    server_name: _Server = None,
    kind: Annotated[str | None, typer.Option(help=_KINDS)] = None,
    siren: Annotated[str | None, typer.Option(help=mark("Its SIREN, nine digits."))] = None,
    admin: _Admins = None,
    url: _Url = None,
    email: Annotated[str | None, typer.Option(help=mark("Who is warned before a certificate ends."))] = None,
    website_here: _Here = None,
    database: _Database = None,
    locale: Annotated[str | None, typer.Option(help=mark("Language of the assistant: fr or en."))] = None,
    folder: Annotated[Path, typer.Option("--dir", help=mark("Where to write the files."))] = Path(),
) -> None:
    """Ask what a new collectivity is, write its two files and its secrets, and say what is left to do."""
    from bridge.cli.next_steps import steps  # noqa: PLC0415 - pydantic takes long to import
    from bridge.operate.services.low_ports import allowing, closed, lowest_of  # noqa: PLC0415
    from bridge.operate.services.programs import missing, needed  # noqa: PLC0415
    from bridge.operate.services.shortcut import point  # noqa: PLC0415
    from config.load import collectivity_from, load_both  # noqa: PLC0415
    from config.secrets import Secrets  # noqa: PLC0415
    from config.writing.render import render  # noqa: PLC0415
    from config.writing.starting import COLLECTIVITY, check_free, start  # noqa: PLC0415

    check_free(folder)
    interview = Interview(known())
    answers = {
        "name": name or _asked(interview, "name", "--name", mark("Name of the collectivity")),
        "server_name": server_name or _server_name(interview),
        "kind": kind or _kind(interview),
        "siren": siren or _asked(interview, "siren", "--siren", mark("SIREN (nine digits)")),
        "locale": locale or language(),
    }
    answers["admins"] = _admins(interview, admin, str(answers["server_name"]))
    # All that a script has given is read here together, and nothing is asked of it that a mistake makes useless.
    collectivity = collectivity_from(answers)
    chosen = database or _database(interview)
    if _is_local(collectivity.server_name):
        beginning = _trial(folder, chosen)
    else:
        beginning = _public(interview, collectivity, chosen, url, email, here=website_here)
    start(collectivity, folder, beginning)
    point(folder)
    written, members = load_both(folder / COLLECTIVITY)
    if written.web is not None:
        # Two of these files are for the town's web site: whoever is told so must find them.
        render(written, members, Secrets.load(written.paths.secrets), written.paths.rendered)
    ports = closed(written.web, lowest_of(needed(written).caddy))
    opening = allowing(ports) if ports else ""
    for line in steps(written, folder, missing(written), opening, interview.words):
        typer.echo(line)


def _asked(interview: Interview, field: str, option: str, question: str, default: str | None = None) -> Any:
    from config.answers import accepted  # noqa: PLC0415

    return interview.ask(question, option, lambda answer: accepted(field, answer), default)


def _server_name(interview: Interview) -> str:
    from config.advice import FOR_EVER, on_server_name  # noqa: PLC0415

    question = mark(
        "Server name, for ever: usually the domain, valbourg.fr (for a trial without DNS: valbourg.localhost)"
    )
    while True:
        name = str(_asked(interview, "server_name", "--server-name", question))
        interview.warn(interview.words.gettext(FOR_EVER).format(name=name))
        if _is_local(name):
            interview.warn(sentence("{name} is a trial: nobody outside this machine can reach it.", name=name))
        doubts = list(on_server_name(name))  # type: ignore[arg-type] # it has been read as one
        for doubt in doubts:
            interview.warn(doubt)
        # Enter is no yes to what is for ever and most likely wrong; a script has nobody to ask.
        if interview.agree(mark("Is this the name for ever?"), default=not doubts or not interview.attended):
            return name


def _kind(interview: Interview) -> str:
    from config.answers import kind  # noqa: PLC0415

    return interview.ask(mark("Kind: 1 commune, 2 intercommunalité, 3 département, 4 syndicat"), "--kind", kind)


def _admins(interview: Interview, given: list[str] | None, server_name: str) -> list[str]:
    from config.answers import administrator  # noqa: PLC0415

    if given:
        return [name if name.startswith("@") else f"@{name}:{server_name}" for name in given]
    if not interview.attended:
        return []
    question = mark("First administrator: the identifier to sign in with, as in marie or marie.dupont")
    return [str(interview.ask(question, "--admin", lambda answer: administrator(answer, server_name)))]


def _database(interview: Interview) -> str:
    from config.answers import accepted  # noqa: PLC0415

    choices = {"1": "sqlite", "2": "postgresql"}
    question = mark("Database: 1 SQLite (up to about twenty people), 2 PostgreSQL (installed here, run by beffroi)")
    return interview.ask(
        question, "--database", lambda answer: str(accepted("database", choices.get(answer.strip(), answer))), "1"
    )


def _is_local(server_name: str) -> bool:
    """Whether the name is one that every machine keeps for itself (RFC 6761 §6.3)."""
    return server_name.partition(":")[0].endswith(".localhost")


def _has_restic() -> bool:
    return shutil.which("restic") is not None


def _trial(folder: Path, database: str) -> "Beginning":
    from bridge.operate.authority import Authority  # noqa: PLC0415
    from bridge.operate.ports import reserve  # noqa: PLC0415
    from config.writing.starting import Beginning, TrialPorts  # noqa: PLC0415

    authority = Authority(folder / "data" / "authority").certificate.read_text("ascii")
    with reserve(len(_TRIAL_PORTS)) as free:
        ports = TrialPorts(**dict(zip(_TRIAL_PORTS, free, strict=True)), authority=authority)
    return Beginning(database, restic=_has_restic(), trial=ports)


def _public(
    interview: Interview,
    collectivity: "Collectivity",
    database: str,
    url: str | None,
    email: str | None,
    *,
    here: bool | None,
) -> "Beginning":
    from config.answers import accepted  # noqa: PLC0415
    from config.writing.starting import Beginning  # noqa: PLC0415

    usual = f"https://matrix.{collectivity.host}"
    address = mark("Public address of the homeserver")
    chosen = accepted("client_url", url) if url else _asked(interview, "client_url", "--url", address, usual)
    warned = mark("E-mail of whoever is warned before a certificate ends (Enter: nobody)")
    mail = accepted("email", email) if email else _asked(interview, "email", "--email", warned, "")
    question = interview.words.gettext("Does the web site https://{name} lead to this machine?")
    if here is None:
        here = interview.agree(question.format(name=collectivity.host), default=False)
    return Beginning(database, "" if chosen == usual else chosen, mail, serves_server_name=here, restic=_has_restic())
