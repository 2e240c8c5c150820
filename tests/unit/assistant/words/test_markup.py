"""The plain and the HTML dress of a sentence."""

from hypothesis import given
from hypothesis import strategies as st

from bots.assistant.talk.markup import blocks, code, fill, join, lines, listing, pill, room_link, strong, table, text
from config.identifiers import RoomId, UserId


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


def test_a_table_has_its_numbers_flush_right_and_reads_as_lines() -> None:
    head = [text("Salon"), text("Ouvertes"), text("Par")]
    shown = table(head, [[strong("<a>"), text("12"), text("moi")], [text("b"), text("3"), text("")]], (1,))
    assert shown.plain == "• <a> – Ouvertes 12 · Par moi\n• b – Ouvertes 3"
    assert shown.html == (
        "<table><thead><tr><th>Salon</th><th>Ouvertes</th><th>Par</th></tr></thead><tbody>"
        "<tr><td><strong>&lt;a&gt;</strong></td><td>12</td><td>moi</td></tr>"
        "<tr><td>b</td><td>\u20073</td><td></td></tr></tbody></table>"
    )
    assert blocks([text("head"), text(""), shown]).html == f"<p>head</p>{shown.html}"
    assert blocks([text("head"), shown]).plain == f"head\n\n{shown.plain}"


def test_a_link_to_a_room_with_a_strange_id_is_still_one_link() -> None:
    link = room_link(RoomId('!a"<b>/?#%:x.org'), "A & <b>")
    assert link.plain == "A & <b>"
    assert link.html == '<a href="https://matrix.to/#/!a%22%3Cb%3E%2F%3F%23%25:x.org">A &amp; &lt;b&gt;</a>'
