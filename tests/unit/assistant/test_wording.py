"""From what clients send to words."""

import pytest

from bots.assistant.wording import _from_pills, clean, fold, user_in

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
