"""``beffroi user``: accounts for people: one, or a list of them; who there is; locking, and new first passwords."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, TypeVar

import typer

from bridge.cli.owned import want_owned
from bridge.cli.terminal.options import AsJson, Config, Members
from bridge.cli.terminal.speech import known
from config.texts import mark

if TYPE_CHECKING:
    from bridge.people.accounts import TownAccount
    from bridge.people.administration import Administration
    from bridge.people.enrolling import Enrolled, EnrolmentPlan
    from bridge.people.errors import PeopleError
    from bridge.people.roll import Newcomer
    from config.identifiers import UserId
    from config.settings import Collectivity
    from config.texts import Texts

_T = TypeVar("_T")
_CANNOT_GO_ON = 2

Pages = Annotated[Path | None, typer.Option("--pages", help=mark("Where to write the pages to print (HTML)."))]
Someone = Annotated[str, typer.Argument(help=mark("Their address (@anne:valbourg.fr), or their identifier alone."))]
_DEFAULT = Path("collectivity.yaml")


def register(app: typer.Typer) -> None:
    """Add the ``user`` commands."""
    group = typer.Typer(help=mark("People's accounts."), no_args_is_help=True)
    group.command("add", help=mark("Make one person's account, and the page to hand them."))(add)
    group.command(
        "import", help=mark("Make the accounts of a list from a spreadsheet; with one mistake in it nothing is done.")
    )(import_)
    group.command("list", help=mark("Show who has an account."))(list_)
    group.command(
        "lock", help=mark("Close an account for a time: the person reads and says nothing more, and nothing is lost.")
    )(lock)
    group.command("unlock", help=mark("Open a closed account again."))(unlock)
    group.command("reset", help=mark("Give a new first password, and sign out all the person's devices."))(reset)
    group.command("leave", help=mark("See somebody out: hand over, close the account, say what is left."))(leave)
    app.add_typer(group, name="user")


def add(
    name: Annotated[str, typer.Argument(help=mark("First and last name, in quotes."))],
    login: Annotated[str | None, typer.Option("--id", help=mark("The identifier, where it is not first.last."))] = None,
    role: Annotated[str, typer.Option("--role", help=mark("What they do, shown after their name."))] = "",
    admin: Annotated[bool, typer.Option("--admin", help=mark("May administer the server."))] = False,
    pages: Pages = None,
    config: Config = _DEFAULT,
) -> None:
    """Make one person's account, and the page to hand them."""
    from dataclasses import replace  # noqa: PLC0415 - imported late: this file is read at every start

    from bridge.people.accounts import machines  # noqa: PLC0415
    from bridge.people.roll import newcomer  # noqa: PLC0415

    town = _Town(config)
    person = town.settled(
        lambda: newcomer(name, login, role, town.collectivity.server_name, machines(town.collectivity), town.texts)
    )
    town.enrol((replace(person, admin=admin),), pages)


def import_(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="CSV", help=mark("The list: first name, last name, position, identifier, administrator.")
        ),
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help=mark("Say what would be done, and do nothing."))] = False,
    pages: Pages = None,
    config: Config = _DEFAULT,
) -> None:
    """Make the accounts of a list from a spreadsheet; with one mistake in it nothing is done."""
    from bots.assistant.words.files.sheets import MOST_BYTES  # noqa: PLC0415
    from bridge.people.accounts import machines  # noqa: PLC0415 - imported late: this file is read at every start
    from bridge.people.roll import read  # noqa: PLC0415

    town = _Town(config)
    with file.open("rb") as stream:
        data = stream.read(MOST_BYTES + 1)
    people = town.settled(lambda: read(data, town.collectivity.server_name, machines(town.collectivity), town.texts))
    town.enrol(people, pages, dry_run=dry_run)


def list_(
    as_json: AsJson = False,
    everybody: Annotated[bool, typer.Option("--all", help=mark("Machines and those who have left, too."))] = False,
    config: Config = _DEFAULT,
) -> None:
    """Show who has an account."""
    from bridge.people import accounts  # noqa: PLC0415 - imported late: this file is read at every start

    town = _Town(config)
    found = town.ask(lambda administration: accounts.everybody(administration, town.collectivity))
    shown = [account for account in found if everybody or not (account.machine or account.departed)]
    if as_json:
        typer.echo(json.dumps([asdict(account) for account in shown], indent=2, ensure_ascii=False, default=str))
        return
    town.show(shown)


def lock(user: Someone, config: Config = _DEFAULT) -> None:
    """Close an account for a time: the person reads and says nothing more, and nothing is lost."""
    _lock(user, config, locked=True)


def unlock(user: Someone, config: Config = _DEFAULT) -> None:
    """Open a closed account again."""
    _lock(user, config, locked=False)


