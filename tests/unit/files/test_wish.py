"""What somebody wishes of a link, and that its secrets are derived."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.files.sharing.secrets import LinkMaker
from bots.files.sharing.wish import ShareWish, terms, wish
from bots.register.format.canonical import Json

WEEK = timedelta(days=7)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("délib-12.pdf 7j protégé 3 téléchargements", ShareWish(("délib-12.pdf",), WEEK, 3, protected=True)),
        ("plan du parc.pdf, budget.xlsx pendant 2 semaines", ShareWish(("plan du parc.pdf", "budget.xlsx"), 2 * WEEK)),
        ("plan.pdf 48h", ShareWish(("plan.pdf",), timedelta(hours=48))),
        ("plan.pdf une seule fois", ShareWish(("plan.pdf",), downloads=1, burn=True)),
        ("photo.jpg avec métadonnées", ShareWish(("photo.jpg",), whole=True)),
        (
            "minutes.pdf for 3 days with a password 10 downloads",
            ShareWish(("minutes.pdf",), timedelta(days=3), 10, protected=True),
        ),
        ("annexe 3.pdf", ShareWish(("annexe 3.pdf",))),
        ("annexe 3 1 mois", ShareWish(("annexe 3",), timedelta(days=30))),
        ("«un plan.pdf»", ShareWish(("un plan.pdf",))),
        ("", ShareWish()),
        (
            "plan.pdf au notaire, protégé, 1 mois",
            ShareWish(("plan.pdf au notaire",), timedelta(days=30), protected=True),
        ),
        ("plan.pdf pr 7 jours", ShareWish(("plan.pdf",), WEEK)),
        ("plan.pdf valable une semaine", ShareWish(("plan.pdf",), WEEK)),
        ("plan.pdf mais 24h seulement", ShareWish(("plan.pdf",), timedelta(hours=24))),
        ("plan.pdf 1 mois mdp auto", ShareWish(("plan.pdf",), timedelta(days=30), protected=True)),
        ("plan.pdf mdp Neige2026", ShareWish(("plan.pdf",), protected=True, given=True)),
        ("16 jours pour plan.pdf, sans mot de passe", ShareWish(("pour plan.pdf",), timedelta(days=16))),
        ("de 48h avec mot de passe", ShareWish((), timedelta(hours=48), protected=True)),
        (
            "plan.pdf jusqu'à vendredi 18h protégé",
            ShareWish(("plan.pdf",), until="jusqu'à vendredi 18h", protected=True),
        ),
        ("plan.pdf until 5 December 2 downloads", ShareWish(("plan.pdf",), until="until 5 December", downloads=2)),
    ],
)
def test_a_wish_is_read(words: str, expected: ShareWish) -> None:
    assert wish(words.split()) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("to the roofer, Marie and Paul for 3 days", "3 days"),
        ("au notaire jusqu'à vendredi 18h, protégé", "jusqu'à vendredi 18h, protégé"),
        ("au couvreur", ""),
    ],
)
def test_the_terms_of_a_link_say_nothing_of_whom_it_is_for(words: str, expected: str) -> None:
    assert terms(words.split()) == expected.split()


@given(st.lists(st.text(max_size=20), max_size=12))
def test_any_words_are_some_wish(words: list[str]) -> None:
    wish([word for text in words for word in text.split()])


MAKER = LinkMaker("https://partage.valbourg.fr/", b"s" * 32)


def test_the_same_command_leads_to_the_same_link_and_another_to_another() -> None:
    asked: dict[str, Json] = {"room": "!a", "cause": "$b", "wish": {"files": ["$c"]}}

    assert MAKER.link(asked) == MAKER.link({**asked})
    assert str(MAKER.link(asked)).startswith("https://partage.valbourg.fr/s/")
    seen = {str(MAKER.link({**asked, "cause": f"${number}"})) for number in range(50)}
    assert len(seen) == 50
    assert LinkMaker(MAKER.origin, b"t" * 32).link(asked) != MAKER.link(asked)


def test_what_is_derived_for_one_purpose_says_nothing_of_another() -> None:
    asked: Json = {"cause": "$b"}
    link, password, blobs = MAKER.link(asked), MAKER.password(asked), MAKER.blobs(asked, 3)

    assert len(link.secret) == 32
    assert len({*blobs, link.id}) == 4
    assert len(password) == 19
    assert {*password} <= {*"abcdefghjkmnpqrstuvwxyz23456789-"}
    assert "s" * 32 not in repr(MAKER)


@pytest.mark.parametrize(
    "words", ["plan.pdf avec qr", "plan.pdf avec un QR code", "plan.pdf qr", "plan.pdf with a qr code"]
)
def test_a_qr_code_is_wished_for(words: str) -> None:
    assert wish(words.split()) == ShareWish(("plan.pdf",), qr=True)


def test_a_password_of_ones_own_is_no_name_and_noted() -> None:
    found = wish(["la", "convention", "avec", "mot", "de", "passe", "Neige2026"])
    assert (found.names, found.protected, found.given) == (("la convention",), True, True)


def test_what_follows_a_password_may_be_something_else() -> None:
    found = wish(["plan.pdf", "avec", "mot", "de", "passe", "3", "téléchargements"])
    assert (found.names, found.downloads, found.given) == (("plan.pdf",), 3, False)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("protégé délib-12.pdf", "délib-12.pdf"),
        ("protégé PV2026.pdf", "PV2026.pdf"),
        ("protégé PV2026", "PV2026"),
        ("protégé «Plan cadastral.pdf»", "Plan cadastral.pdf"),
        ("avec mot de passe «Plan cadastral.pdf»", "Plan cadastral.pdf"),
        ("avec mot de passe PV2026.pdf", "PV2026.pdf"),
        ("avec mot de passe, PV2026", "PV2026"),
        ("avec mot de passe : plan du parc", "plan du parc"),
    ],
)
def test_a_file_behind_protected_is_no_password(words: str, name: str) -> None:
    found = wish(words.split())
    assert (found.names, found.protected, found.given) == ((name,), True, False)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("sans mot de passe délib2026", "délib2026"),
        ("sans mdp «Plan cadastral»", "Plan cadastral"),
        ("without password PV2026", "PV2026"),
    ],
)
def test_what_stands_behind_no_password_is_a_name(words: str, name: str) -> None:
    found = wish(words.split())
    assert (found.names, found.protected, found.given) == ((name,), False, False)


@pytest.mark.parametrize("words", ["plan.pdf protégé 10jours", "plan.pdf avec mot de passe 10jours"])
def test_a_term_behind_protected_is_no_password(words: str) -> None:
    assert wish(words.split()) == ShareWish(("plan.pdf",), timedelta(days=10), protected=True)


@pytest.mark.parametrize(
    "words",
    [
        *("mot de passe : Neige2026", "mot de passe: Neige2026", "mot de passe Neige2026"),
        *("protégé, mot de passe Neige2026", "mot de passe «Neige 2026»", "with a password Neige2026"),
    ],
)
def test_a_password_of_ones_own_is_taken_whole_and_not_said_again(words: str) -> None:
    found = wish(f"plan.pdf {words} 3 téléchargements".split())
    assert (found.names, found.downloads, found.protected, found.given) == (("plan.pdf",), 3, True, True)
    again = terms(f"plan.pdf {words} 3 téléchargements".split())
    assert "2026" not in " ".join(again)
    assert wish(again).given
