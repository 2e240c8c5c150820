"""The plain and the HTML dress of a sentence."""

from hypothesis import given
from hypothesis import strategies as st

from bots.assistant.markup import code, fill, join, lines, listing, pill, strong, text
from config.identifiers import UserId


@given(st.text())
def test_text_never_becomes_markup(words: str) -> None:
    for dress in (text, strong, code):
        html = (
            dress(words)
            .html.replace("<strong>", "")
            .replace("</strong>", "")
            .replace("<code>", "")
            .replace("</code>", "")
        )
        assert "<" not in html
        assert '"' not in html


def test_a_field_is_not_filled_twice() -> None:
    filled = fill("“{a}” & {b}", a=text("{b}<"), b=strong("x"))
    assert filled.plain == "“{b}<” & x"
    assert filled.html == "“{b}&lt;” &amp; <strong>x</strong>"


def test_a_pill_of_a_strange_id_is_still_one_link() -> None:
    """The historical grammar allows quotes and brackets in a localpart."""
    user = UserId.parse("@a\"'<b>/?#%:x.org")
    assert pill(user, user, "A & <b>").html == (
        '<a href="https://matrix.to/#/@a%22%27%3Cb%3E%2F%3F%23%25:x.org">A &amp; &lt;b&gt;</a>'
    )


def test_lines_and_lists() -> None:
    assert lines([text("a"), text(""), text("b")]).html == "a<br/>b"
    assert join(" → ", [text("a"), text("b")]).plain == "a → b"
    shown = listing(text("head"), [text("one"), strong("two")], text("foot"))
    assert shown.plain == "head\n• one\n• two\nfoot"
    assert shown.html == "head<ul><li>one</li><li><strong>two</strong></li></ul>foot"
