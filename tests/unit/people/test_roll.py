"""A list of people as offices make it: what is read, and which line is wrong."""

import pytest

from bridge.people.errors import BadRoll
from bridge.people.naming import localpart
from bridge.people.roll import Newcomer, newcomer, read
from config.identifiers import ServerName
from config.texts import texts

SERVER = ServerName.parse("valbourg.fr")
RESERVED = frozenset({"beffroi", "beffroi-admin"})
HEAD = "Prénom;Nom;Fonction;Identifiant;Administrateur\r\n"


def people(text: str, encoding: str = "utf-8") -> tuple[Newcomer, ...]:
    return read(text.encode(encoding), SERVER, RESERVED, texts("fr"))


def wrong(text: str | bytes) -> list[tuple[int, str]]:
    data = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(BadRoll) as caught:
        read(data, SERVER, RESERVED, texts("fr"))
    return [(fault.line, fault.sentence) for fault in caught.value.faults]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
def test_a_sheet_from_a_french_excel_is_read_in_each_of_its_encodings(encoding: str) -> None:
    found = people(HEAD + "Élodie;Lefèvre;DGS;;oui\r\nJean-Noël;d’Haÿ;;;\r\n", encoding)

    assert found == (
        Newcomer("elodie.lefevre", "Élodie Lefèvre (DGS)", True, 2),
        Newcomer("jean-noel.d-hay", "Jean-Noël d’Haÿ", False, 3),
    )


@pytest.mark.parametrize(
    "text",
    [
        "prenom,nom\nAnne,Martin\n",
        "nom\tprénom\nMartin\tAnne\n",
        "sep=;\r\nNOM;PRENOM\r\nMartin;Anne\r\n",
        "Liste des agents;\n\nPrénom ;Nom d'usage\nAnne;Martin\n",
        "First name;Last name;Badge\nAnne;Martin;\n",
        "nom complet\nAnne Martin\n",
        'prénom;nom\n"Anne";"Martin"\n;\n',
    ],
)
def test_headings_and_separators_are_found(text: str) -> None:
    assert [(person.localpart, person.display_name) for person in people(text)] == [("anne.martin", "Anne Martin")]


def test_every_mistake_is_told_with_its_line() -> None:
    told = wrong(
        HEAD + "Anne;Martin;;;\r\n;;DGS;x;\r\nAnne;Martin;;;\r\nPaul;Roux;;Paul Roux;\r\nZoé;Lys;;;peut-être\r\n"
        "Beffroi;;;;\r\nИван;Петров;;;\r\nLi;Wu;;@li.wu:rivemont.fr;\r\nJo;Ba;;jo;non;encore\r\n"
    )

    assert [line for line, _ in told] == [3, 4, 5, 6, 7, 8, 9, 10]
    sentences = dict(told)
    assert "Le nom manque" in sentences[3]
    assert "ligne 2" in sentences[4]
    assert "paul roux" in sentences[5]
    assert "peut-être" in sentences[6]
    assert "assistant" in sentences[7]
    assert "identifiant" in sentences[8]
    assert "valbourg.fr" in sentences[9]
    assert "plus de cases" in sentences[10]


def test_a_row_without_a_name_is_told_whatever_else_stands_in_it() -> None:
    assert [line for line, _ in wrong("Nom;Téléphone\nMartin;01 23 45 67 89\n;01 23 45 67 90\n")] == [3]


def test_a_cell_that_a_sheet_guards_against_formulas_is_read_as_it_was_meant() -> None:
    (person,) = people(HEAD + "Anne;Martin;;'@a.m:valbourg.fr;\r\n")

    assert person.localpart == "a.m"


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"PK\x03\x04rest", "classeur"),
        (b"\xff\xfe\x00", "texte"),
        (b"a\x00b", "texte"),
        (b"", "titres"),
        (b"Anne;Martin\n", "titres"),
        (b"nom;nom\nMartin;Martin\n", "même titre"),
        (b"nom;pr\xc3\xa9nom\n", "personne"),
        ('prénom;nom\nAnne;"Martin\nPaul;Roux\n'.encode(), "guillemet"),
        (b"nom\n" + b"x" * (1 << 20), "mégaoctet"),
        (b"nom\n" + b"".join(b"agent%d\n" % number for number in range(2001)), "2000"),
        (b";".join([b"nom", *(b"n%d" % number for number in range(100))]) + b"\nMartin\n", "colonnes"),
    ],
)
def test_what_is_no_list_is_refused_as_a_whole(data: bytes, word: str) -> None:
    assert any(word in sentence for _, sentence in wrong(data))


def test_what_turns_the_writing_around_does_not_reach_a_name() -> None:
    (person,) = people("prénom;nom\nAnne\u202e;Mar\u200btin\n")

    assert person.display_name == "Anne Martin"


def test_a_name_becomes_what_one_can_dictate() -> None:
    assert localpart("Anne-Marie", "de La Tour d’Auvergne") == "anne-marie.de-la-tour-d-auvergne"
    assert localpart("Œdipe", "Straße") == "oedipe.strasse"
    assert localpart("Иван", "") == ""


def test_one_person_is_named_on_the_command_line() -> None:
    assert newcomer("Anne de Martin", None, "DGS", SERVER, RESERVED, texts("fr")) == Newcomer(
        "anne.de-martin", "Anne de Martin (DGS)"
    )
    assert newcomer("Anne", "a.m", "", SERVER, RESERVED, texts("fr")).localpart == "a.m"
    with pytest.raises(BadRoll):
        newcomer("Anne", "beffroi-admin", "", SERVER, RESERVED, texts("fr"))
