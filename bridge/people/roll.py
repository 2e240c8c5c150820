"""From the bytes of a list of people, as French offices make it, to people or to the mistakes, line by line (pure)."""

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from bots.assistant.talk.wording import fold
from bots.assistant.words.files import sheets
from bots.assistant.words.files.sheets import MOST_BYTES, MOST_COLUMNS, Columns, NoSheet, Record, Table, heading_key
from bridge.people.errors import BadRoll, Fault
from bridge.people.naming import MOST, is_localpart, localpart
from config.errors import MalformedId
from config.identifiers import ServerName, UserId
from config.texts import Texts

MOST_NAME: Final = 100
_SHOWN: Final = 40


class Column(Enum):
    """What a column holds."""

    FIRST = "prénom"
    LAST = "nom"
    SHOWN = "nom affiché"
    LOGIN = "identifiant"
    ROLE = "fonction"
    ADMIN = "administrateur"


_HEADINGS: Final = {
    Column.FIRST: ("prenom", "prenoms", "first name", "given name", "firstname"),
    Column.LAST: ("nom", "nom de famille", "nom d usage", "last name", "surname", "family name", "lastname"),
    Column.SHOWN: ("nom affiche", "nom complet", "affichage", "display name", "full name", "name"),
    Column.LOGIN: ("identifiant", "login", "adresse matrix", "utilisateur", "user", "username", "localpart"),
    Column.ROLE: ("fonction", "poste", "role", "service", "title", "job", "position"),
    Column.ADMIN: ("administrateur", "administratrice", "admin", "administrator"),
}
_MEANT: Final = {heading: column for column, headings in _HEADINGS.items() for heading in headings}
_COLUMNS: Final = Columns(
    lambda typed: _MEANT.get(heading_key(typed)), frozenset({Column.FIRST, Column.LAST, Column.SHOWN}), every=True
)
"""Of a row without a name its maker is told, whatever else stands there."""
_YES: Final = frozenset({"oui", "o", "x", "yes", "y", "vrai", "true", "1"})
_NO: Final = frozenset({"", "non", "n", "no", "faux", "false", "0", "-"})


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody to have an account; *line* is where the list names them, 0: they were named on the command line."""

    localpart: str
    display_name: str
    admin: bool = False
    line: int = 0


def read(data: bytes, server: ServerName, reserved: Collection[str], texts: Texts) -> tuple[Newcomer, ...]:
    """Return the people in *data*; *reserved* are no people's. Raises :class:`BadRoll` with every mistake."""
    return _Reading(server, reserved, texts).roll(data)


def newcomer(
    name: str, login: str | None, role: str, server: ServerName, reserved: Collection[str], texts: Texts
) -> Newcomer:
    """Return one person named on the command line, their localpart made of *name* unless *login* says it."""
    first, _, last = name.strip().partition(" ")
    cells = {Column.FIRST: first, Column.LAST: last, Column.LOGIN: login or "", Column.ROLE: role}
    return _Reading(server, reserved, texts).single(cells)


