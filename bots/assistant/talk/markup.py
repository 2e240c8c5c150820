"""Sentences in two dresses: plain text for every client, and the HTML that Matrix allows (spec v1.18 §11.2.1.1).

HTML is only ever built here, so that nothing people wrote gets into it unescaped.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final
from urllib.parse import quote

from config.identifiers import EventId, RoomId, ServerName, UserId

_IN_A_LIST: Final = 120
_FIGURE_SPACE: Final = "\u2007"


@dataclass(frozen=True, slots=True)
class Rich:
    """The same words as *plain* text and as *html*."""

    plain: str
    html: str

    def __bool__(self) -> bool:
        return bool(self.plain)


NOTHING: Final = Rich("", "")


def text(words: str) -> Rich:
    """Return *words* with nothing in them taken for markup."""
    return Rich(words, escape(words))


def strong(words: str) -> Rich:
    """Return *words*, in bold where there is HTML."""
    return Rich(words, f"<strong>{escape(words)}</strong>")


def small(words: str) -> Rich:
    """Return *words*, smaller where there is HTML: ``sub`` is the only tag for that (Matrix allows no ``small``)."""
    return Rich(words, f"<sub>{escape(words)}</sub>")


def struck(words: str) -> Rich:
    """Return *words*, struck through where there is HTML: what surrounds them must say so too."""
    return Rich(words, f"<del>{escape(words)}</del>")


def code(words: str) -> Rich:
    """Return *words* as something to type."""
    return Rich(words, f"<code>{escape(words)}</code>")


def pill(user: UserId, plain: str, name: str) -> Rich:
    """Return a link to *user* that clients draw as a pill; *plain* stands for it in plain text."""
    link = f"https://matrix.to/#/{quote(user, safe='@:')}"
    return Rich(plain, f'<a href="{escape(link)}">{escape(name)}</a>')


def message_link(room_id: RoomId, event_id: EventId, words: str) -> Rich:
    """Return *words* as a link to a message; in plain text the words alone."""
    link = f"https://matrix.to/#/{quote(room_id, safe='!:')}/{quote(event_id, safe='$')}"
    return Rich(words, f'<a href="{escape(link)}">{escape(words)}</a>')


def room_link(room_id: RoomId, words: str, via: ServerName | None = None) -> Rich:
    """Return *words* as a link to a room; in plain text the words alone.

    Who is not in it yet needs a server that knows it, *via*: a room id (version 12) names none.
    """
    asked = "" if via is None else f"?via={quote(via, safe=':')}"
    link = f"https://matrix.to/#/{quote(room_id, safe='!:')}{asked}"
    return Rich(words, f'<a href="{escape(link)}">{escape(words)}</a>')


def fill(template: str, **fields: Rich) -> Rich:
    """Return *template*, a translated sentence, with its ``{fields}`` filled in."""
    return Rich(
        template.format(**{name: each.plain for name, each in fields.items()}),
        escape(template).format(**{name: each.html for name, each in fields.items()}),
    )


def join(separator: str, parts: Iterable[Rich]) -> Rich:
    """Return *parts* with *separator* between them."""
    held = tuple(parts)
    return Rich(separator.join(each.plain for each in held), escape(separator).join(each.html for each in held))


def lines(parts: Iterable[Rich]) -> Rich:
    """Return *parts* one below the other; empty ones are left out."""
    held = tuple(each for each in parts if each)
    return Rich("\n".join(each.plain for each in held), "<br/>".join(each.html for each in held))


def paragraphs(parts: Iterable[Rich]) -> Rich:
    """Return *parts* with space between them; empty ones are left out."""
    held = tuple(each for each in parts if each)
    return Rich("\n\n".join(each.plain for each in held), "".join(f"<p>{each.html}</p>" for each in held))


def listing(head: Rich, items: Iterable[Rich], foot: Rich | None = None) -> Rich:
    """Return *head*, then *items* as a list, then *foot*."""
    held = tuple(items)
    plain = [head.plain, *(f"• {each.plain}" for each in held)]
    html = head.html + ("<ul>" + "".join(f"<li>{each.html}</li>" for each in held) + "</ul>" if held else "")
    if foot:
        plain.append(foot.plain)
        html += foot.html
    return Rich("\n".join(plain), html)


def table(head: Sequence[Rich], rows: Iterable[Sequence[Rich]], numbers: Collection[int] = ()) -> Rich:
    """Return a table; in plain text each row is a line that says its columns' heads: ``• Voirie – open 3 · late 1``.

    *numbers* are the columns whose cells are set flush right. Matrix allows no attribute for that, so they are filled
    up with figure spaces, which are as wide as a digit; in plain text they are as they are.
    """
    held = [tuple(row) for row in rows]
    widths = {at: max((len(row[at].plain) for row in held), default=0) for at in numbers}
    plain = [_row_in_words(head, row) for row in held]
    heads = "".join(f"<th>{each.html}</th>" for each in head)
    body = "".join(
        "<tr>"
        + "".join(
            f"<td>{_FIGURE_SPACE * _missing(each, widths.get(at))}{each.html}</td>" for at, each in enumerate(row)
        )
        + "</tr>"
        for row in held
    )
    return Rich("\n".join(plain), f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>")


def blocks(parts: Iterable[Rich]) -> Rich:
    """Return *parts*, each a table or words of its own, one below the other."""
    held = tuple(each for each in parts if each)
    html = "".join(each.html if each.html.startswith("<table>") else f"<p>{each.html}</p>" for each in held)
    return Rich("\n\n".join(each.plain for each in held), html)


def _row_in_words(head: Sequence[Rich], row: Sequence[Rich]) -> str:
    said = [f"{name.plain} {cell.plain}".strip() for name, cell in zip(head[1:], row[1:], strict=True) if cell]
    return f"• {row[0].plain} – {' · '.join(said)}" if said else f"• {row[0].plain}"


def _missing(cell: Rich, width: int | None) -> int:
    return 0 if width is None else width - len(cell.plain)


def short(words: str, most: int = _IN_A_LIST) -> str:
    """Return *words*, cut where they are longer than *most* characters, usually what a list can hold."""
    return words if len(words) <= most else words[: most - 1] + "…"
