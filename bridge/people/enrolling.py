"""New people: each gets an account and a first password, once, whatever ends the work in between."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from bridge.operate.private import write_private
from bridge.people.accounts import TownAccount, machines
from bridge.people.administration import Administration
from bridge.people.errors import BadRoll, Fault
from bridge.people.passwords import first_password
from bridge.people.roll import Newcomer
from config.identifiers import UserId
from config.settings import Collectivity
from config.texts import Texts


@dataclass(frozen=True, slots=True)
class Enrolled:
    """Somebody with an account of their own and the password that nobody has used yet."""

    user_id: UserId
    display_name: str
    password: str
    admin: bool = False


@dataclass(frozen=True, slots=True)
class EnrolmentPlan:
    """What a list comes to: who is *new*, and who is *known* already, whose account stays as it is."""

    new: tuple[Newcomer, ...]
    known: tuple[TownAccount, ...]


def plan(
    people: Sequence[Newcomer], accounts: Iterable[TownAccount], begun: Mapping[str, str], texts: Texts
) -> EnrolmentPlan:
    """Return what is to be done for *people*; *begun* (localpart → password) is what an interrupted run had begun.

    Pure. Raises :class:`BadRoll` where somebody would get an address that was another's.
    """
    standing = {account.user_id.localpart: account for account in accounts}
    faults = [
        Fault(
            person.line,
            texts.gettext(
                "{login} belonged to somebody who has left ({name}): an address is never given twice. Write another "
                "identifier."
            ).format(login=person.localpart, name=standing[person.localpart].display_name),
        )
        for person in people
        if person.localpart in standing and standing[person.localpart].departed
    ]
    if faults:
        raise BadRoll(faults)
    new = tuple(person for person in people if person.localpart not in standing or person.localpart in begun)
    there = {person.localpart for person in people} - {person.localpart for person in new}
    return EnrolmentPlan(new, tuple(standing[login] for login in sorted(there)))


class Enrolment:
    """Makes the accounts of a plan; ``underway.json`` holds the passwords from before the first to the last page."""

    def __init__(self, administration: Administration, collectivity: Collectivity) -> None:
        self._administration = administration
        self._collectivity = collectivity
        self._journal = collectivity.paths.data / "people" / "underway.json"

    async def plan(self, people: Sequence[Newcomer], texts: Texts) -> EnrolmentPlan:
        """Return what is to be done for *people*; nothing is changed. Raises :class:`BadRoll`."""
        ours = machines(self._collectivity)
        accounts = [TownAccount.of(raw, ours) for raw in await self._administration.everybody()]
        return plan(people, accounts, self._begun(), texts)

    async def enrol(self, planned: EnrolmentPlan) -> list[Enrolled]:
        """Make the accounts; one that an interrupted run has made keeps the password of then. Call :meth:`done` after.

        Raises ``HomeserverRefused`` and ``HomeserverAway``: the next run goes on where this one has stopped.
        """
        passwords = self._begun()
        for person in planned.new:
            passwords.setdefault(person.localpart, first_password())
        self._journal.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(self._journal, _written(passwords))
        return [await self._make(person, passwords[person.localpart]) for person in planned.new]

    def done(self, people: Iterable[Enrolled]) -> None:
        """Forget the passwords of *people*: whoever is to read them has them on paper."""
        on_paper = {person.user_id.localpart for person in people}
        left = {login: password for login, password in self._begun().items() if login not in on_paper}
        if left:
            write_private(self._journal, _written(left))
        else:
            self._journal.unlink(missing_ok=True)

    async def _make(self, person: Newcomer, password: str) -> Enrolled:
        user_id = UserId.parse(f"@{person.localpart}:{self._collectivity.server_name}")
        body = {
            "password": password,
            "displayname": person.display_name,
            "admin": person.admin,
            "logout_devices": False,
        }
        if await self._administration.find(user_id) is None:
            await self._administration.ask("PUT", f"/_synapse/admin/v2/users/{quote(user_id)}", body)
        return Enrolled(user_id, person.display_name, password, person.admin)

    def _begun(self) -> dict[str, str]:
        try:
            raw = json.loads(self._journal.read_text("utf-8"))
        except (FileNotFoundError, ValueError):
            return {}
        return {str(login): str(password) for login, password in raw.items()} if isinstance(raw, dict) else {}


def _written(passwords: Mapping[str, str]) -> str:
    return json.dumps(passwords, indent=2) + "\n"


def pages_file(folder: Path, moment: str) -> Path:
    """Return where the pages go when nobody says it; *moment* tells one run's from another's."""
    return folder / f"premiers-mots-de-passe-{moment}.html"