def reset(user: Someone, pages: Pages = None, config: Config = _DEFAULT) -> None:
    """Give a new first password, and sign out all the person's devices."""
    from bridge.people import accounts  # noqa: PLC0415 - imported late: this file is read at every start
    from bridge.people.enrolling import Enrolled  # noqa: PLC0415

    town = _Town(config)
    who = town.user(user)
    account, password = town.ask(lambda administration: accounts.reset(administration, town.collectivity, who))
    town.hand_out([Enrolled(account.user_id, account.display_name, password, account.admin)], pages)
    if account.locked:
        sentence = town.texts.gettext(
            "The account is locked: the password opens it after `beffroi user unlock {user}`."
        )
        typer.echo(sentence.format(user=account.user_id))
    typer.echo(
        town.texts.gettext(
            "All devices of {name} were signed out. They need their recovery key to read again what was said before."
        ).format(name=account.display_name)
    )


def leave(
    user: Someone,
    heir: Annotated[str, typer.Option("--to", help=mark("Who takes over their rooms, tasks and objectives."))],
    federation: Members = None,
    erase: Annotated[
        bool, typer.Option("--erase", help=mark("Also hide what they said from newcomers (GDPR)."))
    ] = False,
    as_json: AsJson = False,
    config: Config = _DEFAULT,
) -> None:
    """See somebody out: hand over, close the account, say what is left."""
    from bridge.people import saying  # noqa: PLC0415 - imported late: this file is read at every start
    from bridge.people.leaving import Leaving  # noqa: PLC0415
    from config.load import load_both  # noqa: PLC0415

    town = _Town(config)
    _, members = load_both(config, federation)
    who, successor = town.user(user), town.user(heir)
    if not as_json and not _agreed(who, successor, town.texts):
        typer.echo(town.texts.gettext("Nothing was done."))
        raise typer.Exit(1)
    departure = town.ask(
        lambda administration: Leaving(administration, town.collectivity, members, town.secrets).see_out(
            who, successor, erase=erase
        )
    )
    if as_json:
        rows = asdict(departure) | {"well": departure.well}
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False, default=str))
    else:
        for line in saying.departed(departure, town.texts):
            typer.echo(line)
    if not departure.well:
        raise typer.Exit(1)


def _agreed(who: "UserId", heir: "UserId", texts: "Texts") -> bool:
    """Ask, at a terminal, whether it is really *who* that leaves: there is no way back."""
    from bridge.cli.terminal.interview import Interview  # noqa: PLC0415 - imported late: this file is read at every start

    interview = Interview(texts)
    sentence = texts.gettext("{user} leaves for good, and {heir} takes over. Shall the account be closed?")
    return not interview.attended or interview.agree(sentence.format(user=who, heir=heir), default=False)


def _lock(user: str, config: Path, *, locked: bool) -> None:
    from bridge.people import accounts  # noqa: PLC0415 - imported late: this file is read at every start

    town = _Town(config)
    _, who = town.texts.gettext, town.user(user)
    account = town.ask(lambda administration: accounts.lock(administration, town.collectivity, who, locked=locked))
    sentence = _("{name} ({user}) is locked out.") if account.locked else _("{name} ({user}) may come in again.")
    typer.echo(sentence.format(name=account.display_name, user=account.user_id))


