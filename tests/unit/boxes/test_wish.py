"""What people write of a drop box is understood whole, or it is said what is not; in a command and in a template."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bots.boxes.talk.fields import UnclearField, fields
from bots.boxes.talk.template import WrongTemplate, read_template
from bots.boxes.talk.wish import BoxWish, wish
from bots.links.box.descriptor import FormField
from bots.when.finding import find

MO = 10**6


NOW = datetime(2026, 11, 29, 9, tzinfo=UTC)


def of(said: str) -> BoxWish:
    return wish(said.split(" "), lambda text: find(text, NOW, ZoneInfo("Europe/Paris"), "fr"))


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ('"Permis de construire" 30j 5 fichiers 100Mo', {"title": "Permis de construire"}),
        ("« Permis de construire » pendant 2 mois", {"lasts": timedelta(days=60)}),
        ("Permis de construire 10 jours", {"title": "Permis de construire", "lasts": timedelta(days=10)}),
        ("“Avis” 1 fichier de 2 Go", {"files": 1, "size": 2000 * MO}),
        ('"Avis" 20 fichiers, 500 Ko', {"files": 20, "size": MO // 2}),
        ('"Avis" 0 fichier', {"files": 0}),
        ('30j "Avis 2 jours 3 fichiers"', {"title": "Avis 2 jours 3 fichiers", "lasts": timedelta(days=30)}),
        ('"Avis" dossier Urbanisme/Permis 2026 tâche @urbanisme 15j', {"folder": "Urbanisme/Permis 2026"}),
        ('"Avis" tâche @urbanisme et @dgs', {"task": True, "people": ("@urbanisme", "@dgs")}),
        ('"Avis" tâche pour @dgs 5j', {"task": True, "people": ("@dgs",), "lasts": timedelta(days=5)}),
        ('"Avis" tâche', {"task": True, "people": ()}),
        ('"Avis" 1 an', {"lasts": timedelta(days=365)}),
        ("« Cantine » jusqu’au 15 décembre 3 fichiers", {"until": date(2026, 12, 15), "files": 3}),
        ("Cantine jusqu au 15 décembre, 3 fichiers", {"title": "Cantine", "until": date(2026, 12, 15), "files": 3}),
        ("Cantine jusqu'au 15/12/2026", {"title": "Cantine", "until": date(2026, 12, 15)}),
        ('"Avis" jusqu’à vendredi, 10 Mo', {"until": date(2026, 12, 4), "size": 10 * MO}),
        ("Drop of plans 3 weeks 2 files 10 MB folder Plans", {"title": "Drop of plans", "folder": "Plans"}),
    ],
)
def test_a_wish_is_read(said: str, wanted: dict[str, Any]) -> None:
    found = of(said)

    assert {name: getattr(found, name) for name in wanted} == wanted
    assert found.unread == ()


@pytest.mark.parametrize(
    ("said", "unread"),
    [
        ('"Avis" quelques jours', ("quelques", "jours")),
        ('"Avis" 30j urgent', ("urgent",)),
        ('"Avis" 21 fichiers', ("21", "fichiers")),
        ('"Avis" 5 fichiers de plus grande taille', ("grande", "taille")),
        ("Avis 30j protégé", ("protégé",)),
        ('"Avis" jusqu’au 31 février', ("jusqu’au", "31", "février")),
    ],
)
def test_what_is_not_understood_is_said(said: str, unread: tuple[str, ...]) -> None:
    assert of(said).unread == unread


SCHOOL = "inscriptions à l'école"
BOTH = (FormField("nom", required=True), FormField("date de naissance", "date", required=True))


@pytest.mark.parametrize(
    ("said", "title", "asked"),
    [
        (f"pour les {SCHOOL} jusqu'au 31 janvier, avec nom et date de naissance obligatoires", SCHOOL, BOTH),
        (f"{SCHOOL} avec nom et date de naissance obligatoires jusqu'au 31 janvier", SCHOOL, BOTH),
        ("pour l'école avec le nom et la date de naissance (obligatoires) 10 jours", "école", BOTH),
        ("cantine, demander nom obligatoire et courriel", "cantine", (BOTH[0], FormField("courriel", "email"))),
        (
            "cantine en demandant le nom et l'adresse mail",
            "cantine",
            (FormField("nom"), FormField("adresse mail", "email")),
        ),
        ("cantine avec un formulaire nom et quotient", "cantine", (FormField("nom"), FormField("quotient"))),
        ("cantine avec pointure obligatoire", "cantine", (FormField("pointure", required=True),)),
        (
            "« Cantine » avec nom, prénom et téléphone, 3 fichiers",
            "Cantine",
            tuple(map(FormField, ("nom", "prénom", "téléphone"))),
        ),
        ("school with name and birthday required", "school", (FormField("name"), FormField("birthday", required=True))),
        ("concert avec orchestre et choeur", "concert avec orchestre et choeur", ()),
        ("plans avec 3 fichiers", "plans", ()),
        ("concours pour les écoles", "concours pour les écoles", ()),
    ],
)
def test_what_citizens_must_say_is_a_form_and_no_title(said: str, title: str, asked: tuple[FormField, ...]) -> None:
    found = of(said)
    assert (found.title, found.fields) == (title, asked)
    assert found.unread == ()


def test_what_must_be_filled_in_and_is_no_field_is_asked_about() -> None:
    assert of("cantine obligatoires pour tous").unread == ("obligatoires",)


def test_a_form_is_read_behind_its_word() -> None:
    found = of('"Avis" 30j champs: nom!, adresse, date de naissance (date), type (maison|appartement), courriel')

    assert found.fields == (
        FormField("nom", required=True),
        FormField("adresse"),
        FormField("date de naissance", "date"),
        FormField("type", "choice", choices=("maison", "appartement")),
        FormField("courriel", "email"),
    )
    assert found.unread == ()


@pytest.mark.parametrize(
    ("written", "field"),
    [
        ("Nom (obligatoire)", FormField("Nom", required=True)),
        ("Nom ! ", FormField("Nom", required=True)),
        ("Date (date)!", FormField("Date", "date", required=True)),
        ("Date souhaitée", FormField("Date souhaitée", "date")),
        ("E-mail!", FormField("E-mail", "email", required=True)),
        ("Observations (texte long)", FormField("Observations", "lines")),
        ("Taille (S, M | L)", FormField("Taille", "choice", choices=("S, M", "L"))),
        ("Taille (S/M/L)", FormField("Taille", "choice", choices=("S", "M", "L"))),
        ("Né le", FormField("Né le")),
    ],
)
def test_a_field_is_read(written: str, field: FormField) -> None:
    assert fields(written) == (field,)


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("nom (couleur)", "kind"),
        ("type (maison|)", "choices"),
        ("type (maison|maison)", "choices"),
        ("nom (", "label"),
        ("nom (a) (b)", "label"),
        ("!", "label"),
        ("nom, Nom", "many"),
        (", ".join(f"champ {number}" for number in range(41)), "many"),
        ("x" * 200, "label"),
    ],
)
def test_a_field_that_is_not_understood_is_said(written: str, why: str) -> None:
    found = fields(written)

    assert isinstance(found, UnclearField)
    assert found.why == why


TEMPLATE = """
titre: Permis de construire
jours: 45
fichiers: 3
taille: 50 Mo
dossier: Urbanisme/Permis
tâche: "@urbanisme"
note: |
  Joignez le plan de masse.
  Un seul fichier par plan.