class _Reading:
    """One list, with the mistakes found so far."""

    def __init__(self, server: ServerName, reserved: Collection[str], texts: Texts) -> None:
        self._server = server
        self._reserved = reserved
        self._ = texts.gettext
        self._faults: list[Fault] = []

    def roll(self, data: bytes) -> tuple[Newcomer, ...]:
        table = self._table(data)
        people = [self._read(record) for record in table.records]
        found = [person for person in people if person is not None]
        self._once_each(found)
        if not people:
            self._fault(0, self._("The list names nobody."))
        if self._faults:
            raise BadRoll(sorted(self._faults, key=lambda fault: fault.line))
        return tuple(found)

    def single(self, cells: Mapping[Column, str]) -> Newcomer:
        person = self._person(0, cells)
        if person is None:
            raise BadRoll(self._faults)
        return person

    def _fault(self, line: int, sentence: str) -> None:
        self._faults.append(Fault(line, sentence))

    def _table(self, data: bytes) -> Table[Column]:
        if len(data) > MOST_BYTES:
            raise BadRoll([Fault(0, self._("This is more than a megabyte: is it the right file?"))])
        try:
            return sheets.decoded(data, _COLUMNS)
        except NoSheet as exc:
            raise BadRoll([self._no_sheet(exc)]) from exc

    def _no_sheet(self, error: NoSheet) -> Fault:
        """Say why the whole of it is no list."""
        match error.fault:
            case sheets.Fault.WORKBOOK:
                sentence = self._("This is a workbook: save it from Excel as “CSV (separator: semicolon)” first.")
            case sheets.Fault.NO_TEXT:
                sentence = self._("This is no text: is it the right file? From Excel, save it as “CSV UTF-8”.")
            case sheets.Fault.EMPTY | sheets.Fault.NO_TITLES:
                sentence = self._(
                    "I find no headings. The first line names the columns: {columns} (the last three may be left out)."
                ).format(columns="prénom ; nom ; fonction ; identifiant ; administrateur")
                return Fault(0, sentence)
            case sheets.Fault.TWICE:
                sentence = self._("Two columns have the same heading.")
            case sheets.Fault.COLUMNS:
                sentence = self._("This sheet has too many columns: {most} at most.").format(most=MOST_COLUMNS)
            case sheets.Fault.ROWS:
                sentence = self._("The list names more than {most} people; divide it.").format(most=sheets.MOST_ROWS)
                return Fault(0, sentence)
            case sheets.Fault.QUOTES:
                sentence = self._("A quotation mark opens here and never closes.")
        return Fault(error.line, sentence)

    def _read(self, record: Record[Column]) -> Newcomer | None:
        if not record.beyond:
            return self._person(record.line, record.cells)
        self._fault(record.line, self._("There are more cells than headings: is a name written with a separator?"))
        return None

    def _person(self, line: int, cells: Mapping[Column, str]) -> Newcomer | None:
        said = {column: _clean(cells.get(column, "")) for column in Column}
        before = len(self._faults)
        shown = said[Column.SHOWN] or " ".join(filter(None, (said[Column.FIRST], said[Column.LAST])))
        if not shown:
            self._fault(line, self._("The name is missing."))
        if said[Column.ROLE]:
            shown = f"{shown} ({said[Column.ROLE]})"
        if len(shown) > MOST_NAME:
            self._fault(line, self._("The name is longer than {most} characters.").format(most=MOST_NAME))
        login = self._login(line, said, shown)
        admin = fold(said[Column.ADMIN])
        if admin not in _YES | _NO:
            sentence = self._("“{typed}” is neither yes nor no, in the column of administrators.")
            self._fault(line, sentence.format(typed=said[Column.ADMIN][:_SHOWN]))
        return Newcomer(login, shown, admin in _YES, line) if len(self._faults) == before else None

    def _login(self, line: int, said: Mapping[Column, str], shown: str) -> str:
        typed = said[Column.LOGIN].lower()
        login = self._own(line, typed) if typed.startswith("@") else typed
        if not login and (said[Column.FIRST] or said[Column.LAST]):
            login = localpart(said[Column.FIRST], said[Column.LAST])
        elif not login and not typed:
            login = localpart(*said[Column.SHOWN].split(" ", 1))
        if not login and shown and not typed:
            self._fault(line, self._("I can make no identifier of “{name}”: write one.").format(name=shown[:_SHOWN]))
        elif login and not is_localpart(login):
            sentence = self._(
                "“{typed}” cannot be an identifier: small letters without accents, digits, and . _ - between them, "
                "{most} characters at most."
            )
            self._fault(line, sentence.format(typed=login[:_SHOWN], most=MOST))
        elif login in self._reserved:
            self._fault(line, self._("“{typed}” belongs to the assistant or a machine.").format(typed=login))
        return login

    def _own(self, line: int, address: str) -> str:
        try:
            user = UserId.parse(address)
        except MalformedId:
            self._fault(line, self._("“{typed}” is no address.").format(typed=address[:_SHOWN]))
            return ""
        if user.server != self._server:
            sentence = self._("{user} is not on {server}: accounts are made on one's own server only.")
            self._fault(line, sentence.format(user=address[:_SHOWN], server=self._server))
            return ""
        return user.localpart

    def _once_each(self, people: Sequence[Newcomer]) -> None:
        first: dict[str, Newcomer] = {}
        for person in people:
            other = first.setdefault(person.localpart, person)
            if other is not person:
                sentence = self._(
                    "{name} would have the same identifier as line {line} ({login}): is it the same person? If not, "
                    "write an identifier."
                )
                self._fault(
                    person.line,
                    sentence.format(name=person.display_name, line=other.line, login=person.localpart),
                )


def _clean(cell: str) -> str:
    """Return *cell* on one line, without what is drawn as nothing or turns the writing around."""
    kept = (" " if letter.isspace() else letter for letter in unicodedata.normalize("NFC", cell))
    return " ".join("".join(letter for letter in kept if letter == " " or letter.isprintable()).split())