class _Town:
    """The town that the commands are about, and how they speak."""

    def __init__(self, config: Path) -> None:
        from config.load import load_collectivity  # noqa: PLC0415 - imported late: this file is read at every start
        from config.secrets import Secrets  # noqa: PLC0415

        self.collectivity: Collectivity = load_collectivity(config)
        want_owned(self.collectivity)
        self.texts: Texts = known()
        self.secrets = Secrets.load(self.collectivity.paths.secrets)

    def user(self, typed: str) -> "UserId":
        """Return whom *typed* names; without a server it is ours."""
        from config.identifiers import UserId  # noqa: PLC0415

        bare = typed.removeprefix("@")
        return UserId.parse(f"@{bare}" if ":" in bare else f"@{bare}:{self.collectivity.server_name}")

    def settled(self, work: Callable[[], _T]) -> _T:
        """Do *work*, or say what is wrong and end."""
        from bridge.people.errors import PeopleError  # noqa: PLC0415

        try:
            return work()
        except PeopleError as exc:
            _give_up(exc, self.texts)

    def ask(self, work: "Callable[[Administration], Awaitable[_T]]") -> _T:
        """Do *work* as the administrator, or say what is wrong and end."""

        async def done() -> _T:
            async with self._entered() as administration:
                return await work(administration)

        return self.settled(lambda: asyncio.run(done()))

    @asynccontextmanager
    async def _entered(self) -> "AsyncIterator[Administration]":
        from bridge.people.administration import administering  # noqa: PLC0415

        async with administering(self.collectivity, self.secrets) as administration:
            yield administration

    def enrol(self, people: "Sequence[Newcomer]", pages: Path | None, *, dry_run: bool = False) -> None:
        """Make the accounts of *people*, write their pages, and say what was done."""
        self.ask(lambda administration: self._enrol(administration, people, pages, dry_run=dry_run))

    async def _enrol(
        self, administration: "Administration", people: "Sequence[Newcomer]", pages: Path | None, *, dry_run: bool
    ) -> None:
        from bridge.people.enrolling import Enrolment  # noqa: PLC0415

        enrolment = Enrolment(administration, self.collectivity)
        planned = await enrolment.plan(people, self.texts)
        if dry_run:
            self._tell(planned)
            return
        target = self._target(pages) if planned.new else None
        enrolled = await enrolment.enrol(planned)
        if target is not None:
            self._write(enrolled, target)
        enrolment.done(enrolled)
        self._tell(planned, enrolled)

    def hand_out(self, people: "Sequence[Enrolled]", pages: Path | None) -> None:
        """Write the pages of *people* and say where."""
        self._write(people, self._target(pages))

    def _target(self, pages: Path | None) -> Path:
        from datetime import datetime  # noqa: PLC0415
        from zoneinfo import ZoneInfo  # noqa: PLC0415

        from bridge.people.enrolling import pages_file  # noqa: PLC0415

        now = datetime.now(ZoneInfo(self.collectivity.timezone))
        target = pages or pages_file(Path(), now.strftime("%Y-%m-%d-%Hh%M%S"))
        # Before anything is done: a password that cannot be written down is lost.
        if not target.parent.is_dir():
            raise FileNotFoundError(2, "No such directory", str(target.parent))
        return target

    def _write(self, people: "Sequence[Enrolled]", target: Path) -> None:
        from datetime import datetime  # noqa: PLC0415
        from zoneinfo import ZoneInfo  # noqa: PLC0415

        from bridge.operate.private import write_private  # noqa: PLC0415
        from bridge.people.leaflet import leaflets  # noqa: PLC0415

        today = datetime.now(ZoneInfo(self.collectivity.timezone)).date()
        write_private(target, leaflets(self.collectivity, people, today))
        sentence = self.texts.ngettext(
            "{count} page to print: {file}. It holds a first password: hand it over on paper, then delete the file.",
            "{count} pages to print: {file}. They hold first passwords: hand them over on paper, then delete the file.",
            len(people),
        )
        typer.echo(sentence.format(count=len(people), file=target))

    def _tell(self, planned: "EnrolmentPlan", enrolled: "Sequence[Enrolled] | None" = None) -> None:
        server = self.collectivity.server_name
        for account in planned.known:
            sentence = self.texts.gettext("{user} is there already ({name}): nothing was changed.")
            typer.echo(sentence.format(user=account.user_id, name=account.display_name))
        if len(planned.known) == 1 and not planned.new and enrolled is not None:
            typer.echo(self.texts.gettext("Somebody else of the same name needs an identifier of their own: `--id`."))
        for person in planned.new:
            typer.echo(f"@{person.localpart}:{server}  {person.display_name}")
        made = self.texts.ngettext("{count} account made.", "{count} accounts made.", len(planned.new))
        would = self.texts.ngettext("{count} account to make.", "{count} accounts to make.", len(planned.new))
        typer.echo((would if enrolled is None else made).format(count=len(planned.new)))

    def show(self, accounts: "Sequence[TownAccount]") -> None:
        """Print a line for each of *accounts*."""
        from rich.console import Console  # noqa: PLC0415 - only for who shows it
        from rich.table import Table  # noqa: PLC0415
        from rich.text import Text  # noqa: PLC0415

        from bridge.people.saying import state  # noqa: PLC0415

        _ = self.texts.gettext
        table = Table(show_lines=False)
        for label in (_("Person"), _("Address"), _("State"), _("Last seen")):
            table.add_column(label, overflow="fold")
        for account in accounts:
            seen = account.seen.date().isoformat() if account.seen else _("never")
            table.add_row(Text(account.display_name), account.user_id, state(account, self.texts), seen)
        Console().print(table)


def _give_up(error: "PeopleError", texts: "Texts") -> NoReturn:
    from bridge.people.saying import explained  # noqa: PLC0415 - imported late: this file is read at every start

    for line in explained(error, texts):
        print(f"beffroi: {line}", file=sys.stderr)
    raise typer.Exit(_CANNOT_GO_ON)
