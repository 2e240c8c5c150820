"""From what clients send to words."""

from collections.abc import Mapping
from dataclasses import dataclass
from time import perf_counter

import pytest

from bots.assistant.talk.elision import elided
from bots.assistant.talk.wording import _from_pills, clean, fold, is_seen, user_in
from bots.assistant.words.names.people import name_of
from config.identifiers import UserId

DGS = "@dgs:rivemont.localhost"


@pytest.mark.parametrize(
    ("link", "user"),
    [
        (f"https://matrix.to/#/{DGS}", DGS),
        ("https://matrix.to/#/%40dgs%3Arivemont.localhost", DGS),
        (f"https://matrix.to/#/{DGS}?via=rivemont.localhost", DGS),
        ("matrix:u/dgs:rivemont.localhost?action=chat", DGS),
        ("https://matrix.to/#/!room:rivemont.localhost", None),
        ("https://matrix.to/#/@dgs", None),
        (f"https://evil.example/#/{DGS}", None),
        ("javascript:alert(1)", None),
    ],
)
def test_a_link_names_a_user(link: str, user: str | None) -> None:
    assert user_in(link) == user


@pytest.mark.parametrize(
    ("formatted", "words"),
    [
        (f'a &amp; <a href="https://matrix.to/#/{DGS}">Le <b>DGS</b></a>&nbsp;b', ["a", "&", DGS, "b"]),
        (f"<p>a</p><p><A HREF='https://matrix.to/#/{DGS}'>x</A></p>b", ["a", DGS, "b"]),
        (
            f'<mx-reply><a href="https://matrix.to/#/@x:y">x</a> cité</mx-reply>a <a href="https://matrix.to/#/{DGS}">x</a>',
            ["a", DGS],
        ),
        (f'1 < 2 <a data-x="y" href="https://matrix.to/#/{DGS}">x</a> <i>c</i>d', ["1", "<", "2", DGS, "cd"]),
    ],
)
def test_pills_become_user_ids(formatted: str, words: list[str]) -> None:
    spoken = _from_pills(formatted)
    assert spoken is not None
    assert spoken.split() == words


@pytest.mark.parametrize("formatted", ["", "a <b>c</b>", '<a href="https://example.org">x</a>', "<a>x</a>"])
def test_without_a_pill_the_plain_text_is_what_counts(formatted: str) -> None:
    assert _from_pills(formatted) is None


@pytest.mark.parametrize(
    ("word", "folded"),
    [
        ("TÂCHE", "tache"),
        ("ta\u0302che,", "tache"),
        ("Œuvre", "oeuvre"),
        ("aide-moi !"[:8], "aide-moi"),
        ("’", "'"),
        ("!", "!"),
        ("Straße", "straße"),
    ],
)
def test_words_are_compared_without_case_and_accents(word: str, folded: str) -> None:
    assert fold(word) == folded


def test_what_only_confuses_is_dropped() -> None:
    assert clean("a\u202eb\x00\ud800e\u0301\u200b👩\u200d🚒") == "abé👩\u200d🚒"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("re\u061clan\u180ecer", "relancer"),
        ("a\u115f\u1160b\u3164\uffa0c\u2800", "abc"),
        ("titre\U000e0041\U000e0042\U000e007f caché", "titre caché"),
        ("\u202efdp.exe\u202c", "fdp.exe"),
        ("a" + "\u0301\u0302\u0303" * 50, "\u00e1" + ("\u0301\u0302\u0303" * 3)[1:5]),
        ("✔\ufe0f\ufe0f\ufe0e", "✔\ufe0f"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("Nguyễn Thị", "Nguyễn Thị"),
        ("שָׁלוֹם · नमस्ते · ภาษาไทย", "שָׁלוֹם · नमस्ते · ภาษาไทย"),
        ("a\nb\tc", "a\nb\tc"),
    ],
    ids=ascii,
)
def test_what_is_not_drawn_or_stacks_up_goes(typed: str, kept: str) -> None:
    assert clean(typed) == kept


@pytest.mark.parametrize("name", ["", " ", "\u3164", "\u200d\u200d", "\u0301", "\u00a0\u2003", "\U000e0041", "\ufe0f"])
def test_what_nobody_would_see_is_no_name(name: str) -> None:
    assert not is_seen(clean(name))


def test_a_name_is_seen() -> None:
    assert all(is_seen(name) for name in ("Anne", "🔔", "…", "安", "é"))


@dataclass(frozen=True)
class _Here:
    members: Mapping[UserId, str | None]


@pytest.mark.parametrize("name", ["\u3164", " \u200d ", "\u202e", None])
def test_somebody_whose_name_is_not_seen_is_called_by_their_id(name: str | None) -> None:
    """An empty pill, and nobody could say who has done it."""
    user = UserId(DGS)

    assert name_of(user, _Here({user: name})).html.endswith(">@dgs</a>")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("supprime l événement 3", "supprime l'événement 3"),
        ("c est finalement a 15h", "c'est finalement a 15h"),
        ("jusqua 12h", "jusqu'a 12h"),
        ("rappelle moi d appeler", "rappelle moi d'appeler"),
        ("qui n a pas répondu", "qui n'a pas répondu"),
        ("L école", "L'école"),
        ("aujourd hui", "aujourd'hui"),
        ("la salle d est libre", "la salle d est libre"),
        ("lots c et d", "lots c et d"),
        ("300 m environ", "300 m environ"),
        ("« plan d eau » d eau", "« plan d eau » d'eau"),
        ("y a t il une réunion", "y a t il une réunion"),
    ],
)
def test_apostrophes_that_were_left_out_come_back(typed: str, meant: str) -> None:
    assert elided(typed) == meant
    assert elided(meant) == meant


@pytest.mark.parametrize("piece", ["l ", "salle d ", "«", '"', "d é", '"a" '])
def test_long_words_do_not_hold_anybody_up(piece: str) -> None:
    began = perf_counter()
    elided((piece * 8_000)[:8_000])
    assert perf_counter() - began < 0.5