champs:
  - nom!
  - {nom: Date de naissance, type: date, obligatoire: oui}
  - {question: Type de bien, choix: [maison, appartement]}
  - courriel
"""


def test_a_template_says_the_same_as_a_command() -> None:
    found, note = read_template(TEMPLATE.encode())
    said = of(
        '"Permis de construire" 45j 3 fichiers 50Mo dossier Urbanisme/Permis tâche @urbanisme'
        " champs: nom!, Date de naissance (date)!, Type de bien (maison|appartement), courriel"
    )

    assert found == said
    assert note == "Joignez le plan de masse.\nUn seul fichier par plan."


@pytest.mark.parametrize(
    ("written", "line", "what"),
    [
        ("titre: [a", 1, "YAML"),
        ("- a", 1, "YAML"),
        ("titre: a\ncouleur: bleu", 2, "couleur"),
        ("titre: a\njours: trente", 1, "trente"),
        ("titre: a\nchamps: nom", 2, "champs"),
        ("titre: a\nchamps:\n  - {nom: x, couleur: bleu}", 2, "nom"),
        ("titre: a\nchamps:\n  - {nom: x, type: couleur}", 2, "x (couleur)"),
        ("titre: {a: b}", 1, "titre"),
        ("titre: a\ntitre: b", 2, "titre"),
        ("a: &a [x]\nb: *a", 1, ""),
        ("tâche: urbanisme", 1, "tâche"),
    ],
)
def test_a_template_that_is_not_understood_is_said(written: str, line: int, what: str) -> None:
    with pytest.raises(WrongTemplate) as caught:
        read_template(written.encode())

    assert caught.value.line in (line, line + 1)
    assert what in caught.value.what


@pytest.mark.parametrize("raw", [b"\xff\xfe", b"", b"\x00", b"[" * 60_000, b"a: " * 20_000, "titre: \u202e".encode()])
def test_no_file_does_more_than_not_being_understood(raw: bytes) -> None:
    with suppress(WrongTemplate):
        read_template(raw)


def test_for_what_people_write_is_the_title() -> None:
    found = of(
        "pour que les gens s'inscrivent au repas des aînés, avec nom, prénom, téléphone et s'ils ont besoin d'un"
        " transport"
    )
    assert (found.title, found.unread) == ("repas des aînés", ())
    assert [field.label for field in found.fields] == ["nom", "prénom", "téléphone", "besoin d'un transport"]
    assert found.fields[-1].choices == ("oui", "non")


def test_what_parents_send_is_the_title() -> None:
    assert of("pour que les parents nous envoient leurs justificatifs de domicile").title == "justificatifs de domicile"
